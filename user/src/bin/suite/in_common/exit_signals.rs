//! The low byte of `clone`'s flags: what tells the parent of the end.

use super::common_directory::fork_with;
use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{insist, is_injecting, none_left, wait};
use crate::program::become_program;
use crate::signals::catch::{Action, SEEN, note, set};
use linux_raw_sys::general::{__NR_clone, __WALL, __WCLONE, CLONE_VFORK, SIGCHLD, SIGTERM, SIGUSR1, WNOHANG};
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::{Errno, Status};

/// A child made by `clone` with nothing but this signal; it ends with status 7.
fn child(signal: u32) -> i32 {
    match must!(insist(|| call(__NR_clone, [signal as usize]))) {
        0 => linux::exit(7),
        child => child as i32,
    }
}

/// waitpid, begun again when a signal comes.
fn wait_with(pid: i32, options: u32) -> Result<(i32, Status), Errno> {
    loop {
        match linux::waitpid_with(pid, options) {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}

/// Counts the signals of both kinds from here on; what injecting takes is over by then.
fn count_signals() {
    is_injecting();
    set(SIGUSR1, &Action::plain(note, 0));
    set(SIGCHLD, &Action::plain(note, 0));
}

/// SIGUSR1 tells of the end, and nothing else does; one waits for such a child with `__WCLONE` or `__WALL`.
pub fn another_signal_tells_of_the_end() {
    count_signals();
    for (round, option) in (1..).zip([__WCLONE, __WALL]) {
        let child = child(SIGUSR1);
        check_eq!(wait_with(child, 0), Err(Errno::ECHILD), "waitpid for an ordinary child");
        check_eq!(wait_with(child, option), Ok((child, Status(7 << 8))), "waitpid with {option:#x}");
        check_eq!(SEEN.count(), round, "the signals that came");
    }
    check_eq!(SEEN.first(), [SIGUSR1, SIGUSR1, 0], "the signals");
    none_left();
}

/// 0 sends nothing; the child is there to be waited for all the same.
pub fn no_signal_tells_nothing() {
    count_signals();
    for pid in [ANY_CHILD, 0] {
        let child = child(0);
        check_eq!(wait_with(pid, WNOHANG), Err(Errno::ECHILD), "waitpid for an ordinary child");
        check_eq!(wait_with(pid, __WALL), Ok((child, Status(7 << 8))), "waitpid for any child");
    }
    check_eq!(SEEN.count(), 0, "the signals that came");
}

/// A number that is no signal's sends nothing, and is no error.
pub fn numbers_of_no_signal_send_nothing() {
    count_signals();
    for number in [65, 100, 127, 255] {
        let child = child(number);
        check_eq!(wait_with(child, __WCLONE), Ok((child, Status(7 << 8))), "the end of the child with {number}");
    }
    check_eq!(SEEN.count(), 0, "the signals that came");
}

/// SIGCHLD makes an ordinary child of it.
pub fn sigchld_makes_an_ordinary_child() {
    count_signals();
    let child = child(SIGCHLD);
    check_eq!(wait_with(child, __WCLONE), Err(Errno::ECHILD), "waitpid with __WCLONE");
    check_eq!(wait_with(child, 0), Ok((child, Status(7 << 8))), "waitpid");
    check_eq!((SEEN.count(), SEEN.first()), (1, [SIGCHLD]), "the signals that came");
}

/// A signal that ends who does not expect it.
pub fn parent_may_die_of_it() {
    crate::child::dies_of(SIGTERM, || {
        child(SIGTERM);
        loop {
            tusk_user::signal::pause();
        }
    });
    // Process 1 has the orphan.
    tusk_user::time::sleep(core::time::Duration::from_millis(20));
    none_left();
}

/// Who ignores SIGCHLD has no zombies of ordinary children, but of the others.
pub fn ignoring_sigchld_collects_ordinary_children_only() {
    is_injecting();
    set(SIGCHLD, &Action::IGNORE);
    let [other, ordinary] = [child(0), child(SIGCHLD)];
    check_eq!(linux::waitpid(ordinary), Err(Errno::ECHILD), "waitpid for an ordinary child");
    check_eq!(wait_with(other, __WCLONE), Ok((other, Status(7 << 8))), "waitpid for the other");
    set(SIGCHLD, &Action::DEFAULT);
}

/// A child that begins a program becomes an ordinary one.
pub fn program_tells_by_sigchld() {
    count_signals();
    let child = match must!(insist(|| call(__NR_clone, [(CLONE_VFORK | SIGUSR1) as usize]))) {
        0 => linux::exit(become_program("bss", &[])),
        child => child as i32,
    };
    check_eq!(wait_with(child, 0), Ok((child, Status(0))), "waitpid for an ordinary child");
    check_eq!((SEEN.count(), SEEN.first()), (1, [SIGCHLD]), "the signals that came");
}

/// All kinds together: each is waited for in its own way.
pub fn kinds_of_children_do_not_mix() {
    let [ordinary, other] = [fork_with(0, || {}), child(0)];
    check_eq!(wait_with(ANY_CHILD, __WCLONE), Ok((other, Status(7 << 8))), "waitpid with __WCLONE");
    check_eq!(wait_with(ANY_CHILD, __WCLONE), Err(Errno::ECHILD), "waitpid with __WCLONE again");
    check!(wait(ordinary) == Status(0), "the ordinary child did not end well");
    none_left();
}
