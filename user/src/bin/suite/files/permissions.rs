//! Who may: `chmod`, `umask`, `access`, `chown`.

use super::scratch::Scratch;
use super::shorthand::{close, make, make_directory, make_link, make_open, open, try_open};
use crate::call::sys;
use crate::check::{check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{AT_FDCWD, O_CREAT, O_DIRECTORY, O_RDONLY, O_WRONLY, S_IFIFO, S_IFMT, S_IFREG};
use tusk_user::Errno;
use tusk_user::stat::{link_stat, stat};

/// What `access` is asked for (`access(2)`).
const READ: u32 = 4;
const WRITE: u32 = 2;
const EXECUTE: u32 = 1;
const EXISTS: u32 = 0;

/// A file's permissions.
fn permissions(path: &CStr) -> u32 {
    must!(stat(path)).permissions()
}

/// By name, by descriptor and by directory; all twelve bits, and the kind stays.
pub fn chmod_sets_twelve_bits() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    for mode in [0o600, 0o777, 0o4755, 0o1644, 0o000, 0o644] {
        check_eq!(sys!(__NR_chmod, c"file", mode), Ok(0), "chmod to {mode:o}");
        check_eq!(must!(stat(c"file")).mode(), S_IFREG | mode, "the mode");
    }
    check_eq!(sys!(__NR_fchmod, file, 0o640), Ok(0), "fchmod");
    check_eq!(permissions(c"file"), 0o640, "the permissions");
    check_eq!(sys!(__NR_fchmodat, AT_FDCWD, c"file", 0o604), Ok(0), "fchmodat");
    check_eq!(permissions(c"file"), 0o604, "the permissions");
    check_eq!(sys!(__NR_chmod, c"file", 0o170_600), Ok(0), "chmod with the bits of a kind");
    check_eq!(must!(stat(c"file")).mode(), S_IFREG | 0o600, "the mode");
}

/// The link leads to the file; a name of nothing leads nowhere.
pub fn chmod_follows_links() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_link(c"file", c"link");
    make_link(c"none", c"dangling");
    check_eq!(sys!(__NR_chmod, c"link", 0o600), Ok(0), "chmod of a link");
    check_eq!(permissions(c"file"), 0o600, "the file's permissions");
    check_eq!(must!(link_stat(c"link")).permissions(), 0o777, "the link's own");
    check_eq!(sys!(__NR_chmod, c"dangling", 0o600), Err(Errno::ENOENT), "chmod of a link to nowhere");
    check_eq!(sys!(__NR_chmod, c"file/x", 0o600), Err(Errno::ENOTDIR), "chmod below a file");
    check_eq!(sys!(__NR_fchmodat, 99, c"file", 0o600), Err(Errno::EBADF), "fchmodat from nowhere");
}

/// The mask takes permissions away from whatever is made.
pub fn umask_takes_away() {
    let _scratch = Scratch::new();
    check_eq!(sys!(__NR_umask, 0o027), Ok(0o022), "the mask before");
    close(must!(sys!(__NR_open, c"file", O_WRONLY | O_CREAT, 0o777)) as i32);
    must!(sys!(__NR_mkdir, c"directory", 0o777));
    must!(sys!(__NR_mknod, c"fifo", S_IFIFO | 0o666, 0));
    make_link(c"file", c"link");
    check_eq!([c"file", c"directory", c"fifo"].map(permissions), [0o750, 0o750, 0o640], "the permissions");
    check_eq!(must!(link_stat(c"link")).permissions(), 0o777, "a link's permissions");
    must!(sys!(__NR_chmod, c"file", 0o666));
    check_eq!(permissions(c"file"), 0o666, "the permissions that chmod gave");
    check_eq!(sys!(__NR_umask, 0o7_7777), Ok(0o027), "the mask before");
    check_eq!(sys!(__NR_umask, 0), Ok(0o777), "the mask of which only nine bits count");
}

/// The mask goes to the child, and the child's own does not come back.
pub fn umask_is_inherited() {
    must!(sys!(__NR_umask, 0o035));
    crate::child::run_well(|| check_eq!(sys!(__NR_umask, 0o077), Ok(0o035), "the child's mask"));
    check_eq!(sys!(__NR_umask, 0o022), Ok(0o035), "the parent's mask");
}

/// Whether something is there, and what one may do. Nobody may execute what has no x at all, not even root.
pub fn access_tells_what_one_may() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"none", c"dangling");
    let access = |path: &CStr, mode: u32| sys!(__NR_access, path, mode).map(drop);
    for mode in [EXISTS, READ, WRITE, READ | WRITE] {
        check_eq!(access(c"file", mode), Ok(()), "access of a file for {mode}");
        check_eq!(access(c"directory", mode | EXECUTE), Ok(()), "access of a directory for {mode} and searching");
        check_eq!(access(c"file", mode | EXECUTE), Err(Errno::EACCES), "access for {mode} and executing");
        check_eq!(access(c"none", mode), Err(Errno::ENOENT), "access of nothing");
        check_eq!(access(c"dangling", mode), Err(Errno::ENOENT), "access of a link to nowhere");
        check_eq!(access(c"file/x", mode), Err(Errno::ENOTDIR), "access below a file");
    }
    must!(sys!(__NR_chmod, c"file", 0o744));
    check_eq!(access(c"file", EXECUTE), Ok(()), "access for executing when there is an x");
    for mode in [8, 0o10, u32::MAX] {
        check_eq!(access(c"file", mode), Err(Errno::EINVAL), "access for {mode:#x}");
    }
}

/// The same from a directory.
pub fn faccessat_begins_at_its_directory() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    check_eq!(sys!(__NR_faccessat, directory, c"file", READ), Ok(0), "faccessat");
    check_eq!(sys!(__NR_faccessat, directory, c"none", READ), Err(Errno::ENOENT), "faccessat of nothing");
    check_eq!(sys!(__NR_faccessat, AT_FDCWD, c"file", READ), Err(Errno::ENOENT), "faccessat from here");
    check_eq!(sys!(__NR_faccessat, 99, c"file", READ), Err(Errno::EBADF), "faccessat from nowhere");
}

/// Giving a file to oneself always works, and -1 leaves a number as it is.
pub fn chown_sets_owner_and_group() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    make_link(c"file", c"link");
    let (user, group) = (must!(sys!(__NR_geteuid32)), must!(sys!(__NR_getegid32)));
    let mine = (user as u32, group as u32);
    check_eq!(sys!(__NR_chown32, c"file", user, group), Ok(0), "chown32");
    check_eq!(sys!(__NR_fchown32, file, -1, group), Ok(0), "fchown32");
    check_eq!(sys!(__NR_lchown32, c"link", user, -1), Ok(0), "lchown32");
    check_eq!(sys!(__NR_fchownat, AT_FDCWD, c"file", -1, -1, 0), Ok(0), "fchownat");
    check_eq!(must!(stat(c"file")).owner(), mine, "owner and group");
    check_eq!(sys!(__NR_chown32, c"none", user, group), Err(Errno::ENOENT), "chown32 of nothing");
    check_eq!(sys!(__NR_fchown32, 99, user, group), Err(Errno::EBADF), "fchown32 of no descriptor");
    check_eq!(sys!(__NR_fchownat, AT_FDCWD, c"file", -1, -1, 1), Err(Errno::EINVAL), "fchownat with a flag");
    if user == 0 {
        check_eq!(sys!(__NR_chown32, c"link", 1234, -1), Ok(0), "chown32 to another");
        check_eq!(must!(stat(c"file")).owner(), (1234, mine.1), "owner and group");
        check_eq!(sys!(__NR_lchown32, c"link", -1, 77), Ok(0), "lchown32 to another group");
        check_eq!(must!(link_stat(c"link")).owner(), (mine.0, 77), "owner and group of the link");
        check_eq!(sys!(__NR_fchown32, file, 5, 6), Ok(0), "fchown32 to another");
        check_eq!(must!(stat(c"file")).owner(), (5, 6), "owner and group");
    }
}

/// Files may be opened as long as their permissions say so; an open one stays open whatever becomes of them.
pub fn permissions_are_looked_at_when_opening() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    must!(sys!(__NR_chmod, c"file", 0));
    check_eq!(sys!(__NR_pwrite64, file, b"T", 1, 0, 0), Ok(1), "write to a file that was opened before");
    let root = must!(sys!(__NR_geteuid32)) == 0;
    let expected = if root { None } else { Some(Errno::EACCES) };
    check_eq!(try_open(c"file", O_RDONLY).err(), expected, "open of a file without permissions");
    check_eq!(must!(stat(c"file")).mode() & S_IFMT, S_IFREG, "the kind");
}
