//! Linux's structures, each written as strace does: `{tv_sec=1, tv_nsec=0}`.

use super::flags;
use super::line::Line;
use super::memory::{self, SHOWN, bytes, list, pointed};
use super::words;
use crate::mm::user;
use core::fmt::{self, Write};

/// A time of two words, and what its fraction is called.
pub fn time(out: &mut Line, place: u32, fraction: &str) -> fmt::Result {
    pointed(out, place, |out, [seconds, part]| pair(out, seconds, part, fraction))
}

fn pair(out: &mut Line, seconds: u32, part: u32, fraction: &str) -> fmt::Result {
    write!(out, "{{tv_sec={}, tv_{fraction}={part}}}", seconds as i32)
}

/// `struct __kernel_timespec`: 64 bits each.
pub fn time64(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 4]| wide_pair(out, &words))
}

fn wide_pair(out: &mut Line, words: &[u32; 4]) -> fmt::Result {
    let [low, high, part, rest] = words.map(u64::from);
    write!(out, "{{tv_sec={}, tv_nsec={}}}", (high << 32 | low) as i64, (rest << 32 | part) as i64)
}

/// Two times: when a timer goes off next, and how often.
pub fn interval(out: &mut Line, place: u32, fraction: &str) -> fmt::Result {
    pointed(out, place, |out, [every, every_part, value, value_part]| {
        out.write_str("{it_interval=")?;
        pair(out, every, every_part, fraction)?;
        out.write_str(", it_value=")?;
        pair(out, value, value_part, fraction)?;
        out.write_str("}")
    })
}

/// The same of 64 bits each.
pub fn interval64(out: &mut Line, place: u32) -> fmt::Result {
    let halves = memory::read::<4>(place).zip(memory::read::<4>(place.wrapping_add(16)));
    let Some((every, value)) = halves.filter(|_| place != 0) else { return memory::address(out, place) };
    out.write_str("{it_interval=")?;
    wide_pair(out, &every)?;
    out.write_str(", it_value=")?;
    wide_pair(out, &value)?;
    out.write_str("}")
}

/// A file's kind and length, or the device that it stands for.
fn about_file(out: &mut Line, mode: u32, device: u64, size: u64) -> fmt::Result {
    out.write_str("{st_mode=")?;
    words::file_mode(out, mode)?;
    match mode & 0o170000 {
        0o020000 | 0o060000 => {
            out.write_str(", st_rdev=")?;
            words::device(out, device)?;
        }
        _ => write!(out, ", st_size={}", size as i64)?,
    }
    out.write_str(", ...}")
}

/// `struct stat64`.
pub fn stat64(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 13]| {
        let wide = |index: usize| u64::from(words[index + 1]) << 32 | u64::from(words[index]);
        about_file(out, words[4], wide(8), wide(11))
    })
}

/// `struct stat`, of 32 bits and less.
pub fn stat(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 6]| about_file(out, words[2] & 0xffff, words[4].into(), words[5].into()))
}

/// `struct statx`.
pub fn statx(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, words: [u32; 12]| {
        out.write_str("{stx_mask=")?;
        words::flags(out, words[0], flags::STATX, "STATX_")?;
        write!(out, ", stx_attributes={}, stx_mode=", words[2])?;
        words::file_mode(out, words[7] & 0xffff)?;
        write!(out, ", stx_size={}, ...}}", u64::from(words[11]) << 32 | u64::from(words[10]))
    })
}

/// `struct utsname`: the first three of its fields of 65 bytes.
pub fn names(out: &mut Line, place: u32) -> fmt::Result {
    if memory::read::<1>(place).is_none() {
        return memory::address(out, place);
    }
    for (field, offset) in [("{sysname=", 0), (", nodename=", 65)] {
        out.write_str(field)?;
        memory::string(out, place.wrapping_add(offset))?;
    }
    out.write_str(", ...}")
}

/// `struct rlimit`, of one word or of two words each.
pub fn limits(out: &mut Line, place: u32, is_wide: bool) -> fmt::Result {
    let show = |out: &mut Line, current: u64, most: u64| {
        let (infinity, name) = if is_wide { (u64::MAX, "RLIM64_INFINITY") } else { (0xffff_ffff, "RLIM_INFINITY") };
        out.write_str("{rlim_cur=")?;
        words::limit(out, current, infinity, name)?;
        out.write_str(", rlim_max=")?;
        words::limit(out, most, infinity, name)?;
        out.write_str("}")
    };
    if is_wide {
        return pointed(out, place, |out, words: [u32; 4]| {
            let [low, high, most_low, most_high] = words.map(u64::from);
            show(out, high << 32 | low, most_high << 32 | most_low)
        });
    }
    pointed(out, place, |out, [current, most]| show(out, current.into(), most.into()))
}

/// `struct rusage`: the times.
pub fn usage(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [user, user_part, system, system_part]| {
        out.write_str("{ru_utime=")?;
        pair(out, user, user_part, "usec")?;
        out.write_str(", ru_stime=")?;
        pair(out, system, system_part, "usec")?;
        out.write_str(", ...}")
    })
}

/// An array of `struct iovec`; of those that were filled, the first `filled` bytes.
pub fn pieces(out: &mut Line, place: u32, count: u32, filled: Option<u32>) -> fmt::Result {
    if count > 1024 || memory::read::<2>(place).is_none() {
        return memory::address(out, place);
    }
    let mut left = filled.unwrap_or(u32::MAX);
    list(out, count, |out, index| {
        let Some([base, length]) = memory::read(place.wrapping_add(index * 8)) else {
            memory::address(out, place.wrapping_add(index * 8))?;
            return Ok(true);
        };
        out.write_str("{iov_base=")?;
        let shown = length.min(left);
        left -= shown;
        bytes(out, base, shown, false)?;
        write!(out, ", iov_len={length}}}")?;
        Ok(false)
    })
}

/// An array of `struct pollfd`: what is wanted of each.
pub fn polled(out: &mut Line, place: u32, count: u32) -> fmt::Result {
    if count == 0 {
        return out.write_str(if place == 0 { "NULL" } else { "[]" });
    }
    if memory::read::<2>(place).is_none() {
        return memory::address(out, place);
    }
    list(out, count, |out, index| {
        let Some([file, events]) = memory::read(place.wrapping_add(index * 8)) else {
            memory::address(out, place.wrapping_add(index * 8))?;
            return Ok(true);
        };
        write!(out, "{{fd={}", file as i32)?;
        if file as i32 >= 0 {
            out.write_str(", events=")?;
            words::flags(out, events & 0xffff, flags::POLL, "POLL")?;
        }
        out.write_str("}")?;
        Ok(false)
    })
}

/// What came of a poll: those that have something to say.
pub fn ready(out: &mut Line, place: u32, count: u32) -> fmt::Result {
    out.write_str(" ([")?;
    let mut separator = "";
    for index in 0..count.min(1024) {
        let Some([file, events]) = memory::read(place.wrapping_add(index * 8)) else { break };
        let came = events >> 16;
        if came == 0 || file as i32 <= -1 {
            continue;
        }
        write!(out, "{separator}{{fd={file}, revents=")?;
        words::flags(out, came, flags::POLL, "POLL")?;
        out.write_str("}")?;
        separator = ", ";
    }
    out.write_str("])")
}

/// A set of descriptors below `count`, as select has it: the numbers, separated by spaces.
pub fn descriptor_set(out: &mut Line, place: u32, count: u32) -> fmt::Result {
    if memory::read::<1>(place).is_none() || place == 0 {
        return memory::address(out, place);
    }
    out.write_char('[')?;
    let mut separator = "";
    for number in 0..count.min(1024) {
        let Ok(word) = user::read_u32(place.wrapping_add(number / 32 * 4)) else { break };
        if word >> (number % 32) & 1 != 0 {
            write!(out, "{separator}{number}")?;
            separator = " ";
        }
    }
    out.write_char(']')
}

/// A NULL-terminated array of strings.
pub fn strings(out: &mut Line, array: u32) -> fmt::Result {
    if array == 0 || user::read_u32(array).is_err() {
        return memory::address(out, array);
    }
    out.write_char('[')?;
    for index in 0.. {
        let place = array.wrapping_add(index * 4);
        let separator = if index == 0 { "" } else { ", " };
        match user::read_u32(place) {
            Ok(0) => break,
            Ok(_) if index == SHOWN => {
                out.write_str(", ...")?;
                break;
            }
            Ok(string) => {
                out.write_str(separator)?;
                memory::string(out, string)?;
            }
            Err(_) => {
                write!(out, "{separator}... /* {place:#x} */")?;
                break;
            }
        }
    }
    out.write_char(']')
}

/// The environment: where it is, and how much.
pub fn variables(out: &mut Line, array: u32) -> fmt::Result {
    /// More than any program has; a list without end is not followed for ever.
    const MOST: u32 = 32768;
    memory::address(out, array)?;
    let count = (0..MOST).find_map(|index| match user::read_u32(array.wrapping_add(index * 4)) {
        Ok(0) => Some(Some(index)),
        Ok(_) => None,
        Err(_) => Some(None),
    });
    match count.flatten().filter(|_| array != 0) {
        Some(count) => write!(out, " /* {count} var{} */", if count == 1 { "" } else { "s" }),
        None => Ok(()),
    }
}

/// `struct user_desc`.
pub fn segment(out: &mut Line, place: u32) -> fmt::Result {
    pointed(out, place, |out, [number, base, limit, bits]| {
        let bit = |index: u32| bits >> index & 1;
        write!(
            out,
            "{{entry_number={}, base_addr={base:#x}, limit={limit:#08x}, seg_32bit={}, contents={}, read_exec_only={}, \
             limit_in_pages={}, seg_not_present={}, useable={}}}",
            number as i32,
            bit(0),
            bits >> 1 & 3,
            bit(3),
            bit(4),
            bit(5),
            bit(6),
        )
    })
}

/// How many entries the `length` bytes at `place` hold that getdents filled; the length of each stands at `offset`.
pub fn entries(out: &mut Line, place: u32, length: u32, offset: u32) -> fmt::Result {
    memory::address(out, place)?;
    let (mut count, mut done) = (0, 0);
    while done < length {
        let Ok(word) = user::read_u32(place.wrapping_add(done + offset)) else { break };
        if word & 0xffff == 0 {
            break;
        }
        done += word & 0xffff;
        count += 1;
    }
    write!(out, " /* {count} entr{} */", if count == 1 { "y" } else { "ies" })
}
