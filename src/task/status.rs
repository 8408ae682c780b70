//! How a process ended, as `wait` tells it.
//!
//! Linux's encoding (`man 2 wait`): exit code in bits 8..16, or the signal that killed it in bits
//! 0..7. A child that only stops or goes on has encodings of its own. The book keeps eight signed bits (X3).

pub use super::signal::number::Signal;

/// A process's end in Linux's encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitStatus(u16);

/// What stands in the low byte of a process that is stopped.
const STOPPED: u16 = 0x7f;

impl WaitStatus {
    /// Ended by `exit(code)`; the low eight bits count.
    pub const fn exited(code: u32) -> Self {
        Self(((code & 0xff) << 8) as u16)
    }

    /// Killed by `signal`.
    pub const fn killed(signal: Signal) -> Self {
        Self(signal.number() as u16)
    }

    /// Not ended: stopped by `signal`.
    pub const fn stopped(signal: Signal) -> Self {
        Self((signal.number() << 8) as u16 | STOPPED)
    }

    /// Not ended: goes on after it was stopped.
    pub const CONTINUED: Self = Self(u16::MAX);

    /// Says whether it has not ended, but is stopped.
    pub const fn is_stopped(self) -> bool {
        self.0 & 0xff == STOPPED
    }

    /// The signal that killed it, if one did.
    pub fn signal(self) -> Option<Signal> {
        Signal::new(u32::from(self.0 & 0x7f)).filter(|_| self.0 & 0x7f != STOPPED)
    }

    /// What a parent is told beside the kind of change: the exit code, or the signal.
    pub fn detail(self) -> u32 {
        match self {
            Self::CONTINUED => Signal::CONT.number(),
            _ => self.signal().map_or(u32::from(self.0 >> 8), Signal::number),
        }
    }

    /// The word that `wait` stores.
    pub const fn word(self) -> u32 {
        self.0 as u32
    }

    /// The status as a shell says it: the exit code, or 128 and the signal.
    pub const fn shell_code(self) -> u8 {
        let signal = (self.0 & 0x7f) as u8;
        if signal == 0 { (self.0 >> 8) as u8 } else { 128 + signal }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x3_the_whole_exit_code_arrives() {
        assert_eq!(WaitStatus::exited(0).word(), 0);
        assert_eq!(WaitStatus::exited(255).word(), 0xff00);
        assert_eq!(WaitStatus::exited(256 + 42).word(), 42 << 8);
        assert_eq!(WaitStatus::exited(200).shell_code(), 200);
    }

    #[test]
    fn stopping_and_going_on_are_no_ends() {
        assert_eq!(WaitStatus::stopped(Signal::TSTP).word(), 0x147f);
        assert_eq!(WaitStatus::stopped(Signal::TSTP).signal(), None);
        assert_eq!(WaitStatus::stopped(Signal::TSTP).detail(), 20);
        assert_eq!(WaitStatus::CONTINUED.word(), 0xffff);
        assert_eq!(WaitStatus::CONTINUED.detail(), 18);
    }

    #[test]
    fn a_signal_stands_in_the_low_bits() {
        assert_eq!(WaitStatus::killed(Signal::SEGV).word(), 11);
        assert_eq!(WaitStatus::killed(Signal::SEGV).shell_code(), 139);
    }
}
