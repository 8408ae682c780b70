//! Saying what is to happen when a signal comes.

use super::catch::{Action, SEEN, SET_SIZE, action_of, exchange, note, set};
use crate::call::{Argument, sys};
use crate::check::{check, check_eq, must};
use crate::child::{run, run_well};
use linux_raw_sys::general::{
    SA_NODEFER, SA_RESETHAND, SA_RESTART, SA_RESTORER, SIGCHLD, SIGCONT, SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGSTOP,
    SIGTERM, SIGUSR1, SIGUSR2, SIGWINCH,
};
use tusk_user::signal::{SignalSet, kill};
use tusk_user::{Errno, Status, linux};

/// Sends a signal to this very process; it is there before the call returns, unless it is held back.
#[track_caller]
pub fn raise(signal: u32) {
    must!(kill(linux::getpid(), signal));
}

/// What was set is what is asked for, and what was before is given back.
pub fn action_is_kept_and_given_back() {
    check_eq!(action_of(SIGUSR1), Ok(Action::DEFAULT), "the action at first");
    let mask = SignalSet::EMPTY.with(SIGUSR2).with(64);
    let mine = Action::plain(note, SA_RESTART).masking(mask);
    check_eq!(exchange(SIGUSR1, &mine), Ok(Action::DEFAULT), "the action before mine");
    check_eq!(action_of(SIGUSR1), Ok(mine), "my action");
    check_eq!(exchange(SIGUSR1, &Action::IGNORE), Ok(mine), "the action before the last");
    check_eq!(action_of(SIGUSR1).map(|action| action.handler), Ok(1), "the last action");
    check_eq!(action_of(SIGUSR2), Ok(Action::DEFAULT), "another signal's action");
    check_eq!(mine.flags, SA_RESTART | SA_RESTORER, "the flags");
}

/// Two signals cannot be caught, ignored, or even left as they are; they can be asked about.
pub fn kill_and_stop_cannot_be_caught() {
    for signal in [SIGKILL, SIGSTOP] {
        for action in [Action::plain(note, 0), Action::IGNORE, Action::DEFAULT] {
            check_eq!(exchange(signal, &action), Err(Errno::EINVAL), "sigaction of signal {signal}");
        }
        check_eq!(action_of(signal), Ok(Action::DEFAULT), "the action of signal {signal}");
    }
}

/// Signals are 1 to 64, and a set has eight bytes.
pub fn unknown_signals_are_einval() {
    for signal in [0, 65, 1000, u32::MAX] {
        check_eq!(exchange(signal, &Action::IGNORE), Err(Errno::EINVAL), "sigaction of signal {signal}");
    }
    for signal in [1, 32, 64] {
        // Whoever started the suite may ignore it, and that is inherited.
        must!(exchange(signal, &Action::DEFAULT));
        check_eq!(exchange(signal, &Action::IGNORE), Ok(Action::DEFAULT), "sigaction of signal {signal}");
    }
    let size_of_set = |size| sys!(__NR_rt_sigaction, SIGUSR1, &Action::IGNORE, 0, size);
    for size in [0, 4, 7, 16, 128] {
        check_eq!(size_of_set(size), Err(Errno::EINVAL), "sigaction with sets of {size} bytes");
    }
}

/// Structures that are nowhere.
pub fn bad_pointers_are_efault() {
    let arguments = |new, old| sys!(__NR_rt_sigaction, SIGUSR1, new, old, SET_SIZE);
    let mut old = Action::DEFAULT;
    for bad in [1, 0x1000, 0xffff_f000] {
        check_eq!(arguments(bad, 0), Err(Errno::EFAULT), "sigaction from {bad:#x}");
        check_eq!(arguments(0, bad), Err(Errno::EFAULT), "sigaction to {bad:#x}");
    }
    check_eq!(arguments(0, Argument::word(&mut old)), Ok(0), "sigaction with good addresses");
    check_eq!(old, Action::DEFAULT, "the action");
}

/// Most signals kill who says nothing about them.
pub fn default_is_death() {
    for signal in [SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGPIPE, SIGTERM, 34, 64] {
        let status = run(|| {
            raise(signal);
            0
        });
        check_eq!(status.signal(), Some(signal), "the signal that killed the child ({status})");
        check_eq!(status.0, signal, "the status word");
    }
}

/// Some do nothing.
pub fn default_may_be_nothing() {
    const SIGURG: u32 = linux_raw_sys::general::SIGURG;
    run_well(|| [SIGCHLD, SIGCONT, SIGURG, SIGWINCH].into_iter().for_each(raise));
}

/// And any other does nothing to who ignores it.
pub fn ignored_signals_do_nothing() {
    run_well(|| {
        for signal in (1..=64).filter(|&signal| signal != SIGKILL && signal != SIGSTOP) {
            set(signal, &Action::IGNORE);
            raise(signal);
        }
    });
}

/// The handler is called, with the signal's number, each time.
pub fn handler_is_called_with_the_number() {
    set(SIGUSR1, &Action::plain(note, 0));
    set(64, &Action::plain(note, 0));
    [SIGUSR1, 64, SIGUSR1].into_iter().for_each(raise);
    check_eq!((SEEN.count(), SEEN.first()), (3, [SIGUSR1, 64, SIGUSR1]), "what the handler has seen");
}

/// `SA_RESETHAND`: once, and never again.
pub fn reset_handler_is_called_once() {
    set(SIGUSR1, &Action::plain(note, SA_RESETHAND));
    raise(SIGUSR1);
    check_eq!(SEEN.count(), 1, "the calls of the handler");
    check_eq!(action_of(SIGUSR1).map(|action| action.handler), Ok(0), "the action afterwards");
    let status = run(|| {
        raise(SIGUSR1);
        0
    });
    check_eq!(status.signal(), Some(SIGUSR1), "the signal that killed the child ({status})");
}

/// Notes the signal, sends it again from within, and notes the end of that.
extern "C" fn again(signal: u32) {
    SEEN.add(signal);
    if SEEN.count() < 4 {
        raise(signal);
    }
    SEEN.add(0);
}

/// A signal waits for its own handler to return.
pub fn signal_is_held_back_by_its_own_handler() {
    set(SIGUSR1, &Action::plain(again, 0));
    raise(SIGUSR1);
    check_eq!(SEEN.first(), [SIGUSR1, 0, SIGUSR1, 0, SIGUSR1, 0, 0, 0], "begins and ends of the handler");
}

/// `SA_NODEFER`: it does not.
pub fn signal_may_interrupt_its_own_handler() {
    set(SIGUSR1, &Action::plain(again, SA_NODEFER));
    raise(SIGUSR1);
    let expected = [SIGUSR1, SIGUSR1, SIGUSR1, SIGUSR1, 0, 0, 0, 0];
    check_eq!((SEEN.count(), SEEN.first()), (8, expected), "begins and ends of the handler");
}

/// Notes the signal, sends the other user signal, and notes its own end.
extern "C" fn send_other(signal: u32) {
    SEEN.add(signal);
    raise(SIGUSR2);
    SEEN.add(0);
}

/// Handlers interrupt each other, unless the first one's action holds the second signal back.
pub fn handlers_nest_unless_masked() {
    set(SIGUSR2, &Action::plain(note, 0));
    set(SIGUSR1, &Action::plain(send_other, 0));
    raise(SIGUSR1);
    check_eq!(SEEN.first(), [SIGUSR1, SIGUSR2, 0, 0], "begins and ends when handlers nest");
    SEEN.clear();
    set(SIGUSR1, &Action::plain(send_other, 0).masking(SignalSet::EMPTY.with(SIGUSR2)));
    raise(SIGUSR1);
    check_eq!(SEEN.first(), [SIGUSR1, 0, SIGUSR2, 0], "begins and ends when the second is held back");
    check_eq!(tusk_user::signal::set_mask(SignalSet::EMPTY), Ok(SignalSet::EMPTY), "what is held back afterwards");
}

/// Writing where nobody reads kills, or is EPIPE to who does not want to die of it.
pub fn writing_to_a_broken_pipe_is_sigpipe() {
    let write = || {
        let (reader, writer) = must!(tusk_user::file::pipe(0));
        drop(reader);
        linux::write(writer.number(), b"x")
    };
    let status = run(|| write().is_ok().into());
    check_eq!(status, Status(SIGPIPE), "the end of who wrote");
    let epipe = Errno::EPIPE;
    set(SIGPIPE, &Action::IGNORE);
    check_eq!(write(), Err(epipe), "write to a broken pipe");
    set(SIGPIPE, &Action::plain(note, 0));
    check_eq!(write(), Err(epipe), "write to a broken pipe");
    check!(SEEN.first() == [SIGPIPE], "SIGPIPE was not seen");
}
