//! The calls that make processes, wait for them, and make others of them.

use super::argument::{count, name, place, request, room, word};
use super::ground::ARGUMENTS;
use super::line::line;
use super::trial;
use crate::child::{collect_all, none_left, start};
use linux_raw_sys::general::{CLONE_CHILD_SETTID, CLONE_PARENT_SETTID, CLONE_SETTLS, P_ALL, SIGCHLD, WEXITED, rusage};
use tusk_user::Errno;
use tusk_user::linux;

/// Something to wait for.
fn a_child() {
    start(|| 0);
}

/// A child ends here, its parent waits.
fn end_child(_words: &[usize; ARGUMENTS], result: Result<usize, Errno>) {
    if result == Ok(0) {
        linux::exit(0);
    }
    collect_all();
}

/// `execve` to and from nowhere, `clone` with every pointer, and the ways to wait.
pub fn process_calls_believe_nothing() {
    let program = name(c"/bin/false");
    // Should it be run after all, it fails, and the case with it.
    let strings = [c"false".as_ptr().expose_provenance(), 0];
    let strings = || request(&strings).optional();
    let usage = || room(size_of::<rusage>()).optional();
    let clone = SIGCHLD | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID;
    trial::all(&[
        line!(__NR_execve, program, strings(), strings()),
        line!(__NR_waitpid, word(-1), room(4).optional(), word(0)).before(&a_child).after(&|_, _| collect_all()),
        line!(__NR_wait4, word(-1), room(4).optional(), word(0), usage()).before(&a_child).after(&|_, _| collect_all()),
        line!(__NR_waitid, word(P_ALL), word(0), room(24).optional(), word(WEXITED), usage())
            .before(&a_child)
            .after(&|_, _| collect_all()),
        // Where a number cannot be stored, it is not; the child is there all the same.
        line!(__NR_clone, word(clone), place(0), place(0), word(0), place(0)).after(&end_child),
        line!(__NR_clone, word(SIGCHLD | CLONE_SETTLS), word(0), word(0), request(&[6, 0, 0xf_ffff, 0x51]), word(0))
            .also(&[Errno::EINVAL])
            .after(&end_child),
        line!(__NR_set_tid_address, place(0)),
        line!(__NR_set_robust_list, place(0), count(12)),
        // An entry that the kernel chooses.
        line!(__NR_set_thread_area, request(&[usize::MAX, 0, 0xf_ffff, 0x51])),
        line!(__NR_get_thread_area, room(16)).also(&[Errno::EINVAL]),
    ]);
    none_left();
}
