//! On the way back to ring 3: what waits for the running task is acted on.
//!
//! [`on_return`] is called when the task leaves the kernel for its program and something is to be done first.
//! Each signal that waits ends the process, stops it, or puts a frame on its stack; a later one's frame lies
//! on top, so its handler runs first, as on Linux. A system call that was cut short is settled before the
//! first frame: it begins again, or returns EINTR, when the handler is done.

use super::action::Action;
use super::frame::{self, Kind};
use super::information::Information;
use super::number::{Default, Signal};
use super::send::{force, is_immune};
use super::set::SignalSet;
use super::state::set_blocked;
use crate::arch::idt::SYSTEM_CALL;
use crate::arch::trap::{self, TrapFrame};
use crate::errno::{Errno, Result};
use crate::task::exit::{self, exit_process};
use crate::task::kinship;
use crate::task::scheduler;
use crate::task::session;
use crate::task::status::WaitStatus;
use crate::task::task_ref::running_thread;
use crate::task::task_struct::Status;
use crate::task::thread_id;
use crate::trace::tracepoint;
use linux_raw_sys::general as linux;

/// Bytes of `int 0x80`.
const SYSTEM_CALL_LENGTH: u32 = 2;
/// `restart_syscall`.
const RESTART_SYSTEM_CALL: u32 = 0;
/// The book's calls, whose only error is −1.
const BOOK_CALLS: u32 = 0x8000;

/// Takes over the way back to ring 3.
pub(in crate::task) fn init() {
    trap::register_return_work(on_return);
}

/// Does what is to be done before the program goes on at `frame`.
fn on_return(frame: &mut TrapFrame) {
    let task = running_thread();
    scheduler::preempt_if_less_important();
    thread_id::store_if_asked();
    loop {
        trap::set_return_work(false);
        task.signals.take_work();
        act_on_all(frame);
        settle_call(frame, None);
        // A call that changes the mask for its time alone has ended without a handler. The old one may let in what
        // waits.
        let Some(mask) = task.signals.take_saved_mask() else { return };
        set_blocked(mask);
    }
}

/// Acts on the end of the process, on its stopping, and on every signal that is to be delivered.
fn act_on_all(frame: &mut TrapFrame) {
    let task = running_thread();
    loop {
        if task.is_doomed() {
            exit::end_doomed();
        }
        take_part_in_stop();
        let Some(what) = task.take_deliverable() else { return };
        act(frame, what);
    }
}

fn act(frame: &mut TrapFrame, what: Information) {
    let signal = what.signal;
    let task = running_thread();
    let action = task.signals.action(signal);
    if action.is_handled() {
        if frame.is_virtual_8086() {
            // No frame can be laid on such a stack; all that it could do here is fault.
            exit_process(WaitStatus::killed(Signal::SEGV));
        }
        return call_handler(frame, what, &action);
    }
    if action.ignores(signal) || is_immune(&task) {
        return;
    }
    match signal.default_action() {
        Default::Terminate => exit_process(WaitStatus::killed(signal)),
        Default::Stop => stop(signal),
        Default::Ignore | Default::Continue => {}
    }
}

/// Stops the running process until SIGCONT or SIGKILL.
///
/// One whose group is orphaned would never go on again, so a terminal's signals do not stop it.
fn stop(signal: Signal) {
    let task = running_thread();
    let process = task.process();
    let is_from_terminal = signal != Signal::STOP;
    if is_from_terminal && process.membership.group().is_none_or(session::is_orphaned) {
        return;
    }
    process.stop(signal);
}

/// Stops the running thread if its process is to be stopped. The last one tells the parent.
fn take_part_in_stop() {
    let task = running_thread();
    while let Some(signal) = task.process().stopped_by() {
        if task.process().have_all_stopped_but(task) {
            kinship::stopped(task.process(), signal);
        }
        scheduler::block(Status::Stopped);
    }
}

fn call_handler(frame: &mut TrapFrame, what: Information, action: &Action) {
    let signal = what.signal;
    let signals = &running_thread().signals;
    settle_call(frame, Some(action));
    if action.has(linux::SA_RESETHAND) {
        signals.reset_action(signal);
    }
    let saved = signals.take_saved_mask();
    if frame::enter(frame, what, action, saved.unwrap_or(signals.blocked())).is_err() {
        return force_bad_frame(signal);
    }
    let own = if action.has(linux::SA_NODEFER) { SignalSet::EMPTY } else { SignalSet::of(signal) };
    set_blocked(signals.blocked().union(action.mask).union(own));
}

/// The program's stack cannot take or did not hold a frame: SIGSEGV, which ends it when that is what failed.
fn force_bad_frame(failed: Signal) {
    let task = running_thread();
    if failed == Signal::SEGV {
        task.signals.reset_action(Signal::SEGV);
    }
    force(task, Information::of_kernel(Signal::SEGV));
}

/// Settles a system call that a signal cut short, once: `handler` is run next, or none.
fn settle_call(frame: &mut TrapFrame, handler: Option<&Action>) {
    if frame.vector != u32::from(SYSTEM_CALL) {
        return;
    }
    frame.vector = 0;
    let Some(error) = Errno::of_restart(frame.eax) else { return };
    let again = match (error, handler) {
        (Errno::RESTART_RECORD, None) => Some(RESTART_SYSTEM_CALL),
        (_, None) => Some(frame.esp_dummy),
        (Errno::RESTART, Some(action)) if action.has(linux::SA_RESTART) => Some(frame.esp_dummy),
        _ => None,
    };
    match again {
        Some(number) => {
            tracepoint!(syscall::restart(number));
            frame.eip = frame.eip.wrapping_sub(SYSTEM_CALL_LENGTH);
            frame.eax = number;
        }
        None if frame.esp_dummy >= BOOK_CALLS => frame.eax = u32::MAX,
        None => frame.eax = Errno::INTR.to_eax(),
    }
}

/// `sigreturn`: goes back to where a handler without `SA_SIGINFO` was called. Returns what eax is to hold.
///
/// # Errors
/// None: a bad frame is SIGSEGV.
pub fn return_from_plain() -> Result<u32> {
    Ok(return_from(Kind::Plain))
}

/// `rt_sigreturn`, for a handler with `SA_SIGINFO`.
///
/// # Errors
/// None: a bad frame is SIGSEGV.
pub fn return_from_full() -> Result<u32> {
    Ok(return_from(Kind::Full))
}

fn return_from(kind: Kind) -> u32 {
    let task = running_thread();
    match frame::leave(&task.registers(), kind) {
        Ok(resumed) => {
            task.set_registers(&resumed.registers);
            set_blocked(resumed.mask);
            resumed.registers.eax
        }
        Err(_) => {
            log::info!(target: "fault", "{}: a bad signal frame", task.name().as_str());
            force_bad_frame(Signal::ILL);
            0
        }
    }
}

/// Sends the running task a signal about its own mistake, which it cannot keep from acting on. Says whether it
/// has a handler for it; when not, the caller may say what happened and end it.
pub(in crate::task) fn force_on_running(what: Information) -> bool {
    let task = running_thread();
    force(task, what);
    task.signals.action(what.signal).is_handled()
}
