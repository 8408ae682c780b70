//! Who a process is to others: users, groups of users, a name, a mask for files.

use crate::call::{Argument, call, sys};
use crate::check::{check, check_eq, must, skip};
use crate::child::run_well;
use linux_raw_sys::general::{
    __NR_getegid32, __NR_geteuid32, __NR_getgid32, __NR_getresgid32, __NR_getresuid32, __NR_getuid32,
};
use tusk_user::{Errno, linux};

const PR_SET_NAME: usize = 15;
const PR_GET_NAME: usize = 16;

/// Everything here is root's, and root may become root.
pub fn root_is_root() {
    for number in [__NR_getuid32, __NR_geteuid32, __NR_getgid32, __NR_getegid32] {
        check_eq!(call(number, []), Ok(0), "call {number}");
    }
    check_eq!(sys!(__NR_setuid32, 0), Ok(0), "setuid32");
    check_eq!(sys!(__NR_setgid32, 0), Ok(0), "setgid32");
    for number in [__NR_getresuid32, __NR_getresgid32] {
        let mut ids = [7u32; 3];
        let [real, effective, saved] = &mut ids;
        check_eq!(call(number, [real, effective, saved].map(Argument::word)), Ok(0), "call {number}");
        check_eq!(ids, [0; 3], "the ids of call {number}");
        check_eq!(call(number, [0x1000, 0x1000, 0x1000]), Err(Errno::EFAULT), "call {number} to nowhere");
    }
}

/// On Tusk everybody is root: other groups, and giving it up, are refused.
fn skip_where_all_are_root() {
    if tusk_user::on_tusk() {
        check_eq!(sys!(__NR_setgroups32, 1, &[3u32]), Err(Errno::EPERM), "setgroups32");
        check_eq!(sys!(__NR_setgid32, 44), Err(Errno::EPERM), "setgid32");
        check_eq!(sys!(__NR_setuid32, 33), Err(Errno::EPERM), "setuid32");
        skip(format_args!("there is one user only, root"));
    }
}

/// Groups besides the first: set, asked for, counted.
pub fn further_groups_are_kept() {
    skip_where_all_are_root();
    run_well(|| {
        let groups = [3u32, 5, 100_000];
        check_eq!(sys!(__NR_setgroups32, 3, &groups), Ok(0), "setgroups32");
        check_eq!(sys!(__NR_getgroups32, 0, 0), Ok(3), "getgroups32 that only counts");
        let mut found = [0u32; 8];
        check_eq!(sys!(__NR_getgroups32, 8, &mut found), Ok(3), "getgroups32");
        check_eq!(found[..3], groups, "the groups");
        check_eq!(sys!(__NR_getgroups32, 2, &mut found), Err(Errno::EINVAL), "getgroups32 with room for two");
        run_well(|| check_eq!(sys!(__NR_getgroups32, 0, 0), Ok(3), "getgroups32 of the child"));
        check_eq!(sys!(__NR_setgroups32, 0, 0), Ok(0), "setgroups32 to none");
        check_eq!(sys!(__NR_getgroups32, 0, 0), Ok(0), "getgroups32 at last");
    });
}

/// Who gives up being root is not root any more, and cannot become it again.
pub fn root_given_up_is_gone() {
    skip_where_all_are_root();
    run_well(|| {
        check_eq!(sys!(__NR_setgid32, 44), Ok(0), "setgid32");
        check_eq!(sys!(__NR_setuid32, 33), Ok(0), "setuid32");
        let ids = [__NR_getuid32, __NR_geteuid32, __NR_getgid32, __NR_getegid32].map(|number| call(number, []));
        check_eq!(ids, [Ok(33), Ok(33), Ok(44), Ok(44)], "the ids");
        check_eq!(sys!(__NR_setuid32, 0), Err(Errno::EPERM), "setuid32 to root");
        check_eq!(sys!(__NR_setgid32, 0), Err(Errno::EPERM), "setgid32 to root");
        check_eq!(sys!(__NR_setgroups32, 0, 0), Err(Errno::EPERM), "setgroups32");
        check_eq!(sys!(__NR_setuid32, 33), Ok(0), "setuid32 to who one is");
        check_eq!(tusk_user::signal::kill(1, 0), Err(Errno::EPERM), "kill of process 1");
        run_well(|| check_eq!(sys!(__NR_getuid32), Ok(33), "getuid32 of the child"));
    });
    check_eq!(sys!(__NR_getuid32), Ok(0), "getuid32 of the parent");
}

/// A thread has a name of 15 bytes, which a child inherits.
pub fn name_is_kept_and_cut_off() {
    let name = || {
        let mut name = [0xffu8; 16];
        must!(sys!(__NR_prctl, PR_GET_NAME, &mut name));
        name
    };
    check_eq!(sys!(__NR_prctl, PR_SET_NAME, b"elephant\0"), Ok(0), "prctl");
    check_eq!(name(), *b"elephant\0\0\0\0\0\0\0\0", "the name");
    run_well(|| check_eq!(name(), *b"elephant\0\0\0\0\0\0\0\0", "the child's name"));
    check_eq!(sys!(__NR_prctl, PR_SET_NAME, b"elephants-never-forget\0"), Ok(0), "prctl");
    check_eq!(name(), *b"elephants-never\0", "the long name");
    check_eq!(sys!(__NR_prctl, PR_SET_NAME, 0x1000), Err(Errno::EFAULT), "prctl with a name that is nowhere");
    check_eq!(sys!(__NR_prctl, PR_GET_NAME, 0x1000), Err(Errno::EFAULT), "prctl to nowhere");
    check_eq!(sys!(__NR_prctl, 0x7fff_0000, 0), Err(Errno::EINVAL), "prctl of an unknown kind");
}

/// The mask for new files: nine bits, and the old ones back.
pub fn umask_returns_the_old_one() {
    must!(sys!(__NR_umask, 0o022));
    check_eq!(sys!(__NR_umask, 0o17777), Ok(0o022), "umask");
    check_eq!(sys!(__NR_umask, 0o077), Ok(0o777), "umask after one with too many bits");
    run_well(|| check_eq!(sys!(__NR_umask, 0), Ok(0o077), "the child's umask"));
    check_eq!(sys!(__NR_umask, 0o022), Ok(0o077), "the parent's umask");
}

/// `set_tid_address` tells the thread's number, and touches the word only when the thread ends.
pub fn set_tid_address_returns_the_number() {
    let mut place = 5i32;
    let result = sys!(__NR_set_tid_address, &mut place);
    check_eq!(result, Ok(linux::gettid() as usize), "set_tid_address");
    check!(place == 5, "the word has changed to {place}");
    check_eq!(sys!(__NR_set_tid_address, 0), Ok(linux::gettid() as usize), "set_tid_address of nothing");
}
