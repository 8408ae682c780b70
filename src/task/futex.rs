//! futex: sleeping until a word of memory has changed.
//!
//! A program keeps its lock in a word of its own and comes here only to sleep, when the word still has the value that
//! it saw, and to wake sleepers. Comparing and going to sleep are one step, since nobody else runs in between; so no
//! wake is lost. A word is found again by its *key*: address space and address, or, in memory that is shared, frame
//! and offset; the frame is pinned as long as somebody sleeps on it. Sleepers lie in lists by a hash of their key,
//! longest first. `man 2 futex`, `man 7 futex`.

use super::list::List;
use super::scheduler;
use super::task_ref::{TaskRef, WaitTag, running_thread};
use super::task_struct::Task;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::arch::paging::{PAGE_SIZE, Page};
use crate::errno::{Errno, Result};
use crate::mm::page_table;
use crate::mm::pin::{Pin, pin_page};
use crate::mm::user;
use crate::mm::user_addresses::UserAddresses;
use alloc::sync::Arc;
use core::cell::RefCell;

/// How many lists there are.
const LISTS: usize = 64;

/// Whose sleepers a call means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Those of the same address space (`FUTEX_PRIVATE_FLAG`).
    Private,
    /// Those of all that have the memory.
    Shared,
}

/// What tells words from one another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Address space and address.
    Private { space: usize, address: u32 },
    /// Frame and offset: shared memory may lie at different addresses.
    Shared { frame: u32, offset: u32 },
}

/// What a task sleeps for.
struct Sleeper {
    key: Key,
    /// Only wakes that have one of these bits wake it.
    bits: u32,
    /// Keeps the frame of a shared word.
    pin: Option<Pin>,
}

/// A task's place among the sleepers; empty while it does not sleep here.
pub struct Waiting(RefCell<Option<Sleeper>>);

impl Waiting {
    /// Not asleep.
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }
}

static SLEEPERS: IrqLock<[List<WaitTag>; LISTS]> = IrqLock::new([const { List::new() }; LISTS]);

impl Key {
    /// The key of the word at `address` of the running process.
    ///
    /// # Errors
    /// EINVAL for an address that is no multiple of 4; EFAULT for one where nothing is.
    fn of(address: u32, scope: Scope) -> Result<Self> {
        if !address.is_multiple_of(4) {
            return Err(Errno::INVAL);
        }
        user::check_range(address, 4)?;
        let memory = running_thread().memory().ok_or(Errno::FAULT)?;
        let private = Self::Private { space: Arc::as_ptr(&memory) as usize, address };
        if scope == Scope::Private {
            return Ok(private);
        }
        let is_shared = |addresses: &mut UserAddresses| {
            addresses.find(address / PAGE_SIZE).map(|region| region.is_shared()).ok_or(Errno::FAULT)
        };
        if !memory.with_addresses(is_shared)? {
            return Ok(private);
        }
        // So that it is there.
        user::read_u32(address)?;
        Self::of_shared(address)
    }

    /// The key of a word in shared memory that is there.
    fn of_shared(address: u32) -> Result<Self> {
        let entry = page_table::lookup(Page::containing(address)).ok_or(Errno::FAULT)?;
        Ok(Self::Shared { frame: entry.frame().0, offset: address % PAGE_SIZE })
    }

    /// Says whether the word is still behind `address`; looking does not sleep.
    fn is_still(self, address: u32) -> bool {
        matches!(self, Self::Private { .. }) || Self::of_shared(address).is_ok_and(|key| key == self)
    }

    /// Keeps the frame of the word, which is behind `address`, where that is what it is known by.
    fn pin(self, address: u32) -> Result<Option<Pin>> {
        match self {
            Self::Private { .. } => Ok(None),
            Self::Shared { .. } => pin_page(address),
        }
    }

    /// Which list its sleepers are in.
    fn list(self) -> usize {
        let (high, low) = match self {
            Self::Private { space, address } => (space as u32 >> 4, address),
            Self::Shared { frame, offset } => (frame, offset),
        };
        // Neighbouring words come into different lists.
        ((low >> 2) ^ (low >> 12) ^ high) as usize % LISTS
    }
}

/// Says whether `task` sleeps for `key`, with one of `bits`.
fn sleeps_for(task: &Task, key: Key, bits: u32) -> bool {
    task.futex.0.borrow().as_ref().is_some_and(|sleeper| sleeper.key == key && sleeper.bits & bits != 0)
}

/// Sleeps until woken by a wake with one of `bits`, if the word at `address` is `expected`.
///
/// # Errors
/// AGAIN when the word is another; TIMEDOUT when the tick `deadline` comes first, RESTART when a signal does; EINVAL
/// without bits; EFAULT, ENOMEM.
pub fn wait(address: u32, scope: Scope, expected: u32, bits: u32, deadline: Option<u64>) -> Result<()> {
    if bits == 0 {
        return Err(Errno::INVAL);
    }
    let _off = interrupt::disabled();
    let task = running_thread();
    loop {
        let key = Key::of(address, scope)?;
        let pin = key.pin(address)?;
        // Reading may have to bring the page, and sleep; then nobody knows what became of the mapping.
        if user::read_u32(address)? != expected {
            return Err(Errno::AGAIN);
        }
        if key.is_still(address) {
            *task.futex.0.borrow_mut() = Some(Sleeper { key, bits, pin });
            SLEEPERS.lock()[key.list()].append(WaitTag(task));
            break;
        }
    }
    let woken = scheduler::block_interruptibly(deadline);
    let sleeper = task.futex.0.take();
    if !task.wait_tag.get().is_linked() {
        // A wake took us off the list, whatever else came at the same time.
        return Ok(());
    }
    if let Some(sleeper) = sleeper {
        SLEEPERS.lock()[sleeper.key.list()].remove(WaitTag(task));
    }
    woken.and(Err(Errno::RESTART))
}

/// Wakes up to `count` of those who sleep for the word at `address` with one of `bits`; returns how many.
///
/// # Errors
/// EINVAL, EFAULT.
pub fn wake(address: u32, scope: Scope, count: u32, bits: u32) -> Result<u32> {
    if bits == 0 {
        return Err(Errno::INVAL);
    }
    Ok(wake_key(Key::of(address, scope)?, count, bits))
}

fn wake_key(key: Key, count: u32, bits: u32) -> u32 {
    let _off = interrupt::disabled();
    let mut woken = 0;
    while woken < count {
        let Some(task) = take_first(key, bits) else { break };
        scheduler::wake_if_blocked(task);
        woken += 1;
    }
    woken
}

/// Takes the one that has slept longest off its list.
fn take_first(key: Key, bits: u32) -> Option<TaskRef> {
    let mut lists = SLEEPERS.lock();
    let list = &mut lists[key.list()];
    let tag = list.iter().find(|tag| sleeps_for(&tag.0, key, bits))?;
    list.remove(tag);
    Some(tag.0)
}

fn count_sleepers(key: Key) -> u32 {
    SLEEPERS.lock()[key.list()].iter().filter(|tag| sleeps_for(&tag.0, key, u32::MAX)).count() as u32
}

/// Two words of which the sleepers for one are to sleep for the other.
#[derive(Clone, Copy)]
pub struct Requeue {
    pub from: u32,
    pub to: u32,
    pub scope: Scope,
    /// How many are woken, and how many of the others then sleep for `to`.
    pub wake: u32,
    pub move_count: u32,
    /// What the word at `from` must be.
    pub expected: Option<u32>,
}

/// Wakes some of those who sleep for one word, and lets others sleep for another; returns how many of either
/// (`FUTEX_CMP_REQUEUE`).
///
/// # Errors
/// AGAIN when the word is not what it must be; EINVAL, EFAULT; ENOMEM.
pub fn requeue(what: Requeue) -> Result<u32> {
    let _off = interrupt::disabled();
    let to = Key::of(what.to, what.scope)?;
    let from = Key::of(what.from, what.scope)?;
    if let Some(expected) = what.expected
        && user::read_u32(what.from)? != expected
    {
        return Err(Errno::AGAIN);
    }
    if !to.is_still(what.to) {
        return Err(Errno::FAULT);
    }
    let woken = wake_key(from, what.wake, u32::MAX);
    if from == to {
        // They stay where they are, and count, as on Linux.
        return Ok(woken + count_sleepers(from).min(what.move_count));
    }
    let mut moved = 0;
    while moved < what.move_count {
        // First, since who is off the list must get onto the other.
        let pin = to.pin(what.to)?;
        let Some(task) = take_first(from, u32::MAX) else { break };
        if let Some(sleeper) = &mut *task.futex.0.borrow_mut() {
            (sleeper.key, sleeper.pin) = (to, pin);
        }
        SLEEPERS.lock()[to.list()].append(WaitTag(task));
        moved += 1;
    }
    Ok(woken + moved)
}

/// Changes the word at `second` by `change`, wakes `count` sleepers for `first`, and, when `condition` holds of what the
/// word was, `second_count` for `second`; returns how many (`FUTEX_WAKE_OP`).
///
/// # Errors
/// EINVAL, EFAULT.
pub fn wake_and_change(
    (first, count): (u32, u32),
    (second, second_count): (u32, u32),
    scope: Scope,
    change: impl Fn(u32) -> u32,
    condition: impl Fn(u32) -> bool,
) -> Result<u32> {
    let _off = interrupt::disabled();
    let (first, second_key) = (Key::of(first, scope)?, Key::of(second, scope)?);
    let old = exchange(second, change)?;
    let mut woken = wake_key(first, count, u32::MAX);
    if condition(old) {
        woken += wake_key(second_key, second_count, u32::MAX);
    }
    Ok(woken)
}

/// Changes the word at `address` in one step, and returns what it was.
///
/// # Errors
/// EFAULT.
pub fn exchange(address: u32, change: impl Fn(u32) -> u32) -> Result<u32> {
    loop {
        let old = user::read_u32(address)?;
        // The page may be there to be read only: then writing brings it, and others may run meanwhile. So it is written
        // as it was, and looked at again.
        user::write_u32(address, old)?;
        if user::read_u32(address)? == old {
            user::write_u32(address, change(old))?;
            return Ok(old);
        }
    }
}
