//! Signals for a process: some thread that does not hold them back takes each of them.

use super::directed::{RAN_IN, RUNS, leave_number};
use crate::check::{check, check_eq, must};
use crate::child::{self, rounds, wait};
use crate::signals::catch::{Action, SEEN, note, set, set_timer};
use crate::signals::masks::pending;
use crate::threads::thread::{Running, start};
use crate::threads::word::{Word, until};
use core::sync::atomic::Ordering::SeqCst;
use core::time::Duration;
use linux_raw_sys::general::{SIGALRM, SIGCHLD, SIGTERM, SIGUSR1, SIGUSR2};
use tusk_user::signal::{SignalSet, kill, set_mask, suspend};
use tusk_user::time::sleep;
use tusk_user::{Status, linux};

static END: Word = Word::new(0);
const USR1: SignalSet = SignalSet::EMPTY.with(SIGUSR1);

/// A thread with this mask, which waits for the end.
fn listener(mask: SignalSet) -> Running {
    static READY: Word = Word::new(0);
    let before = READY.get();
    let thread = start(move || {
        must!(set_mask(mask));
        READY.announce();
        while END.get() == 0 {
            let _ = END.wait(0);
        }
    });
    READY.await_at_least(before + 1);
    thread
}

/// The only thread that does not hold a signal back gets it, though it sleeps and is not the first.
pub fn thread_that_is_open_takes_it() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    must!(set_mask(USR1));
    let threads = [USR1, SignalSet::EMPTY, USR1].map(listener);
    for round in 1..=5 {
        must!(kill(linux::getpid(), SIGUSR1));
        RUNS.await_at_least(round);
        check_eq!(RAN_IN.load(SeqCst), threads[1].number, "the thread in which the handler ran");
    }
    END.announce();
    drop(threads);
    check_eq!(pending(), SignalSet::EMPTY, "what waits");
}

/// It reaches one that only computes.
pub fn thread_that_computes_takes_it() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    must!(set_mask(USR1));
    let thread = start(|| {
        must!(set_mask(SignalSet::EMPTY));
        while RUNS.get() < 3 {
            core::hint::spin_loop();
        }
    });
    for round in 1..=3 {
        must!(kill(linux::getpid(), SIGUSR1));
        RUNS.watch_for(round);
        check_eq!(RAN_IN.load(SeqCst), thread.number, "the thread in which the handler ran");
    }
    thread.join();
}

/// When all hold it back it waits for the process: all see it, and the first to let it in takes it.
pub fn signal_waits_for_the_process() {
    static LOOK: Word = Word::new(0);
    set(SIGUSR1, &Action::plain(leave_number, 0));
    must!(set_mask(USR1));
    let thread = start(|| {
        LOOK.await_at_least(1);
        check_eq!(pending(), USR1, "what waits, as another thread sees it");
        must!(set_mask(SignalSet::EMPTY));
        check_eq!((RUNS.get(), RAN_IN.load(SeqCst)), (1, linux::gettid()), "the calls, and who ran the handler");
        check_eq!(pending(), SignalSet::EMPTY, "what waits then");
    });
    must!(kill(linux::getpid(), SIGUSR1));
    check_eq!(pending(), USR1, "what waits");
    LOOK.announce();
    thread.join();
    must!(set_mask(SignalSet::EMPTY));
    check_eq!(RUNS.get(), 1, "the handler's calls");
}

/// Threads that open and close all the time, while signals come: a signal that was meant for one that closes goes to
/// another.
pub fn signal_goes_on_to_another_when_its_taker_closes() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    must!(set_mask(USR1));
    let open_and_close = || {
        while END.get() == 0 {
            must!(set_mask(SignalSet::EMPTY));
            let _ = linux::sched_yield();
            must!(set_mask(USR1));
        }
    };
    let threads = [(); 3].map(|()| start(open_and_close));
    for round in 1..=rounds(300) {
        must!(kill(linux::getpid(), SIGUSR1));
        RUNS.watch_for(round);
    }
    END.announce();
    drop(threads);
    check_eq!((RUNS.get(), pending()), (rounds(300), SignalSet::EMPTY), "the handler's calls, and what waits");
}

/// Threads that come and go, while signals come: what was meant for one that ends goes to another, which sleeps.
pub fn signal_goes_on_to_another_when_its_taker_ends() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    let sleeper = listener(SignalSet::EMPTY);
    let makers = [(); 2].map(|()| {
        start(|| {
            while END.get() == 0 {
                start(|| {}).join();
            }
        })
    });
    must!(set_mask(USR1));
    for round in 1..=rounds(200) {
        must!(kill(linux::getpid(), SIGUSR1));
        RUNS.watch_for(round);
    }
    END.announce();
    drop((sleeper, makers));
    check_eq!(RUNS.get(), rounds(200), "the handler's calls");
}

/// Alarms, and the ends of children, are for the process: whichever thread is open handles them.
pub fn alarms_and_ends_of_children_are_for_the_process() {
    let both = SignalSet::EMPTY.with(SIGALRM).with(SIGCHLD);
    child::is_injecting();
    set(SIGALRM, &Action::plain(leave_number, 0));
    set(SIGCHLD, &Action::plain(leave_number, 0));
    must!(set_mask(both));
    let thread = listener(SignalSet::EMPTY);
    set_timer(5, 0);
    RUNS.await_at_least(1);
    check_eq!(RAN_IN.load(SeqCst), thread.number, "the thread in which the alarm was handled");
    let child = child::start(|| 3);
    RUNS.await_at_least(2);
    check_eq!(RAN_IN.load(SeqCst), thread.number, "the thread in which the child's end was handled");
    check_eq!(wait(child), Status(3 << 8), "the child's end");
    END.announce();
    thread.join();
}

/// A thread in `sigsuspend` lets in what all others hold back, and only it returns.
pub fn sigsuspend_is_its_threads_alone() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    must!(set_mask(USR1));
    static READY: Word = Word::new(0);
    let thread = start(|| {
        READY.announce();
        let _ = suspend(SignalSet::EMPTY.with(SIGUSR2));
        check_eq!((RUNS.get(), RAN_IN.load(SeqCst)), (1, linux::gettid()), "the calls, and who ran the handler");
        check_eq!(crate::signals::masks::mask(), USR1, "the mask afterwards");
    });
    READY.await_at_least(1);
    must!(kill(linux::getpid(), SIGUSR1));
    thread.join();
    check_eq!(pending(), SignalSet::EMPTY, "what waits");
}

/// A signal without a handler ends the process though the only thread that is open is not the first.
pub fn fatal_signal_needs_one_open_thread() {
    let process = child::start(|| {
        must!(set_mask(SignalSet::EMPTY.with(SIGTERM)));
        let thread = listener(SignalSet::EMPTY);
        must!(kill(linux::getpid(), SIGTERM));
        thread.join();
        0
    });
    check_eq!(wait(process), Status(SIGTERM), "the end of the process");
}

/// What nobody wants is not kept, whoever holds back what.
pub fn ignored_signals_do_nothing() {
    set(SIGUSR1, &Action::IGNORE);
    let thread = listener(USR1);
    must!(kill(linux::getpid(), SIGUSR1));
    must!(super::directed::send(thread.number, 0));
    set(SIGUSR2, &Action::plain(note, 0));
    must!(kill(linux::getpid(), SIGUSR2));
    until("the other signal has come", || SEEN.count() == 1);
    sleep(Duration::from_millis(5));
    check!(!pending().has(SIGUSR1), "what is ignored waits");
    END.announce();
    thread.join();
}
