//! Arguments that mean something else with each request, flag or operation: fcntl, ioctl, clone, futex, mmap, prctl.

use super::line::Line;
use super::memory::{self, address, pointed};
use super::structures::{time, time64};
use super::{flags, words};
use core::fmt::{self, Write};
use linux_raw_sys::{general as linux, ioctl, prctl};

/// Flags of open: the access mode, which is no flag, and the flags.
pub fn open_flags(out: &mut Line, word: u32) -> fmt::Result {
    words::choice(out, word & 3, flags::OPEN_ACCESS, "O_")?;
    if word & !3 == 0 {
        return Ok(());
    }
    out.write_char('|')?;
    words::flags(out, word & !3, flags::OPEN, "O_")
}

/// Says whether a request of fcntl takes anything.
pub fn fcntl_has_argument(command: u32) -> bool {
    !matches!(command, linux::F_GETFD | linux::F_GETFL | linux::F_GETOWN | linux::F_GETPIPE_SZ)
}

/// What goes with a request of fcntl.
pub fn fcntl_argument(out: &mut Line, command: u32, word: u32) -> fmt::Result {
    match command {
        linux::F_SETFD => words::flags(out, word, flags::DESCRIPTOR, "FD_"),
        linux::F_SETFL => open_flags(out, word),
        linux::F_DUPFD | linux::F_DUPFD_CLOEXEC | linux::F_SETOWN | linux::F_SETPIPE_SZ => {
            write!(out, "{}", word as i32)
        }
        _ => address(out, word),
    }
}

/// A request of ioctl.
pub fn ioctl(out: &mut Line, request: u32) -> fmt::Result {
    match flags::IOCTL.iter().find(|(known, _)| *known == request) {
        Some((_, name)) => out.write_str(name),
        // Taken apart as Linux puts it together: direction, type, number, size.
        None => {
            let direction = ["_IOC_NONE", "_IOC_WRITE", "_IOC_READ", "_IOC_READ|_IOC_WRITE"];
            let (kind, number, size) = (request >> 8 & 0xff, request & 0xff, request >> 16 & 0x3fff);
            write!(out, "_IOC({}, {kind:#x}, {number:#x}, {size:#x})", direction[(request >> 30) as usize])
        }
    }
}

/// Says whether a request of ioctl fills what goes with it.
pub fn ioctl_only_reads(request: u32) -> bool {
    matches!(request, ioctl::TCGETS | ioctl::TIOCGWINSZ | ioctl::TIOCGPGRP | ioctl::TIOCGSID | ioctl::FIONREAD)
}

/// What goes with a request of ioctl.
pub fn ioctl_argument(out: &mut Line, request: u32, word: u32) -> fmt::Result {
    match request {
        ioctl::TIOCGWINSZ | ioctl::TIOCSWINSZ => pointed(out, word, |out, [size, pixels]| {
            let (rows, columns) = (size & 0xffff, size >> 16);
            write!(
                out,
                "{{ws_row={rows}, ws_col={columns}, ws_xpixel={}, ws_ypixel={}}}",
                pixels & 0xffff,
                pixels >> 16
            )
        }),
        ioctl::TCGETS | ioctl::TCSETS | ioctl::TCSETSW | ioctl::TCSETSF => pointed(out, word, settings),
        ioctl::TIOCGPGRP | ioctl::TIOCSPGRP | ioctl::TIOCGSID | ioctl::FIONREAD | ioctl::FIONBIO => {
            pointed(out, word, |out, [value]| write!(out, "[{}]", value as i32))
        }
        ioctl::TIOCSCTTY | ioctl::TCSBRK | ioctl::TCXONC | ioctl::TCFLSH => write!(out, "{word}"),
        _ => address(out, word),
    }
}

/// The settings of a terminal: its speed and the five that matter most, those that are off with a `-`.
fn settings(out: &mut Line, [_input, output, control, local]: [u32; 4]) -> fmt::Result {
    // A program that asks for these has one speed in the low bits of the control flags.
    let speed = flags::SPEEDS.iter().find(|(bits, _)| *bits == control & linux::CBAUD);
    write!(out, "{{{}", speed.map_or("B???", |(_, name)| name))?;
    let all = [
        (output & linux::OPOST, "opost"),
        (local & linux::ISIG, "isig"),
        (local & linux::ICANON, "icanon"),
        (local & linux::ECHO, "echo"),
    ];
    for (bit, name) in all {
        write!(out, " {}{name}", if bit == 0 { "-" } else { "" })?;
    }
    out.write_str(" ...}")
}

/// Flags of mmap: shared or private, and the flags.
pub fn map_flags(out: &mut Line, word: u32) -> fmt::Result {
    const KIND: u32 = linux::MAP_TYPE;
    words::choice(out, word & KIND, flags::MAP_KIND, "MAP_")?;
    if word & !KIND == 0 {
        return Ok(());
    }
    out.write_char('|')?;
    words::flags(out, word & !KIND, flags::MAP, "MAP_")
}

/// The words of old mmap.
pub fn map_record(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [start, length, protection, bits, file, offset]| {
        address(out, start)?;
        write!(out, ", {length}, ")?;
        words::flags(out, protection, flags::PROTECTION, "PROT_")?;
        out.write_str(", ")?;
        map_flags(out, bits)?;
        write!(out, ", {}, {}{offset:x}", file as i32, if offset == 0 { "" } else { "0x" })
    })
}

/// The flags of clone and, in its lowest byte, the signal of its end.
fn birth(out: &mut Line, bits: u32) -> fmt::Result {
    let (bits, signal) = (bits & !0xff, bits & 0xff);
    if bits != 0 {
        words::flags(out, bits, flags::CLONE, "CLONE_")?;
    }
    match (bits, signal) {
        (0, 0) => out.write_str("0"),
        (_, 0) => Ok(()),
        (0, _) => words::signal(out, signal),
        _ => {
            out.write_char('|')?;
            words::signal(out, signal)
        }
    }
}

/// What is known of a clone before it is made.
pub fn clone_flags(out: &mut Line, bits: u32, stack: u32) -> fmt::Result {
    out.write_str("child_stack=")?;
    address(out, stack)?;
    out.write_str(", flags=")?;
    birth(out, bits)
}

/// What its flags say of the other arguments of clone, `words` being all of them.
pub fn clone_tids(out: &mut Line, words: &[u32; 6]) -> fmt::Result {
    let [bits, _, parent_tid, tls, child_tid, _] = *words;
    if bits & linux::CLONE_PARENT_SETTID != 0 {
        out.write_str(", parent_tid=")?;
        pointed(out, parent_tid, |out, [tid]| write!(out, "[{tid}]"))?;
    }
    if bits & linux::CLONE_SETTLS != 0 {
        out.write_str(", tls=")?;
        super::structures::segment(out, tls)?;
    }
    if bits & (linux::CLONE_CHILD_SETTID | linux::CLONE_CHILD_CLEARTID) != 0 {
        out.write_str(", child_tidptr=")?;
        address(out, child_tid)?;
    }
    Ok(())
}

/// `struct clone_args`, whose fields have 64 bits, of which 32 can be anything here.
pub fn clone_record(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 16]| {
        let [bits, child_tid, parent_tid, signal, stack, size, tls] =
            [0, 4, 6, 8, 10, 12, 14].map(|index| words[index]);
        out.write_str("{flags=")?;
        words::flags(out, bits, flags::CLONE, "CLONE_")?;
        let tids = [
            (linux::CLONE_CHILD_SETTID | linux::CLONE_CHILD_CLEARTID, "child_tid", child_tid),
            (linux::CLONE_PARENT_SETTID, "parent_tid", parent_tid),
        ];
        for (_, name, tid) in tids.iter().filter(|(bit, ..)| bits & bit != 0) {
            write!(out, ", {name}={tid:#x}")?;
        }
        out.write_str(", exit_signal=")?;
        words::signal(out, signal)?;
        out.write_str(", stack=")?;
        address(out, stack)?;
        write!(out, ", stack_size={}{size:x}", if size == 0 { "" } else { "0x" })?;
        if bits & linux::CLONE_SETTLS != 0 {
            write!(out, ", tls={tls:#x}")?;
        }
        out.write_str("}")
    })
}

/// An operation on a futex and what it takes: `words` are all arguments.
pub fn futex(out: &mut Line, words: &[u32; 6], is_wide: bool) -> fmt::Result {
    let [_, operation, value, fourth, word2, value3] = *words;
    let command = operation & linux::FUTEX_CMD_MASK as u32;
    let mask = |out: &mut Line| match value3 {
        u32::MAX => out.write_str(", FUTEX_BITSET_MATCH_ANY"),
        mask => write!(out, ", {mask:#x}"),
    };
    match flags::FUTEX.iter().find(|(known, _)| *known == command) {
        Some((_, name)) => out.write_str(name)?,
        None => return write!(out, "{operation:#x} /* FUTEX_??? */, {value}, {fourth:#x}, {word2:#x}, {value3:#x}"),
    }
    if operation & linux::FUTEX_PRIVATE_FLAG != 0 {
        out.write_str("_PRIVATE")?;
    }
    if operation & linux::FUTEX_CLOCK_REALTIME != 0 {
        out.write_str("|FUTEX_CLOCK_REALTIME")?;
    }
    write!(out, ", {value}")?;
    match command {
        linux::FUTEX_WAIT | linux::FUTEX_WAIT_BITSET => {
            out.write_str(", ")?;
            if is_wide {
                time64(out, fourth)?
            } else {
                time(out, fourth, "nsec")?
            }
            if command == linux::FUTEX_WAIT_BITSET { mask(out) } else { Ok(()) }
        }
        linux::FUTEX_WAKE_BITSET => mask(out),
        linux::FUTEX_REQUEUE => write!(out, ", {fourth}, {word2:#x}"),
        linux::FUTEX_CMP_REQUEUE => write!(out, ", {fourth}, {word2:#x}, {value3}"),
        linux::FUTEX_WAKE_OP => write!(out, ", {fourth}, {word2:#x}, {value3:#x}"),
        _ => Ok(()),
    }
}

/// What goes with an option of prctl: `words` are all arguments.
pub fn prctl(out: &mut Line, words: &[u32; 6]) -> fmt::Result {
    let [option, argument, ..] = *words;
    match option {
        prctl::PR_SET_NAME => memory::string(out, argument),
        prctl::PR_SET_PDEATHSIG => words::signal(out, argument),
        _ => write!(out, "{}{argument:x}", if argument == 0 { "" } else { "0x" }),
    }
}

/// `struct sigevent`.
pub fn timer_event(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [value, signal, notify]| {
        write!(out, "{{sigev_value={{sival_int={}, sival_ptr=", value as i32)?;
        address(out, value)?;
        out.write_str("}, sigev_signo=")?;
        words::signal(out, signal)?;
        out.write_str(", sigev_notify=")?;
        words::choice(out, notify, flags::NOTIFY, "SIGEV_")?;
        out.write_str("}")
    })
}
