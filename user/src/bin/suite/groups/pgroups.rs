//! Process groups: who is in which, and who may change that.

use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::{run_well, start, wait};
use crate::execution::afterwards;
use core::time::Duration;
use linux_raw_sys::general::{SIGKILL, WNOHANG};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file, linux};

/// `setpgid`.
pub fn set_group(pid: i32, group: i32) -> Result<usize, Errno> {
    sys!(__NR_setpgid, pid, group)
}

/// `getpgid`.
pub fn group_of(pid: i32) -> Result<i32, Errno> {
    sys!(__NR_getpgid, pid).map(|group| group as i32)
}

/// A child that lives until it is killed, or until its parent is gone: then there is nothing more to read.
pub fn waiting_child() -> i32 {
    let (reader, writer) = must!(file::pipe(0));
    let child = start(|| {
        must!(file::close(writer.number()));
        let _ = linux::read(reader.number(), &mut [0; 1]);
        0
    });
    // The pipe's end stays open for as long as this process lives.
    core::mem::forget(writer);
    child
}

/// Ends such a child.
#[track_caller]
pub fn end(child: i32) {
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the child's end");
}

/// A child is of its parent's group.
pub fn child_inherits_the_group() {
    let group = must!(group_of(0));
    check_eq!(sys!(__NR_getpgrp), Ok(group as usize), "getpgrp");
    check_eq!(group_of(linux::getpid()), Ok(group), "getpgid of this process");
    run_well(|| check_eq!(group_of(0), Ok(group), "the child's group"));
}

/// A process may found a group, which has its number, and go back to another of its session.
pub fn process_may_found_a_group() {
    let old = must!(group_of(0));
    run_well(|| {
        let me = linux::getpid();
        check_eq!(set_group(0, 0), Ok(0), "setpgid");
        check_eq!((group_of(0), group_of(me)), (Ok(me), Ok(me)), "the group");
        check_eq!(set_group(me, me), Ok(0), "setpgid to the group it is in");
        run_well(|| check_eq!(group_of(0), Ok(me), "the child's group"));
        check_eq!(set_group(0, old), Ok(0), "setpgid back");
        check_eq!(group_of(0), Ok(old), "the group at last");
    });
}

/// A parent may put its children into groups, new ones and each other's.
pub fn parent_may_move_its_children() {
    let [first, second] = [(); 2].map(|()| waiting_child());
    check_eq!(set_group(first, 0), Ok(0), "setpgid of the first child");
    check_eq!(set_group(second, first), Ok(0), "setpgid of the second child");
    check_eq!((group_of(first), group_of(second)), (Ok(first), Ok(first)), "the children's groups");
    check_eq!(set_group(first, must!(group_of(0))), Ok(0), "setpgid of the first child back");
    check_eq!(group_of(second), Ok(first), "the group of the second child");
    [first, second].into_iter().for_each(end);
}

/// Groups of nobody, of others, and numbers that are none.
pub fn impossible_groups_are_refused() {
    let child = waiting_child();
    check_eq!(set_group(0, -1), Err(Errno::EINVAL), "setpgid to a negative group");
    check_eq!(set_group(-1, 0), Err(Errno::EINVAL), "setpgid of a negative number to its own group");
    check_eq!(set_group(0x3fff_ffff, 0), Err(Errno::ESRCH), "setpgid of nobody");
    check_eq!(set_group(1, 0), Err(Errno::ESRCH), "setpgid of who is no child");
    check_eq!(set_group(child, 0x3fff_ffff), Err(Errno::EPERM), "setpgid to a group of nobody");
    check_eq!(set_group(child, child + 1), Err(Errno::EPERM), "setpgid to a group of nobody");
    check_eq!(group_of(0x3fff_ffff), Err(Errno::ESRCH), "getpgid of nobody");
    check_eq!(group_of(-1), Err(Errno::ESRCH), "getpgid of a negative number");
    end(child);
}

/// Not into another session, and not its leader.
pub fn groups_do_not_leave_their_session() {
    let mut ready = [0];
    let (reader, writer) = must!(file::pipe(0));
    let child = start(|| {
        must!(sys!(__NR_setsid));
        check_eq!(set_group(0, 0), Err(Errno::EPERM), "setpgid of a session's leader");
        must!(linux::write(writer.number(), b"!"));
        sleep(Duration::from_secs(10));
        0
    });
    check_eq!(linux::read(reader.number(), &mut ready), Ok(1), "read");
    check_eq!(set_group(child, child), Err(Errno::EPERM), "setpgid of a child that leads a session");
    check_eq!(set_group(0, child), Err(Errno::EPERM), "setpgid to a group of another session");
    end(child);
}

/// Once a child has become another program, its parent cannot move it any more.
pub fn child_that_has_execed_is_eacces() {
    let (reader, writer) = must!(file::pipe(file::O_CLOEXEC));
    let child = start(|| afterwards::become_program("sleep", &[]));
    drop(writer);
    // The end of the pipe is when the child's copy was closed: by execve.
    check_eq!(linux::read(reader.number(), &mut [0]), Ok(0), "read");
    check_eq!(set_group(child, child), Err(Errno::EACCES), "setpgid of a child after its execve");
    end(child);
}

/// Waiting for a group's members, and for those of one's own.
pub fn children_are_waited_for_by_group() {
    run_well(|| {
        must!(set_group(0, 0));
        let [mine, other] = [(); 2].map(|()| waiting_child());
        must!(set_group(other, other));
        must!(kill(other, SIGKILL));
        check_eq!(linux::waitpid(-other), Ok((other, Status(SIGKILL))), "waitpid for the other group");
        check_eq!(linux::waitpid(-other), Err(Errno::ECHILD), "waitpid for a group without children");
        check_eq!(linux::waitpid_with(0, WNOHANG), Ok((0, Status(0))), "waitpid for the own group");
        must!(kill(mine, SIGKILL));
        check_eq!(linux::waitpid(0), Ok((mine, Status(SIGKILL))), "waitpid for the own group");
        check_eq!(linux::waitpid(0), Err(Errno::ECHILD), "waitpid without children");
    });
}
