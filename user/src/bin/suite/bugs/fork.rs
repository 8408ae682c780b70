//! F1 to F11, as far as they can be seen from ring 3: forks that cannot succeed, and what they leave.

use crate::check::{check, check_eq, must, only_on_tusk, skip};
use crate::child::{is_injecting, none_left, run, run_well};
use core::time::Duration;
use linux_raw_sys::general::WNOHANG;
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::measure::{self, Unit, median};
use tusk_user::time::{now, sleep_until};
use tusk_user::{Errno, Status, cpu, println};

use super::memory::fill_memory;

/// How long the children of a storm live at first, and at most: all of them have to live at once.
const FIRST_HOLD: Duration = Duration::from_millis(500);
const LONGEST_HOLD: Duration = Duration::from_secs(32);

/// Skips cases about forks that are refused: other kernels have too much room, and injected failures are none of these.
pub fn needs_refusal() {
    only_on_tusk();
    if is_injecting() {
        skip(format_args!("forks are made to fail here anyway"));
    }
}

/// Whether it is an error that says "no room".
fn is_no_room(error: Errno) -> bool {
    matches!(error, Errno::ENOMEM | Errno::EAGAIN)
}

/// Has a storm that is over before its first child ends; returns how many children there were.
fn storm() -> u32 {
    let mut hold = FIRST_HOLD;
    loop {
        if let Some(forked) = storm_within(hold) {
            return forked;
        }
        check!(hold < LONGEST_HOLD, "no fork was refused in {} s", hold.as_secs());
        hold *= 2;
    }
}

/// Forks sleeping children until that is refused, then waits for all; `None` when they did not all live at once.
fn storm_within(hold: Duration) -> Option<u32> {
    let release = now() + hold;
    let mut forked = 0;
    let error = loop {
        match linux::fork() {
            Ok(Fork::Child) => {
                sleep_until(release);
                linux::exit(0);
            }
            Ok(Fork::Parent(_)) => forked += 1,
            Err(error) => break Some(error),
        }
        if now() >= release {
            break None;
        }
    };
    check!(error.is_none_or(is_no_room), "fork {forked} was refused with {error:?}");
    let all_at_once = error.is_some() && now() < release;
    let mut reaped = 0;
    while linux::waitpid(ANY_CHILD).is_ok() {
        reaped += 1;
    }
    check_eq!(reaped, forked, "the number of children waited for");
    all_at_once.then_some(forked)
}

/// F1: a refused fork of the book loses pages and a pid. Here the second storm gets as far as the first.
pub fn f1_refused_forks_lose_nothing() {
    needs_refusal();
    let first = storm();
    let second = storm();
    println!("{first} children, and {second}");
    check_eq!(second, first, "the number of children of the second storm");
}

/// F4: in the book running out of pids or memory is an assertion, or pid 0.
pub fn f4_running_out_of_processes_is_an_error() {
    needs_refusal();
    check!(storm() > 10, "there was room for a few processes only");
    run_well(|| {});
}

/// F2: the book does not look whether there was a page to copy to.
pub fn f2_parent_too_large_to_copy_is_an_error() {
    needs_refusal();
    let mut heap = fill_memory();
    heap.bytes()[PAGE_SIZE] = 0x42;
    for _ in 0..3 {
        match linux::fork() {
            // A fork that copies on write has nothing to copy yet. All is well then, too.
            Ok(Fork::Child) => linux::exit(0),
            Ok(Fork::Parent(child)) => {
                check_eq!(linux::waitpid(child).map(|(pid, _)| pid), Ok(child), "waitpid for the child");
            }
            Err(error) => check!(is_no_room(error), "the error of fork is {error:?}"),
        }
        none_left();
    }
    check_eq!(heap.bytes()[PAGE_SIZE], 0x42, "the parent's memory");
    // With most of it given back there is room again.
    must!(heap.resize(16));
    run_well(|| check_eq!(heap.bytes()[PAGE_SIZE], 0x42, "the child's memory"));
}

/// F2 with the book's figures: a body of 2,500 pages on 32 MiB, of which the child gets more than half before memory
/// is out. The book's kernel panics.
pub fn f2_copying_2500_pages_on_32_mib_is_enomem() {
    const PAGES: usize = 2500;
    needs_refusal();
    let mut heap = must!(Heap::new(1));
    if heap.resize(2 * PAGES).is_ok() || heap.resize(PAGES).is_err() {
        skip(format_args!("this machine's memory holds two such bodies, or none"));
    }
    heap.touch();
    heap.bytes()[PAGES / 2 * PAGE_SIZE] = 0x25;
    for _ in 0..3 {
        check_eq!(linux::fork().err(), Some(Errno::ENOMEM), "the error of fork");
        none_left();
    }
    check_eq!(heap.bytes()[PAGES / 2 * PAGE_SIZE], 0x25, "the parent's memory");
    must!(heap.resize(16));
    run_well(|| {});
}

/// F8: in the book a page that could not be mapped makes the next fork fault.
pub fn f8_fork_after_a_refused_allocation_works() {
    let mut heap = must!(Heap::new(4));
    heap.bytes().fill(0x66);
    let end = program_break();
    check!(heap.resize(0xf_0000).is_err(), "the break moved up by almost 4 GiB");
    check_eq!(program_break(), end, "the break after it could not move");
    run_well(|| {
        check!(heap.bytes().iter().all(|&byte| byte == 0x66), "the child's heap is not its parent's");
        must!(heap.resize(8));
        heap.touch();
    });
}

/// F9: the book copies each page twice, byte by byte, with interrupts off. The price shows it.
pub fn f9_fork_copies_each_page_once() {
    if measure::unit() != Unit::Instructions || is_injecting() {
        skip(format_args!("nobody counts instructions here (qemu -icount does)"));
    }
    let cost_of = |pages: usize| {
        let mut heap = must!(Heap::new(pages));
        heap.touch();
        let mut samples = [0; 5];
        for sample in &mut samples {
            let start = cpu::ticks();
            let Fork::Parent(child) = must!(linux::fork()) else { linux::exit(0) };
            *sample = cpu::ticks() - start;
            check_eq!(linux::waitpid(child), Ok((child, Status(0))), "the child's end");
        }
        median(&mut samples)
    };
    let per_page = (cost_of(256).saturating_sub(cost_of(0))) / 256;
    println!("{per_page} instructions for a page more");
    // A page copied by `rep movsd` is 1,030 instructions; the book takes 26,400.
    check!(per_page < 2_300, "a page more costs {per_page} instructions");
}

/// F10: nothing stops a fork bomb of the book but a panic. Here it comes to an end, and the machine goes on.
pub fn f10_fork_bomb_ends_in_errors() {
    needs_refusal();
    let end = now() + Duration::from_secs(1);
    let status = run(|| {
        // Every process of the bomb goes through this loop: whoever is refused, waits for its children and ends.
        while now() < end && linux::fork().is_ok() {}
        sleep_until(end);
        while linux::waitpid(ANY_CHILD).is_ok() {}
        0
    });
    check!(status == Status(0) || status.signal().is_some(), "the end of the bomb's first process: {status}");
    // Orphans of processes that the kernel had to kill may take a moment to end, and init to collect them.
    sleep_until(end + Duration::from_millis(300));
    run_well(|| {});
}

/// F11: after a refused fork the book's shell takes itself for a parent, waits, and dies of it.
pub fn f11_refused_fork_leaves_a_parent() {
    needs_refusal();
    let pid = linux::getpid();
    let heap = fill_memory();
    if linux::fork() == Ok(Fork::Child) {
        linux::exit(0);
    }
    check_eq!(linux::getpid(), pid, "the pid after a refused fork");
    while linux::waitpid(ANY_CHILD).is_ok() {}
    check_eq!(linux::waitpid_with(ANY_CHILD, WNOHANG), Err(Errno::ECHILD), "waitpid after a refused fork");
    drop(heap);
    run_well(|| {});
}
