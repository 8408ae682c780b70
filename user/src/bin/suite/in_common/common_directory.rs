//! `CLONE_FS`: one working directory and one mask for new files.

use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{insist, wait};
use crate::threads::thread::{THREAD, start, try_start};
use core::ffi::CStr;
use linux_raw_sys::general::{__NR_chdir, __NR_clone, __NR_getcwd, __NR_umask, CLONE_FS, SIGCHLD};
use tusk_user::{Status, linux};

/// A child made by `clone` with these flags and SIGCHLD, with a copy of the memory; it ends with status 0 when `body`
/// returns.
#[track_caller]
pub fn fork_with(flags: u32, body: impl FnOnce()) -> i32 {
    match must!(insist(|| call(__NR_clone, [(flags | SIGCHLD) as usize]))) {
        0 => {
            body();
            linux::exit(0)
        }
        child => child as i32,
    }
}

fn go(path: &CStr) {
    must!(call(__NR_chdir, [path.as_ptr().expose_provenance()]));
}

/// The working directory's length as text, with its NUL: enough to tell `/` from `/tmp`.
fn here() -> usize {
    let mut text = [0u8; 256];
    must!(call(__NR_getcwd, [text.as_mut_ptr().expose_provenance(), text.len()]))
}

fn umask(mask: u32) -> usize {
    must!(call(__NR_umask, [mask as usize]))
}

const ROOT: usize = 2;
const TMP: usize = 5;

/// Where one goes, the other is, and the mask is one.
pub fn directory_and_umask_are_common() {
    go(c"/");
    umask(0o22);
    let child = fork_with(CLONE_FS, || {
        go(c"/tmp");
        check_eq!(umask(0o77), 0o22, "the child's mask");
    });
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(here(), TMP, "the length of the directory to which the child went");
    check_eq!(umask(0o22), 0o77, "the mask that the child has set");
    go(c"/");
}

/// Without the flag each has its own.
pub fn without_the_flag_both_are_copied() {
    go(c"/");
    umask(0o22);
    let child = fork_with(0, || {
        go(c"/tmp");
        umask(0o77);
    });
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!((here(), umask(0o22)), (ROOT, 0o22), "the directory's length, and the mask");
}

/// Threads have one, unless made without it.
pub fn threads_go_together() {
    go(c"/");
    start(|| go(c"/tmp")).join();
    check_eq!(here(), TMP, "the length of the directory to which the thread went");
    must!(try_start(THREAD & !CLONE_FS, 0, || {
        check_eq!(here(), TMP, "the length of the thread's own directory at first");
        go(c"/");
        0
    }))
    .join();
    check_eq!(here(), TMP, "the length of the directory that the thread has left for itself");
    go(c"/");
}

/// It is what it was when the one who made it ends.
pub fn directory_outlives_its_maker() {
    let child = fork_with(CLONE_FS, || {
        let last = fork_with(CLONE_FS, || {
            tusk_user::time::sleep(core::time::Duration::from_millis(20));
            go(c"/tmp");
            check_eq!(here(), TMP, "the length of the directory");
        });
        check!(last > 0, "the pid is {last}");
        check_eq!(wait(last), Status(0), "the grandchild's end");
    });
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(here(), TMP, "the length of the directory to which the grandchild went");
    go(c"/");
}
