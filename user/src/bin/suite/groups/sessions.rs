//! Sessions: `setsid` and `getsid`.

use super::pgroups::{end, group_of, set_group, waiting_child};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::run_well;
use tusk_user::file::{self, O_RDWR};
use tusk_user::{Errno, linux};

/// `getsid`.
fn session_of(pid: i32) -> Result<i32, Errno> {
    sys!(__NR_getsid, pid).map(|session| session as i32)
}

/// A new session has its leader's number, and so has its group; children are in it.
pub fn process_may_found_a_session() {
    let old = must!(session_of(0));
    run_well(|| {
        let me = linux::getpid();
        check_eq!(session_of(0), Ok(old), "the session of a child");
        check_eq!(sys!(__NR_setsid), Ok(me as usize), "setsid");
        check_eq!((session_of(0), session_of(me), group_of(0)), (Ok(me), Ok(me), Ok(me)), "sessions and group");
        run_well(|| {
            check_eq!((session_of(0), group_of(0)), (Ok(me), Ok(me)), "the child's session and group");
            check_eq!(set_group(0, 0), Ok(0), "setpgid");
            check_eq!((session_of(0), group_of(0)), (Ok(me), Ok(linux::getpid())), "its session and new group");
        });
    });
    check_eq!(session_of(0), Ok(old), "the session of the parent");
}

/// Who leads a group cannot found a session: its members would be in two.
pub fn leader_of_a_group_is_eperm() {
    run_well(|| {
        must!(set_group(0, 0));
        check_eq!(sys!(__NR_setsid), Err(Errno::EPERM), "setsid of a group's leader");
        run_well(|| {
            check_eq!(sys!(__NR_setsid), Ok(linux::getpid() as usize), "setsid of its child");
            check_eq!(sys!(__NR_setsid), Err(Errno::EPERM), "setsid once more");
        });
    });
}

/// Strangers' sessions can be asked for, nobody's cannot.
pub fn session_of_others_can_be_asked() {
    let child = waiting_child();
    check_eq!(session_of(child), session_of(0), "the child's session");
    end(child);
    check_eq!(session_of(child), Err(Errno::ESRCH), "the session of nobody");
    check_eq!(session_of(-1), Err(Errno::ESRCH), "the session of a negative number");
    check!(session_of(1).is_ok(), "the session of process 1: {:?}", session_of(1));
}

/// A new session has no terminal.
pub fn new_session_has_no_terminal() {
    run_well(|| {
        must!(sys!(__NR_setsid));
        let error = file::open(c"/dev/tty", O_RDWR).err();
        let enxio = Errno::ENXIO;
        check_eq!(error, Some(enxio), "open of /dev/tty in a session without one");
    });
}
