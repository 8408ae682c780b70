//! What the wait calls return, and when.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{HeldChild, dies_of, none_left, run, start, wait};
use crate::probe::{self, attempt};
use core::time::Duration;
use linux_raw_sys::general::{
    __WALL, __WCLONE, __WNOTHREAD, SIGFPE, SIGSEGV, SIGTRAP, WCONTINUED, WNOHANG, WUNTRACED, rusage,
};
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status};

const A_WHILE: Duration = Duration::from_millis(40);

/// All that wait4 may be told (`kernel_wait4` in Linux' kernel/exit.c).
const OPTIONS: u32 = WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | __WALL | __WCLONE;

/// Whoever ends first is reported first, and each of them once.
pub fn any_child_will_do() {
    let slow = HeldChild::start(1);
    let slow_pid = slow.pid;
    let quick = start(|| 2);
    check_eq!(linux::waitpid(ANY_CHILD), Ok((quick, Status(2 << 8))), "the first to end");
    slow.release();
    check_eq!(linux::waitpid(ANY_CHILD), Ok((slow_pid, Status(1 << 8))), "the second to end");
    none_left();
}

/// Asked for one child, the call leaves the others alone.
pub fn given_child_is_waited_for_though_another_ended_first() {
    let quick = start(|| 2);
    let slow = start(|| {
        sleep(A_WHILE);
        1
    });
    check_eq!(wait(slow).exit_code(), Some(1), "the slow child's code");
    check_eq!(wait(quick).exit_code(), Some(2), "the quick child's code");
}

/// The parent sleeps until there is something to report.
pub fn parent_sleeps_until_the_child_ends() {
    let before = now();
    run(|| {
        sleep(A_WHILE);
        0
    });
    check!(now() - before >= A_WHILE, "waitpid came back before the child had ended");
}

/// WNOHANG asks without sleeping.
pub fn wnohang_returns_zero_while_the_child_lives() {
    let child = HeldChild::start(3);
    let pid = child.pid;
    check_eq!(linux::waitpid_with(pid, WNOHANG), Ok((0, Status(0))), "waitpid with WNOHANG");
    check_eq!(linux::waitpid_with(ANY_CHILD, WNOHANG), Ok((0, Status(0))), "waitpid(-1) with WNOHANG");
    child.release();
    check_eq!(wait(pid).exit_code(), Some(3), "the child's code");
}

/// WNOHANG reports who has ended.
pub fn wnohang_collects_who_has_ended() {
    let mut children = [1, 2, 3].map(|code| Some((start(|| code), code)));
    for _ in 0..500 {
        if let Some((pid, status)) = must!(linux::try_waitpid(ANY_CHILD)) {
            let child = children.iter_mut().find(|child| child.is_some_and(|(child, _)| child == pid));
            let code = child.and_then(Option::take).map(|(_, code)| code as u8);
            check_eq!(status.exit_code(), code, "the code of child {pid}");
        }
        if children.iter().all(Option::is_none) {
            return none_left();
        }
        sleep(Duration::from_millis(5));
    }
    check!(false, "not all children were reported: {children:?}");
}

/// Without children there is nothing to wait for.
pub fn without_children_it_is_echild() {
    check_eq!(linux::waitpid(ANY_CHILD), Err(Errno::ECHILD), "waitpid(-1)");
    check_eq!(linux::waitpid_with(ANY_CHILD, WNOHANG), Err(Errno::ECHILD), "waitpid(-1, WNOHANG)");
    check_eq!(linux::waitpid(0), Err(Errno::ECHILD), "waitpid(0)");
}

/// Processes that are not ours, and numbers that are no process at all.
pub fn strangers_are_echild() {
    let child = start(|| 4);
    for stranger in [1, linux::getpid(), linux::getppid().max(1), 0x7fff, 0x10_0000, i32::MAX] {
        check_eq!(linux::waitpid(stranger), Err(Errno::ECHILD), "waitpid({stranger})");
    }
    check_eq!(wait(child).exit_code(), Some(4), "the child's code");
    check_eq!(linux::waitpid(child), Err(Errno::ECHILD), "waitpid for a child already reported");
}

/// 0 stands for the children of our own process group, and a child is born into that.
pub fn zero_means_my_own_group() {
    let child = start(|| 6);
    check_eq!(linux::waitpid(0), Ok((child, Status(6 << 8))), "waitpid(0)");
}

/// Below -1, a group is meant: here one that nobody is in.
pub fn group_that_nobody_is_in_is_echild() {
    let child = start(|| 6);
    check_eq!(linux::waitpid(-0x7fff_fff0), Err(Errno::ECHILD), "waitpid for an empty group");
    check_eq!(wait(child).exit_code(), Some(6), "the child's code");
}

/// The one number that cannot be negated (Linux since 4.15 has an answer of its own for it).
pub fn least_integer_is_esrch() {
    check_eq!(linux::waitpid(i32::MIN), Err(Errno::ESRCH), "waitpid(i32::MIN)");
}

/// Options that do not exist.
pub fn unknown_options_are_einval() {
    let child = start(|| 0);
    for options in [0x10, 0x8000, 0x10_0000] {
        check_eq!(linux::waitpid_with(child, options), Err(Errno::EINVAL), "waitpid with options {options:#x}");
    }
    check_eq!(wait(child), Status(0), "the child's end");
}

/// What wait4 may be told beside WNOHANG: all of it fits any ordinary child, and none of it changes what is reported.
pub fn all_of_linux_options_are_taken() {
    for options in [WUNTRACED, WCONTINUED, __WNOTHREAD, __WALL, __WALL | __WCLONE, OPTIONS & !WNOHANG] {
        let child = start(|| 3);
        check_eq!(linux::waitpid_with(child, options), Ok((child, Status(3 << 8))), "waitpid with {options:#x}");
        check_eq!(linux::waitpid_with(child, options), Err(Errno::ECHILD), "waitpid with {options:#x} again");
    }
}

/// Each bit that is none of those is refused, before anybody looks whether there is a child.
pub fn every_other_option_is_einval() {
    let bits = || (0..u32::BITS).map(|bit| 1 << bit);
    check_eq!(bits().filter(|bit| OPTIONS & bit != 0).count(), 6, "the number of options");
    for option in bits().filter(|bit| OPTIONS & bit == 0) {
        check_eq!(linux::waitpid_with(ANY_CHILD, option), Err(Errno::EINVAL), "waitpid with {option:#x}");
        let among = OPTIONS | option;
        check_eq!(linux::waitpid_with(ANY_CHILD, among), Err(Errno::EINVAL), "waitpid with {among:#x}");
    }
}

/// With `__WCLONE` alone one waits for children that end without SIGCHLD: those of fork are none.
pub fn clone_children_are_not_ordinary_children() {
    let child = start(|| 2);
    for pid in [child, ANY_CHILD, 0] {
        for options in [__WCLONE, __WCLONE | WNOHANG] {
            check_eq!(linux::waitpid_with(pid, options), Err(Errno::ECHILD), "waitpid({pid}) with {options:#x}");
        }
    }
    check_eq!(wait(child), Status(2 << 8), "the child's end");
}

/// The exit code is the low byte of what exit was given, in bits 8 to 15.
pub fn exit_codes_are_encoded_as_on_linux() {
    for (code, word) in [(0, 0), (1, 0x100), (42, 0x2a00), (127, 0x7f00), (128, 0x8000), (255, 0xff00)] {
        check_eq!(run(|| code), Status(word), "the status of exit({code})");
    }
    for (code, word) in [(256, 0), (256 + 42, 0x2a00), (-1, 0xff00), (i32::MIN, 0), (i32::MAX, 0xff00)] {
        check_eq!(run(|| code), Status(word), "the status of exit({code})");
    }
}

/// A signal's number is in the low seven bits, and there is no exit code then.
pub fn deaths_by_signal_are_encoded_as_on_linux() {
    dies_of(SIGSEGV, || probe::read(0));
    dies_of(SIGTRAP, || attempt!("int3"));
    dies_of(SIGFPE, || attempt!("xor edx, edx", "mov eax, 1", "div edx"));
    let status = run(|| probe::read(0));
    check_eq!(status.exit_code(), None, "the exit code of a child that was killed");
    check_eq!(status.shell_code(), 128 + 11, "the shell's number for it");
}

/// A status that cannot be stored is EFAULT; the child is gone all the same, as on Linux.
pub fn bad_status_pointer_is_efault() {
    for address in [1u32, 0x1000, 0xffff_fffc] {
        let child = start(|| 0);
        let result = sys!(__NR_waitpid, child, address, 0);
        check_eq!(result, Err(Errno::EFAULT), "waitpid with a status at {address:#x}");
        check_eq!(linux::waitpid(child), Err(Errno::ECHILD), "waitpid for the same child again");
    }
}

/// wait4 tells, too, what the child used; at least it writes that structure, all of it.
pub fn wait4_fills_in_the_usage() {
    let child = start(|| 9);
    // SAFETY: the structure consists of integers, for which any bits will do.
    let mut usage: rusage = unsafe { core::mem::transmute([0xa5u8; size_of::<rusage>()]) };
    check_eq!(linux::wait4(child, 0, &mut usage), Ok((child, Status(9 << 8))), "wait4");
    // No process has used that many of anything.
    let untouched = i32::from_ne_bytes([0xa5; 4]);
    let fields = [usage.ru_utime.tv_sec, usage.ru_stime.tv_usec, usage.ru_minflt, usage.ru_nivcsw];
    check!(fields.iter().all(|&field| field != untouched), "wait4 left the usage as it was: {fields:x?}");
}

/// Children of the child are no business of ours, whether they live or have ended.
pub fn grandchildren_are_not_reported() {
    let child = start(|| {
        let grandchild = start(|| 0);
        sleep(A_WHILE);
        check_eq!(wait(grandchild), Status(0), "the grandchild's end");
        5
    });
    check_eq!(linux::waitpid(ANY_CHILD), Ok((child, Status(5 << 8))), "the only one to be reported");
    none_left();
}
