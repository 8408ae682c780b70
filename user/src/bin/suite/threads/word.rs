//! Words that threads sleep on: `futex(2)` under its own names.

use crate::call::call;
use crate::check::{check, must};
use crate::mapping::pages::{NO_FILE, READ_WRITE, map};
use core::sync::atomic::{AtomicU32, Ordering::SeqCst};
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_futex, FUTEX_PRIVATE_FLAG, FUTEX_REQUEUE, FUTEX_WAIT, FUTEX_WAKE, MAP_ANONYMOUS, MAP_SHARED,
};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, linux};

/// As many as there are.
pub const ALL: u32 = i32::MAX as u32;

/// Whose sleepers a call means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those in this memory.
    Private,
    /// Those of whichever process.
    Shared,
}

impl Scope {
    /// The bit that says so.
    pub fn flag(self) -> u32 {
        if self == Scope::Private { FUTEX_PRIVATE_FLAG } else { 0 }
    }
}

/// A word that tasks sleep on until it changes.
#[repr(transparent)]
pub struct Word(AtomicU32);

impl Word {
    /// One with a value.
    pub const fn new(value: u32) -> Self {
        Word(AtomicU32::new(value))
    }

    /// The word at an address.
    ///
    /// # Safety
    /// It lies in memory that stays as long as the reference is used, is aligned, and is not accessed but as a word.
    pub unsafe fn at(address: usize) -> &'static Word {
        // SAFETY: the caller's promise; the type is that of a word.
        unsafe { &*core::ptr::with_exposed_provenance::<Word>(address) }
    }

    /// Its address.
    pub fn address(&self) -> usize {
        core::ptr::from_ref(self).expose_provenance()
    }

    /// Its value.
    pub fn get(&self) -> u32 {
        self.0.load(SeqCst)
    }

    /// Gives it a value, and tells nobody.
    pub fn set(&self, value: u32) {
        self.0.store(value, SeqCst);
    }

    /// Adds to it, and tells nobody; returns what it was.
    pub fn add(&self, value: u32) -> u32 {
        self.0.fetch_add(value, SeqCst)
    }

    /// Gives it a value if it has the expected one; says whether it had.
    pub fn exchange(&self, expected: u32, value: u32) -> bool {
        self.0.compare_exchange(expected, value, SeqCst, SeqCst).is_ok()
    }

    /// Gives it a value and returns what it had.
    pub fn swap(&self, value: u32) -> u32 {
        self.0.swap(value, SeqCst)
    }

    /// Sleeps if it is `expected`.
    ///
    /// # Errors
    /// Those of `FUTEX_WAIT`.
    pub fn wait_in(&self, scope: Scope, expected: u32) -> Result<usize, Errno> {
        call(__NR_futex, [self.address(), (FUTEX_WAIT | scope.flag()) as usize, expected as usize, 0])
    }

    /// Wakes some who sleep; returns how many.
    #[track_caller]
    pub fn wake_in(&self, scope: Scope, count: u32) -> usize {
        must!(call(__NR_futex, [self.address(), (FUTEX_WAKE | scope.flag()) as usize, count as usize]))
    }

    /// [`wait_in`](Self::wait_in) this memory.
    ///
    /// # Errors
    /// Those of `FUTEX_WAIT`.
    pub fn wait(&self, expected: u32) -> Result<usize, Errno> {
        self.wait_in(Scope::Private, expected)
    }

    /// [`wake_in`](Self::wake_in) this memory.
    #[track_caller]
    pub fn wake(&self, count: u32) -> usize {
        self.wake_in(Scope::Private, count)
    }

    /// Adds one and wakes everybody.
    pub fn announce(&self) {
        self.add(1);
        self.wake_in(Scope::Private, ALL);
    }

    /// Sleeps until it is `least` or more.
    pub fn await_at_least(&self, least: u32) {
        loop {
            let value = self.get();
            if value >= least {
                return;
            }
            let _ = self.wait(value);
        }
    }

    /// Looks, without sleeping on it, until it is `least` or more: somebody who cannot wake us changes it. The case fails
    /// when nothing happens for very long.
    #[track_caller]
    pub fn watch_for(&self, least: u32) {
        until("a word changes", || self.get() >= least);
    }

    /// Counts those who sleep on it: moved to where they are, they stay as they are, in their order.
    #[track_caller]
    pub fn sleepers_in(&self, scope: Scope) -> usize {
        let operation = FUTEX_REQUEUE | scope.flag();
        must!(call(__NR_futex, [self.address(), operation as usize, 0, ALL as usize, self.address()]))
    }

    /// [`sleepers_in`](Self::sleepers_in) this memory.
    #[track_caller]
    pub fn sleepers(&self) -> usize {
        self.sleepers_in(Scope::Private)
    }

    /// Waits until `count` sleep on it.
    #[track_caller]
    pub fn await_sleepers(&self, count: usize) {
        until("enough of them sleep", || self.sleepers() >= count);
    }
}

/// Asks again and again; the case fails when the answer is no for very long.
#[track_caller]
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    /// Longer than any host is stalled.
    const VERY_LONG: Duration = Duration::from_secs(40);
    let end = now() + VERY_LONG;
    for round in 0u32.. {
        if is_so() {
            return;
        }
        check!(now() < end, "it takes too long until {what}");
        if round < 100 {
            let _ = linux::sched_yield();
        } else {
            sleep(Duration::from_millis(2));
        }
    }
}

/// A page of words that this process and its children share, until it ends.
#[track_caller]
pub fn shared_words() -> &'static [Word] {
    let start = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0));
    // SAFETY: the page is never unmapped, is zeroed, which is a word's value, and is known here only.
    unsafe { core::slice::from_raw_parts(core::ptr::with_exposed_provenance(start), PAGE_SIZE / 4) }
}
