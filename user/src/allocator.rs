//! A heap for the programs that want one: `tusk_user::allocator!();` and `alloc` works.
//!
//! The free blocks are a sorted list (`linked_list_allocator`), first fit, which is small and quick enough for programs
//! that keep little; the memory is what lies above the program break and grows by [`GROWTH`] when nothing fits. It
//! is never given back: a process that needs much ends soon. A fork copies the heap with everything else. Programs
//! without the macro have no heap and stay as small as before.
//!
//! Nothing here is locked: a program of ours has one thread, and its signal handlers must not allocate.

use crate::heap::PAGE_SIZE;
use crate::linux;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{NonNull, null_mut};
use linked_list_allocator::Heap;

/// Gives the program a heap. Not together with [`heap::Heap`](crate::heap::Heap): both take the program break.
#[macro_export]
macro_rules! allocator {
    () => {
        #[global_allocator]
        static PROGRAM_HEAP: $crate::allocator::ProgramHeap = $crate::allocator::ProgramHeap::new();
    };
}

/// The least the heap grows by, in bytes.
const GROWTH: usize = 16 * PAGE_SIZE;

/// The heap of this process.
///
/// # Invariants
/// All memory the inner heap knows lies between the program break as it was at first use and as it is.
pub struct ProgramHeap(UnsafeCell<Heap>);

// SAFETY: programs of this runtime have one thread (see above), so nobody shares it.
unsafe impl Sync for ProgramHeap {}

impl ProgramHeap {
    /// A heap without memory yet.
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        ProgramHeap(UnsafeCell::new(Heap::empty()))
    }
}

// SAFETY: blocks come from the inner heap, which keeps them apart and aligns them; memory it is given is ours alone.
unsafe impl GlobalAlloc for ProgramHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: one thread, and neither the heap nor the calls below come back here.
        let heap = unsafe { &mut *self.0.get() };
        if let Ok(block) = heap.allocate_first_fit(layout) {
            return block.as_ptr();
        }
        if !grow(heap, layout) {
            return null_mut();
        }
        heap.allocate_first_fit(layout).map_or(null_mut(), NonNull::as_ptr)
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as in `alloc`.
        let heap = unsafe { &mut *self.0.get() };
        if let Some(block) = NonNull::new(block) {
            // SAFETY: the caller promises that it came from `alloc` with this layout.
            unsafe { heap.deallocate(block, layout) };
        }
    }
}

/// Moves the program break so far that `layout` fits in what is new; false when the kernel has nothing left.
fn grow(heap: &mut Heap, layout: Layout) -> bool {
    // A block may need room before it to be aligned, and the list's own two words behind it.
    let Some(needed) = layout.size().checked_add(layout.align() + 4 * size_of::<usize>()) else { return false };
    let size = needed.max(GROWTH).next_multiple_of(PAGE_SIZE);
    let end = crate::heap::program_break();
    // The first pages begin where the break happens to be.
    let start = if heap.size() == 0 { end.next_multiple_of(PAGE_SIZE) } else { end };
    let Some(new_end) = start.checked_add(size) else { return false };
    // SAFETY: the break only moves up.
    if unsafe { linux::brk(new_end) } != new_end {
        return false;
    }
    if heap.size() == 0 {
        // SAFETY: these pages are new, and stay for the life of the process.
        unsafe { heap.init(core::ptr::with_exposed_provenance_mut(start), size) };
    } else {
        // SAFETY: nobody else moves the break, so they begin where the heap ends.
        unsafe { heap.extend(size) };
    }
    true
}
