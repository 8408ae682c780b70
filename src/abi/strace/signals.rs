//! Signals in a trace: actions, sets, and what comes along with one.

use super::flags;
use super::line::Line;
use super::memory::{self, pointed};
use super::words::{self, Names};
use crate::task::signal::{Information, Signal};
use core::fmt::{self, Write};
use linux_raw_sys::general as linux;

/// A set of 64 signals in memory.
pub fn set(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [low, high]| words::signal_set(out, u64::from(high) << 32 | u64::from(low), 64))
}

/// A set of 32 signals in memory, as the older calls have it.
pub fn old_set(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [mask]| words::signal_set(out, mask.into(), 32))
}

/// What is done about a signal: a function, or one of two words.
pub fn handler(out: &mut Line, address: u32) -> fmt::Result {
    match address {
        0 => out.write_str("SIG_DFL"),
        1 => out.write_str("SIG_IGN"),
        u32::MAX => out.write_str("SIG_ERR"),
        function => write!(out, "{function:#x}"),
    }
}

/// `struct sigaction`, as rt_sigaction has it.
pub fn action(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [function, bits, restorer, low, high]| {
        parts(out, function, u64::from(high) << 32 | u64::from(low), 64, bits, restorer)
    })
}

/// `struct old_sigaction`.
pub fn old_action(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [function, mask, bits, restorer]| parts(out, function, mask.into(), 32, bits, restorer))
}

fn parts(out: &mut Line, function: u32, mask: u64, signals: u32, bits: u32, restorer: u32) -> fmt::Result {
    out.write_str("{sa_handler=")?;
    handler(out, function)?;
    out.write_str(", sa_mask=")?;
    words::signal_set(out, mask, signals)?;
    out.write_str(", sa_flags=")?;
    words::flags(out, bits, flags::ACTION, "SA_")?;
    if bits & linux::SA_RESTORER != 0 {
        write!(out, ", sa_restorer={restorer:#x}")?;
    }
    out.write_str("}")
}

/// `stack_t`.
pub fn stack(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [start, bits, size]| {
        out.write_str("{ss_sp=")?;
        memory::address(out, start)?;
        out.write_str(", ss_flags=")?;
        words::flags(out, bits, flags::STACK, "SS_")?;
        write!(out, ", ss_size={size}}}")
    })
}

/// `siginfo_t` in memory.
pub fn information_at(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 8]| fields(out, &words))
}

/// `siginfo_t`.
pub fn information(out: &mut Line, what: &Information) -> fmt::Result {
    let bytes = what.to_bytes();
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(4)) {
        *word = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    }
    fields(out, &words)
}

/// The codes that only `signal` has.
fn codes_of(signal: u32) -> Names {
    match Signal::new(signal) {
        Some(Signal::CHLD) => flags::CODE_CHILD,
        Some(Signal::SEGV) => flags::CODE_FAULT,
        Some(Signal::BUS) => flags::CODE_BUS,
        Some(Signal::FPE) => flags::CODE_ARITHMETIC,
        Some(Signal::ILL) => flags::CODE_INSTRUCTION,
        Some(Signal::TRAP) => flags::CODE_TRAP,
        _ => &[],
    }
}

fn code(out: &mut Line, signal: u32, code: u32) -> fmt::Result {
    let known = flags::CODE.iter().chain(codes_of(signal)).find(|(known, _)| *known == code);
    match known {
        Some((_, name)) => out.write_str(name),
        None => write!(out, "{code:#x}"),
    }
}

fn fields(out: &mut Line, &[signal, error, cause, a, b, c, d, e]: &[u32; 8]) -> fmt::Result {
    if signal == 0 {
        return out.write_str("{}");
    }
    out.write_str("{si_signo=")?;
    words::signal(out, signal)?;
    out.write_str(", si_code=")?;
    code(out, signal, cause)?;
    if error != 0 {
        write!(out, ", si_errno={error}")?;
    }
    let source = |out: &mut Line| write!(out, ", si_pid={}, si_uid={b}", a as i32);
    let value = |out: &mut Line, value: u32| {
        write!(out, ", si_int={}, si_ptr=", value as i32)?;
        memory::address(out, value)
    };
    match (Signal::new(signal), cause as i32) {
        (_, linux::SI_TIMER) => {
            write!(out, ", si_timerid={a:#x}, si_overrun={b}")?;
            value(out, c)?;
        }
        (_, ..=0) => {
            source(out)?;
            if c != 0 && !matches!(cause as i32, linux::SI_TKILL | 0) {
                value(out, c)?;
            }
        }
        (Some(Signal::CHLD), _) => {
            source(out)?;
            out.write_str(", si_status=")?;
            match cause {
                linux::CLD_EXITED => write!(out, "{c}")?,
                _ => words::signal(out, c)?,
            }
            write!(out, ", si_utime={d}, si_stime={e}")?;
        }
        (Some(Signal::SEGV | Signal::BUS | Signal::FPE | Signal::ILL | Signal::TRAP), _) => {
            out.write_str(", si_addr=")?;
            memory::address(out, a)?;
        }
        _ if a != 0 || b != 0 => source(out)?,
        _ => {}
    }
    out.write_str("}")
}
