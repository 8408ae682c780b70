//! Signal numbers, and what each does to a process that has said nothing about it.
//!
//! Linux's for i386 (`man 7 signal`): 1 to 31 are the standard ones, 32 to 64 the real-time ones, whose
//! default is to end the process. No dump is written, so "core" ends it as "terminate" does.

use core::fmt;
use core::num::NonZeroU8;

/// A signal, 1 to 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal(NonZeroU8);

/// What a signal does by default.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Default {
    Terminate,
    Ignore,
    Stop,
    /// Lets a stopped process go on; nothing to one that runs.
    Continue,
}

macro_rules! signals {
    ($($name:ident = $number:literal,)*) => {
        impl Signal {
            $(#[doc = concat!("Linux's `SIG", stringify!($name), "`.")]
            pub const $name: Self = Self(NonZeroU8::new($number).unwrap());)*
        }

        /// The name without `SIG`.
        fn name(signal: Signal) -> Option<&'static str> {
            match signal {
                $(Signal::$name => Some(stringify!($name)),)*
                _ => None,
            }
        }
    };
}

signals! {
    HUP = 1,
    INT = 2,
    QUIT = 3,
    ILL = 4,
    TRAP = 5,
    ABRT = 6,
    BUS = 7,
    FPE = 8,
    KILL = 9,
    USR1 = 10,
    SEGV = 11,
    USR2 = 12,
    PIPE = 13,
    ALRM = 14,
    TERM = 15,
    STKFLT = 16,
    CHLD = 17,
    CONT = 18,
    STOP = 19,
    TSTP = 20,
    TTIN = 21,
    TTOU = 22,
    URG = 23,
    XCPU = 24,
    XFSZ = 25,
    VTALRM = 26,
    PROF = 27,
    WINCH = 28,
    IO = 29,
    PWR = 30,
    SYS = 31,
}

impl Signal {
    /// The highest number.
    pub const MOST: u32 = 64;
    /// The lowest real-time signal, as the kernel counts.
    const FIRST_REAL_TIME: u8 = 32;

    /// The signal of that number, if it is one.
    pub fn new(number: u32) -> Option<Self> {
        let number = u8::try_from(number).ok().filter(|&number| u32::from(number) <= Self::MOST)?;
        NonZeroU8::new(number).map(Self)
    }

    /// The number.
    pub const fn number(self) -> u32 {
        self.0.get() as u32
    }

    /// Says whether several of it may wait at once.
    pub fn is_real_time(self) -> bool {
        self.0.get() >= Self::FIRST_REAL_TIME
    }

    /// Says whether a process can neither block, ignore nor handle it.
    pub fn is_unblockable(self) -> bool {
        matches!(self, Self::KILL | Self::STOP)
    }

    /// What it does by default.
    pub fn default_action(self) -> Default {
        match self {
            Self::CHLD | Self::URG | Self::WINCH => Default::Ignore,
            Self::CONT => Default::Continue,
            Self::STOP | Self::TSTP | Self::TTIN | Self::TTOU => Default::Stop,
            _ => Default::Terminate,
        }
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name(*self) {
            Some(name) => write!(out, "SIG{name}"),
            None => write!(out, "signal {}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_1_to_64() {
        assert_eq!(Signal::new(0), None);
        assert_eq!(Signal::new(65), None);
        assert_eq!(Signal::new(256 + 9), None);
        assert_eq!(Signal::new(9), Some(Signal::KILL));
        assert_eq!(Signal::new(64).map(Signal::number), Some(64));
    }

    #[test]
    fn defaults_are_those_of_signal_7() {
        let with = |action| {
            let all = (1..=64).filter_map(Signal::new);
            all.filter(|signal| signal.default_action() == action).map(Signal::number).collect::<Vec<_>>()
        };
        assert_eq!(with(Default::Ignore), [17, 23, 28]);
        assert_eq!(with(Default::Continue), [18]);
        assert_eq!(with(Default::Stop), [19, 20, 21, 22]);
        assert_eq!(with(Default::Terminate).len(), 64 - 8);
    }

    #[test]
    fn they_are_named() {
        assert_eq!(format!("{:?} {:?}", Signal::SEGV, Signal::new(34).unwrap()), "SIGSEGV signal 34");
    }
}
