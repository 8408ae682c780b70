//! Kernel pages: runs of addresses in the kernel's half with a frame behind each.
//!
//! A bitmap says which pages of the kernel's addresses are taken; the frames come from the kernel's
//! pool one by one, so they need not lie together. [`KernelPages`] owns its run: dropping it gives
//! addresses and frames back, which is how every failed step of fork undoes itself (F1, M1). Book:
//! chapter 8, `vaddr_get`, `malloc_page`, `get_kernel_pages`, `mfree_page`.

use super::bitmap::Bitmap;
use super::frame::{self, Pool};
use super::{fault_injection, page_table};
use crate::arch::lock::IrqLock;
use crate::arch::paging::{self, Flags, Frame, Page};
use crate::errno::{Errno, Result};
use crate::trace::tracepoint;

/// The addresses that can be given out: bit i stands for page `first + i`.
pub(super) struct KernelAddresses {
    bitmap: Bitmap,
    first: Page,
    free: u32,
}

impl KernelAddresses {
    pub(super) fn new(bitmap: Bitmap, first: Page) -> Self {
        let free = bitmap.count_free() as u32;
        Self { bitmap, first, free }
    }
}

/// Set once by `mm::init`.
static ADDRESSES: IrqLock<Option<KernelAddresses>> = IrqLock::new(None);

pub(super) fn install(addresses: KernelAddresses) {
    *ADDRESSES.lock() = Some(addresses);
}

fn with<R>(work: impl FnOnce(&mut KernelAddresses) -> R) -> R {
    work(ADDRESSES.lock().as_mut().expect("kernel pages are used before mm::init"))
}

/// How many pages of the kernel's addresses are free.
pub fn free_addresses() -> u32 {
    with(|addresses| addresses.free)
}

/// Takes the addresses of `count` pages in a row. The book's `vaddr_get`.
#[doc(alias = "vaddr_get")]
fn reserve(count: u32) -> Result<Page> {
    fault_injection::check()?;
    with(|addresses| {
        let index = addresses.bitmap.allocate(count as usize).ok_or(Errno::NOMEM)?;
        addresses.free -= count;
        Ok(addresses.first.add(index as u32))
    })
}

/// Gives the addresses of `count` pages back. The book's `vaddr_remove`.
#[doc(alias = "vaddr_remove")]
fn unreserve(page: Page, count: u32) {
    with(|addresses| {
        let index = ((page.address() - addresses.first.address()) / paging::PAGE_SIZE) as usize;
        addresses.bitmap.release_range(index..index + count as usize);
        addresses.free += count;
    });
}

/// A run of mapped kernel pages and the right to give them back.
#[derive(Debug)]
pub struct KernelPages {
    first: Page,
    count: u32,
}

/// Takes `count` kernel pages in a row, all zeros. The book's `get_kernel_pages`.
///
/// # Errors
/// ENOMEM when frames or addresses are out, or for a count of 0; nothing is kept then.
#[doc(alias = "malloc_page")]
pub fn get_kernel_pages(count: u32) -> Result<KernelPages> {
    let pages = get_unset_kernel_pages(count)?;
    for page in pages.iter() {
        // SAFETY: the page is mapped writable and ours alone.
        unsafe { paging::zero_page(page) };
    }
    Ok(pages)
}

/// As [`get_kernel_pages`], for a caller that overwrites all of them: the contents are whatever
/// the frames held.
///
/// # Errors
/// As [`get_kernel_pages`].
pub fn get_unset_kernel_pages(count: u32) -> Result<KernelPages> {
    let first = reserve(count)?;
    for mapped in 0..count {
        // SAFETY: the address was free until `reserve` gave it to us.
        let result = frame::allocate(Pool::Kernel)
            .and_then(|frame| unsafe { page_table::page_table_add(first.add(mapped), frame, Flags::KERNEL) });
        if let Err(error) = result {
            release(first, mapped);
            unreserve(first, count);
            return Err(error);
        }
    }
    tracepoint!(alloc::kernel_pages(first.address(), count));
    Ok(KernelPages { first, count })
}

/// Unmaps `count` pages and puts their frames.
fn release(first: Page, count: u32) {
    for index in 0..count {
        // SAFETY: only the owner of the run comes here, and it gives its pages up.
        let frame = unsafe { page_table::page_table_pte_remove(first.add(index)) };
        frame::put(frame.expect("a kernel page has no frame"));
    }
}

impl KernelPages {
    /// The first page.
    pub fn first(&self) -> Page {
        self.first
    }

    /// The address of the first byte.
    pub fn address(&self) -> u32 {
        self.first.address()
    }

    /// How many pages there are.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The pages, in order.
    pub fn iter(&self) -> impl Iterator<Item = Page> + use<> {
        let first = self.first;
        (0..self.count).map(move |index| first.add(index))
    }

    /// The frame behind the first page.
    pub fn first_frame(&self) -> Frame {
        page_table::lookup(self.first).expect("a kernel page has no frame").frame()
    }

    /// Gives up ownership without freeing, for memory whose owner is a raw address.
    pub fn into_raw(self) -> Page {
        let first = self.first;
        core::mem::forget(self);
        first
    }

    /// Takes ownership of a run again.
    ///
    /// # Safety
    /// `first` came from [`KernelPages::into_raw`] of a run of `count` pages, and this is the only
    /// time that it is taken back.
    pub unsafe fn from_raw(first: Page, count: u32) -> Self {
        Self { first, count }
    }
}

impl Drop for KernelPages {
    #[doc(alias = "mfree_page")]
    fn drop(&mut self) {
        tracepoint!(alloc::kernel_pages_back(self.first.address(), self.count));
        release(self.first, self.count);
        unreserve(self.first, self.count);
    }
}
