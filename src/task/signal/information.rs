//! What comes along with a signal: who sent it and why, Linux's `siginfo_t`.
//!
//! The structure has 128 bytes, of which at most 32 are ever used on i386; so we keep those as they will be
//! written: three words that all have, and five that differ. `man 2 sigaction`.

use super::number::Signal;
use linux_raw_sys::general as linux;

/// Bytes of `siginfo_t`.
pub const LENGTH: u32 = 128;
/// Words of it that we keep: si_signo, si_errno, si_code, and what differs.
const WORDS: usize = 8;

/// A signal and what comes along with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Information {
    pub signal: Signal,
    /// `si_code`: above 0 when the kernel made it.
    pub code: i32,
    error: u32,
    /// What differs: pid and uid, a fault's address, …
    fields: [u32; WORDS - 3],
}

impl Information {
    /// Made by the kernel, for a reason that needs no more words.
    pub fn of_kernel(signal: Signal) -> Self {
        Self::with(signal, linux::SI_KERNEL as i32, [0; 5])
    }

    /// Sent by process `pid` with kill (`SI_USER`) or tkill (`SI_TKILL`).
    pub fn sent(signal: Signal, code: i32, pid: u32) -> Self {
        Self::with(signal, code, [pid, 0, 0, 0, 0])
    }

    /// About a mistake at `address`.
    pub fn fault(signal: Signal, code: u32, address: u32) -> Self {
        Self::with(signal, code as i32, [address, 0, 0, 0, 0])
    }

    /// About the child `pid`: `status` is its exit code or a signal; times in ticks.
    pub fn child(code: u32, pid: u32, status: u32, user_ticks: u32, system_ticks: u32) -> Self {
        Self::with(Signal::CHLD, code as i32, [pid, 0, status, user_ticks, system_ticks])
    }

    /// About timer `number`, which was due `overrun` times more before it is told; `value` is the program's.
    pub fn of_timer(signal: Signal, number: u32, overrun: u32, value: u32) -> Self {
        Self::with(signal, linux::SI_TIMER, [number, overrun, value, 0, 0])
    }

    /// The number and the overrun of the timer that it is about, if it is about one.
    pub fn timer(&self) -> Option<(u32, u32)> {
        (self.code == linux::SI_TIMER).then_some((self.fields[0], self.fields[1]))
    }

    /// The timer that it is about was due `times` more.
    pub fn add_overrun(&mut self, times: u32) {
        self.fields[1] = self.fields[1].saturating_add(times).min(i32::MAX as u32);
    }

    /// The same, along with `signal`.
    pub fn by(self, signal: Signal) -> Self {
        Self { signal, ..self }
    }

    fn with(signal: Signal, code: i32, fields: [u32; 5]) -> Self {
        Self { signal, code, error: 0, fields }
    }

    /// From the first bytes of a `siginfo_t` that a program wrote, for `signal` whatever is written there.
    pub fn from_bytes(signal: Signal, bytes: &[u8; WORDS * 4]) -> Self {
        let word = |index: usize| {
            let place = index * 4;
            u32::from_le_bytes([bytes[place], bytes[place + 1], bytes[place + 2], bytes[place + 3]])
        };
        Self { signal, code: word(2) as i32, error: word(1), fields: [word(3), word(4), word(5), word(6), word(7)] }
    }

    /// The first bytes of the `siginfo_t`; all others are zero.
    pub fn to_bytes(self) -> [u8; WORDS * 4] {
        let [a, b, c, d, e] = self.fields;
        let mut bytes = [0; WORDS * 4];
        for (place, word) in
            bytes.chunks_exact_mut(4).zip([self.signal.number(), self.error, self.code as u32, a, b, c, d, e])
        {
            place.copy_from_slice(&word.to_le_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_lie_where_linux_has_them() {
        let bytes = Information::child(linux::CLD_KILLED, 7, 9, 3, 4).to_bytes();
        let words: Vec<_> = bytes.chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        assert_eq!(words, [17, 0, 2, 7, 0, 9, 3, 4]);
        let bytes = Information::fault(Signal::SEGV, linux::SEGV_ACCERR, 0x1234).to_bytes();
        assert_eq!(bytes[8..16], [2, 0, 0, 0, 0x34, 0x12, 0, 0]);
    }

    #[test]
    fn what_a_program_sends_arrives_but_for_the_number() {
        let sent = Information::sent(Signal::USR1, linux::SI_QUEUE, 5);
        let arrived = Information::from_bytes(Signal::USR2, &sent.to_bytes());
        assert_eq!(arrived, Information { signal: Signal::USR2, ..sent });
    }
}
