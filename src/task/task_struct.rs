//! `Task`: all that the kernel keeps of a task, at the bottom of its PCB page.
//!
//! Tasks are shared by everything that runs, and one CPU runs it all: the fields are cells, which
//! only the task itself touches, or others with interrupts off. `stack_magic` is the last field, the
//! first thing that a stack grown too deep destroys. Adding a field does not compile until fork.rs
//! says what becomes of it in a child. Book: chapter 9, `struct task_struct`.

use super::descriptor::DescriptorTable;
use super::list::Link;
use super::pid::Pid;
use super::status::WaitStatus;
use super::task_ref::{AllTag, TaskRef};
use crate::arch::fpu;
use crate::errno::{Errno, Result};
use crate::mm::arena::BlockDescriptors;
use crate::mm::page_directory::PageDirectory;
use crate::mm::user_addresses::UserAddresses;
use alloc::boxed::Box;
use core::cell::{Cell, RefCell};

/// The book's mark at the end of `Task`.
pub const STACK_MAGIC: u32 = 0x1987_0916;

/// What a task is doing. The book's `enum task_status`.
#[doc(alias = "task_status")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Status {
    Running,
    Ready,
    /// Waits for something: a lock, input, time.
    Blocked,
    /// Waits for a child to end.
    Waiting,
    /// Has ended; its parent has not asked yet. Linux's zombie.
    Hanging,
    Died,
}

/// A task's name, cut off at 15 bytes and padded with zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name([u8; 16]);

impl Name {
    /// The name from the last part of a path.
    pub fn new(path: &str) -> Self {
        let base = path.rsplit('/').next().unwrap_or(path);
        let mut bytes = [0; 16];
        let mut end = base.len().min(15);
        while !base.is_char_boundary(end) {
            end -= 1;
        }
        bytes[..end].copy_from_slice(&base.as_bytes()[..end]);
        Self(bytes)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        core::str::from_utf8(&self.0[..end]).unwrap_or("?")
    }
}

/// A program's heap by brk: where it begins, and where it ends now, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Brk {
    pub start: u32,
    pub end: u32,
}

/// All that the kernel keeps of a task. The book's `struct task_struct`; its order where it has
/// the field.
#[doc(alias = "task_struct")]
#[repr(C)]
pub struct Task {
    /// Where the ring-0 stack was left; asm/switch.s wants it first.
    pub(super) self_kstack: Cell<u32>,
    pub(super) pid: Cell<Option<Pid>>,
    pub(super) status: Cell<Status>,
    pub(super) name: Cell<Name>,
    /// The time slice, in ticks.
    pub(super) priority: Cell<u8>,
    /// What is left of the time slice.
    pub(super) ticks: Cell<u8>,
    /// Ticks used since the task began.
    pub(super) elapsed_ticks: Cell<u32>,
    /// In the ready list, or in what the task waits in.
    pub(super) general_tag: Cell<Link<TaskRef>>,
    /// In the list of all tasks.
    pub(super) all_list_tag: Cell<Link<AllTag>>,
    /// The address space; `None` for a kernel thread.
    pub(super) pgdir: RefCell<Option<PageDirectory>>,
    /// The addresses that the program has taken; with `pgdir`.
    pub(super) userprog_vaddr: RefCell<Option<UserAddresses>>,
    /// The free lists of the book's malloc.
    pub(super) u_block_desc: Cell<BlockDescriptors>,
    pub(super) fd_table: Cell<DescriptorTable>,
    pub(super) parent_pid: Cell<Option<Pid>>,
    /// How the task ended, from `Hanging` on.
    pub(super) exit_status: Cell<WaitStatus>,
    pub(super) brk: Cell<Brk>,
    /// When a sleeping task wakes, in ticks since boot.
    pub(super) wake_tick: Cell<u64>,
    /// The floating-point registers while they are not in the CPU; `None` until first used.
    pub(super) fpu: RefCell<Option<Box<fpu::State>>>,
    pub(super) stack_magic: Cell<u32>,
}

const _: () = assert!(core::mem::offset_of!(Task, self_kstack) == 0);
const _: () = assert!(core::mem::offset_of!(Task, stack_magic) + 4 == size_of::<Task>());

impl Task {
    /// A task with nothing but a name; the book's `init_thread`.
    #[doc(alias = "init_thread")]
    pub(super) fn new(name: Name, priority: u8) -> Self {
        Self {
            self_kstack: Cell::new(0),
            pid: Cell::new(None),
            status: Cell::new(Status::Ready),
            name: Cell::new(name),
            priority: Cell::new(priority),
            ticks: Cell::new(priority),
            elapsed_ticks: Cell::new(0),
            general_tag: Cell::new(Link::NONE),
            all_list_tag: Cell::new(Link::NONE),
            pgdir: RefCell::new(None),
            userprog_vaddr: RefCell::new(None),
            u_block_desc: Cell::new(BlockDescriptors::new()),
            fd_table: Cell::new(DescriptorTable::EMPTY),
            parent_pid: Cell::new(None),
            exit_status: Cell::new(WaitStatus::exited(0)),
            brk: Cell::new(Brk::default()),
            wake_tick: Cell::new(0),
            fpu: RefCell::new(None),
            stack_magic: Cell::new(STACK_MAGIC),
        }
    }

    /// The task's number; `None` while it is being made.
    pub fn pid(&self) -> Option<Pid> {
        self.pid.get()
    }

    /// The task's name.
    pub fn name(&self) -> Name {
        self.name.get()
    }

    /// The pid of the task that may wait for it; `None` for the first ones.
    pub fn parent_pid(&self) -> Option<Pid> {
        self.parent_pid.get()
    }

    /// What it is doing.
    pub fn status(&self) -> Status {
        self.status.get()
    }

    /// Ticks used since it began.
    pub fn elapsed_ticks(&self) -> u32 {
        self.elapsed_ticks.get()
    }

    /// What its descriptors refer to.
    pub fn descriptors(&self) -> DescriptorTable {
        self.fd_table.get()
    }

    /// Lets `work` use the program's heap; the task must be the running one.
    ///
    /// # Errors
    /// What `work` returns; ENOMEM in a kernel thread, which has no such heap.
    pub fn with_heap<R>(&self, work: impl FnOnce(&mut BlockDescriptors, &mut UserAddresses) -> Result<R>) -> Result<R> {
        let mut addresses = self.userprog_vaddr.borrow_mut();
        let addresses = addresses.as_mut().ok_or(Errno::NOMEM)?;
        let mut blocks = self.u_block_desc.get();
        let result = work(&mut blocks, addresses);
        self.u_block_desc.set(blocks);
        result
    }

    /// Says whether some list has it.
    pub(super) fn is_linked(&self) -> bool {
        self.general_tag.get().is_linked() || self.all_list_tag.get().is_linked()
    }

    /// Says whether the stack has not grown into the task.
    pub fn is_intact(&self) -> bool {
        self.stack_magic.get() == STACK_MAGIC
    }
}
