//! Sets of signals: one bit each, bit n - 1 for signal n, as in Linux's `sigset_t`.

use super::number::{Default, Signal};

/// A set of signals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SignalSet(u64);

impl SignalSet {
    /// No signal.
    pub const EMPTY: Self = Self(0);
    /// Every signal.
    pub const ALL: Self = Self(u64::MAX);
    /// Those that nothing blocks.
    const UNBLOCKABLE: Self = Self(bit(Signal::KILL) | bit(Signal::STOP));
    /// Those by which the CPU tells of a program's mistake. They come before all others: the handler is to
    /// find the registers of the mistake.
    const SYNCHRONOUS: Self = Self(
        bit(Signal::SEGV)
            | bit(Signal::BUS)
            | bit(Signal::ILL)
            | bit(Signal::TRAP)
            | bit(Signal::FPE)
            | bit(Signal::SYS),
    );

    /// The set with those bits.
    pub const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// Its bits.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set of `signal` alone.
    pub const fn of(signal: Signal) -> Self {
        Self(bit(signal))
    }

    /// The signals that stop a process by default.
    pub const fn stopping() -> Self {
        Self(bit(Signal::STOP) | bit(Signal::TSTP) | bit(Signal::TTIN) | bit(Signal::TTOU))
    }

    /// Says whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Says whether `signal` is in it.
    pub const fn contains(self, signal: Signal) -> bool {
        self.0 & bit(signal) != 0
    }

    /// What is in either.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this one, but not in the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// This set as a mask: SIGKILL and SIGSTOP cannot be blocked.
    pub const fn as_mask(self) -> Self {
        self.without(Self::UNBLOCKABLE)
    }

    /// The one to be delivered first: a mistake of the program's, else the lowest number.
    pub fn first(self) -> Option<Signal> {
        let synchronous = self.intersection(Self::SYNCHRONOUS);
        let from = if synchronous.is_empty() { self } else { synchronous };
        Signal::new(from.0.trailing_zeros() + 1)
    }
}

const fn bit(signal: Signal) -> u64 {
    1 << (signal.number() - 1)
}

/// Says whether `signal` does nothing to a process that has not said what it should do.
pub fn is_ignored_by_default(signal: Signal) -> bool {
    matches!(signal.default_action(), Default::Ignore | Default::Continue)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(signals: &[Signal]) -> SignalSet {
        signals.iter().fold(SignalSet::EMPTY, |set, &signal| set.union(SignalSet::of(signal)))
    }

    #[test]
    fn bits_are_linux_bits() {
        assert_eq!(SignalSet::of(Signal::HUP).bits(), 1);
        assert_eq!(SignalSet::of(Signal::new(64).unwrap()).bits(), 1 << 63);
        assert_eq!(SignalSet::stopping().bits(), 0x3c_0000);
    }

    #[test]
    fn kill_and_stop_are_never_masked() {
        assert_eq!(SignalSet::from_bits(u64::MAX).as_mask().bits(), !(1 << 8 | 1 << 18));
    }

    #[test]
    fn mistakes_come_first_and_then_the_lowest() {
        assert_eq!(SignalSet::EMPTY.first(), None);
        assert_eq!(set(&[Signal::HUP, Signal::SEGV]).first(), Some(Signal::SEGV));
        assert_eq!(set(&[Signal::TERM, Signal::INT]).first(), Some(Signal::INT));
        assert_eq!(set(&[Signal::new(64).unwrap()]).first().map(Signal::number), Some(64));
    }
}
