//! The calls about users, limits, names and the machine.

use super::argument::{count, name, place, request, room, word};
use super::line::line;
use super::trial;
use crate::call::sys;
use crate::check::must;
use linux_raw_sys::general::{LINUX_REBOOT_CMD_CAD_OFF, RLIMIT_NOFILE, rusage};
use linux_raw_sys::prctl::{PR_GET_NAME, PR_GET_PDEATHSIG, PR_SET_NAME};
use tusk_user::Errno;

/// Who, how much, and on what.
pub fn system_calls_believe_nothing() {
    let (myself, open_files, none) = (0, RLIMIT_NOFILE, 0);
    let mut limit = [0; 4];
    must!(sys!(__NR_prlimit64, 0, RLIMIT_NOFILE, 0, &mut limit));
    // Version 3, this process; the version is read first, and may be wrong when the rest cannot be read.
    let header = || request(&[0x2008_0522, 0]);
    let ids = || room(4);
    trial::all(&[
        line!(__NR_uname, room(390)),
        line!(__NR_sysinfo, room(64)),
        line!(__NR_getrandom, room(10).partial(), count(10), word(none)),
        // The name as it is, not to be changed on whose machine this runs: so its length is not varied.
        line!(__NR_sethostname, request(&[0; 2]), word(8)).also(&[Errno::EPERM]),
        // Without the magic.
        line!(__NR_reboot, word(none), word(none), word(LINUX_REBOOT_CMD_CAD_OFF), place(0)),
        line!(__NR_setrlimit, word(open_files), request(&limit[..2])),
        line!(__NR_getrlimit, word(open_files), room(8)),
        line!(__NR_ugetrlimit, word(open_files), room(8)),
        line!(__NR_prlimit64, word(myself), word(open_files), request(&limit).optional(), room(16).optional()),
        line!(__NR_getrusage, word(none), room(size_of::<rusage>())),
        line!(__NR_sched_setparam, word(myself), request(&[0])).also(&[Errno::EINVAL]),
        line!(__NR_sched_getparam, word(myself), room(4)).also(&[Errno::EINVAL]),
        line!(__NR_sched_setscheduler, word(myself), word(none), request(&[0])).also(&[Errno::EINVAL]),
        line!(__NR_sched_setaffinity, word(myself), count(4), request(&[usize::MAX])),
        line!(__NR_sched_getaffinity, word(myself), count(128), room(4)),
        line!(__NR_getresuid32, ids(), ids(), ids()),
        line!(__NR_getresgid32, ids(), ids(), ids()),
        // With no groups there is nothing to be told.
        line!(__NR_getgroups32, count(64), place(0)),
        line!(__NR_setgroups32, count(1), request(&[0])).also(&[Errno::EPERM]),
        line!(__NR_capget, header(), room(24).optional()).also(&[Errno::EINVAL]),
        line!(__NR_capset, header(), request(&[0; 6])).also(&[Errno::EINVAL]),
        line!(__NR_prctl, word(PR_SET_NAME), name(c"allegations"), word(none), word(none), word(none)),
        line!(__NR_prctl, word(PR_GET_NAME), room(16), word(none), word(none), word(none)),
        line!(__NR_prctl, word(PR_GET_PDEATHSIG), room(4), word(none), word(none), word(none)),
    ]);
}
