//! How a child ended, as `waitpid` encodes it.

use core::fmt;
use linux_raw_sys::general;

/// The status word of the wait calls: the signal in the low seven bits, else the exit code in the next byte.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Status(pub u32);

/// What the low seven bits hold when a child was only stopped.
const STOPPED: u32 = 0x7f;

impl Status {
    /// The code it gave to `exit`, when it ended by itself (WIFEXITED, WEXITSTATUS).
    pub fn exit_code(self) -> Option<u8> {
        (self.0 & 0x7f == 0).then_some((self.0 >> 8) as u8)
    }

    /// The signal that ended it (WIFSIGNALED, WTERMSIG).
    pub fn signal(self) -> Option<u32> {
        let signal = self.0 & 0x7f;
        (signal != 0 && signal != STOPPED).then_some(signal)
    }

    /// One number for both, as shells say it: the exit code, or 128 plus the signal.
    pub fn shell_code(self) -> i32 {
        match (self.exit_code(), self.signal()) {
            (Some(code), _) => i32::from(code),
            (None, Some(signal)) => 128 + signal as i32,
            (None, None) => 128,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.exit_code(), self.signal()) {
            (Some(code), _) => write!(out, "exit status {code}"),
            (None, Some(signal)) => write!(out, "killed by {}", SignalName(signal)),
            (None, None) => write!(out, "status {:#x}", self.0),
        }
    }
}

impl fmt::Debug for Status {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Shows a signal by name where it is one a fault raises.
pub struct SignalName(pub u32);

impl fmt::Display for SignalName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.0 {
            general::SIGILL => "SIGILL",
            general::SIGTRAP => "SIGTRAP",
            general::SIGABRT => "SIGABRT",
            general::SIGBUS => "SIGBUS",
            general::SIGFPE => "SIGFPE",
            general::SIGKILL => "SIGKILL",
            general::SIGSEGV => "SIGSEGV",
            number => return write!(out, "signal {number}"),
        };
        out.write_str(name)
    }
}
