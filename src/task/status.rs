//! How a process ended, as `wait` tells it.
//!
//! Linux's encoding (`man 2 wait`): exit code in bits 8..16, or the signal that killed it in bits
//! 0..7. The book keeps eight signed bits (X3).

/// A process's end in Linux's encoding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WaitStatus(u16);

/// The signals by which the kernel itself ends a process (`man 7 signal`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Signal {
    Illegal = 4,
    Trap = 5,
    Bus = 7,
    FloatingPoint = 8,
    Kill = 9,
    Segmentation = 11,
}

impl WaitStatus {
    /// Ended by `exit(code)`; the low eight bits count.
    pub const fn exited(code: u32) -> Self {
        Self(((code & 0xff) << 8) as u16)
    }

    /// Killed by `signal`.
    pub const fn killed(signal: Signal) -> Self {
        Self(signal as u16)
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
    fn a_signal_stands_in_the_low_bits() {
        assert_eq!(WaitStatus::killed(Signal::Segmentation).word(), 11);
        assert_eq!(WaitStatus::killed(Signal::Segmentation).shell_code(), 139);
    }
}
