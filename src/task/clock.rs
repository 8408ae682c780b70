//! Time: ticks of the PIT, refined by the cycle counter, and the day from the CMOS clock.
//!
//! The tick is the truth: sleeping and time slices count ticks, and the cycle counter only says how
//! far the current one has got, never further than to its end. So time never runs backwards and the
//! two never drift apart. A CPU without the counter gets 10 ms steps.

use super::accounting::{self, Tick};
use super::signal::timers;
use super::task_ref::running_thread;
use super::usage::Ticks;
use super::{scheduler, sleep};
use crate::arch::lock::IrqLock;
use crate::arch::trap::{TrapFrame, register_handler};
use crate::arch::{cpu, halt, idt, pic, pit, rtc};

/// Nanoseconds a second.
pub const SECOND_NS: u64 = 1_000_000_000;
/// How long the cycle counter is compared with the PIT.
const CALIBRATION_US: u32 = 1_000;

/// The state of the clock; all times in nanoseconds since the kernel's first instructions.
struct Clock {
    /// When the PIT began to tick; before, time is the cycle counter's alone.
    began: Option<u64>,
    /// The cycle counter of the kernel's first instructions.
    first_cycles: u64,
    ticks: u64,
    /// The cycle counter at the last tick, or at the start.
    cycles_at_tick: u64,
    cycles_per_ms: u64,
    /// Seconds since 1970 when the kernel began.
    boot_unix_seconds: u64,
}

static CLOCK: IrqLock<Clock> = IrqLock::new(Clock {
    began: None,
    first_cycles: 0,
    ticks: 0,
    cycles_at_tick: 0,
    cycles_per_ms: 0,
    boot_unix_seconds: 0,
});

impl Clock {
    fn uptime_ns(&self) -> u64 {
        let tick = u64::from(pit::TICK_NS);
        let since = match self.cycles_per_ms {
            0 => 0,
            per_ms => {
                let cycles = cpu::cycles().saturating_sub(self.cycles_at_tick);
                cycles / per_ms * 1_000_000 + cycles % per_ms * 1_000_000 / per_ms
            }
        };
        match self.began {
            None => since,
            Some(began) => began + self.ticks * tick + since.min(tick - 1),
        }
    }
}

/// Starts measuring time; `first_cycles` is the cycle counter of the kernel's first instructions.
pub fn begin(first_cycles: u64) {
    let before = cpu::cycles();
    let is_measured = pit::spin_us(CALIBRATION_US);
    let cycles = cpu::cycles() - before;
    let mut clock = CLOCK.lock();
    clock.first_cycles = first_cycles;
    clock.cycles_at_tick = first_cycles;
    clock.cycles_per_ms = if is_measured { cycles } else { 0 };
    clock.boot_unix_seconds = rtc::read_unix_seconds().unwrap_or(0);
}

/// Cycles that the processor has worked since the kernel's first instructions. Those of asm/boot.s, before [`begin`],
/// are not in it; nor is the time halted.
pub fn worked_cycles() -> u64 {
    cpu::cycles() - CLOCK.lock().first_cycles - halt::halted_cycles()
}

/// The cycle counter at the kernel's first instructions: what the BIOS and the loader took, where it counts from power-on.
pub fn first_cycles() -> u64 {
    CLOCK.lock().first_cycles
}

/// Starts the PIT at 100 Hz. The book's `timer_init`, where it runs at 7,698 Hz (T1).
#[doc(alias = "timer_init")]
pub fn start_ticking() {
    let mut clock = CLOCK.lock();
    clock.began = Some(clock.uptime_ns());
    clock.cycles_at_tick = cpu::cycles();
    pit::init();
    drop(clock);
    register_handler(idt::FIRST_IRQ, on_tick);
    pic::unmask(0);
}

/// The book's `intr_timer_handler`: count, wake who has slept long enough, and let the scheduler
/// decide.
#[doc(alias = "intr_timer_handler")]
fn on_tick(frame: &mut TrapFrame) {
    let mut clock = CLOCK.lock();
    clock.ticks += 1;
    clock.cycles_at_tick = cpu::cycles();
    let now = clock.ticks;
    drop(clock);
    accounting::note_tick(kind_of_tick(frame), now);
    sleep::wake_until(now);
    let (task, tick) = (running_thread(), Ticks::one(frame.is_from_user()));
    task.used.set(task.used.get().plus(tick));
    task.process.usage.count(tick);
    timers::tick(now, frame.is_from_user());
    scheduler::tick();
}

/// Whose tick it was that interrupted `frame`.
fn kind_of_tick(frame: &TrapFrame) -> Tick {
    match () {
        () if scheduler::is_idle(running_thread()) => Tick::Idle,
        () if frame.is_from_user() => Tick::User,
        () => Tick::System,
    }
}

/// Cycles of the CPU in a millisecond; 0 when it does not count them.
pub fn cycles_per_ms() -> u64 {
    CLOCK.lock().cycles_per_ms
}

/// Nanoseconds since the kernel's first instructions.
pub fn uptime_ns() -> u64 {
    CLOCK.lock().uptime_ns()
}

/// As [`uptime_ns`] for the panic path, which may have interrupted the clock.
pub fn try_uptime_ns() -> Option<u64> {
    CLOCK.try_lock().map(|clock| clock.uptime_ns())
}

/// Nanoseconds since 1970.
pub fn unix_ns() -> u64 {
    let clock = CLOCK.lock();
    clock.boot_unix_seconds * SECOND_NS + clock.uptime_ns()
}

/// Ticks since the PIT began.
pub fn ticks() -> u64 {
    CLOCK.lock().ticks
}
