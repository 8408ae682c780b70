//! Recording: which groups are on, and what a tracepoint that is on does.
//!
//! One word says what is watched, so that a tracepoint that is off costs a test of a bit in it. One that is on puts a
//! record into the ring, and, with `trace=`, sends it to port 0xe9 as a line. That takes thousands of cycles, which
//! are counted and taken off every later record's time: the times told are those of a kernel that is not traced.
//!
//! Of the rest of the kernel this needs arch only, so every layer may have tracepoints; who runs and what system calls
//! are called are hooks set at boot.

use super::event::{Event, Mark, Record, WORDS};
use super::events::Group;
use super::group::Groups;
use super::line::{self, CallNames};
use super::ring::Ring;
use crate::arch::watch_word::WatchWord;
use crate::arch::{cpu, debug_port, interrupt};
use core::fmt::{self, Write};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use spin::Once;

/// The groups that are on, and [`STRACE`].
static WATCHED: WatchWord = WatchWord::new();
/// Not a group's bit: somebody watches processes (src/task/watch.rs). In the same word, so that a system call tests only
/// one.
const STRACE: u32 = 1 << 31;

/// The last records.
pub static RING: Ring = Ring::new();

/// The cycle counter at the kernel's first instruction.
static FIRST_CYCLES: AtomicU64 = AtomicU64::new(0);
/// Cycles spent here. Changed with interrupts off.
static COST: AtomicU64 = AtomicU64::new(0);
/// Cycles that a record costs beside those that are counted, getting here and back; 0 until they are measured.
static COST_OF_CALL: AtomicU32 = AtomicU32::new(0);
/// The cycle counter when the event happened that is to be recorded next.
static BEGAN: AtomicU64 = AtomicU64::new(0);
/// The cycle counter when the last record was done.
static ENDED: AtomicU64 = AtomicU64::new(0);
/// The time of the last record.
static LAST: AtomicU64 = AtomicU64::new(0);

/// Whether lines are sent to port 0xe9.
static IS_SENT: AtomicBool = AtomicBool::new(false);

/// The pid of the task that runs.
static PID: Once<fn() -> u32> = Once::new();
/// What system calls are called.
static CALLS: Once<CallNames> = Once::new();

/// Says that the cycle counter was `cycles` at the kernel's first instruction.
pub fn begin(cycles: u64) {
    FIRST_CYCLES.store(cycles, Relaxed);
}

/// Sets what tells the pid of the task that runs.
pub fn set_pid(pid: fn() -> u32) {
    PID.call_once(|| pid);
}

/// Sets what tells what system calls are called.
pub fn set_call_names(names: CallNames) {
    CALLS.call_once(|| names);
}

/// What tells what system calls are called, once it is set.
pub fn call_names() -> Option<CallNames> {
    CALLS.get().copied()
}

/// Says whether `group` is on.
#[inline(always)]
pub fn is_on(group: Group) -> bool {
    WATCHED.get() & Groups::of(group).bits() != 0
}

/// Says whether anybody watches system calls: the trace, or strace.
#[inline(always)]
pub fn are_calls_watched() -> bool {
    WATCHED.get() & (Groups::of(Group::Syscall).bits() | STRACE) != 0
}

/// Says whether somebody watches processes: the log, or who has asked for it.
pub fn is_strace_on() -> bool {
    WATCHED.get() & STRACE != 0
}

/// Somebody watches processes from now on, or nobody.
pub fn set_strace(is_on: bool) {
    WATCHED.change(|watched| watched & !STRACE | if is_on { STRACE } else { 0 });
}

/// The groups that are on.
pub fn groups() -> Groups {
    Groups::of_bits(WATCHED.get())
}

/// Turns `groups` on and all others off.
pub fn set_groups(groups: Groups) {
    let _off = interrupt::disabled();
    if !groups.is_empty() && COST_OF_CALL.load(Relaxed) == 0 {
        measure_call();
    }
    WATCHED.change(|watched| watched & STRACE | groups.bits());
}

/// Forgets all records.
pub fn clear() {
    RING.clear();
}

/// Sends each record to port 0xe9 too, from now on, if there is anybody. Says whether there is.
pub fn send_to_debug_port() -> bool {
    let is_there = debug_port::is_there();
    IS_SENT.store(is_there, Relaxed);
    is_there
}

/// No event: that of a step which is not recorded.
const NONE: Event = Event(u16::MAX);

/// A step that has begun; its end is recorded when this is dropped, however that comes about.
#[must_use = "a step ends when this is dropped"]
pub struct Step(Event);

impl Step {
    /// One that is not recorded.
    pub const OFF: Self = Self(NONE);

    /// One that has begun with `event`.
    pub const fn of(event: Event) -> Self {
        Self(event)
    }

    /// Ends it with results.
    pub fn end_with(self, results: &[u32]) {
        if self.0 != NONE {
            begin_event();
            record(self.0, Mark::End, results);
        }
        core::mem::forget(self);
    }
}

impl Drop for Step {
    #[inline(always)]
    fn drop(&mut self) {
        if self.0 != NONE {
            end(self.0);
        }
    }
}

/// An event happens now: its words are computed next, which is no work of the kernel's own. Kept beside the event's words, so
/// that the place where it happens needs no registers for it.
#[cold]
#[inline(never)]
pub fn begin_event() {
    BEGAN.store(cpu::cycles(), Relaxed);
}

/// Records that the step of `event` ends.
#[cold]
#[inline(never)]
fn end(event: Event) {
    begin_event();
    record(event, Mark::End, &[]);
}

/// Records `event`, of which [`begin_event`] has been told.
#[cold]
#[inline(never)]
pub fn record(event: Event, mark: Mark, told: &[u32]) {
    let _off = interrupt::disabled();
    let began = began();
    let mut words = [0; WORDS];
    words[..told.len()].copy_from_slice(told);
    let since_first = began.saturating_sub(FIRST_CYCLES.load(Relaxed));
    // In part an estimate, for which time must not run backwards.
    let paid = COST.load(Relaxed).min(since_first.saturating_sub(LAST.load(Relaxed)));
    let cycles = since_first - paid;
    LAST.store(cycles, Relaxed);
    let pid = PID.get().map_or(0, |pid| pid());
    let record = Record { cycles, pid, event, mark, count: told.len() as u8, words };
    RING.push(&record);
    if IS_SENT.load(Relaxed) {
        // The port cannot fail.
        let _ = line::write(&mut Port, &record, call_names()).and_then(|()| Port.write_char('\n'));
    }
    let ended = cpu::cycles();
    ENDED.store(ended, Relaxed);
    COST.store(paid + ended - began + u64::from(COST_OF_CALL.load(Relaxed)), Relaxed);
}

/// When the event happened that is being recorded: as [`begin_event`] has noted, unless an interrupt came in between, whose
/// time is not tracing's. It had events of its own, or took longer than an event's words ever do.
fn began() -> u64 {
    const LONGEST: u64 = 20_000;
    let (noted, now) = (BEGAN.load(Relaxed), cpu::cycles());
    if noted >= ENDED.load(Relaxed) && now - noted < LONGEST { noted } else { now }
}

/// Measures what a record costs beside the cycles counted: two in a row, between which nothing else happens, lie that
/// far apart. The nearest two of several, as an emulator takes its time with code that it has not run yet. They are made
/// before anything is on, and forgotten.
fn measure_call() {
    const MADE: u64 = 16;
    let is_sent = IS_SENT.swap(false, Relaxed);
    for _ in 0..MADE {
        begin_event();
        super::events::fork::ready::record(0, 0);
    }
    IS_SENT.store(is_sent, Relaxed);
    let made = |number| RING.get(number).map_or(0, |record| record.cycles);
    let nearest = (1..MADE).map(|number| made(number) - made(number - 1)).min();
    RING.clear();
    // Not 0, which means that it has not been measured: so it is on a processor without a cycle counter.
    COST_OF_CALL.store(nearest.map_or(1, |cycles| cycles.max(1) as u32), Relaxed);
}

/// Port 0xe9, to be written to.
struct Port;

impl fmt::Write for Port {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        debug_port::write(text.as_bytes());
        Ok(())
    }
}

/// Records an event of the table, if its group is on: `tracepoint!(fork::ready(parent, pid))`. The words are not
/// computed if it is off.
#[collapse_debuginfo(yes)] // a debugger stands at the line that has it, not at this one
macro_rules! tracepoint {
    ($group:ident::$event:ident($($word:expr),* $(,)?)) => {
        if $crate::trace::events::$group::is_on() {
            $crate::trace::recorder::begin_event();
            $crate::trace::events::$group::$event::record($($word),*);
        }
    };
}
pub(crate) use tracepoint;

/// Begins a step of the table, which ends when the value goes: `let _step = step!(fork::copy_process());`.
#[collapse_debuginfo(yes)] // a debugger stands at the line that has it, not at this one
macro_rules! step {
    ($group:ident::$event:ident($($word:expr),* $(,)?)) => {
        if $crate::trace::events::$group::is_on() {
            $crate::trace::recorder::begin_event();
            $crate::trace::events::$group::$event::record($($word),*)
        } else {
            $crate::trace::recorder::Step::OFF
        }
    };
}
pub(crate) use step;
