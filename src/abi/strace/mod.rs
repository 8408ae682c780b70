//! System calls and signals as lines, as Linux's strace prints them: for `strace=1`, and for who watches a process.
//!
//! A line is what the table says of the call ([`arguments`]): what goes in is written when the call is made, what comes
//! out and the result when it returns. With `strace=1` all lines go to the log, each when it is complete; a watcher
//! (`/proc/PID/strace`, the program `strace`) gets what there is at once, so that one sees what a process waits in
//! ([`output`]). Calls that do not exist are shown too: what a program probed for is often what one wants to know.
//! `man 1 strace`; what differs is in docs/CAVEATS.md.

mod arguments;
mod errors;
mod flags;
mod line;
mod memory;
mod output;
mod requests;
mod results;
mod signals;
mod structures;
mod words;

use super::call::Call;
use crate::errno::{Errno, Result};
use crate::task::clock;
use crate::task::signal::{Information, Signal};
use crate::task::status::WaitStatus;
use crate::task::watch::{self, Tale};
use arguments::Made;
use core::fmt::Write;
use line::Line;
use output::Listeners;

/// Takes over what is to be told of processes beside their calls.
pub fn init() {
    watch::set_tale(Tale { signal: on_signal, stopped: on_stop, ended: on_end });
}

/// Shows everything in the log from now on.
pub fn turn_on() {
    output::log_everything();
    watch::begin();
}

/// Whether anything may have to be shown: one load a call while it has not.
pub fn is_on() -> bool {
    watch::is_on()
}

/// Makes a call, and shows it to those who are to see it.
#[inline(never)]
pub fn run(call: &Call, words: [u32; 6]) -> Result<u32> {
    let Some(listeners) = Listeners::of_running() else { return (call.function)(words) };
    let mut line = Line::new();
    let made = Made { call, words: &words, result: None };
    let shown = begin(&mut line, &made);
    if matches!(call.name, "exit" | "exit_group") {
        let _ = line.write_str(") ");
        line.begin_result();
        let _ = line.write_str("= ?\n");
        listeners.whole(&mut line);
        // It does not return, so nothing may be left to be dropped.
        drop((line, listeners));
        return (call.function)(words);
    }
    listeners.begin(&mut line);
    let start = if listeners.want_times() { clock::uptime_ns() } else { 0 };
    let result = (call.function)(words);
    let made = Made { result: Some(result), ..made };
    end(&mut line, &made, shown, result, listeners.want_times().then(|| clock::uptime_ns() - start));
    listeners.end(&mut line, call.name);
    result
}

/// Writes a call as it is made; returns how many arguments that were.
#[inline(never)]
fn begin(line: &mut Line, made: &Made) -> usize {
    // A line takes everything.
    let _ = write!(line, "{}(", made.call.name);
    if made.call.name == "restart_syscall" {
        let _ = line.write_str("<... resuming interrupted system call ...>");
    }
    arguments::write(line, made, 0).unwrap_or_default()
}

/// Writes what there is to say when it has returned, after `took` nanoseconds.
#[inline(never)]
fn end(line: &mut Line, made: &Made, shown: usize, result: Result<u32>, took: Option<u64>) {
    if crate::task::task_ref::running_thread().is_doomed() {
        let _ = line.write_str(" <unfinished ...>) ");
        line.begin_result();
        let _ = line.write_str("= ?\n");
        return;
    }
    // A line takes everything.
    let _ = arguments::write(line, made, shown);
    let _ = results::write(line, made, result);
    if let Some(took) = took {
        let us = took / 1000;
        let _ = write!(line, " <{}.{:06}>", us / 1_000_000, us % 1_000_000);
    }
    let _ = line.write_str("\n");
}

/// Shows a call that is in no table.
#[inline(never)]
pub fn show_unknown(number: u32, words: &[u32; 6]) {
    let Some(listeners) = Listeners::of_running() else { return };
    let mut line = Line::new();
    let [a, b, c, d, e, f] = *words;
    let _ = write!(line, "syscall_{number:#x}({a:#x}, {b:#x}, {c:#x}, {d:#x}, {e:#x}, {f:#x}) ");
    line.begin_result();
    let error = Errno::NOSYS;
    let _ = writeln!(line, "= -1 {error} ({})", errors::meaning(error));
    listeners.whole(&mut line);
}

/// Shows that the running thread is about to act on a signal.
#[inline(never)]
fn on_signal(what: &Information) {
    let Some(listeners) = Listeners::of_running() else { return };
    let mut line = Line::new();
    let _ = line.write_str("--- ");
    let _ = words::signal(&mut line, what.signal.number());
    let _ = line.write_str(" ");
    let _ = signals::information(&mut line, what);
    let _ = line.write_str(" ---\n");
    listeners.whole(&mut line);
}

/// Shows that a signal stops the running thread.
#[inline(never)]
fn on_stop(signal: Signal) {
    let Some(listeners) = Listeners::of_running() else { return };
    let mut line = Line::new();
    let _ = line.write_str("--- stopped by ");
    let _ = words::signal(&mut line, signal.number());
    let _ = line.write_str(" ---\n");
    listeners.whole(&mut line);
}

/// Shows that the running thread ends.
#[inline(never)]
fn on_end(status: WaitStatus) {
    let Some(listeners) = Listeners::of_running() else { return };
    let mut line = Line::new();
    let _ = match status.signal() {
        Some(signal) => {
            let _ = line.write_str("+++ killed by ");
            words::signal(&mut line, signal.number())
        }
        None => write!(line, "+++ exited with {}", status.detail()),
    };
    let _ = line.write_str(" +++\n");
    listeners.whole(&mut line);
}
