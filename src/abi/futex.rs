//! futex: one call of many operations. `man 2 futex`.
//!
//! Those with priority inheritance are ENOSYS: libraries ask before they rely on them.

use super::timespec::{read_duration32, read_duration64};
use crate::errno::{Errno, Result};
use crate::task::clock;
use crate::task::futex::{self, Requeue, Scope};
use crate::task::restart::{self, Record};
use crate::task::sleep::deadline_after_ns;
use linux_raw_sys::general as linux;

/// `man 2 futex`, with times of two 32-bit words.
pub fn futex(word: u32, operation: u32, value: u32, timeout: u32, word2: u32, value3: u32) -> Result<u32> {
    Call { word, operation, value, timeout, word2, value3, read_time: read_duration32 }.run()
}

/// `futex_time64`, with times of two 64-bit words.
pub fn futex_time64(word: u32, operation: u32, value: u32, timeout: u32, word2: u32, value3: u32) -> Result<u32> {
    Call { word, operation, value, timeout, word2, value3, read_time: read_duration64 }.run()
}

/// The arguments. For some operations `timeout` is a number.
struct Call {
    word: u32,
    operation: u32,
    value: u32,
    timeout: u32,
    word2: u32,
    value3: u32,
    read_time: fn(u32) -> Result<u64>,
}

impl Call {
    fn run(&self) -> Result<u32> {
        let is_by_wall_clock = self.operation & linux::FUTEX_CLOCK_REALTIME != 0;
        let command = self.operation & linux::FUTEX_CMD_MASK as u32;
        if is_by_wall_clock && command != linux::FUTEX_WAIT_BITSET {
            return Err(Errno::NOSYS);
        }
        match command {
            linux::FUTEX_WAIT => self.wait_for_a_while(),
            linux::FUTEX_WAIT_BITSET => self.wait_until(is_by_wall_clock),
            linux::FUTEX_WAKE => futex::wake(self.word, self.scope(), most(self.value), u32::MAX),
            linux::FUTEX_WAKE_BITSET => futex::wake(self.word, self.scope(), most(self.value), self.value3),
            linux::FUTEX_REQUEUE => self.requeue(None),
            linux::FUTEX_CMP_REQUEUE => self.requeue(Some(self.value3)),
            linux::FUTEX_WAKE_OP => self.wake_and_change(),
            _ => Err(Errno::NOSYS),
        }
    }

    fn scope(&self) -> Scope {
        if self.operation & linux::FUTEX_PRIVATE_FLAG != 0 { Scope::Private } else { Scope::Shared }
    }

    /// `FUTEX_WAIT`: the time is a length.
    fn wait_for_a_while(&self) -> Result<u32> {
        if self.timeout == 0 {
            return futex::wait(self.word, self.scope(), self.value, u32::MAX, None).map(|()| 0);
        }
        let deadline = deadline_after_ns((self.read_time)(self.timeout)?);
        self.wait_with(u32::MAX, deadline)
    }

    /// Waits until `deadline`; a handler makes EINTR of it, whatever it says.
    fn wait_with(&self, bits: u32, deadline: u64) -> Result<u32> {
        let words = [self.word, self.value, (self.scope() == Scope::Private).into(), bits];
        go_on_waiting(Record { function: go_on_waiting, deadline, words })
    }

    /// `FUTEX_WAIT_BITSET`: the time is a point in time.
    fn wait_until(&self, is_by_wall_clock: bool) -> Result<u32> {
        if self.timeout == 0 {
            return futex::wait(self.word, self.scope(), self.value, self.value3, None).map(|()| 0);
        }
        let end = (self.read_time)(self.timeout)?;
        let now = if is_by_wall_clock { clock::unix_ns() } else { clock::uptime_ns() };
        self.wait_with(self.value3, end.checked_sub(now).map_or(0, deadline_after_ns))
    }

    fn requeue(&self, expected: Option<u32>) -> Result<u32> {
        // The place of the time has the second number.
        let (wake, move_count) = (self.value, self.timeout);
        if (wake as i32) < 0 || (move_count as i32) < 0 {
            return Err(Errno::INVAL);
        }
        futex::requeue(Requeue { from: self.word, to: self.word2, scope: self.scope(), wake, move_count, expected })
    }

    /// `FUTEX_WAKE_OP`: the third value has an operation and a comparison, with an argument of 12 bits each.
    fn wake_and_change(&self) -> Result<u32> {
        let field = |shift: u32, bits: u32| self.value3 >> shift & ((1 << bits) - 1);
        let signed = |value: u32| ((value << 20) as i32 >> 20) as u32;
        let (operation, comparison) = (field(28, 3), field(24, 4));
        let (mut argument, compared) = (signed(field(12, 12)), signed(field(0, 12)));
        if self.value3 & linux::FUTEX_OP_OPARG_SHIFT << 28 != 0 {
            argument = 1 << (argument & 31);
        }
        let change: fn(u32, u32) -> u32 = match operation {
            linux::FUTEX_OP_SET => |_, argument| argument,
            linux::FUTEX_OP_ADD => u32::wrapping_add,
            linux::FUTEX_OP_OR => |old, argument| old | argument,
            linux::FUTEX_OP_ANDN => |old, argument| old & !argument,
            linux::FUTEX_OP_XOR => |old, argument| old ^ argument,
            _ => return Err(Errno::NOSYS),
        };
        let compare: fn(&i32, &i32) -> bool = match comparison {
            linux::FUTEX_OP_CMP_EQ => i32::eq,
            linux::FUTEX_OP_CMP_NE => i32::ne,
            linux::FUTEX_OP_CMP_LT => i32::lt,
            linux::FUTEX_OP_CMP_LE => i32::le,
            linux::FUTEX_OP_CMP_GT => i32::gt,
            linux::FUTEX_OP_CMP_GE => i32::ge,
            _ => return Err(Errno::NOSYS),
        };
        futex::wake_and_change(
            (self.word, most(self.value)),
            (self.word2, most(self.timeout)),
            self.scope(),
            |old| change(old, argument),
            |old| compare(&(old as i32), &(compared as i32)),
        )
    }
}

/// How many a wake's number means: at least one, as on Linux.
fn most(number: u32) -> u32 {
    (number as i32).max(1) as u32
}

/// Sleeps to the end of the time that was left when a signal without a handler came.
fn go_on_waiting(record: Record) -> Result<u32> {
    let [word, value, is_private, bits] = record.words;
    let scope = if is_private != 0 { Scope::Private } else { Scope::Shared };
    match futex::wait(word, scope, value, bits, Some(record.deadline)) {
        Err(Errno::RESTART) => Err(restart::leave(record)),
        ended => ended.map(|()| 0),
    }
}
