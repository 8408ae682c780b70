//! `sigtimedwait` in one thread, while others do something else.

use super::directed::send;
use crate::call::{call, input, output};
use crate::check::{check, check_eq, must};
use crate::child::rounds;
use crate::signals::catch::{Action, SEEN, SET_SIZE, note, set};
use crate::signals::masks::pending;
use crate::threads::thread::{Running, start};
use crate::threads::word::Word;
use linux_raw_sys::general::{__NR_rt_sigtimedwait, __kernel_old_timespec, SI_TKILL, SI_USER, SIGUSR1, SIGUSR2};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::{Errno, linux};

const BOTH: SignalSet = SignalSet::EMPTY.with(SIGUSR1).with(SIGUSR2);

/// Waits for one of both for a time, or without end; returns the signal and how it was sent.
fn await_signal(set: SignalSet, ms: Option<i32>) -> Result<(u32, i32), Errno> {
    let time = __kernel_old_timespec { tv_sec: 0, tv_nsec: ms.unwrap_or(0) * 1_000_000 };
    let mut information = [0i32; 32];
    let time = if ms.is_some() { input(&time) } else { 0 };
    let arguments = [input(&set), output(&mut information), time, SET_SIZE];
    let signal = loop {
        match call(__NR_rt_sigtimedwait, arguments) {
            // One that another thread was quicker to take.
            Err(Errno::EINTR) => {}
            result => break result?,
        }
    };
    check_eq!(information[0], signal as i32, "the signal in the structure");
    Ok((signal as u32, information[2]))
}

/// Among threads that all hold it back, the one that waits gets it, and no handler runs.
pub fn waiting_thread_takes_the_process_signal() {
    static TAKEN: Word = Word::new(0);
    set(SIGUSR1, &Action::plain(note, 0));
    must!(set_mask(BOTH));
    let waiter = start(|| {
        for code in [SI_USER as i32, SI_TKILL] {
            check_eq!(await_signal(BOTH, None), Ok((SIGUSR1, code)), "sigtimedwait");
            TAKEN.announce();
        }
    });
    let others: [Running; 3] = core::array::from_fn(|_| {
        start(|| {
            while TAKEN.get() < 2 {
                let _ = linux::sched_yield();
            }
        })
    });
    must!(kill(linux::getpid(), SIGUSR1));
    TAKEN.await_at_least(1);
    must!(send(waiter.number, SIGUSR1));
    TAKEN.await_at_least(2);
    drop((waiter, others));
    check_eq!((SEEN.count(), pending()), (0, SignalSet::EMPTY), "the handler's calls, and what waits");
}

/// Two that wait get one each, and none gets two at once.
pub fn two_waiters_share_what_comes() {
    static TAKEN: Word = Word::new(0);
    must!(set_mask(BOTH));
    let count = rounds(200);
    let waiters = [(); 2].map(|()| {
        start(move || {
            while let Ok((signal, _)) = await_signal(BOTH, None) {
                if signal == SIGUSR2 {
                    return;
                }
                TAKEN.announce();
            }
        })
    });
    for round in 1..=count {
        must!(kill(linux::getpid(), SIGUSR1));
        TAKEN.await_at_least(round);
    }
    // One ends each of them.
    for waiter in waiters {
        must!(send(waiter.number, SIGUSR2));
        waiter.join();
    }
    check_eq!((TAKEN.get(), pending()), (count, SignalSet::EMPTY), "the signals taken, and what waits");
}

/// It gives up in its time, and what is for another thread is not for it.
pub fn waiter_does_not_take_anothers_signal() {
    must!(set_mask(BOTH));
    must!(send(linux::gettid(), SIGUSR1));
    start(|| {
        check_eq!(pending(), SignalSet::EMPTY, "what waits for the thread");
        check_eq!(await_signal(BOTH, Some(0)), Err(Errno::EAGAIN), "sigtimedwait with no time");
        check_eq!(await_signal(BOTH, Some(20)), Err(Errno::EAGAIN), "sigtimedwait");
    })
    .join();
    check_eq!(await_signal(BOTH, Some(0)), Ok((SIGUSR1, SI_TKILL)), "sigtimedwait of who it is for");
}

/// A thread that is open and one that waits: one of both has it, once.
pub fn waiter_or_handler_has_it_once() {
    static TAKEN: Word = Word::new(0);
    static END: Word = Word::new(0);
    set(SIGUSR1, &Action::plain(note, 0));
    must!(set_mask(BOTH));
    let waiter = start(|| {
        while let Ok((signal, _)) = await_signal(BOTH, None) {
            if signal == SIGUSR2 {
                return;
            }
            TAKEN.add(1);
        }
    });
    let open = start(|| {
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR2)));
        while END.get() == 0 {
            let _ = END.wait(0);
        }
    });
    for round in 1..=rounds(100) {
        must!(kill(linux::getpid(), SIGUSR1));
        crate::threads::word::until("the signal has come", || SEEN.count() + TAKEN.get() >= round);
        check!(SEEN.count() + TAKEN.get() == round, "a signal has come twice");
    }
    END.announce();
    must!(send(waiter.number, SIGUSR2));
    drop((waiter, open));
}
