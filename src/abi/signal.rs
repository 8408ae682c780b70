//! Signals: actions, masks, and waiting for them. `man 7 signal`.

use super::timespec::{read_duration32, read_duration64};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::scheduler;
use crate::task::signal::action::Action;
use crate::task::signal::deliver;
use crate::task::signal::send;
use crate::task::signal::state::{AlternateStack, leave_to_others, set_blocked};
use crate::task::signal::{Information, Signal, SignalSet};
use crate::task::signal::{information_to_program, stack_flags};
use crate::task::sleep;
use crate::task::task_ref::running_thread;
use linux_raw_sys::general as linux;

/// Bytes of the sets that the `rt_` calls take.
const SET_LENGTH: u32 = 8;

/// # Errors
/// EINVAL for what is no signal.
pub fn signal(number: u32) -> Result<Signal> {
    Signal::new(number).ok_or(Errno::INVAL)
}

pub(super) fn read_set(address: u32) -> Result<SignalSet> {
    let mut bytes = [0; SET_LENGTH as usize];
    user::copy_from_user(&mut bytes, address)?;
    Ok(SignalSet::from_bits(u64::from_le_bytes(bytes)))
}

fn write_set(address: u32, set: SignalSet) -> Result<()> {
    user::copy_to_user(address, &set.bits().to_le_bytes())
}

pub(super) fn check_length(length: u32) -> Result<()> {
    if length == SET_LENGTH { Ok(()) } else { Err(Errno::INVAL) }
}

/// Changes the action for a signal; returns the old one. The new one may be none.
fn change_action(number: u32, new: Option<Action>) -> Result<Action> {
    let signal = signal(number)?;
    if new.is_some() && signal.is_unblockable() {
        return Err(Errno::INVAL);
    }
    let task = running_thread();
    let old = task.signals.action(signal);
    if let Some(new) = new {
        task.signals.set_action(signal, Action { mask: new.mask.as_mask(), ..new })?;
        if new.ignores(signal) {
            send::discard(&task, SignalSet::of(signal));
        }
    }
    Ok(old)
}

/// `man 2 sigaction`; the structure is handler, flags, restorer, and a mask of 64 bits.
pub fn rt_sigaction(number: u32, new: u32, old: u32, length: u32) -> Result<u32> {
    check_length(length)?;
    let action = match new {
        0 => None,
        _ => Some(Action {
            handler: user::read_u32(new)?,
            flags: user::read_u32(new.wrapping_add(4))?,
            restorer: user::read_u32(new.wrapping_add(8))?,
            mask: read_set(new.wrapping_add(12))?,
        }),
    };
    let was = change_action(number, action)?;
    if old != 0 {
        for (offset, word) in (0..).step_by(4).zip([was.handler, was.flags, was.restorer]) {
            user::write_u32(old.wrapping_add(offset), word)?;
        }
        write_set(old.wrapping_add(12), was.mask)?;
    }
    Ok(0)
}

/// The old `sigaction`, whose structure is handler, a mask of 32 bits, flags, restorer.
pub fn sigaction(number: u32, new: u32, old: u32) -> Result<u32> {
    let action = match new {
        0 => None,
        _ => Some(Action {
            handler: user::read_u32(new)?,
            mask: SignalSet::from_bits(user::read_u32(new.wrapping_add(4))?.into()),
            flags: user::read_u32(new.wrapping_add(8))?,
            restorer: user::read_u32(new.wrapping_add(12))?,
        }),
    };
    let was = change_action(number, action)?;
    if old != 0 {
        let words = [was.handler, was.mask.bits() as u32, was.flags, was.restorer];
        for (offset, word) in (0..).step_by(4).zip(words) {
            user::write_u32(old.wrapping_add(offset), word)?;
        }
    }
    Ok(0)
}

/// `man 2 signal`, as the system call has it: the handler is called once.
pub fn signal_call(number: u32, handler: u32) -> Result<u32> {
    let flags = linux::SA_RESETHAND | linux::SA_NODEFER;
    change_action(number, Some(Action { handler, flags, ..Action::DEFAULT })).map(|was| was.handler)
}

/// `man 2 sigprocmask`.
pub fn rt_sigprocmask(how: u32, new: u32, old: u32, length: u32) -> Result<u32> {
    check_length(length)?;
    let was = running_thread().signals.blocked();
    if new != 0 {
        let set = read_set(new)?;
        set_blocked(changed_mask(how, was, set)?);
    }
    if old != 0 {
        write_set(old, was)?;
    }
    Ok(0)
}

/// The old `sigprocmask`, which knows the first 32 signals only and leaves the others alone.
pub fn sigprocmask(how: u32, new: u32, old: u32) -> Result<u32> {
    const OLD_SIGNALS: u64 = 0xffff_ffff;
    let was = running_thread().signals.blocked();
    if new != 0 {
        let set = SignalSet::from_bits(user::read_u32(new)?.into());
        let low = changed_mask(how, SignalSet::from_bits(was.bits() & OLD_SIGNALS), set)?;
        set_blocked(SignalSet::from_bits(was.bits() & !OLD_SIGNALS | low.bits()));
    }
    if old != 0 {
        user::write_u32(old, was.bits() as u32)?;
    }
    Ok(0)
}

fn changed_mask(how: u32, was: SignalSet, set: SignalSet) -> Result<SignalSet> {
    match how {
        linux::SIG_BLOCK => Ok(was.union(set)),
        linux::SIG_UNBLOCK => Ok(was.without(set)),
        linux::SIG_SETMASK => Ok(set),
        _ => Err(Errno::INVAL),
    }
}

/// What waits, as `sigpending` tells it: what is blocked.
fn waiting() -> SignalSet {
    let task = running_thread();
    task.pending_signals().intersection(task.signals.blocked())
}

/// `man 2 sigpending`; a shorter set than Linux's own is filled as far as it goes.
pub fn rt_sigpending(set: u32, length: u32) -> Result<u32> {
    if length > SET_LENGTH {
        return Err(Errno::INVAL);
    }
    user::copy_to_user(set, &waiting().bits().to_le_bytes()[..length as usize])?;
    Ok(0)
}

/// The old `sigpending`.
pub fn sigpending(set: u32) -> Result<u32> {
    user::write_u32(set, waiting().bits() as u32)?;
    Ok(0)
}

/// Sleeps until a signal is delivered.
fn sleep_for_signal() -> Result<u32> {
    loop {
        scheduler::block_interruptibly(None).map_err(|_| Errno::RESTART_UNLESS_HANDLED)?;
    }
}

/// `man 2 pause`.
pub fn pause() -> Result<u32> {
    sleep_for_signal()
}

fn suspend(mask: SignalSet) -> Result<u32> {
    running_thread().signals.save_mask();
    set_blocked(mask);
    sleep_for_signal()
}

/// `man 2 sigsuspend`.
pub fn rt_sigsuspend(set: u32, length: u32) -> Result<u32> {
    check_length(length)?;
    suspend(read_set(set)?)
}

/// The old `sigsuspend`: the mask is its third argument.
pub fn sigsuspend(_unused: u32, _unused2: u32, mask: u32) -> Result<u32> {
    suspend(SignalSet::from_bits(mask.into()))
}

/// `man 2 sigtimedwait`, with two 32-bit words of time.
pub fn rt_sigtimedwait(set: u32, information: u32, timeout: u32, length: u32) -> Result<u32> {
    timed_wait(set, information, timeout, length, read_duration32)
}

/// `rt_sigtimedwait` with two 64-bit words of time.
pub fn rt_sigtimedwait_time64(set: u32, information: u32, timeout: u32, length: u32) -> Result<u32> {
    timed_wait(set, information, timeout, length, read_duration64)
}

fn timed_wait(set: u32, to: u32, timeout: u32, length: u32, read: fn(u32) -> Result<u64>) -> Result<u32> {
    check_length(length)?;
    let set = read_set(set)?.as_mask();
    let timeout = if timeout == 0 { None } else { Some(read(timeout)?) };
    let what = take_or_wait(set, timeout)?;
    if to != 0 {
        information_to_program(to, what)?;
    }
    Ok(what.signal.number())
}

/// Takes a signal of `set` that waits, or sleeps until one comes, `timeout` nanoseconds at most.
fn take_or_wait(set: SignalSet, timeout: Option<u64>) -> Result<Information> {
    let task = running_thread();
    if let Some(what) = task.take_signal(set) {
        return Ok(what);
    }
    if timeout == Some(0) {
        return Err(Errno::AGAIN);
    }
    task.signals.await_signals(set);
    let woken = scheduler::block_interruptibly(timeout.map(sleep::deadline_after_ns));
    task.signals.await_signals(SignalSet::EMPTY);
    let what = task.take_signal(set);
    // We may have been told of more than one; the others are for whoever still waits for them.
    leave_to_others(set.intersection(task.signals.blocked()));
    what.ok_or(match woken {
        Err(Errno::TIMEDOUT) => Errno::AGAIN,
        _ => Errno::INTR,
    })
}

/// `man 2 sigaltstack`.
pub fn sigaltstack(new: u32, old: u32) -> Result<u32> {
    let task = running_thread();
    let esp = task.program_esp();
    let was = task.signals.alternate_stack.get();
    if new != 0 {
        let [start, flags, size] = [0, 4, 8].map(|offset| user::read_u32(new.wrapping_add(offset)));
        let (start, flags, size) = (start?, flags?, size?);
        if was.contains(esp) {
            return Err(Errno::PERM);
        }
        let stack = match flags {
            linux::SS_DISABLE => AlternateStack::default(),
            0 | linux::SS_ONSTACK if size < linux::MINSIGSTKSZ => return Err(Errno::NOMEM),
            0 | linux::SS_ONSTACK => AlternateStack { start, size },
            _ => return Err(Errno::INVAL),
        };
        task.signals.alternate_stack.set(stack);
    }
    if old != 0 {
        let words = [was.start, stack_flags(was, esp), was.size];
        for (offset, word) in (0..).step_by(4).zip(words) {
            user::write_u32(old.wrapping_add(offset), word)?;
        }
    }
    Ok(0)
}

/// Goes back to where a handler was called; for the code that handlers return to.
pub fn sigreturn() -> Result<u32> {
    deliver::return_from_plain()
}

/// As [`sigreturn`], for handlers with `SA_SIGINFO`.
pub fn rt_sigreturn() -> Result<u32> {
    deliver::return_from_full()
}
