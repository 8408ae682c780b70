//! The 16550 serial ports: the terminal of programs, and a channel for the log.
//!
//! Polled on the way out, by interrupt on the way in. Output waits for the transmitter holding
//! register before each byte: QEMU forgives a driver that does not, Bochs and real hardware drop
//! what comes too fast. Every wait has a bound, because the kernel must not hang on a port that is
//! not there or whose other end has stopped reading.
//!
//! After: National Semiconductor PC16550D data sheet, section 8 (registers).

use super::lock::IrqLock;
use x86::io::{inb, outb};

/// The first serial port: what programs read and write. Protects the port's registers.
///
/// A byte takes 87 µs at 115200 baud, with interrupts off while the lock is held: lock it for a
/// byte or a line, not for a whole buffer.
// SAFETY: 0x3f8 is where a PC has its first 16550; nothing else in the kernel uses these ports.
pub static COM1: IrqLock<Uart> = IrqLock::new(unsafe { Uart::new(0x3f8) });

/// The second serial port: the log goes there when asked to. Protects the port's registers.
// SAFETY: 0x2f8 is where a PC has its second 16550; nothing else in the kernel uses these ports.
pub static COM2: IrqLock<Uart> = IrqLock::new(unsafe { Uart::new(0x2f8) });

/// Registers, as offsets from the base port. The first two are the divisor while LCR bit 7 is set.
mod register {
    pub const DATA: u16 = 0;
    pub const INTERRUPT_ENABLE: u16 = 1;
    pub const FIFO_CONTROL: u16 = 2;
    pub const LINE_CONTROL: u16 = 3;
    pub const MODEM_CONTROL: u16 = 4;
    pub const LINE_STATUS: u16 = 5;
    pub const SCRATCH: u16 = 7;
}

/// Line status: a received byte is waiting.
const DATA_READY: u8 = 1 << 0;
/// Line status: the holding register (with FIFOs: the whole transmit FIFO) is empty.
const TRANSMIT_HOLDING_EMPTY: u8 = 1 << 5;
/// Line status: the shift register is empty too, the last stop bit is on the wire.
const TRANSMITTER_EMPTY: u8 = 1 << 6;

/// Line control: the first two registers are the baud-rate divisor.
const DIVISOR_LATCH: u8 = 0x80;
/// Line control: 8 data bits, no parity, 1 stop bit.
const EIGHT_N_ONE: u8 = 0x03;
/// Divisor of the 115200 Hz the chip's clock yields: the full speed.
const DIVISOR: u16 = 1;
/// FIFO control: on, both emptied, an interrupt at each received byte. A higher threshold would
/// save interrupts but leave a typed byte in the FIFO until its time-out.
const FIFO_ON_AND_EMPTY: u8 = 0x07;
/// Modem control: DTR and RTS on; OUT2 connects the chip's interrupt line to the controller.
const READY_WITH_INTERRUPT: u8 = 0x0b;
/// Interrupt enable: received data.
const ON_RECEIVE: u8 = 0x01;

/// How often the line status is polled before a byte is given up: about a second on QEMU and
/// Bochs, several on hardware. Long, because a reader that pauses (a full pipe on the host) makes
/// QEMU hold the transmitter busy, and a pause is no reason to lose output.
const POLLS_BEFORE_GIVING_UP: u32 = 4_000_000;

/// One 16550.
pub struct Uart {
    base: u16,
    state: State,
}

/// What `init` and the waits have found out about the chip.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing answers, or `init` has not run: output goes nowhere, input is empty.
    Absent,
    /// The transmitter takes bytes.
    Ready,
    /// The last wait timed out. Until the transmitter moves again one poll decides per byte, or
    /// each byte of a long text would wait for the whole bound.
    Stalled,
}

impl Uart {
    /// Names the port; touches nothing. Output is dropped until [`Uart::init`] has found a chip.
    ///
    /// # Safety
    /// `base..base + 8` must be ports of a 16550, or of nothing at all, and belong to this value
    /// alone.
    pub const unsafe fn new(base: u16) -> Self {
        Self { base, state: State::Absent }
    }

    /// Sets 115200 baud, 8N1 and the FIFOs, with interrupts off. Says whether a chip is there;
    /// without one the port stays silent.
    pub fn init(&mut self) -> bool {
        if !self.answers() {
            return false;
        }
        let [low, high] = DIVISOR.to_le_bytes();
        self.write(register::INTERRUPT_ENABLE, 0);
        self.write(register::LINE_CONTROL, DIVISOR_LATCH);
        self.write(register::DATA, low);
        self.write(register::INTERRUPT_ENABLE, high);
        self.write(register::LINE_CONTROL, EIGHT_N_ONE);
        self.write(register::FIFO_CONTROL, FIFO_ON_AND_EMPTY);
        self.write(register::MODEM_CONTROL, READY_WITH_INTERRUPT);
        self.state = State::Ready;
        true
    }

    /// Whether [`Uart::init`] found a chip.
    pub fn is_present(&self) -> bool {
        self.state != State::Absent
    }

    /// Sends one byte as it is (no newline translation). Dropped when the port is absent, or when
    /// the transmitter does not become empty within the bound.
    pub fn write_byte(&mut self, byte: u8) {
        if self.wait_for(TRANSMIT_HOLDING_EMPTY) {
            self.write(register::DATA, byte);
        }
    }

    /// Waits until the last byte has left the chip, so that a power-off does not swallow it.
    pub fn flush(&mut self) {
        self.wait_for(TRANSMITTER_EMPTY);
    }

    /// Has the chip raise its interrupt (4 for COM1, 3 for COM2) for each received byte. The
    /// handler must call [`Uart::read_byte`] until it is empty: the controller sees edges, and the
    /// line does not fall while a byte is left.
    pub fn enable_receive_interrupt(&mut self) {
        if self.is_present() {
            self.write(register::INTERRUPT_ENABLE, ON_RECEIVE);
        }
    }

    /// Takes one received byte, if there is one.
    pub fn read_byte(&mut self) -> Option<u8> {
        let has_data = self.is_present() && self.read(register::LINE_STATUS) & DATA_READY != 0;
        has_data.then(|| self.read(register::DATA))
    }

    /// Two patterns through the scratch register, which does nothing but hold a byte. An empty bus
    /// reads as 0xff, or as the last value driven; neither survives both patterns.
    fn answers(&mut self) -> bool {
        [0x5a, 0xa5].into_iter().all(|pattern| {
            self.write(register::SCRATCH, pattern);
            let line_status = self.read(register::LINE_STATUS);
            line_status != 0xff && self.read(register::SCRATCH) == pattern
        })
    }

    /// Polls the line status until `bit` is set. False when it is not, within the bound.
    fn wait_for(&mut self, bit: u8) -> bool {
        let polls = match self.state {
            State::Absent => return false,
            State::Ready => POLLS_BEFORE_GIVING_UP,
            State::Stalled => 1,
        };
        let came = (0..polls).any(|_| self.read(register::LINE_STATUS) & bit != 0);
        self.state = if came { State::Ready } else { State::Stalled };
        came
    }

    fn read(&self, register: u16) -> u8 {
        // SAFETY: a register of this chip, ours alone by the contract of `new`.
        unsafe { inb(self.base + register) }
    }

    fn write(&mut self, register: u16, value: u8) {
        // SAFETY: a register of this chip, ours alone by the contract of `new`. The 16550 does no
        // memory access of its own.
        unsafe { outb(self.base + register, value) }
    }
}
