//! Tests that run at boot: in the kernel (`ktest`) and in ring 3 (`suite`).
//!
//! Asked for on the command line, they run in a thread that is pid 1 instead of init, so that
//! orphans come to it. Each test reports by name in the log, what is free is counted before and
//! after it, and the machine goes off when all are done. An in-kernel test is a function in one of
//! the modules here, registered by `ktest!` in a section of its own, so that there is no list to
//! keep. tests/ on the host reads the reports.

mod files;
mod memory;
mod pin;
mod ring3;
mod runner;
mod tasks;
mod tracing;

use crate::arch::lock::IrqLock;
use crate::cmdline::Suite;
use crate::errno::Result;
use crate::task::pcb::DEFAULT_PRIORITY;
use crate::task::stack_use;
use crate::task::thread::thread_start;
use crate::trace;

/// A registered in-kernel test.
#[repr(C)]
pub struct KernelTest {
    name: &'static str,
    run: fn() -> Outcome,
}

/// What an in-kernel test returns: nothing, or what was not as it should be.
type Outcome = core::result::Result<(), &'static str>;

/// Registers a function as an in-kernel test.
macro_rules! ktest {
    ($name:ident) => {
        const _: () = {
            #[used]
            #[unsafe(link_section = ".ktests")]
            static TEST: $crate::ktest::KernelTest = $crate::ktest::KernelTest { name: stringify!($name), run: $name };
        };
    };
}
use ktest;

/// Fails the test, saying what, when `condition` does not hold.
macro_rules! check {
    ($condition:expr) => {
        if !$condition {
            return Err(concat!(stringify!($condition), " does not hold, line ", line!()));
        }
    };
}
use check;

/// What is to be run.
#[derive(Clone, Copy)]
struct Wanted {
    ktest: Option<&'static str>,
    suite: Option<Suite<'static>>,
}

static WANTED: IrqLock<Wanted> = IrqLock::new(Wanted { ktest: None, suite: None });

/// Starts the thread that runs the in-kernel tests whose name contains `ktest`, then the ring-3
/// cases of `suite`.
///
/// # Errors
/// ENOMEM.
pub fn start(ktest: Option<&'static str>, suite: Option<Suite<'static>>) -> Result<()> {
    *WANTED.lock() = Wanted { ktest, suite };
    thread_start("tests", DEFAULT_PRIORITY, run, 0)?;
    Ok(())
}

extern "C" fn run(_argument: u32) {
    let wanted = *WANTED.lock();
    let mut failed = 0;
    if let Some(part) = wanted.ktest {
        failed += runner::run(part);
    }
    if let Some(suite) = wanted.suite {
        failed += ring3::run(suite);
    }
    stack_use::report();
    trace::log::power_off(u8::from(failed > 0))
}
