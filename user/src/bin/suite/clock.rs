//! The kernel's clock counts ticks, and a tick that comes while interrupts are off for too long is lost.
//!
//! So long work in the kernel has to let interrupts in, or the clock falls behind. It is compared with the processor's
//! own counter, which nothing holds up. On a busy host the emulator itself loses ticks, whatever the kernel does: so a
//! loss counts only where the program, computing as long by itself, loses none, and only if there is one every time.

use crate::check::{check, check_eq, fail, must, only_on_tusk, skip};
use core::ffi::CStr;
use core::panic::Location;
use core::time::Duration;
use tusk_user::cpu::ticks;
use tusk_user::heap::Heap;
use tusk_user::time::now;
use tusk_user::{Errno, book, linux};

/// How far the clock may fall behind: three of its ticks.
const LOSS_MAX: Duration = Duration::from_millis(30);
/// How many losses that count are enough.
const LOSSES: u32 = 5;
/// How often to try.
const TRIES: u32 = 30;
/// How long to find out how fast the processor counts.
const CALIBRATION: Duration = Duration::from_millis(200);

/// Ticks of the processor in a millisecond.
fn ticks_per_millisecond() -> u64 {
    let edge = || {
        let before = now();
        while now() == before {}
        (now(), ticks())
    };
    let (start, first) = edge();
    while now() < start + CALIBRATION {}
    let (end, last) = edge();
    ((last - first) / ((end - start).as_millis() as u64).max(1)).max(1)
}

/// How far the clock falls behind the processor during `work`, and how long that takes by the processor.
fn loss(per_millisecond: u64, work: impl FnOnce()) -> (Duration, Duration) {
    let (start, first) = (now(), ticks());
    work();
    let by_clock = now() - start;
    let by_processor = Duration::from_millis((ticks() - first) / per_millisecond);
    (by_processor.saturating_sub(by_clock), by_processor)
}

/// Fails when the clock falls behind each time that `work` is done, though not while the program computes.
#[track_caller]
fn costs_no_ticks(mut work: impl FnMut()) {
    let per_millisecond = ticks_per_millisecond();
    let mut losses = 0;
    for _ in 0..TRIES {
        let (lost, length) = loss(per_millisecond, &mut work);
        if lost <= LOSS_MAX {
            return;
        }
        let (lost_anyway, _) = loss(per_millisecond, || {
            let first = ticks();
            while ticks() - first < length.as_millis() as u64 * per_millisecond {}
        });
        losses += u32::from(lost_anyway <= LOSS_MAX);
        if losses == LOSSES {
            let [lost, length] = [lost, length].map(|time| time.as_millis());
            fail(Location::caller(), format_args!("the clock loses {lost} of {length} ms each time"));
        }
    }
    skip(format_args!("the host is too busy to tell: ticks are lost while nobody is in the kernel"));
}

/// A path as long as can be, almost all of it slashes, that leads nowhere.
pub fn long_paths_cost_no_ticks() {
    only_on_tusk();
    const SLASHES: usize = 4000;
    let mut heap = must!(Heap::new(1));
    heap.bytes()[..SLASHES].fill(b'/');
    heap.bytes()[SLASHES..SLASHES + 4].copy_from_slice(b"nix\0");
    let path = CStr::from_bytes_until_nul(heap.bytes()).unwrap_or_default();
    costs_no_ticks(|| {
        for _ in 0..5 {
            check_eq!(linux::execve_at(path.as_ptr().addr(), 0, 0), Errno::ENOENT, "execve of many slashes");
        }
    });
}

/// Most of the memory there is, up to 256 MiB, taken at once and given back at once.
pub fn large_blocks_cost_no_ticks() {
    only_on_tusk();
    const LARGEST: usize = 256 << 20;
    let size = core::iter::successors(Some(LARGEST), |size| Some(size / 2)).find(|&size| {
        let block = book::malloc(size);
        // SAFETY: nobody has used the block.
        !block.is_null() && unsafe { book::free(block) } != -1
    });
    let size = size.unwrap_or(0);
    check!(size >= 1 << 20, "not even a block of 1 MiB could be taken");
    costs_no_ticks(|| {
        let block = book::malloc(size);
        check!(!block.is_null(), "the second block of {size} bytes could not be taken");
        // SAFETY: nobody has used the block.
        check!(unsafe { book::free(block) } != -1, "free refused a block of {size} bytes");
    });
}

/// 64 KiB in one write: 820 lines, for which the screen scrolls as often.
pub fn long_writes_cost_no_ticks() {
    only_on_tusk();
    const LENGTH: usize = 64 << 10;
    let mut heap = must!(Heap::new(LENGTH / 4096));
    heap.bytes().fill(b'.');
    heap.bytes().iter_mut().skip(79).step_by(80).for_each(|byte| *byte = b'\n');
    let text = &*heap.bytes();
    costs_no_ticks(|| check_eq!(linux::write(1, text), Ok(LENGTH), "write"));
}
