//! A process's descriptors: small numbers for what it has open.
//!
//! What lies behind a descriptor is a layer above: files implement [`OpenFile`] and the task layer only
//! counts, so that fork can raise the counts of everything that parent and child now share (F5, F7) and
//! exit can lower them. A [`Descriptor`] is counted as long as it lives. Book: chapter 14, `fd_table`.

use crate::errno::{Errno, Result};
use crate::mm::fault_injection;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::any::Any;
use core::cell::RefCell;
use core::num::NonZeroU32;
use core::sync::atomic::{AtomicU32, Ordering};

/// Descriptors over all processes.
static OPEN: AtomicU32 = AtomicU32::new(0);

/// How many descriptors are open, over all processes.
pub fn open_descriptors() -> u32 {
    OPEN.load(Ordering::Relaxed)
}

/// An open file description (`man 2 open`): what descriptors refer to, shared by those that dup and fork made.
pub trait OpenFile: Any + Send + Sync {
    /// One more descriptor refers to it.
    fn opened(&self);

    /// One descriptor less refers to it.
    fn closed(&self);
}

/// One descriptor of a process: what it refers to, and whether exec closes it.
pub struct Descriptor {
    file: Arc<dyn OpenFile>,
    pub close_on_exec: bool,
    /// By what else the program knows it: an address of its own that the book's `opendir` gave out with it.
    handle: Option<NonZeroU32>,
}

impl Descriptor {
    /// A descriptor for `file`, which is told so.
    pub fn new(file: Arc<dyn OpenFile>, close_on_exec: bool) -> Self {
        OPEN.fetch_add(1, Ordering::Relaxed);
        file.opened();
        Self { file, close_on_exec, handle: None }
    }

    /// The same descriptor, which can be found by `handle` too. Its copy in a child can; one that dup makes cannot.
    pub fn with_handle(mut self, handle: u32) -> Self {
        self.handle = NonZeroU32::new(handle);
        self
    }

    /// The same for a child.
    fn copy(&self) -> Self {
        let mut copy = Self::new(self.file.clone(), self.close_on_exec);
        copy.handle = self.handle;
        copy
    }

    /// What it refers to.
    pub fn file(&self) -> &Arc<dyn OpenFile> {
        &self.file
    }
}

impl Drop for Descriptor {
    fn drop(&mut self) {
        self.file.closed();
        OPEN.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What each descriptor of a process refers to, by number.
#[derive(Default)]
pub struct DescriptorTable(Vec<Option<Descriptor>>);

/// A table that several tasks may have: `CLONE_FILES`. Borrowed while nobody else runs.
pub type SharedDescriptors = Arc<RefCell<DescriptorTable>>;

impl DescriptorTable {
    /// Nothing is open.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The descriptor `number`.
    ///
    /// # Errors
    /// EBADF when it is not open, or no descriptor at all (K5: the book asserts, or reads beyond its table).
    pub fn get(&self, number: u32) -> Result<&Descriptor> {
        self.0.get(number as usize).and_then(Option::as_ref).ok_or(Errno::BADF)
    }

    /// As [`DescriptorTable::get`], to be changed.
    ///
    /// # Errors
    /// EBADF.
    pub fn get_mut(&mut self, number: u32) -> Result<&mut Descriptor> {
        self.0.get_mut(number as usize).and_then(Option::as_mut).ok_or(Errno::BADF)
    }

    /// The lowest number from `from` on that is not open.
    ///
    /// # Errors
    /// EMFILE when it is not below `limit`.
    pub fn lowest_free(&self, from: u32, limit: u32) -> Result<u32> {
        let is_free = |&number: &u32| self.get(number).is_err();
        (from..limit).find(is_free).ok_or(Errno::MFILE)
    }

    /// Makes room for the descriptor `number`, so that putting it there cannot fail.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn make_room(&mut self, number: u32) -> Result<()> {
        let missing = (number as usize + 1).saturating_sub(self.0.len());
        self.0.try_reserve(missing).map_err(|_| Errno::NOMEM)
    }

    /// Makes `descriptor` the one with that number, and returns what had the number before, to be dropped when
    /// the table is not borrowed any more.
    ///
    /// # Errors
    /// ENOMEM; the table is as before then.
    #[doc(alias = "pcb_fd_install")]
    pub fn put(&mut self, number: u32, descriptor: Descriptor) -> Result<Option<Descriptor>> {
        self.make_room(number)?;
        let index = number as usize;
        if index >= self.0.len() {
            self.0.resize_with(index + 1, || None);
        }
        Ok(self.0[index].replace(descriptor))
    }

    /// Takes the descriptor `number` out.
    ///
    /// # Errors
    /// EBADF.
    pub fn take(&mut self, number: u32) -> Result<Descriptor> {
        self.0.get_mut(number as usize).and_then(Option::take).ok_or(Errno::BADF)
    }

    /// Takes out the lowest descriptor that exec closes.
    pub fn take_close_on_exec(&mut self) -> Option<Descriptor> {
        self.0.iter_mut().find_map(|place| place.take_if(|descriptor| descriptor.close_on_exec))
    }

    /// The number of the descriptor that goes by that handle.
    ///
    /// # Errors
    /// EBADF when none does.
    pub fn number_of_handle(&self, handle: u32) -> Result<u32> {
        let handle = NonZeroU32::new(handle).ok_or(Errno::BADF)?;
        let has_it = |place: &Option<Descriptor>| place.as_ref().is_some_and(|found| found.handle == Some(handle));
        self.0.iter().position(has_it).map(|number| number as u32).ok_or(Errno::BADF)
    }

    /// What the descriptors refer to.
    pub fn files(&self) -> impl Iterator<Item = &Arc<dyn OpenFile>> {
        self.0.iter().flatten().map(Descriptor::file)
    }

    /// The numbers of all that is open, in order.
    pub fn numbers(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().enumerate().filter(|(_, place)| place.is_some()).map(|(number, _)| number as u32)
    }

    /// A table that refers to the same open files, which are told so.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn copy(&self) -> Result<Self> {
        let mut places = Vec::new();
        places.try_reserve_exact(self.0.len()).map_err(|_| Errno::NOMEM)?;
        places.extend(self.0.iter().map(|place| place.as_ref().map(Descriptor::copy)));
        Ok(Self(places))
    }

    /// The table as one that can be shared.
    ///
    /// # Errors
    /// ENOMEM; what was open is closed then.
    pub fn shared(self) -> Result<SharedDescriptors> {
        fault_injection::check()?;
        Arc::try_new(RefCell::new(self)).map_err(|_| Errno::NOMEM)
    }
}
