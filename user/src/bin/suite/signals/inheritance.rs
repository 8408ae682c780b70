//! What becomes of handlers, masks and waiting signals in a child, and in the next program.

use super::catch::{Action, SEEN, action_of, note, set};
use super::masks::{mask, only, pending};
use super::sigaction::raise;
use crate::check::{check, check_eq, must};
use crate::child::{run, run_well};
use crate::execution::afterwards;
use linux_raw_sys::general::{SIGALRM, SIGCHLD, SIGTERM, SIGUSR1, SIGUSR2};
use tusk_user::Status;
use tusk_user::signal::{SignalSet, set_mask};

/// A child has its parent's handlers and mask, and changes only its own.
pub fn child_inherits_handlers_and_mask() {
    let action = Action::plain(note, 0);
    set(SIGUSR1, &action);
    set(SIGTERM, &Action::IGNORE);
    must!(set_mask(only(SIGUSR2)));
    run_well(|| {
        check_eq!(action_of(SIGUSR1), Ok(action), "the child's action");
        check_eq!(mask(), only(SIGUSR2), "the child's mask");
        raise(SIGUSR1);
        raise(SIGTERM);
        check_eq!(SEEN.count(), 1, "the signals that the child has seen");
        set(SIGUSR1, &Action::DEFAULT);
        must!(set_mask(SignalSet::EMPTY));
    });
    check_eq!((action_of(SIGUSR1), mask()), (Ok(action), only(SIGUSR2)), "the parent's action and mask");
    check_eq!(SEEN.count(), 0, "the signals that the parent has seen");
}

/// Signals that wait are their receiver's alone.
pub fn child_does_not_inherit_what_waits() {
    must!(set_mask(only(SIGUSR1).with(SIGUSR2)));
    raise(SIGUSR1);
    run_well(|| {
        check_eq!(pending(), SignalSet::EMPTY, "the signals that wait in the child");
        raise(SIGUSR2);
    });
    check_eq!(pending(), only(SIGUSR1), "the signals that wait in the parent");
    set(SIGUSR1, &Action::IGNORE);
}

/// The next program has no handlers, but ignores what was ignored, and holds back what was held back; what waits waits
/// on.
pub fn next_program_keeps_what_is_no_address() {
    let status = run(|| {
        set(SIGUSR1, &Action::plain(note, 0).masking(only(SIGTERM)));
        set(SIGUSR2, &Action::IGNORE);
        must!(set_mask(only(SIGALRM).with(SIGCHLD)));
        raise(SIGALRM);
        afterwards::become_program("signals", &[])
    });
    check_eq!(status, Status(0), "the program's end");
}

/// What the next program finds.
pub fn as_the_next_program() {
    check_eq!(action_of(SIGUSR1).map(|action| action.handler), Ok(0), "the action that was a handler");
    check_eq!(action_of(SIGUSR2).map(|action| action.handler), Ok(1), "the action that was none");
    check_eq!(mask(), only(SIGALRM).with(SIGCHLD), "the mask");
    check_eq!(pending(), only(SIGALRM), "the signals that wait");
    raise(SIGUSR2);
    let status = run(|| {
        raise(SIGUSR1);
        0
    });
    check!(status.signal() == Some(SIGUSR1), "the end of who got a signal without a handler: {status}");
    set(SIGALRM, &Action::IGNORE);
}
