//! The kernel's own heap: arenas in kernel pages, and Rust's global allocator.
//!
//! What does not fit a block (above 1,024 bytes, or an alignment above 16) gets whole pages. The
//! kernel allocates where failing is allowed (`try_reserve` and the like): memory that is out is
//! an error for the program that asked, never a panic.

use super::arena::{BlockDescriptors, LARGEST_BLOCK, Memory};
use super::fault_injection;
use super::kernel_pages::{KernelPages, get_unset_kernel_pages};
use crate::arch::lock::IrqLock;
use crate::arch::paging::{PAGE_SIZE, Page};
use crate::errno::{Errno, Result};
use alloc::boxed::Box;
use core::alloc::{GlobalAlloc, Layout};

/// The kernel's blocks, the book's `k_block_descs`.
#[doc(alias = "k_block_descs")]
static BLOCKS: IrqLock<BlockDescriptors> = IrqLock::new(BlockDescriptors::new());

/// Kernel pages as the memory of a heap: nothing to check, the kernel wrote it all.
struct KernelMemory;

impl Memory for KernelMemory {
    fn read(&self, address: u32) -> Result<u32> {
        // SAFETY: the heap reads headers and links only, at addresses in pages it took below; only
        // the kernel writes there.
        Ok(unsafe { (address as *const u32).read() })
    }

    fn write(&mut self, address: u32, value: u32) -> Result<()> {
        // SAFETY: as in `read`; blocks that are handed out are not written to.
        unsafe { (address as *mut u32).write(value) };
        Ok(())
    }

    fn get_pages(&mut self, count: u32) -> Result<u32> {
        Ok(get_unset_kernel_pages(count)?.into_raw().address())
    }

    fn free_pages(&mut self, address: u32, count: u32) -> Result<()> {
        // SAFETY: the heap gives back each run that it got, once, with the count that it asked for.
        drop(unsafe { KernelPages::from_raw(Page::containing(address), count) });
        Ok(())
    }
}

/// Rust's global allocator.
struct Heap;

#[global_allocator]
static HEAP: Heap = Heap;

/// How many pages a request takes that no block can serve; `None` for one that a block serves.
fn whole_pages(layout: Layout) -> Option<u32> {
    let size = layout.size().max(layout.align()) as u32;
    (size > LARGEST_BLOCK || layout.align() > 16).then(|| size.div_ceil(PAGE_SIZE))
}

// SAFETY: memory handed out belongs to the caller until it is given back with the same layout;
// blocks are 16-byte aligned, pages 4,096; no alignment above that is given out.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() as u32 > PAGE_SIZE || fault_injection::check().is_err() {
            return core::ptr::null_mut();
        }
        let address = match whole_pages(layout) {
            Some(count) => KernelMemory.get_pages(count),
            None => BLOCKS.lock().allocate(&mut KernelMemory, layout.size() as u32),
        };
        address.map_or(core::ptr::null_mut(), |address| address as *mut u8)
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        let address = place as u32;
        let freed = match whole_pages(layout) {
            Some(count) => KernelMemory.free_pages(address, count),
            None => BLOCKS.lock().free(&mut KernelMemory, address),
        };
        freed.expect("the kernel's heap is damaged");
    }
}

/// A copy of `source` in a box, where failing is allowed.
///
/// # Errors
/// ENOMEM.
pub fn try_box<T: Copy>(source: &T) -> Result<Box<T>> {
    let layout = Layout::new::<T>();
    assert!(layout.size() > 0);
    // SAFETY: the size is not zero, as just checked; the place is written to before it is boxed,
    // and came from the global allocator with the layout that the box will free it with.
    unsafe {
        let place = alloc::alloc::alloc(layout).cast::<T>();
        if place.is_null() {
            return Err(Errno::NOMEM);
        }
        place.copy_from_nonoverlapping(source, 1);
        Ok(Box::from_raw(place))
    }
}
