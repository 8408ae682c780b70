//! What the kernel tells about itself and its limits.

use super::scratch::Scratch;
use super::shorthand::{make_open, open, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::run_well;
use core::mem::MaybeUninit;
use linux_raw_sys::general::{
    GRND_NONBLOCK, GRND_RANDOM, O_RDONLY, RLIMIT_FSIZE, RLIMIT_NOFILE, RLIMIT_STACK, rlimit, rlimit64, statfs64,
};
use linux_raw_sys::system::sysinfo;
use tusk_user::{Errno, linux};

/// Random bytes, not the same twice, in any number.
pub fn getrandom_gives_other_bytes_each_time() {
    let mut readings = [[0u8; 40]; 3];
    for (reading, flags) in readings.iter_mut().zip([0, GRND_NONBLOCK, GRND_RANDOM]) {
        check_eq!(sys!(__NR_getrandom, reading, 40, flags), Ok(40), "getrandom with flags {flags}");
    }
    check!(readings[0] != readings[1] && readings[1] != readings[2], "the same bytes have come twice");
    let mut one = [7u8; 4];
    check_eq!((sys!(__NR_getrandom, &mut one, 0, 0), one), (Ok(0), [7; 4]), "getrandom of nothing");
    check_eq!((sys!(__NR_getrandom, &mut one, 1, 0), &one[1..]), (Ok(1), &[7; 3][..]), "getrandom of a byte");
    for flags in [8, 0x100, u32::MAX] {
        check_eq!(sys!(__NR_getrandom, &mut one, 4, flags), Err(Errno::EINVAL), "getrandom with flags {flags:#x}");
    }
}

/// Memory, processes, and how long the machine is up.
pub fn sysinfo_counts_memory_and_processes() {
    let mut found = MaybeUninit::<sysinfo>::zeroed();
    check_eq!(sys!(__NR_sysinfo, &mut found), Ok(0), "sysinfo");
    // SAFETY: it was zeroed, and all of its fields are numbers.
    let found = unsafe { found.assume_init() };
    check!(found.mem_unit > 0, "the unit is {}", found.mem_unit);
    let total = u64::from(found.totalram) * u64::from(found.mem_unit);
    let free = u64::from(found.freeram) * u64::from(found.mem_unit);
    check!(total > 1 << 22 && 0 < free && free < total, "{free} bytes of {total} are free");
    check!(found.procs >= 1 && found.uptime >= 0, "{} processes, {} s", found.procs, found.uptime);
}

/// Three ways to ask for a limit.
pub fn limits_are_told_the_same_by_all_calls() {
    for resource in [RLIMIT_NOFILE, RLIMIT_STACK, RLIMIT_FSIZE] {
        let mut wide = rlimit64 { rlim_cur: 1, rlim_max: 0 };
        let mut narrow = rlimit { rlim_cur: 1, rlim_max: 0 };
        check_eq!(sys!(__NR_prlimit64, 0, resource, 0, &mut wide), Ok(0), "prlimit64 of {resource}");
        check_eq!(sys!(__NR_ugetrlimit, resource, &mut narrow), Ok(0), "ugetrlimit of {resource}");
        // What does not fit into 32 bits is "no limit" there.
        let cut = |limit: u64| u32::try_from(limit).unwrap_or(u32::MAX);
        check_eq!((narrow.rlim_cur, narrow.rlim_max), (cut(wide.rlim_cur) as _, cut(wide.rlim_max) as _), "the limits");
        check!(wide.rlim_cur <= wide.rlim_max, "{} is more than {}", wide.rlim_cur, wide.rlim_max);
    }
    let mut room = rlimit { rlim_cur: 0, rlim_max: 0 };
    for resource in [16, 99, u32::MAX] {
        check_eq!(sys!(__NR_ugetrlimit, resource, &mut room), Err(Errno::EINVAL), "ugetrlimit of {resource}");
        check_eq!(sys!(__NR_prlimit64, 0, resource, 0, 0), Err(Errno::EINVAL), "prlimit64 of {resource}");
    }
}

/// A limit that was set is told, to children too, and cannot be the wrong way round.
pub fn limits_are_set_and_inherited() {
    run_well(|| {
        let mut found = rlimit64 { rlim_cur: 0, rlim_max: 0 };
        must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, &mut found));
        let wanted = rlimit64 { rlim_cur: 40, rlim_max: 60 };
        let mut before = rlimit64 { rlim_cur: 0, rlim_max: 0 };
        check_eq!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, &wanted, &mut before), Ok(0), "prlimit64");
        check_eq!((before.rlim_cur, before.rlim_max), (found.rlim_cur, found.rlim_max), "the limits before");
        run_well(|| {
            let mut found = rlimit { rlim_cur: 0, rlim_max: 0 };
            must!(sys!(__NR_ugetrlimit, RLIMIT_NOFILE, &mut found));
            check_eq!((found.rlim_cur, found.rlim_max), (40, 60), "the child's limits");
        });
        let odd = rlimit64 { rlim_cur: 50, rlim_max: 45 };
        check_eq!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, &odd, 0), Err(Errno::EINVAL), "more than the most");
        let narrow = rlimit { rlim_cur: 30, rlim_max: 60 };
        check_eq!(sys!(__NR_setrlimit, RLIMIT_NOFILE, &narrow), Ok(0), "setrlimit");
        must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, &mut found));
        check_eq!((found.rlim_cur, found.rlim_max), (30, 60), "the limits");
    });
}

/// About the file system that a file is in.
pub fn statfs_tells_about_the_file_system() {
    const SIZE: usize = size_of::<statfs64>();
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let mut found = [MaybeUninit::<statfs64>::zeroed(), MaybeUninit::zeroed()];
    check_eq!(sys!(__NR_statfs64, c".", SIZE, &mut found[0]), Ok(0), "statfs64");
    check_eq!(sys!(__NR_fstatfs64, file, SIZE, &mut found[1]), Ok(0), "fstatfs64");
    // SAFETY: they were zeroed, and all of their fields are numbers.
    let [here, same] = found.map(|found| unsafe { found.assume_init() });
    check!(here.f_bsize >= 512 && here.f_bfree <= here.f_blocks, "{} of {} are free", here.f_bfree, here.f_blocks);
    check!(here.f_namelen >= 255, "names have {} bytes at most", here.f_namelen);
    check_eq!((here.f_type, here.f_bsize, here.f_blocks), (same.f_type, same.f_bsize, same.f_blocks), "fstatfs64");
    let mut room = [0u8; SIZE];
    for size in [0, SIZE - 1, SIZE + 1] {
        check_eq!(sys!(__NR_statfs64, c".", size, &mut room), Err(Errno::EINVAL), "statfs64 of {size} bytes");
    }
    check_eq!(sys!(__NR_statfs64, c"none", SIZE, &mut room), Err(Errno::ENOENT), "statfs64 of nothing");
    check_eq!(sys!(__NR_fstatfs64, 99, SIZE, &mut room), Err(Errno::EBADF), "fstatfs64 of no descriptor");
    check_eq!(sys!(__NR_statfs64, c"/proc", SIZE, &mut room), Ok(0), "statfs64 of /proc");
    check_eq!(u32::from_le_bytes([room[0], room[1], room[2], room[3]]), 0x9fa0, "the kind of file system of /proc");
}

/// Everything written is on its way; nobody is told how.
pub fn sync_returns() {
    let [_reader, _writer] = pipe(0);
    check_eq!(sys!(__NR_sync), Ok(0), "sync");
}

/// The load that `sysinfo` tells is that of `/proc/loadavg`.
pub fn sysinfo_tells_the_load() {
    let mut found = MaybeUninit::<sysinfo>::zeroed();
    must!(sys!(__NR_sysinfo, &mut found));
    // SAFETY: it was zeroed, and all of its fields are numbers.
    let found = unsafe { found.assume_init() };
    let mut text = [0; 64];
    let length = must!(linux::read(open(c"/proc/loadavg", O_RDONLY), &mut text));
    let text = core::str::from_utf8(&text[..length]).unwrap_or_default();
    for (word, load) in text.split(' ').zip(found.loads) {
        // In hundredths, as it is written there.
        let (whole, hundredths) = word.split_once('.').unwrap_or_default();
        let expected = must!(whole.parse::<u64>()) * 100 + must!(hundredths.parse::<u64>());
        let told = (u64::from(load) * 100) >> 16;
        // It may have been reckoned anew in between.
        check!(told.abs_diff(expected) <= 10 + expected / 4, "a load of {told}, and in /proc/loadavg {word}");
    }
}
