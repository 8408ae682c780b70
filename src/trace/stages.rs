//! The stages of the boot: when each of main.rs's was over, and what then lay where, for `make boot-report`.
//!
//! A stage is a few stores, so it is noted in every boot. What was noted is told at the machine's end, where `stages=1`
//! asks for it: a log line on a serial port costs more than most stages, and would be measured along with them.

use crate::arch::lock::IrqLock;
use crate::mm::frame::{self, Pool};
use crate::mm::image;
use crate::task::clock;
use arrayvec::ArrayVec;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// The stages so far: what each was for, and the cycles worked until its end.
static STAGES: IrqLock<ArrayVec<(&'static str, u64), 16>> = IrqLock::new(ArrayVec::new_const());

/// Whether they are to be told.
static ARE_TOLD: AtomicBool = AtomicBool::new(false);

/// Lets [`report`] tell them.
pub fn turn_on() {
    ARE_TOLD.store(true, Relaxed);
}

/// Says that the stage `name` is over; the next one begins. Only once the clock runs.
pub fn reached(name: &'static str) {
    let cycles = clock::worked_cycles();
    // One too many is not told.
    let _ = STAGES.lock().try_push((name, cycles));
}

/// Tells in the log when each stage was over, how long the loader took before the first, and where memory's parts lie, if
/// anybody wants to know.
pub fn report() {
    if !ARE_TOLD.load(Relaxed) {
        return;
    }
    log::info!(target: "boot", "the kernel began after {} cycles of BIOS and loader", clock::first_cycles());
    for (name, cycles) in STAGES.lock().iter() {
        log::info!(target: "boot", "stage over after {cycles} cycles: {name}");
    }
    let image = image();
    log::info!(target: "boot", "frames {:#010x}..{:#010x}: the kernel's image", image.start, image.end);
    for (pool, name) in [(Pool::Kernel, "the kernel's pool"), (Pool::User, "the programs' pool")] {
        let range = frame::range(pool);
        log::info!(target: "boot", "frames {:#010x}..{:#010x}: {name}", range.start.address(), range.end.address());
    }
}
