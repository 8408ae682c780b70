//! Words for a trace: quoted bytes, flags by name, numbers; as strace prints them.
//!
//! Nothing here touches a program's memory: what is printed was copied before. `man 1 strace`.

use core::fmt::{Result, Write};

/// A bit or a value, and what Linux calls it.
pub type Names = &'static [(u32, &'static str)];

/// Writes the one name that `value` has in a table; else the number in base 16 and what it should have been.
pub fn choice(out: &mut dyn Write, value: u32, names: Names, prefix: &str) -> Result {
    match names.iter().find(|(known, _)| *known == value) {
        Some((_, name)) => out.write_str(name),
        None => write!(out, "{value:#x} /* {prefix}??? */"),
    }
}

/// Writes the flags in `value` by name, what is left in base 16; `0` for none of them.
pub fn flags(out: &mut dyn Write, value: u32, names: Names, prefix: &str) -> Result {
    if value == 0 {
        // A table may have a name for nothing.
        return out.write_str(names.iter().find(|(bits, _)| *bits == 0).map_or("0", |(_, name)| name));
    }
    let mut left = value;
    for (bits, name) in names.iter().filter(|(bits, _)| *bits != 0) {
        if left & bits == *bits {
            if left != value {
                out.write_char('|')?;
            }
            out.write_str(name)?;
            left &= !bits;
        }
    }
    match left {
        0 => Ok(()),
        all if all == value => write!(out, "{all:#x} /* {prefix}??? */"),
        rest => write!(out, "|{rest:#x}"),
    }
}

/// Writes `bytes` as the inside of a quoted string: C's escapes, and octal ones for what cannot be printed, as short as
/// the next byte allows; all of them `\x..` when they are no text to begin with (`is_binary`). Only the first `count`: what
/// follows is only looked at.
pub fn escaped(out: &mut dyn Write, bytes: &[u8], count: usize, is_binary: bool) -> Result {
    for (index, &byte) in bytes.iter().take(count).enumerate() {
        if is_binary {
            write!(out, "\\x{byte:02x}")?;
            continue;
        }
        match byte {
            b'"' | b'\\' => write!(out, "\\{}", char::from(byte))?,
            b'\x0c' => out.write_str("\\f")?,
            b'\n' => out.write_str("\\n")?,
            b'\r' => out.write_str("\\r")?,
            b'\t' => out.write_str("\\t")?,
            b'\x0b' => out.write_str("\\v")?,
            b' '..=b'~' => out.write_char(char::from(byte))?,
            // An octal digit behind it would be taken for one of its own.
            _ if bytes.get(index + 1).is_some_and(|next| matches!(next, b'0'..=b'7')) => write!(out, "\\{byte:03o}")?,
            _ => write!(out, "\\{byte:o}")?,
        }
    }
    Ok(())
}

/// Writes permission bits: octal, three digits at least.
pub fn mode(out: &mut dyn Write, mode: u32) -> Result {
    if mode == 0 { out.write_str("000") } else { write!(out, "0{mode:02o}") }
}

/// The kinds of files, in the bits of `S_IFMT`.
const FILE_KINDS: Names = &[
    (0o010000, "S_IFIFO"),
    (0o020000, "S_IFCHR"),
    (0o040000, "S_IFDIR"),
    (0o060000, "S_IFBLK"),
    (0o100000, "S_IFREG"),
    (0o120000, "S_IFLNK"),
    (0o140000, "S_IFSOCK"),
];
const SPECIAL_BITS: Names = &[(0o4000, "S_ISUID"), (0o2000, "S_ISGID"), (0o1000, "S_ISVTX")];

/// Writes a file's kind and permission bits: `S_IFREG|0644`.
pub fn file_mode(out: &mut dyn Write, bits: u32) -> Result {
    let kind = FILE_KINDS.iter().find(|(kind, _)| *kind == bits & 0o170000);
    if let Some((_, name)) = kind {
        write!(out, "{name}|")?;
    }
    for (bit, name) in SPECIAL_BITS {
        if bits & bit != 0 {
            write!(out, "{name}|")?;
        }
    }
    let named = kind.map_or(0, |(kind, _)| *kind) | 0o7000;
    mode(out, bits & !named)
}

/// Writes a device's number, of Linux's 12 and 20 bits.
pub fn device(out: &mut dyn Write, number: u64) -> Result {
    let major = number >> 8 & 0xfff;
    let minor = number & 0xff | number >> 12 & 0xfff00;
    let [major, minor] = [major, minor].map(|part| (part, if part == 0 { "" } else { "0x" }));
    write!(out, "makedev({}{:x}, {}{:x})", major.1, major.0, minor.1, minor.0)
}

/// Writes a limit: in units of 1,024 where it is so many of them.
pub fn limit(out: &mut dyn Write, value: u64, infinity: u64, name: &str) -> Result {
    match value {
        _ if value == infinity => out.write_str(name),
        _ if value > 1024 && value.is_multiple_of(1024) => write!(out, "{}*1024", value / 1024),
        _ => write!(out, "{value}"),
    }
}

/// Writes a status as wait4 stores it.
pub fn wait_status(out: &mut dyn Write, status: u32, signal: impl Fn(&mut dyn Write, u32) -> Result) -> Result {
    match status {
        0xffff => out.write_str("{WIFCONTINUED(s)}"),
        _ if status & 0xff == 0x7f => {
            out.write_str("{WIFSTOPPED(s) && WSTOPSIG(s) == ")?;
            signal(out, status >> 8 & 0xff)?;
            out.write_str("}")
        }
        _ if status & 0x7f == 0 => {
            write!(out, "{{WIFEXITED(s) && WEXITSTATUS(s) == {}}}", status >> 8 & 0xff)
        }
        _ => {
            out.write_str("{WIFSIGNALED(s) && WTERMSIG(s) == ")?;
            signal(out, status & 0x7f)?;
            out.write_str(if status & 0x80 == 0 { "}" } else { " && WCOREDUMP(s)}" })
        }
    }
}

/// Writes the name of a signal; the number of what is none.
pub fn signal(out: &mut dyn Write, number: u32) -> Result {
    match number {
        1..=31 => write!(out, "SIG{}", SIGNALS[number as usize - 1]),
        32 => out.write_str("SIGRTMIN"),
        33..=64 => write!(out, "SIGRT_{}", number - 32),
        _ => write!(out, "{}", number as i32),
    }
}

const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "PWR", "SYS",
];

/// Writes a set of signals, without their `SIG`: the few that are in it, or `~` and the few that are not.
pub fn signal_set(out: &mut dyn Write, bits: u64, signals: u32) -> Result {
    let all = if signals == 64 { u64::MAX } else { (1 << signals) - 1 };
    let is_most = (bits & all).count_ones() >= signals * 2 / 3;
    let shown = if is_most { !bits & all } else { bits & all };
    out.write_str(if is_most { "~[" } else { "[" })?;
    let mut separator = "";
    for number in (1..=signals).filter(|number| shown >> (number - 1) & 1 != 0) {
        out.write_str(separator)?;
        match number {
            1..=31 => out.write_str(SIGNALS[number as usize - 1])?,
            32 => out.write_str("RTMIN")?,
            _ => write!(out, "RT_{}", number - 32)?,
        }
        separator = " ";
    }
    out.write_str("]")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Names = &[(1, "A"), (6, "BC"), (2, "B"), (8, "D")];

    fn text(write: impl FnOnce(&mut dyn Write) -> Result) -> String {
        let mut text = String::new();
        write(&mut text).unwrap();
        text
    }

    #[test]
    fn flags_are_named_and_the_rest_is_a_number() {
        let show = |value| text(|out| flags(out, value, TABLE, "X_"));
        assert_eq!([0, 1, 3, 7, 9].map(show), ["0", "A", "A|B", "A|BC", "A|D"]);
        assert_eq!([0x11, 0x10, 0x8000_0006].map(show), ["A|0x10", "0x10 /* X_??? */", "BC|0x80000000"]);
        assert_eq!(text(|out| flags(out, 0, &[(0, "NONE"), (1, "A")], "X_")), "NONE");
    }

    #[test]
    fn choices_are_named_or_questioned() {
        let show = |value| text(|out| choice(out, value, TABLE, "X_"));
        assert_eq!([6, 3].map(show), ["BC", "0x3 /* X_??? */"]);
    }

    #[test]
    fn bytes_are_escaped_as_strace_does() {
        let show = |bytes: &[u8]| text(|out| escaped(out, bytes, bytes.len(), false));
        assert_eq!(show(b"hello\n\t\"\\"), "hello\\n\\t\\\"\\\\");
        assert_eq!(show(b"\x7fELF\x01\x019\0\x003\xff"), "\\177ELF\\1\\19\\0\\0003\\377");
        assert_eq!(text(|out| escaped(out, b"\x013", 1, false)), "\\001");
        assert_eq!(text(|out| escaped(out, b"a\xff", 2, true)), "\\x61\\xff");
    }

    #[test]
    fn modes_are_octal() {
        assert_eq!([0, 0o7, 0o644, 0o1777].map(|bits| text(|out| mode(out, bits))), ["000", "007", "0644", "01777"]);
        let show = |bits| text(|out| file_mode(out, bits));
        assert_eq!([0o100644, 0o41777].map(show), ["S_IFREG|0644", "S_IFDIR|S_ISVTX|0777"]);
        assert_eq!(text(|out| device(out, 0x8801)), "makedev(0x88, 0x1)");
        assert_eq!(text(|out| device(out, 0)), "makedev(0, 0)");
    }

    #[test]
    fn statuses_say_what_the_macros_say() {
        let show = |status| text(|out| wait_status(out, status, signal));
        assert_eq!(show(0x300), "{WIFEXITED(s) && WEXITSTATUS(s) == 3}");
        assert_eq!(show(9), "{WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL}");
        assert_eq!(show(0x137f), "{WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP}");
        assert_eq!(show(0xffff), "{WIFCONTINUED(s)}");
    }

    #[test]
    fn signals_and_their_sets() {
        assert_eq!(
            [15, 32, 34, 0, 65, u32::MAX].map(|number| text(|out| signal(out, number))),
            ["SIGTERM", "SIGRTMIN", "SIGRT_2", "0", "65", "-1"]
        );
        let show = |bits| text(|out| signal_set(out, bits, 64));
        assert_eq!(show(0), "[]");
        assert_eq!(show(1 << 16 | 1 << 1), "[INT CHLD]");
        assert_eq!(show(u64::MAX), "~[]");
        assert_eq!(show(!(1 << 8 | 1 << 32)), "~[KILL RT_1]");
        assert_eq!(text(|out| signal_set(out, 0xffff_ffff, 32)), "~[]");
    }

    #[test]
    fn limits_are_in_kilobytes_where_they_can() {
        let show = |value| text(|out| limit(out, value, u64::MAX, "INFINITY"));
        assert_eq!([u64::MAX, 8 << 20, 1024, 1000].map(show), ["INFINITY", "8192*1024", "1024", "1000"]);
    }
}
