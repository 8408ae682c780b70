//! Holding signals back, and asking for those that wait.

use super::catch::{Action, SEEN, SET_SIZE, note, set};
use super::sigaction::raise;
use crate::call::{call, input, sys};
use crate::check::{check, check_eq, must};
use crate::child::{run_well, start, wait, wait_at_most};
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_rt_sigtimedwait, __kernel_old_timespec, SIG_BLOCK, SIG_SETMASK, SIG_UNBLOCK, SIGALRM, SIGCONT, SIGKILL,
    SIGSTOP, SIGUSR1, SIGUSR2, SIGWINCH,
};
use tusk_user::signal::{SignalSet, kill, set_mask, suspend};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, linux};

/// `rt_sigprocmask`; returns the mask before.
pub fn change_mask(how: u32, set: SignalSet) -> Result<SignalSet, Errno> {
    let mut old = SignalSet::EMPTY;
    sys!(__NR_rt_sigprocmask, how, &set, &mut old, SET_SIZE)?;
    Ok(old)
}

/// The mask as it is.
pub fn mask() -> SignalSet {
    must!(change_mask(SIG_BLOCK, SignalSet::EMPTY))
}

/// The signals that wait.
pub fn pending() -> SignalSet {
    let mut set = SignalSet::EMPTY;
    must!(sys!(__NR_rt_sigpending, &mut set, SET_SIZE));
    set
}

/// A set of one.
pub fn only(signal: u32) -> SignalSet {
    SignalSet::EMPTY.with(signal)
}

/// Adding, taking away, setting.
pub fn mask_is_added_to_and_taken_from() {
    check_eq!(change_mask(SIG_BLOCK, only(SIGUSR1)), Ok(SignalSet::EMPTY), "the mask at first");
    check_eq!(change_mask(SIG_BLOCK, only(SIGUSR2).with(64)), Ok(only(SIGUSR1)), "the mask with one");
    check_eq!(change_mask(SIG_UNBLOCK, only(SIGUSR2)), Ok(only(SIGUSR1).with(SIGUSR2).with(64)), "the mask with three");
    check_eq!(change_mask(SIG_SETMASK, only(SIGALRM)), Ok(only(SIGUSR1).with(64)), "the mask with two");
    check_eq!(mask(), only(SIGALRM), "the mask at last");
    check_eq!(change_mask(7, SignalSet::EMPTY), Err(Errno::EINVAL), "sigprocmask of an unknown kind");
    let odd_size = sys!(__NR_rt_sigprocmask, SIG_BLOCK, &only(1), 0, 4);
    check_eq!(odd_size, Err(Errno::EINVAL), "sigprocmask with sets of four bytes");
    check_eq!(sys!(__NR_rt_sigprocmask, 0, 0x1000, 0, SET_SIZE), Err(Errno::EFAULT), "sigprocmask from nowhere");
}

/// SIGKILL and SIGSTOP are never held back, whatever is asked for.
pub fn kill_and_stop_cannot_be_held_back() {
    must!(set_mask(only(SIGKILL).with(SIGSTOP).with(SIGUSR1)));
    check_eq!(mask(), only(SIGUSR1), "the mask");
    crate::child::dies_of(SIGKILL, || {
        raise(SIGKILL);
        0
    });
}

/// A signal that is held back waits, shows as waiting, and comes when it may, once, before the call returns.
pub fn signal_held_back_comes_when_it_may() {
    set(SIGUSR1, &Action::plain(note, 0));
    must!(set_mask(only(SIGUSR1)));
    (0..3).for_each(|_| raise(SIGUSR1));
    check_eq!((SEEN.count(), pending()), (0, only(SIGUSR1)), "the signals that came, and those that wait");
    must!(change_mask(SIG_UNBLOCK, only(SIGUSR1)));
    check_eq!((SEEN.count(), pending()), (1, SignalSet::EMPTY), "the signals that came, and those that wait");
}

/// Those that wait do not all come in the order they were sent in, but all of them come.
pub fn all_that_wait_come() {
    let all = only(SIGUSR1).with(SIGUSR2).with(SIGALRM);
    for signal in [SIGUSR1, SIGUSR2, SIGALRM] {
        set(signal, &Action::plain(note, 0).masking(all));
    }
    must!(set_mask(all));
    [SIGALRM, SIGUSR2, SIGUSR1].into_iter().for_each(raise);
    check_eq!(pending(), all, "the signals that wait");
    must!(set_mask(SignalSet::EMPTY));
    let mut seen = SEEN.first::<3>();
    seen.sort_unstable();
    check_eq!((SEEN.count(), seen), (3, [SIGUSR1, SIGUSR2, SIGALRM]), "the signals that came");
}

/// Who ignores a signal loses those that wait.
pub fn ignoring_drops_what_waits() {
    must!(set_mask(only(SIGUSR1).with(SIGWINCH)));
    raise(SIGUSR1);
    check_eq!(pending(), only(SIGUSR1), "the signals that wait");
    set(SIGUSR1, &Action::IGNORE);
    check_eq!(pending(), SignalSet::EMPTY, "the signals that wait when they are ignored");
    set(SIGUSR1, &Action::DEFAULT);
    must!(set_mask(SignalSet::EMPTY));
}

/// A stop interrupts `sigsuspend`, which then begins again; in between the old mask counts, and lets in what waited.
pub fn stopped_sigsuspend_lets_in_what_the_old_mask_does() {
    extern "C" fn leave(_: u32) {
        linux::exit_group(7)
    }
    let child = start(|| {
        set(SIGUSR1, &Action::plain(leave, 0));
        i32::from(suspend(only(SIGUSR1)) != Errno::EINTR)
    });
    // Should it not sleep yet, the handler is called sooner, which is as good.
    sleep(Duration::from_millis(50));
    for signal in [SIGUSR1, SIGSTOP, SIGCONT] {
        must!(kill(child, signal));
        sleep(Duration::from_millis(20));
    }
    check_eq!(wait_at_most(child, Duration::from_secs(40)), Status(7 << 8), "the child's end");
}

/// `sigsuspend` lets a signal in for just as long as it waits: the one that waited already, and one that comes later.
pub fn sigsuspend_waits_with_another_mask() {
    set(SIGUSR1, &Action::plain(note, 0));
    must!(set_mask(only(SIGUSR1).with(SIGUSR2)));
    raise(SIGUSR1);
    check_eq!(suspend(only(SIGUSR2)), Errno::EINTR, "sigsuspend");
    check_eq!((SEEN.count(), mask()), (1, only(SIGUSR1).with(SIGUSR2)), "the calls, and the mask");
    let parent = linux::getpid();
    let child = start(|| {
        sleep(Duration::from_millis(30));
        i32::from(kill(parent, SIGUSR2).is_err() || kill(parent, SIGUSR1).is_err())
    });
    check_eq!(suspend(only(SIGUSR2)), Errno::EINTR, "sigsuspend");
    check_eq!((SEEN.first(), pending()), ([SIGUSR1, SIGUSR1, 0], only(SIGUSR2)), "what came, and what waits");
    check_eq!(wait(child).exit_code(), Some(0), "the child's end");
    set(SIGUSR2, &Action::IGNORE);
}

/// `sigtimedwait` takes a signal that waits, without a handler, or gives up when the time is over.
pub fn sigtimedwait_takes_what_waits() {
    let both = only(SIGUSR1).with(SIGUSR2);
    must!(set_mask(both));
    let wait_for = |set: SignalSet, ms: i32| {
        let time = __kernel_old_timespec { tv_sec: ms / 1000, tv_nsec: ms % 1000 * 1_000_000 };
        call(__NR_rt_sigtimedwait, [input(&set), 0, input(&time), SET_SIZE])
    };
    raise(SIGUSR2);
    check_eq!(wait_for(only(SIGUSR1), 0), Err(Errno::EAGAIN), "sigtimedwait for a signal that does not wait");
    check_eq!(wait_for(both, 100), Ok(SIGUSR2 as usize), "sigtimedwait");
    check_eq!(pending(), SignalSet::EMPTY, "the signals that wait");
    let begin = now();
    check_eq!(wait_for(both, 40), Err(Errno::EAGAIN), "sigtimedwait");
    check!(now() - begin >= Duration::from_millis(40), "sigtimedwait gave up too early");
    let parent = linux::getpid();
    let child = start(|| {
        sleep(Duration::from_millis(20));
        kill(parent, SIGUSR1).is_err().into()
    });
    check_eq!(wait_for(both, 20_000), Ok(SIGUSR1 as usize), "sigtimedwait for a signal that comes");
    check_eq!(wait(child).exit_code(), Some(0), "the child's end");
    run_well(|| check_eq!(mask(), both, "the child's mask"));
}
