//! Parent and child have the same memory at first, and from then on each has its own.
//!
//! One word is looked at in each kind of memory a process has: on the stack, in initialised data, in bss, and above
//! the program break.

use crate::check::{check_eq, must};
use crate::child::{run_well, start, wait};
use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use tusk_user::Status;
use tusk_user::heap::Heap;
use tusk_user::time::sleep;

static IN_DATA: AtomicU32 = AtomicU32::new(BEFORE);
static IN_BSS: AtomicU32 = AtomicU32::new(0);

/// What the word holds when fork is called, and what each side writes after it.
const BEFORE: u32 = 0x0ddb_0a11;
const CHILDS: u32 = 0xc41d;
const PARENTS: u32 = 0xfa7e;

/// Long enough for the other process to have written.
const A_WHILE: Duration = Duration::from_millis(40);

/// Calls `with` with a word above the program break.
fn on_a_heap(with: impl FnOnce(&AtomicU32)) {
    let mut heap = must!(Heap::new(1));
    let word = heap.bytes().as_mut_ptr().cast::<AtomicU32>();
    // SAFETY: a page begins aligned and is zeroed, and the heap outlives the reference.
    with(unsafe { &*word });
}

/// The child writes, and the parent looks when it has ended.
#[track_caller]
fn child_writes(word: &AtomicU32) {
    black_box(word).store(BEFORE, Ordering::Relaxed);
    run_well(|| {
        check_eq!(word.swap(CHILDS, Ordering::Relaxed), BEFORE, "what the child found");
        check_eq!(word.load(Ordering::Relaxed), CHILDS, "what the child has after its write");
    });
    check_eq!(word.load(Ordering::Relaxed), BEFORE, "what the parent has after the child's write");
}

/// The parent writes, and the child looks when it has.
#[track_caller]
fn parent_writes(word: &AtomicU32) {
    black_box(word).store(BEFORE, Ordering::Relaxed);
    let child = start(|| {
        sleep(A_WHILE);
        check_eq!(word.load(Ordering::Relaxed), BEFORE, "what the child has after the parent's write");
        0
    });
    word.store(PARENTS, Ordering::Relaxed);
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(word.load(Ordering::Relaxed), PARENTS, "what the parent has after its write");
}

/// On the stack.
pub fn child_write_on_the_stack_is_invisible_to_parent() {
    child_writes(&AtomicU32::new(0));
}

/// In initialised data.
pub fn child_write_in_data_is_invisible_to_parent() {
    child_writes(&IN_DATA);
}

/// In bss.
pub fn child_write_in_bss_is_invisible_to_parent() {
    child_writes(&IN_BSS);
}

/// Above the program break.
pub fn child_write_on_the_heap_is_invisible_to_parent() {
    on_a_heap(child_writes);
}

/// On the stack.
pub fn parent_write_on_the_stack_is_invisible_to_child() {
    parent_writes(&AtomicU32::new(0));
}

/// In initialised data.
pub fn parent_write_in_data_is_invisible_to_child() {
    parent_writes(&IN_DATA);
}

/// In bss.
pub fn parent_write_in_bss_is_invisible_to_child() {
    parent_writes(&IN_BSS);
}

/// Above the program break.
pub fn parent_write_on_the_heap_is_invisible_to_child() {
    on_a_heap(parent_writes);
}

/// Brothers have one parent, and no memory in common either.
pub fn siblings_do_not_see_each_others_writes() {
    IN_DATA.store(BEFORE, Ordering::Relaxed);
    let mut children = [0; 8];
    for (number, child) in (0..).zip(&mut children) {
        *child = start(|| {
            check_eq!(IN_DATA.swap(number, Ordering::Relaxed), BEFORE, "what sibling {number} found");
            sleep(A_WHILE);
            check_eq!(IN_DATA.load(Ordering::Relaxed), number, "what sibling {number} has after all wrote");
            0
        });
    }
    for child in children {
        check_eq!(wait(child), Status(0), "the end of sibling {child}");
    }
    check_eq!(IN_DATA.load(Ordering::Relaxed), BEFORE, "what the parent has");
}

/// A grandchild's writes stop at the grandchild.
pub fn generations_do_not_see_each_others_writes() {
    IN_DATA.store(BEFORE, Ordering::Relaxed);
    run_well(|| {
        IN_DATA.store(CHILDS, Ordering::Relaxed);
        run_well(|| check_eq!(IN_DATA.swap(1, Ordering::Relaxed), CHILDS, "what the grandchild found"));
        check_eq!(IN_DATA.load(Ordering::Relaxed), CHILDS, "what the child has");
    });
    check_eq!(IN_DATA.load(Ordering::Relaxed), BEFORE, "what the parent has");
}
