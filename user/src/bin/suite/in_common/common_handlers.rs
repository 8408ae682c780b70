//! `CLONE_SIGHAND`: one table of actions. Masks and what waits stay each one's own.

use crate::check::{check, check_eq, must};
use crate::child::wait;
use crate::program::become_program;
use crate::signals::catch::{Action, SEEN, action_of, note, set};
use crate::signals::masks::{mask, pending};
use crate::threads::thread::{Running, start, try_start};
use crate::threads::word::Word;
use linux_raw_sys::general::{CLONE_SIGHAND, CLONE_VFORK, SA_RESETHAND, SIGCHLD, SIGUSR1, SIGUSR2};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::{Status, linux};

static TURN: Word = Word::new(0);

/// A process with this memory, and with these actions if the flag says so.
fn sharer(flags: u32, body: fn() -> i32) -> Running {
    must!(try_start(SIGCHLD | flags, 0, body))
}

fn is_handled(signal: u32) -> bool {
    must!(action_of(signal)).handler == note as *const () as usize
}

/// What one sets, the other has, in both directions.
pub fn actions_are_common_both_ways() {
    let process = sharer(CLONE_SIGHAND, || {
        set(SIGUSR1, &Action::plain(note, 0));
        TURN.announce();
        TURN.await_at_least(2);
        check!(is_handled(SIGUSR2), "what the parent has set is not the child's");
        check_eq!(must!(action_of(SIGUSR1)), Action::IGNORE, "what the parent has changed");
        0
    });
    TURN.await_at_least(1);
    check!(is_handled(SIGUSR1), "what the child has set is not the parent's");
    must!(kill(linux::getpid(), SIGUSR1));
    check_eq!(SEEN.count(), 1, "the signals that came");
    set(SIGUSR2, &Action::plain(note, 0));
    set(SIGUSR1, &Action::IGNORE);
    TURN.announce();
    check_eq!(wait(process.number), Status(0), "the child's end");
}

/// An action for one time is over for both.
pub fn action_for_one_time_is_over_for_both() {
    set(SIGUSR1, &Action::plain(note, SA_RESETHAND));
    let process = sharer(CLONE_SIGHAND, || {
        must!(kill(linux::getpid(), SIGUSR1));
        0
    });
    check_eq!(wait(process.number), Status(0), "the child's end");
    check_eq!((SEEN.count(), must!(action_of(SIGUSR1)).handler), (1, 0), "the calls, and the handler that is left");
}

/// Without the flag each has its own, though the memory is one.
pub fn without_the_flag_actions_are_copied() {
    set(SIGUSR2, &Action::plain(note, 0));
    let process = sharer(0, || {
        check!(is_handled(SIGUSR2), "what the parent had set is not the child's");
        set(SIGUSR1, &Action::plain(note, 0));
        set(SIGUSR2, &Action::IGNORE);
        0
    });
    check_eq!(wait(process.number), Status(0), "the child's end");
    check!(!is_handled(SIGUSR1) && is_handled(SIGUSR2), "the child has changed its parent's actions");
}

/// Masks, and signals that wait, are not common.
pub fn masks_and_waiting_signals_are_not_common() {
    let process = sharer(CLONE_SIGHAND, || {
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR1)));
        must!(kill(linux::getpid(), SIGUSR1));
        TURN.announce();
        TURN.await_at_least(2);
        check_eq!(pending(), SignalSet::EMPTY.with(SIGUSR1), "what waits for the child");
        set(SIGUSR1, &Action::IGNORE);
        check_eq!(pending(), SignalSet::EMPTY, "what waits though it is ignored");
        0
    });
    TURN.await_at_least(1);
    check_eq!((mask(), pending()), (SignalSet::EMPTY, SignalSet::EMPTY), "the parent's mask, and what waits for it");
    TURN.announce();
    check_eq!(wait(process.number), Status(0), "the child's end");
}

/// A program that one of them begins has the default: the other keeps its handlers.
pub fn execve_ends_the_sharing() {
    set(SIGUSR1, &Action::plain(note, 0));
    let process = sharer(CLONE_SIGHAND | CLONE_VFORK, || become_program("bss", &[]));
    check_eq!(wait(process.number), Status(0), "the program's end");
    check!(is_handled(SIGUSR1), "the parent's handler is gone");
}

/// Threads have one table.
pub fn threads_have_one_table() {
    start(|| set(SIGUSR1, &Action::plain(note, 0))).join();
    must!(kill(linux::getpid(), SIGUSR1));
    check_eq!(SEEN.count(), 1, "the signals that came");
}
