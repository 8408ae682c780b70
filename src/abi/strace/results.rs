//! What a call has returned, in the words of strace.

use super::arguments::Made;
use super::line::Line;
use super::{errors, flags, requests, structures, words};
use crate::errno::{Errno, Result};
use crate::task::task_ref::running_thread;
use core::fmt::{self, Write};
use linux_raw_sys::general as linux;

/// Writes the end of a call's line: what stands behind its last argument.
pub fn write(out: &mut Line, made: &Made, result: Result<u32>) -> fmt::Result {
    if matches!(made.call.name, "sigreturn" | "rt_sigreturn") {
        out.write_str("{mask=")?;
        words::signal_set(out, running_thread().signals().blocked().bits(), 64)?;
        out.write_str("}")?;
    }
    out.write_str(") ")?;
    out.begin_result();
    out.write_str("= ")?;
    match result {
        Ok(value) => good(out, made, value),
        Err(error) => bad(out, error),
    }
}

fn bad(out: &mut Line, error: Errno) -> fmt::Result {
    match errors::restart(error) {
        // Whether it begins again or is EINTR is settled on the way out.
        Some(way) => write!(out, "? {way}"),
        None => write!(out, "-1 {error} ({})", errors::meaning(error)),
    }
}

fn good(out: &mut Line, made: &Made, value: u32) -> fmt::Result {
    match made.call.name {
        "mmap" | "mmap2" | "mremap" | "brk" | "malloc" | "opendir" | "readdir" => write!(out, "{value:#x}"),
        "getcwd" if value >= crate::mm::user_addresses::USER_START => write!(out, "{value:#x}"),
        "umask" => words::mode(out, value),
        "fcntl" | "fcntl64" => fcntl(out, made.word(1), value),
        "poll" | "ppoll" | "ppoll_time64" | "_newselect" | "pselect6" | "pselect6_time64" if value == 0 => {
            out.write_str("0 (Timeout)")
        }
        "poll" | "ppoll" | "ppoll_time64" => {
            write!(out, "{value}")?;
            structures::ready(out, made.word(0), made.word(1))
        }
        "_newselect" | "pselect6" | "pselect6_time64" => {
            write!(out, "{value} (")?;
            let mut separator = "";
            for (index, name) in [(1, "in"), (2, "out"), (3, "except")] {
                if made.word(index) != 0 {
                    write!(out, "{separator}{name} ")?;
                    structures::descriptor_set(out, made.word(index), made.word(0))?;
                    separator = ", ";
                }
            }
            out.write_str(")")
        }
        "rt_sigtimedwait" | "rt_sigtimedwait_time64" => {
            write!(out, "{value} (")?;
            words::signal(out, value)?;
            out.write_str(")")
        }
        "sched_getscheduler" => {
            write!(out, "{value} (")?;
            words::choice(out, value, flags::POLICY, "SCHED_")?;
            out.write_str(")")
        }
        "set_thread_area" => match super::memory::read::<1>(made.word(0)) {
            Some([number]) => write!(out, "{value} (entry_number={number})"),
            None => write!(out, "{value}"),
        },
        // What sigreturn gives is what the program's eax is to be, which may be an error of a call before.
        "sigreturn" | "rt_sigreturn" if value > 0u32.wrapping_sub(4096) => {
            let error = Errno::of_eax(value);
            match error {
                Some(error) => bad(out, error),
                None => write!(out, "{}", value as i32),
            }
        }
        _ => write!(out, "{}", value as i32),
    }
}

fn fcntl(out: &mut Line, command: u32, value: u32) -> fmt::Result {
    match command {
        linux::F_GETFL => {
            write!(out, "{value:#x} (flags ")?;
            requests::open_flags(out, value)?;
            out.write_str(")")
        }
        linux::F_GETFD if value != 0 => {
            write!(out, "{value:#x} (flags ")?;
            words::flags(out, value, flags::DESCRIPTOR, "FD_")?;
            out.write_str(")")
        }
        _ => write!(out, "{value}"),
    }
}
