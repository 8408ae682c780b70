//! `set_robust_list`: locks whose owner ends are marked, and who waits for them is woken.

use crate::call::{call, output};
use crate::check::{check_eq, must};
use crate::child::{self, wait};
use crate::mapping::pages::{anonymous, unmap};
use crate::threads::thread::start;
use crate::threads::word::{Scope, Word, shared_words, until};
use linux_raw_sys::general::{
    __NR_get_robust_list, __NR_set_robust_list, FUTEX_OWNER_DIED, FUTEX_WAITERS, SIGKILL, SIGSEGV,
};
use tusk_user::signal::kill;
use tusk_user::{Errno, linux};

/// Words of `struct robust_list_head`: the first entry, the distance from an entry to its lock, the pending entry.
const HEAD: usize = 3;
/// How far a lock lies from its entry here.
const DISTANCE: usize = 4;
/// The head's length in bytes.
const LENGTH: usize = 12;

/// A list in words of a case: the head, then pairs of an entry and its lock.
struct List(&'static [Word]);

impl List {
    /// Entry `index`, whose lock lies behind it.
    fn entry(&self, index: usize) -> &'static Word {
        &self.0[HEAD + 2 * index]
    }

    fn lock(&self, index: usize) -> &'static Word {
        &self.0[HEAD + 2 * index + 1]
    }

    fn head(&self) -> usize {
        self.0[0].address()
    }

    /// Joins the first `count` entries to a list, and gives it to the kernel for the calling thread.
    fn set(&self, count: usize, pending: usize) {
        self.0[0].set(if count == 0 { self.head() } else { self.entry(0).address() } as u32);
        self.0[1].set(DISTANCE as u32);
        self.0[2].set(pending as u32);
        for index in 0..count {
            let next = if index + 1 < count { self.entry(index + 1).address() } else { self.head() };
            self.entry(index).set(next as u32);
        }
        check_eq!(set_list(self.head(), LENGTH), Ok(0), "set_robust_list");
    }

    /// The first lock is the calling thread's, with waiters.
    fn take(&self, index: usize) {
        self.lock(index).set(linux::gettid() as u32 | FUTEX_WAITERS);
    }
}

fn set_list(head: usize, length: usize) -> Result<usize, Errno> {
    call(__NR_set_robust_list, [head, length])
}

static WORDS: [Word; 32] = [const { Word::new(0) }; 32];
const LEFT: u32 = FUTEX_OWNER_DIED | FUTEX_WAITERS;

/// What was set is told, for the caller and for others; another length is refused.
pub fn list_is_set_and_told() {
    for length in [0, 8, 16, 24] {
        check_eq!(set_list(WORDS[0].address(), length), Err(Errno::EINVAL), "set_robust_list of {length} bytes");
    }
    let ask = |number: i32| {
        let [mut head, mut length] = [0usize; 2];
        call(__NR_get_robust_list, [number as usize, output(&mut head), output(&mut length)]).map(|_| [head, length])
    };
    check_eq!(ask(0), Ok([0, LENGTH]), "the list at first");
    check_eq!(set_list(WORDS[0].address(), LENGTH), Ok(0), "set_robust_list");
    check_eq!(ask(0), Ok([WORDS[0].address(), LENGTH]), "the list");
    check_eq!(ask(linux::gettid()), Ok([WORDS[0].address(), LENGTH]), "the list by number");
    check_eq!(ask(0x3fff_ffff), Err(Errno::ESRCH), "the list of nobody");
    start(move || check_eq!(ask(0), Ok([0, LENGTH]), "a thread's list at first")).join();
    child::run_well(|| check_eq!(ask(0), Ok([0, LENGTH]), "a child's list at first"));
    check_eq!(set_list(0, LENGTH), Ok(0), "set_robust_list of nothing");
}

/// Each lock of a thread that ends is marked; those of others, and those that are free, stay.
pub fn locks_of_a_dead_owner_are_marked() {
    start(|| {
        let list = List(&WORDS);
        list.set(4, 0);
        list.take(0);
        list.lock(1).set(linux::gettid() as u32);
        list.lock(2).set(0x1234);
        list.take(3);
    })
    .join();
    let list = List(&WORDS);
    let locks = [0, 1, 2, 3].map(|index| list.lock(index).get());
    check_eq!(locks, [LEFT, FUTEX_OWNER_DIED, 0x1234, LEFT], "the locks");
}

/// One who waits for it is woken, when there are waiters.
pub fn waiter_for_a_dead_owners_lock_is_woken() {
    static GO: Word = Word::new(0);
    let list = List(&WORDS);
    let owner = start(|| {
        let list = List(&WORDS);
        list.set(1, 0);
        list.take(0);
        GO.announce();
        GO.await_at_least(2);
    });
    GO.await_at_least(1);
    let waiters = [(); 2].map(|()| {
        start(|| {
            let lock = List(&WORDS).lock(0);
            let value = lock.get();
            if value & FUTEX_OWNER_DIED == 0 {
                while lock.wait_in(Scope::Shared, value) == Err(Errno::EINTR) {}
            }
            check_eq!(lock.get() & FUTEX_OWNER_DIED, FUTEX_OWNER_DIED, "the mark that the waiter finds");
            // As a lock that is taken over and given back does it.
            lock.wake_in(Scope::Shared, 1);
        })
    });
    GO.announce();
    drop((owner, waiters));
    check_eq!(list.lock(0).get(), LEFT, "the lock");
}

/// The lock that was being taken or given counts too, though it is not in the list; a free one wakes.
pub fn pending_lock_is_left_too() {
    let lock = List(&WORDS).lock(5);
    for value in [FUTEX_WAITERS, 0] {
        lock.set(value);
        let waiter = start(move || check_eq!(lock.wait_in(Scope::Shared, lock.get()), Ok(0), "the wait for the lock"));
        until("the waiter sleeps", || lock.sleepers_in(Scope::Shared) == 1);
        start(move || {
            let list = List(&WORDS);
            list.set(1, list.entry(5).address());
            list.take(0);
            if value != 0 {
                list.take(5);
            }
        })
        .join();
        waiter.join();
        check_eq!(lock.get(), if value == 0 { 0 } else { LEFT }, "the pending lock, which was {value:#x}");
        check_eq!(List(&WORDS).lock(0).get(), LEFT, "the lock in the list");
    }
}

/// A list that is a ring ends some time, and one that leads nowhere ends there.
pub fn lists_that_are_not_whole_do_no_harm() {
    start(|| {
        let list = List(&WORDS);
        list.set(3, 0);
        list.take(0);
        list.entry(2).set(list.entry(1).address() as u32);
    })
    .join();
    check_eq!(List(&WORDS).lock(0).get(), LEFT, "the lock before the ring");
    let gone = anonymous(1);
    must!(unmap(gone, 4096));
    for address in [0, 1, gone, gone + 2, 0x1000, 0xffff_fffc] {
        start(move || {
            let list = List(&WORDS);
            list.set(2, 0);
            list.take(0);
            list.entry(1).set(address as u32);
        })
        .join();
        check_eq!(List(&WORDS).lock(0).get(), LEFT, "the lock before an entry at {address:#x}");
        start(move || check_eq!(set_list(address, LENGTH), Ok(0), "set_robust_list at {address:#x}")).join();
        start(move || {
            let list = List(&WORDS);
            list.set(1, address & !1);
            list.take(0);
        })
        .join();
        check_eq!(List(&WORDS).lock(0).get(), LEFT, "the lock beside a pending one at {address:#x}");
    }
}

/// A process that is killed leaves its locks in shared memory, and their waiters are woken, whoever they are.
pub fn killed_process_leaves_its_locks() {
    for signal in [SIGKILL, SIGSEGV, 0] {
        let words = shared_words();
        let owner = child::start(|| {
            let list = List(words);
            list.set(1, 0);
            list.take(0);
            words[30].set(1);
            if signal == 0 {
                until("the waiter is ready", || words[31].get() == 1);
                return 0;
            }
            loop {
                tusk_user::signal::pause();
            }
        });
        words[30].watch_for(1);
        let waiter = child::start(|| {
            let lock = List(words).lock(0);
            words[31].set(1);
            loop {
                let value = lock.get();
                if value & FUTEX_OWNER_DIED != 0 {
                    return 0;
                }
                let _ = lock.wait_in(Scope::Shared, value);
            }
        });
        words[31].watch_for(1);
        if signal != 0 {
            must!(kill(owner, signal));
        }
        check_eq!(wait(waiter).exit_code(), Some(0), "the waiter's end");
        check_eq!(wait(owner).signal(), (signal != 0).then_some(signal), "the owner's end");
        check_eq!(List(words).lock(0).get(), LEFT, "the lock");
    }
}

/// `execve` leaves them as an end does.
pub fn execve_leaves_locks() {
    let words = shared_words();
    child::run_well(|| {
        let list = List(words);
        list.set(1, 0);
        list.take(0);
        crate::program::become_program("bss", &[]);
    });
    check_eq!(List(words).lock(0).get(), LEFT, "the lock");
}
