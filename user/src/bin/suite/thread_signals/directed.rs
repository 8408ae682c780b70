//! `tkill` and `tgkill`: a signal for one thread.

use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{self, wait};
use crate::signals::catch::{Action, Context, Information, SEEN, note, set};
use crate::signals::masks::pending;
use crate::threads::thread::{Running, start};
use crate::threads::word::{Word, until};
use core::sync::atomic::{AtomicI32, Ordering::SeqCst};
use linux_raw_sys::general::{__NR_tgkill, __NR_tkill, SI_TKILL, SIGKILL, SIGSEGV, SIGUSR1, SIGUSR2};
use tusk_user::signal::{SignalSet, set_mask, suspend};
use tusk_user::{Errno, linux};

/// Sends a signal to a thread of this process.
///
/// # Errors
/// Those of `tgkill(2)`.
pub fn send(thread: i32, signal: u32) -> Result<usize, Errno> {
    call(__NR_tgkill, [linux::getpid() as usize, thread as usize, signal as usize])
}

/// The thread in which a handler ran last, and how often one ran.
pub static RAN_IN: AtomicI32 = AtomicI32::new(0);
pub static RUNS: Word = Word::new(0);

/// A handler that leaves who ran it.
pub extern "C" fn leave_number(_signal: u32) {
    RAN_IN.store(linux::gettid(), SeqCst);
    RUNS.announce();
}

/// A thread that handles what comes until `END`.
fn listener() -> Running {
    static READY: Word = Word::new(0);
    let before = READY.get();
    let thread = start(|| {
        READY.announce();
        while END.get() == 0 {
            let _ = END.wait(0);
        }
    });
    READY.await_at_least(before + 1);
    thread
}

static END: Word = Word::new(0);

/// The handler runs in the thread that is meant, whichever that is, asleep or not.
pub fn handler_runs_in_the_thread_that_is_meant() {
    set(SIGUSR1, &Action::plain(leave_number, 0));
    let threads = [(); 3].map(|()| listener());
    let numbers = [linux::gettid(), threads[2].number, threads[0].number, threads[1].number, linux::gettid()];
    for (round, number) in (1..).zip(numbers) {
        check_eq!(send(number, SIGUSR1), Ok(0), "tgkill");
        RUNS.await_at_least(round);
        check_eq!(RAN_IN.load(SeqCst), number, "the thread in which the handler ran");
    }
    END.announce();
    drop(threads);
    check_eq!(RUNS.get(), 5, "the handler's calls");
}

/// What it is told: who sent it, and how.
pub fn handler_is_told_of_tgkill() {
    static TOLD: [Word; 2] = [const { Word::new(0) }; 2];
    extern "C" fn leave(_signal: u32, information: &Information, _context: &mut Context) {
        TOLD[0].set(information.code as u32);
        TOLD[1].set(information.pid_or_address);
        RUNS.announce();
    }
    set(SIGUSR1, &Action::informed(leave, 0));
    let thread = listener();
    check_eq!(call(__NR_tkill, [thread.number as usize, SIGUSR1 as usize]), Ok(0), "tkill");
    RUNS.await_at_least(1);
    let told = [TOLD[0].get() as i32, TOLD[1].get() as i32];
    check_eq!(told, [SI_TKILL, linux::getpid()], "the code and the sender");
    END.announce();
    thread.join();
}

/// A thread that holds it back has it wait for itself alone; when it ends, it is gone.
pub fn signal_waits_for_its_thread_alone() {
    static TURN: Word = Word::new(0);
    set(SIGUSR1, &Action::plain(leave_number, 0));
    let body = || {
        must!(set_mask(SignalSet::EMPTY.with(SIGUSR1)));
        let turn = TURN.get();
        TURN.announce();
        TURN.await_at_least(turn + 2);
    };
    let thread = start(move || {
        body();
        check_eq!(pending(), SignalSet::EMPTY.with(SIGUSR1), "what waits for the thread");
        must!(set_mask(SignalSet::EMPTY));
        check_eq!((RUNS.get(), RAN_IN.load(SeqCst)), (1, linux::gettid()), "the handler's calls, and who ran it");
    });
    TURN.await_at_least(1);
    check_eq!(send(thread.number, SIGUSR1), Ok(0), "tgkill");
    check_eq!((pending(), RUNS.get()), (SignalSet::EMPTY, 0), "what waits for the other thread, and the calls");
    TURN.announce();
    thread.join();
    let thread = start(body);
    TURN.await_at_least(3);
    check_eq!(send(thread.number, SIGUSR1), Ok(0), "tgkill");
    TURN.announce();
    thread.join();
    check_eq!(RUNS.get(), 1, "the handler's calls");
}

/// Numbers that are none, of nobody, of others, of who has ended.
pub fn wrong_threads_are_refused() {
    let pid = linux::getpid() as usize;
    let thread = listener();
    let number = thread.number as usize;
    let tgkill = |pid: usize, thread: usize, signal: u32| call(__NR_tgkill, [pid, thread, signal as usize]);
    check_eq!(tgkill(pid, number, 0), Ok(0), "tgkill with signal 0");
    for (pid, thread) in [(0, number), (usize::MAX, number), (pid, 0), (pid, usize::MAX)] {
        check_eq!(tgkill(pid, thread, 0), Err(Errno::EINVAL), "tgkill({pid:#x}, {thread:#x})");
    }
    for thread in [0, usize::MAX, 0x8000_0000] {
        check_eq!(call(__NR_tkill, [thread, 0]), Err(Errno::EINVAL), "tkill({thread:#x})");
    }
    check_eq!(tgkill(pid, number, 65), Err(Errno::EINVAL), "tgkill with signal 65");
    check_eq!(tgkill(number, pid, 0), Err(Errno::ESRCH), "tgkill with both numbers exchanged");
    check_eq!(tgkill(pid, 0x3fff_ffff, 0), Err(Errno::ESRCH), "tgkill of nobody");
    let child = child::start(|| {
        let _ = suspend(SignalSet::EMPTY);
        0
    });
    check_eq!(tgkill(pid, child as usize, SIGKILL), Err(Errno::ESRCH), "tgkill of a child as one's own thread");
    check_eq!(tgkill(child as usize, number, SIGKILL), Err(Errno::ESRCH), "tgkill of one's own thread as a child's");
    check_eq!(tgkill(child as usize, child as usize, SIGKILL), Ok(0), "tgkill of a child");
    check_eq!(wait(child).signal(), Some(SIGKILL), "the signal that ended the child");
    END.announce();
    thread.join();
    until("the thread is gone", || tgkill(pid, number, 0) == Err(Errno::ESRCH));
    check_eq!(call(__NR_tkill, [number, SIGUSR1 as usize]), Err(Errno::ESRCH), "tkill of who has ended");
}

/// `kill` takes the number of a thread for its process, as Linux does.
pub fn kill_by_a_threads_number_means_its_process() {
    set(SIGUSR2, &Action::plain(note, 0));
    let thread = listener();
    check_eq!(tusk_user::signal::kill(thread.number, 0), Ok(()), "kill by a thread's number");
    must!(tusk_user::signal::kill(thread.number, SIGUSR2));
    until("the signal has come", || SEEN.count() == 1);
    END.announce();
    thread.join();
}

/// A fault's signal is for the thread that made it, and its handler runs there, on its stack.
pub fn faults_are_handled_where_they_happen() {
    static PLACE: Word = Word::new(0);
    extern "C" fn mend(_signal: u32, information: &Information, _context: &mut Context) {
        RAN_IN.store(linux::gettid(), SeqCst);
        RUNS.add(1);
        let page = information.pid_or_address as usize & !0xfff;
        must!(crate::mapping::pages::protect(page, 4096, crate::mapping::pages::READ_WRITE));
    }
    set(SIGSEGV, &Action::informed(mend, 0));
    let page = crate::mapping::pages::anonymous(4);
    must!(crate::mapping::pages::protect(page, 4 * 4096, 0));
    PLACE.set(page as u32);
    let threads = [0, 1, 2, 3].map(|index| {
        start(move || {
            crate::mapping::pages::poke(PLACE.get() as usize + index * 4096, 7);
        })
    });
    drop(threads);
    check_eq!(RUNS.get(), 4, "the faults");
    check!(RAN_IN.load(SeqCst) != linux::gettid(), "the first thread has handled a fault of another");
    for index in 0..4 {
        check_eq!(crate::mapping::pages::peek(page + index * 4096), 7, "the byte that was written");
    }
}
