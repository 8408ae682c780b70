//! A heap for the programs that want one: `tusk_user::allocator!();` and `alloc` works.
//!
//! The blocks are `dlmalloc`'s, which Rust's own `std` takes where the system has no `malloc`; the memory is what lies
//! above the program break, in steps of [`STEP`] bytes. It is never given back: a process that needs much ends soon.
//! A fork copies the heap with everything else. Programs without the macro have no heap and stay as small as before.
//!
//! Nothing here is locked: a program of ours has one thread, and its signal handlers must not allocate.

use crate::heap::{PAGE_SIZE, program_break};
use crate::linux;
use core::alloc::{GlobalAlloc, Layout};
use core::cell::UnsafeCell;
use core::ptr::{null_mut, with_exposed_provenance_mut};
use dlmalloc::{Allocator, Dlmalloc};

/// Gives the program a heap. Not together with [`heap::Heap`](crate::heap::Heap): both take the program break.
#[macro_export]
macro_rules! allocator {
    () => {
        #[global_allocator]
        static PROGRAM_HEAP: $crate::allocator::ProgramHeap = $crate::allocator::ProgramHeap::new();
    };
}

/// How much the heap grows by, in bytes: this, or a multiple of it.
const STEP: usize = 16 * PAGE_SIZE;

/// The heap of this process.
///
/// # Invariants
/// All memory the inner heap knows lies between the program break as it was at first use and as it is.
pub struct ProgramHeap(UnsafeCell<Dlmalloc<ProgramBreak>>);

// SAFETY: programs of this runtime have one thread (see above), so nobody shares it.
unsafe impl Sync for ProgramHeap {}

impl ProgramHeap {
    /// A heap without memory yet.
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        let mut heap = Dlmalloc::new_with_allocator(ProgramBreak);
        assert!(heap.set_granularity(STEP), "the step is no power of two");
        ProgramHeap(UnsafeCell::new(heap))
    }

    /// The inner heap, for the length of one of the calls below.
    #[expect(clippy::mut_from_ref, reason = "a global allocator is shared by its trait")]
    fn inner(&self) -> &mut Dlmalloc<ProgramBreak> {
        // SAFETY: one thread, and nothing the heap does comes back here.
        unsafe { &mut *self.0.get() }
    }
}

// SAFETY: the blocks are those of the inner heap, which keeps them apart and aligns them; memory it is given is ours
// alone. What the trait asks of callers is what the inner heap asks of us.
unsafe impl GlobalAlloc for ProgramHeap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { self.inner().malloc(layout.size(), layout.align()) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        unsafe { self.inner().calloc(layout.size(), layout.align()) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { self.inner().free(block, layout.size(), layout.align()) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        // SAFETY: as above.
        unsafe { self.inner().realloc(block, layout.size(), layout.align(), new_size) }
    }
}

/// The program break as the place where memory comes from.
struct ProgramBreak;

// SAFETY: what `alloc` returns is new, mapped, zeroed and nobody else's, since nobody else moves the break; and it
// stays, since nothing moves the break down.
unsafe impl Allocator for ProgramBreak {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        const NOTHING: (*mut u8, usize, u32) = (null_mut(), 0, 0);
        // The first pages begin where the break happens to be.
        let start = program_break().next_multiple_of(PAGE_SIZE);
        let Some(end) = start.checked_add(size) else { return NOTHING };
        // SAFETY: the break only moves up.
        if unsafe { linux::brk(end) } != end {
            return NOTHING;
        }
        (with_exposed_provenance_mut(start), size, 0)
    }

    fn remap(&self, _start: *mut u8, _old_size: usize, _new_size: usize, _can_move: bool) -> *mut u8 {
        null_mut()
    }

    fn free_part(&self, _start: *mut u8, _old_size: usize, _new_size: usize) -> bool {
        false
    }

    fn free(&self, _start: *mut u8, _size: usize) -> bool {
        false
    }

    fn can_release_part(&self, _flags: u32) -> bool {
        false
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE_SIZE
    }
}
