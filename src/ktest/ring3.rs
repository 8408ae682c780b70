//! Runs the ring-3 cases, each in a process of its own.
//!
//! /tests/cases names them, one a line; `/tests/suite NAME` runs one and exits with 0 when it
//! passed, 77 when it does not apply here. It may leave children behind; they come to us, and have
//! a while to end before what is free is counted.

use crate::cmdline::Suite;
use crate::dev::tty;
use crate::errno::Result;
use crate::fs::{program, root};
use crate::task::exec::Arguments;
use crate::task::process_execute::process_execute;
use crate::task::status::WaitStatus;
use crate::task::wait::{Hang, Which, sys_wait};
use crate::task::{clock, sleep};
use crate::trace::counts::Counts;

const CASES: &str = "/tests/cases";
const PROGRAM: &str = "/tests/suite";
/// The exit code of a case that does not apply.
const SKIPPED: u8 = 77;
/// How long orphans of a case may take to end.
const ORPHANS_NS: u64 = 10 * clock::SECOND_NS;
const POLL_NS: u64 = 10_000_000;

/// Runs the cases of `suite`; returns how many failed.
pub fn run(suite: Suite) -> u32 {
    let Ok(text) = root::find(CASES).and_then(|place| root::contents(&place)) else {
        log::error!(target: "suite", "there is no {CASES} in the root archive");
        return 1;
    };
    let text = core::str::from_utf8(&text).unwrap_or_default();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for name in text.lines().filter(|name| suite.includes(name)) {
        let before = Counts::now();
        let status = run_case(name);
        let lost = Counts::now().lost_since(before);
        match (status.map(WaitStatus::shell_code), &lost) {
            (Ok(0), None) => {
                passed += 1;
                log::info!(target: "suite", "test ring3::{name} ... ok");
            }
            (Ok(SKIPPED), None) => {
                skipped += 1;
                log::info!(target: "suite", "test ring3::{name} ... skipped: does not apply here");
            }
            (Ok(0 | SKIPPED), Some(lost)) => {
                failed += 1;
                log::error!(target: "suite", "test ring3::{name} ... FAILED: {lost}");
            }
            (Ok(code), _) => {
                failed += 1;
                log::error!(target: "suite", "test ring3::{name} ... FAILED: exit status {code}");
            }
            (Err(error), _) => {
                failed += 1;
                log::error!(target: "suite", "test ring3::{name} ... FAILED: {error}");
            }
        }
    }
    if passed + failed + skipped == 0 {
        log::error!(target: "suite", "no case has that name; {CASES} lists them");
        failed = 1;
    }
    log::info!(target: "suite", "suite: {passed} passed, {failed} failed, {skipped} skipped");
    failed
}

/// Runs one case and reaps it and all that it left behind.
fn run_case(name: &str) -> Result<WaitStatus> {
    let file = program::open(PROGRAM.as_bytes())?;
    let arguments = Arguments::new(PROGRAM, ["suite", name].into_iter())?;
    let case = process_execute(file, arguments, tty::descriptors()?)?.pid();
    let mut status = None;
    while status.is_none() {
        let (pid, ended) = sys_wait(Which::Any, Hang::Wait)?.expect("this waits");
        status = (Some(pid) == case).then_some(ended);
    }
    reap_orphans();
    Ok(status.expect("the loop ended"))
}

fn reap_orphans() {
    let deadline = clock::uptime_ns() + ORPHANS_NS;
    loop {
        match sys_wait(Which::Any, Hang::No) {
            Ok(Some(_)) => {}
            Ok(None) if clock::uptime_ns() < deadline => _ = sleep::sleep_ns(POLL_NS),
            Ok(None) | Err(_) => return,
        }
    }
}
