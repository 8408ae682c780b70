//! A program's memory: what fork copies, and what threads have in common.
//!
//! Page directory, bitmap of addresses with its regions, and the two heaps belong together and are one counted
//! object: fork makes a child another one, a thread or vfork's child (`CLONE_VM`) refers to the same, and whoever
//! leaves it last gives everything back. What lies where is changed under a lock that is kept while interrupts get
//! in between two pages; a page fault of another thread waits for it. Book: chapter 11, the fields `pgdir`,
//! `userprog_vaddr` and `u_block_desc` of `task_struct`. `man 2 clone`.

use super::semaphore::{Lock, LockGuard};
use crate::errno::{Errno, Result};
use crate::mm::arena::BlockDescriptors;
use crate::mm::demand::{self, Touch, Trouble};
use crate::mm::fault_injection;
use crate::mm::page_directory::PageDirectory;
use crate::mm::user_addresses::UserAddresses;
use crate::mm::user_heap::Lender;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};

/// A program's heap by brk: where it begins, and where it ends now, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Brk {
    pub start: u32,
    pub end: u32,
}

/// The memory of one process, or of several that share it. Linux's `struct mm_struct`.
pub struct AddressSpace {
    pgdir: PageDirectory,
    /// The addresses that the program has taken. The cell is borrowed under the lock only, and never while memory of
    /// the program is touched: a page fault wants both.
    userprog_vaddr: Lock<RefCell<UserAddresses>>,
    /// The free lists of the book's malloc.
    u_block_desc: Cell<BlockDescriptors>,
    brk: Cell<Brk>,
}

/// Nobody changes an address space while this lives.
pub struct Unchanged<'a>(LockGuard<'a, RefCell<UserAddresses>>);

impl AddressSpace {
    /// An address space of these parts, with empty heaps.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn new(pgdir: PageDirectory, addresses: UserAddresses) -> Result<Arc<Self>> {
        fault_injection::check()?;
        let space = Self {
            pgdir,
            userprog_vaddr: Lock::new(RefCell::new(addresses)),
            u_block_desc: Cell::new(BlockDescriptors::new()),
            brk: Cell::new(Brk::default()),
        };
        Arc::try_new(space).map_err(|_| Errno::NOMEM)
    }

    /// The same heaps as `parent`'s, whose pages are copied: the lists lead to blocks that both have (F6).
    pub(super) fn inherit_heaps(&self, parent: &Self) {
        self.u_block_desc.set(parent.u_block_desc.get());
        self.brk.set(parent.brk.get());
    }

    /// Its page directory.
    pub fn directory(&self) -> &PageDirectory {
        &self.pgdir
    }

    /// Waits until nobody changes it, and keeps it so.
    pub(super) fn hold(&self) -> Unchanged<'_> {
        Unchanged(self.userprog_vaddr.acquire())
    }

    /// Lets `work` change what is where, of the address space in use; no memory of the program may be touched
    /// meanwhile.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn with_addresses<R>(&self, work: impl FnOnce(&mut UserAddresses) -> Result<R>) -> Result<R> {
        work(&mut self.userprog_vaddr.acquire().borrow_mut())
    }

    /// Lets `look` read what is where; `None` while it is being changed.
    pub fn look_at_addresses<R>(&self, look: impl FnOnce(&UserAddresses) -> R) -> Option<R> {
        let addresses = self.userprog_vaddr.try_acquire()?;
        let addresses = addresses.try_borrow().ok()?;
        Some(look(&addresses))
    }

    /// Lets `work` use the program's heap, one thread at a time.
    ///
    /// # Errors
    /// What `work` returns.
    pub fn with_heap<R>(&self, work: impl FnOnce(&mut BlockDescriptors, &Self) -> Result<R>) -> Result<R> {
        let _alone = self.userprog_vaddr.acquire();
        let mut blocks = self.u_block_desc.get();
        let result = work(&mut blocks, self);
        self.u_block_desc.set(blocks);
        result
    }

    /// Brings the page at `address` of the address space in use to where it can be touched like this.
    ///
    /// # Errors
    /// See [`Trouble`]; `NoRegion` also while the running task itself changes what is where: then the page fault is no
    /// demand.
    pub(super) fn bring(&self, address: u32, touch: Touch) -> core::result::Result<(), Trouble> {
        let addresses = self.userprog_vaddr.acquire();
        let Ok(mut addresses) = addresses.try_borrow_mut() else { return Err(Trouble::NoRegion) };
        demand::bring(&mut addresses, address, touch)
    }

    /// The heap by brk.
    pub fn brk(&self) -> Brk {
        self.brk.get()
    }

    /// Sets the heap by brk, whose pages are the caller's business.
    pub(super) fn set_brk(&self, brk: Brk) {
        self.brk.set(brk);
    }
}

impl Unchanged<'_> {
    /// A copy of the addresses for a child.
    ///
    /// # Errors
    /// As [`UserAddresses::copy`].
    pub fn copy_addresses(&self) -> Result<UserAddresses> {
        self.0.borrow().copy()
    }
}

impl Lender for AddressSpace {
    fn lend<R>(&self, work: impl FnOnce(&mut UserAddresses) -> Result<R>) -> Result<R> {
        self.with_addresses(work)
    }
}
