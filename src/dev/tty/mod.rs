//! Terminals: the screen with the keyboard, and the serial line.
//!
//! Each has a line discipline of its own ([`discipline`], which knows no device), a session that it serves
//! ([`job_control`]), and a way to the person behind it ([`wire`]). Typed bytes are taken, and echoed, by the
//! interrupt handler; readers sleep until there is what they want ([`read`]). A write is not broken up by another
//! process's: writers take turns ([`turn`]), while long output lets interrupts in ([`write`]). The
//! book's `console` has the same lock; its `ioqueue` hands over single keys.

mod discipline;
mod edit;
mod flow;
mod handle;
mod ioctl;
mod job_control;
mod nodes;
mod output;
mod print;
mod queue;
mod read;
mod settings;
mod terminals;
mod turn;
mod wire;
mod write;

pub use nodes::{descriptors, make_nodes, open_own};
pub use print::{Output, write};
pub use terminals::{init, report_first_waits, set_console_to_serial};

use crate::arch::lock::IrqLock;
use crate::fs::readiness;
use crate::task::semaphore::Lock;
use crate::task::wait_queue::WaitQueue;
use discipline::Discipline;
use job_control::Owner;
use output::Outlet;
use settings::Settings;
use turn::Turns;
use wire::Wire;

/// The size of the screen, in characters: Linux's `struct winsize` without its pixels.
#[derive(Clone, Copy, PartialEq, Eq)]
struct WindowSize {
    rows: u16,
    columns: u16,
}

/// What changes about a terminal.
struct State {
    discipline: Discipline,
    size: WindowSize,
    owner: Owner,
    /// How often the terminal was hung up: what was opened before is of no use any more.
    hang_ups: u32,
    /// When a program first waited for input here, in cycles worked since the kernel's start: the end of booting.
    first_wait_cycles: Option<u64>,
    readers: WaitQueue,
    /// Who may write. The book's `console_lock`.
    #[doc(alias = "console_lock")]
    turns: Turns,
    /// Those who wait until output is not stopped any more.
    writers: WaitQueue,
}

/// A terminal.
pub struct Tty {
    wire: Wire,
    /// Linux's number of the device.
    number: u32,
    /// Taken before the locks of the screen, the serial line, the scheduler and the pollers.
    state: IrqLock<State>,
    /// Taken while what was looked at is copied to a program, so that nobody else takes it.
    reading: Lock<()>,
}

impl Tty {
    const fn new(wire: Wire, number: u32, size: WindowSize) -> Self {
        let state = State {
            discipline: Discipline::new(Settings::FOR_A_PERSON),
            size,
            owner: Owner::NOBODY,
            hang_ups: 0,
            first_wait_cycles: None,
            readers: WaitQueue::new(),
            turns: Turns::new(),
            writers: WaitQueue::new(),
        };
        Self { wire, number, state: IrqLock::new(state), reading: Lock::new(()) }
    }

    /// Lets `work` use the state and send to the device; then wakes whoever waits for what came of it.
    fn with<R>(&self, work: impl FnOnce(&mut State, &mut Outlet<'_>) -> R) -> R {
        let mut state = self.state.lock();
        let before = state.readiness();
        let mut replies = wire::Reply::new();
        let mut send = |piece: &[u8]| {
            let reply = self.wire.send(piece);
            // Of several the last is the one that is still true.
            if !reply.is_empty() {
                replies = reply;
            }
        };
        let mut out = Outlet::new(&mut send);
        let result = work(&mut state, &mut out);
        drop(out);
        // A screen that was asked where its cursor is answers as if somebody had typed it.
        for byte in replies.bytes() {
            let mut send = |piece: &[u8]| _ = self.wire.send(piece);
            state.discipline.receive(byte, &mut Outlet::new(&mut send));
        }
        if state.readiness() != before {
            state.wake();
        }
        result
    }

    /// A byte was typed: obeys it, shows it, and tells whoever waits for it.
    fn receive(&'static self, byte: u8) {
        let key = self.with(|state, out| state.discipline.receive(byte, out));
        if let Some(key) = key {
            job_control::send(self, key);
        }
    }

    /// Ends all use of the terminal by those who have it open.
    fn hang_up(&self) {
        self.with(|state, out| {
            let settings = self.wire.settings();
            state.discipline.reset(settings, out);
            state.hang_ups = state.hang_ups.wrapping_add(1);
            state.wake();
        });
    }
}

impl State {
    /// What readers, writers and pollers wait for: a change of it wakes them.
    fn readiness(&self) -> (usize, bool) {
        (self.discipline.waiting(), self.discipline.is_stopped())
    }

    fn wake(&mut self) {
        self.readers.wake_all();
        self.writers.wake_all();
        readiness::changed();
    }
}
