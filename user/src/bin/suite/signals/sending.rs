//! Sending signals: to one, to a group, to everybody who is oneself, and to nobody.

use super::catch::{Action, SEEN, note, set};
use crate::call::{call, sys};
use crate::check::{check, check_eq, must};
use crate::child::{run_well, start, wait};
use core::time::Duration;
use linux_raw_sys::general::{__NR_waitid, P_PID, SIGKILL, SIGTERM, SIGUSR1, WEXITED, WNOWAIT};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, linux};

/// A child that waits for its end.
pub fn sleeper() -> i32 {
    start(|| {
        sleep(Duration::from_secs(10));
        1
    })
}

/// Signal 0 only asks: for oneself, a child, and one that has ended and waits to be collected.
pub fn signal_0_asks_whether_somebody_is_there() {
    check_eq!(kill(linux::getpid(), 0), Ok(()), "kill of this process");
    let child = start(|| 3);
    let until_it_ends = [P_PID as usize, child as usize, 0, (WEXITED | WNOWAIT) as usize, 0];
    check_eq!(call(__NR_waitid, until_it_ends), Ok(0), "waitid that leaves the child as it is");
    check_eq!(kill(child, 0), Ok(()), "kill of a child that has ended");
    check_eq!(kill(child, SIGKILL), Ok(()), "kill of a child that has ended");
    check_eq!(wait(child), Status(3 << 8), "the child's end");
    check_eq!(kill(child, 0), Err(Errno::ESRCH), "kill of a child that was collected");
}

/// Nobody, and nothing that is a signal.
pub fn nobody_is_esrch_and_no_signal_einval() {
    for pid in [0x3fff_ffff, i32::MAX, -0x3fff_ffff, i32::MIN] {
        check_eq!(kill(pid, 0), Err(Errno::ESRCH), "kill of {pid}");
        check_eq!(kill(pid, SIGTERM), Err(Errno::ESRCH), "kill of {pid}");
    }
    for signal in [65, 1000, u32::MAX] {
        check_eq!(kill(linux::getpid(), signal), Err(Errno::EINVAL), "kill with signal {signal}");
    }
}

/// A child is killed by its number.
pub fn child_is_killed_by_its_number() {
    for signal in [SIGTERM, SIGKILL] {
        let child = sleeper();
        must!(kill(child, signal));
        check_eq!(wait(child), Status(signal), "the child's end");
    }
}

/// A group's negative number means all of it, and nobody else.
pub fn negative_number_means_the_group() {
    let stranger = sleeper();
    let first = sleeper();
    let group = [first, sleeper(), sleeper()];
    for member in group {
        check_eq!(sys!(__NR_setpgid, member, first), Ok(0), "setpgid");
    }
    must!(kill(-first, SIGTERM));
    for member in group {
        check_eq!(wait(member), Status(SIGTERM), "the end of a member");
    }
    check_eq!(kill(-first, 0), Err(Errno::ESRCH), "kill of a group without members");
    check_eq!(kill(stranger, 0), Ok(()), "kill of who is not of the group");
    must!(kill(stranger, SIGKILL));
    check_eq!(wait(stranger), Status(SIGKILL), "the stranger's end");
}

/// 0 means the sender's own group, itself included.
pub fn zero_means_my_own_group() {
    run_well(|| {
        check_eq!(sys!(__NR_setpgid, 0, 0), Ok(0), "setpgid");
        let child = sleeper();
        set(SIGTERM, &Action::plain(note, 0));
        must!(kill(0, SIGTERM));
        check_eq!(SEEN.count(), 1, "the signals that came to the sender");
        check_eq!(wait(child), Status(SIGTERM), "the child's end");
    });
}

/// Threads have numbers too; that of a process' only one is the process'.
pub fn threads_are_reached_by_number() {
    set(SIGUSR1, &Action::plain(note, 0));
    let me = linux::getpid() as usize;
    check_eq!(sys!(__NR_tkill, me, SIGUSR1), Ok(0), "tkill");
    check_eq!(sys!(__NR_tgkill, me, me, SIGUSR1), Ok(0), "tgkill");
    check_eq!(SEEN.count(), 2, "the signals that came");
    check_eq!(sys!(__NR_tgkill, me, me, 0), Ok(0), "tgkill with signal 0");
    check_eq!(sys!(__NR_tkill, 0, SIGUSR1), Err(Errno::EINVAL), "tkill of nobody");
    check_eq!(sys!(__NR_tkill, 0x3fff_ffff, 0), Err(Errno::ESRCH), "tkill of a stranger");
    let child = sleeper();
    let wrong_group = sys!(__NR_tgkill, me, child, 0);
    check_eq!(wrong_group, Err(Errno::ESRCH), "tgkill of a thread of another process");
    check_eq!(sys!(__NR_tkill, child, SIGTERM), Ok(0), "tkill of a child");
    check_eq!(wait(child), Status(SIGTERM), "the child's end");
}

/// A process that does not call the kernel is killed as well.
pub fn spinning_process_can_be_killed() {
    let child = start(|| {
        loop {
            core::hint::spin_loop();
        }
    });
    sleep(Duration::from_millis(30));
    must!(kill(child, SIGTERM));
    check_eq!(wait(child), Status(SIGTERM), "the child's end");
    check!(kill(child, 0).is_err(), "the child is still there");
}
