//! Runs the in-kernel tests and reports each by name.

use super::KernelTest;
use crate::trace::counts::Counts;

unsafe extern "C" {
    // The ends of the section that `ktest!` fills (src/linker.ld).
    static __ktests_start: u8;
    static __ktests_end: u8;
}

fn all() -> &'static [KernelTest] {
    let start = (&raw const __ktests_start).cast::<KernelTest>();
    let end = (&raw const __ktests_end).cast::<KernelTest>();
    // SAFETY: the section holds nothing but the statics that `ktest!` puts there, one after the
    // other, and is never written to.
    unsafe { core::slice::from_raw_parts(start, end.offset_from_unsigned(start)) }
}

/// Runs the tests whose name contains `part`; returns how many failed.
pub fn run(part: &str) -> u32 {
    let (mut passed, mut failed) = (0, 0);
    for test in all().iter().filter(|test| test.name.contains(part)) {
        let before = Counts::now();
        let outcome = (test.run)();
        let lost = Counts::now().lost_since(before);
        let name = test.name;
        match (outcome, &lost) {
            (Ok(()), &None) => log::info!(target: "ktest", "test ktest::{name} ... ok"),
            (Err(why), _) => log::error!(target: "ktest", "test ktest::{name} ... FAILED: {why}"),
            (_, Some(lost)) => log::error!(target: "ktest", "test ktest::{name} ... FAILED: {lost}"),
        }
        if outcome.is_ok() && lost.is_none() {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    if passed + failed == 0 {
        log::error!(target: "ktest", "no test in the kernel has \"{part}\" in its name");
        failed = 1;
    }
    log::info!(target: "ktest", "ktest: {passed} passed, {failed} failed");
    failed
}
