//! What the machine has been doing: ticks by kind, switches, and the load average.
//!
//! Counted by the timer and the scheduler, told by /proc/stat, uptime and loadavg.

use super::scheduler;
use super::task_struct::Status;
use crate::arch::pit::HZ;
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Whose tick it was.
#[derive(Clone, Copy)]
pub enum Tick {
    /// A program ran.
    User,
    /// The kernel ran for a program.
    System,
    /// Nobody could run.
    Idle,
}

static TICKS: [AtomicU64; 3] = [const { AtomicU64::new(0) }; 3];
static SWITCHES: AtomicU64 = AtomicU64::new(0);
static TASKS_MADE: AtomicU32 = AtomicU32::new(0);
/// Averages over 1, 5 and 15 minutes, in units of 1/2048.
static LOAD: [AtomicU32; 3] = [const { AtomicU32::new(0) }; 3];

/// How the three averages fade in 5 seconds: e^(−5 s / period) in units of 1/2048 (`man 3 getloadavg`).
const FADING: [u64; 3] = [1884, 2014, 2037];
const ONE: u64 = 2048;
const TICKS_BETWEEN_LOADS: u64 = 5 * HZ as u64;

/// A tick has passed.
pub fn note_tick(kind: Tick, now: u64) {
    TICKS[kind as usize].fetch_add(1, Ordering::Relaxed);
    if now.is_multiple_of(TICKS_BETWEEN_LOADS) {
        note_load();
    }
}

fn note_load() {
    let is_active = |status| matches!(status, Status::Running | Status::Ready);
    // The idle thread is always ready and never counts.
    let active = scheduler::all_tasks().filter(|&task| is_active(task.status()) && !scheduler::is_idle(task)).count();
    for (load, fading) in LOAD.iter().zip(FADING) {
        let old = u64::from(load.load(Ordering::Relaxed));
        let new = (old * fading + active as u64 * ONE * (ONE - fading)) / ONE;
        load.store(new as u32, Ordering::Relaxed);
    }
}

/// The CPU went to another task.
pub fn note_switch() {
    SWITCHES.fetch_add(1, Ordering::Relaxed);
}

/// A task was made.
pub fn note_new_task() {
    TASKS_MADE.fetch_add(1, Ordering::Relaxed);
}

/// Ticks of that kind since boot.
pub fn ticks(kind: Tick) -> u64 {
    TICKS[kind as usize].load(Ordering::Relaxed)
}

/// Switches of tasks since boot.
pub fn switches() -> u64 {
    SWITCHES.load(Ordering::Relaxed)
}

/// Tasks made since boot.
pub fn tasks_made() -> u32 {
    TASKS_MADE.load(Ordering::Relaxed)
}

/// How many tasks wanted the CPU, averaged over 1, 5 and 15 minutes: units of 1/2048.
pub fn load_averages() -> [u32; 3] {
    [0, 1, 2].map(|index| LOAD[index].load(Ordering::Relaxed))
}
