//! Setting a file's times: `utimensat` in both widths, and the older calls.

use super::scratch::Scratch;
use super::shorthand::{make, make_link, make_open, open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use core::time::Duration;
use linux_raw_sys::general::{
    __kernel_old_timespec, __kernel_timespec, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_RDONLY, UTIME_NOW, UTIME_OMIT,
};
use tusk_user::Errno;
use tusk_user::stat::{link_stat, stat};

/// A time as the newer call takes it.
fn at(seconds: i64, nanoseconds: u32) -> __kernel_timespec {
    __kernel_timespec { tv_sec: seconds, tv_nsec: nanoseconds.into() }
}

/// Sets the times by name.
fn set(path: &CStr, times: &[__kernel_timespec; 2]) -> Result<usize, Errno> {
    sys!(__NR_utimensat_time64, AT_FDCWD, path, times, 0)
}

/// The times of last access and last modification, in seconds since 1970.
fn times(path: &CStr) -> (u64, u64) {
    let found = must!(stat(path));
    (found.0.st_atime.into(), found.modified().as_secs())
}

/// Both times, to the nanosecond, by name and by descriptor.
pub fn times_are_set_as_given() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    check_eq!(set(c"file", &[at(1_000_000_000, 123_456_789), at(1_500_000_000, 987_654_321)]), Ok(0), "utimensat");
    check_eq!(times(c"file"), (1_000_000_000, 1_500_000_000), "the times");
    check_eq!(must!(stat(c"file")).modified(), Duration::new(1_500_000_000, 987_654_321), "with nanoseconds");
    check_eq!(must!(stat(c"file")).0.st_atime_nsec, 123_456_789, "the nanoseconds of the last access");
    check_eq!(sys!(__NR_utimensat_time64, file, 0, &[at(7, 0), at(8, 0)], 0), Ok(0), "utimensat of a descriptor");
    check_eq!(times(c"file"), (7, 8), "the times");
    let old = [1, 2].map(|seconds| __kernel_old_timespec { tv_sec: seconds, tv_nsec: 5 });
    check_eq!(sys!(__NR_utimensat, AT_FDCWD, c"file", &old, 0), Ok(0), "utimensat with 32-bit times");
    check_eq!(times(c"file"), (1, 2), "the times");
}

/// Without times, and with the mark for it, it is now; the other mark leaves a time alone.
pub fn now_and_omit_are_told_apart() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make(c"fresh", b"");
    let now = times(c"fresh").1;
    let is_now = |time: u64| time.abs_diff(now) <= 60;
    must!(set(c"file", &[at(5, 0), at(6, 0)]));
    check_eq!(set(c"file", &[at(0, UTIME_OMIT), at(9, 0)]), Ok(0), "utimensat without the first");
    check_eq!(times(c"file"), (5, 9), "the times");
    check_eq!(set(c"file", &[at(-4, UTIME_NOW), at(0, UTIME_OMIT)]), Ok(0), "utimensat with now and nothing");
    let (accessed, modified) = times(c"file");
    check!(is_now(accessed) && modified == 9, "the times are {accessed} and {modified}");
    check_eq!(set(c"none", &[at(0, UTIME_OMIT), at(0, UTIME_OMIT)]).is_err(), false, "utimensat of nothing at all");
    check_eq!(sys!(__NR_utimensat_time64, AT_FDCWD, c"file", 0, 0), Ok(0), "utimensat without times");
    check!(is_now(times(c"file").0) && is_now(times(c"file").1), "the times are {:?}", times(c"file"));
}

/// A link's own times, or those of what it points to.
pub fn times_of_links_are_their_own() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_link(c"file", c"link");
    must!(set(c"link", &[at(11, 0), at(12, 0)]));
    check_eq!(times(c"file"), (11, 12), "the times of the file");
    let own = [at(21, 0), at(22, 0)];
    check_eq!(sys!(__NR_utimensat_time64, AT_FDCWD, c"link", &own, AT_SYMLINK_NOFOLLOW), Ok(0), "the link's times");
    check_eq!(times(c"file").1, 12, "the time of the file");
    check_eq!(must!(link_stat(c"link")).modified().as_secs(), 22, "the time of the link");
}

/// More nanoseconds than a second has, unknown flags, names of nothing.
pub fn impossible_times_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    must!(set(c"file", &[at(1, 0), at(2, 0)]));
    for bad in [1_000_000_000, 0x7fff_ffff, 0x4000_0000] {
        check_eq!(set(c"file", &[at(5, bad), at(5, 0)]), Err(Errno::EINVAL), "utimensat with {bad} ns");
        check_eq!(set(c"file", &[at(5, 0), at(5, bad)]), Err(Errno::EINVAL), "utimensat with {bad} ns");
    }
    let fine = [at(5, 0), at(5, 0)];
    check_eq!(sys!(__NR_utimensat_time64, AT_FDCWD, c"file", &fine, 1), Err(Errno::EINVAL), "with a flag");
    check_eq!(set(c"none", &fine), Err(Errno::ENOENT), "utimensat of nothing");
    check_eq!(set(c"file/x", &fine), Err(Errno::ENOTDIR), "utimensat below a file");
    check_eq!(set(c"", &fine), Err(Errno::ENOENT), "utimensat of an empty path");
    check_eq!(sys!(__NR_utimensat_time64, 99, 0, &fine, 0), Err(Errno::EBADF), "utimensat of no descriptor");
    check_eq!(times(c"file"), (1, 2), "the times");
}

/// Older calls count microseconds, or whole seconds.
pub fn older_calls_set_times_too() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    let here = open(c".", O_RDONLY);
    check_eq!(sys!(__NR_futimesat, here, c"file", &[31i32, 0, 32, 500_000]), Ok(0), "futimesat");
    check_eq!(must!(stat(c"file")).modified(), Duration::from_millis(32_500), "the time");
    check_eq!(sys!(__NR_utimes, c"file", &[41i32, 0, 42, 999_999]), Ok(0), "utimes");
    check_eq!(times(c"file"), (41, 42), "the times");
    check_eq!(sys!(__NR_utime, c"file", &[51i32, 52]), Ok(0), "utime");
    check_eq!(times(c"file"), (51, 52), "the times");
    let bad = [0i32, 1_000_000, 0, 0];
    check_eq!(sys!(__NR_futimesat, here, c"file", &bad), Err(Errno::EINVAL), "futimesat with 1,000,000 microseconds");
    check_eq!(sys!(__NR_utimes, c"file", &[0i32, 0, 0, -1]), Err(Errno::EINVAL), "utimes with -1 microseconds");
    check_eq!(times(c"file"), (51, 52), "the times");
}
