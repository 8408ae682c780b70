//! Making and removing directories, and being in one.

use super::scratch::Scratch;
use super::shorthand::{close, holds, make, make_directory, make_link, open, try_open};
use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::run_well;
use core::ffi::CStr;
use linux_raw_sys::general::{AT_FDCWD, O_CREAT, O_DIRECTORY, O_RDONLY, O_WRONLY, S_IFDIR, S_IFIFO, S_IFMT, S_IFREG};
use tusk_user::Errno;
use tusk_user::directory::current;
use tusk_user::stat::stat;

/// Goes to a directory.
fn change(path: &CStr) -> Result<(), Errno> {
    sys!(__NR_chdir, path).map(drop)
}

/// Checks that the current directory is `name` in the case's own.
#[track_caller]
fn is_in(scratch: &Scratch, name: &str) {
    let mut buffer = [0; 256];
    let path = must!(current(&mut buffer)).to_bytes();
    let expected = scratch.path().to_bytes().iter().chain(name.as_bytes());
    check_eq!(path.iter().eq(expected), true, "whether {:?} is the path of {name:?}", path.escape_ascii());
}

/// A new directory has permissions, itself, and who is above.
pub fn new_directory_is_empty() {
    let _scratch = Scratch::new();
    check_eq!(sys!(__NR_mkdir, c"directory", 0o777), Ok(0), "mkdir");
    check_eq!(must!(stat(c"directory")).mode(), S_IFDIR | 0o755, "the mode");
    check_eq!(must!(stat(c"directory/.")).inode(), must!(stat(c"directory")).inode(), "the inode of .");
    check_eq!(must!(stat(c"directory/..")).inode(), must!(stat(c".")).inode(), "the inode of ..");
    check_eq!(sys!(__NR_mkdir, c"directory/inner/", 0o700), Ok(0), "mkdir with a slash behind the name");
    check_eq!(must!(stat(c"directory/inner")).permissions(), 0o700, "the permissions");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    check_eq!(sys!(__NR_mkdirat, directory, c"second", 0o755), Ok(0), "mkdirat");
    check_eq!(sys!(__NR_rmdir, c"directory/second"), Ok(0), "rmdir");
}

/// Where no directory can be made.
pub fn impossible_directories_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"none", c"dangling");
    for taken in [c"file", c"directory", c"directory/", c"dangling", c".", c"..", c"/", c"directory/.", c"directory/.."]
    {
        check_eq!(sys!(__NR_mkdir, taken, 0o755), Err(Errno::EEXIST), "mkdir of {taken:?}");
    }
    for path in [c"none/new", c"", c"none/.", c"dangling/new"] {
        check_eq!(sys!(__NR_mkdir, path, 0o755), Err(Errno::ENOENT), "mkdir of {path:?}");
    }
    check_eq!(sys!(__NR_mkdir, c"file/new", 0o755), Err(Errno::ENOTDIR), "mkdir below a file");
}

/// What cannot be removed, or not so.
pub fn impossible_removals_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"full");
    make_directory(c"full/inner");
    make_link(c"full/inner", c"link");
    let rmdir = |path: &CStr| sys!(__NR_rmdir, path);
    check_eq!(rmdir(c"full"), Err(Errno::ENOTEMPTY), "rmdir of a directory that is not empty");
    for path in [c"file", c"link", c"link/", c"file/x"] {
        check_eq!(rmdir(path), Err(Errno::ENOTDIR), "rmdir of {path:?}");
    }
    for path in [c"none", c"", c"full/none"] {
        check_eq!(rmdir(path), Err(Errno::ENOENT), "rmdir of {path:?}");
    }
    for path in [c".", c"full/inner/."] {
        check_eq!(rmdir(path), Err(Errno::EINVAL), "rmdir of {path:?}");
    }
    for path in [c"..", c"full/inner/.."] {
        check_eq!(rmdir(path), Err(Errno::ENOTEMPTY), "rmdir of {path:?}");
    }
    check_eq!(rmdir(c"/"), Err(Errno::EBUSY), "rmdir of the root");
    check_eq!(rmdir(c"full/inner/"), Ok(0), "rmdir with a slash behind the name");
    check_eq!(rmdir(c"full"), Ok(0), "rmdir of what is empty now");
}

/// Whoever is in a directory that is removed, is nowhere.
pub fn removed_directory_is_nowhere() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    run_well(|| {
        check_eq!(change(c"directory"), Ok(()), "chdir");
        check_eq!(sys!(__NR_rmdir, c"../directory"), Ok(0), "rmdir of where one is");
        check_eq!(current(&mut [0; 64]).err(), Some(Errno::ENOENT), "getcwd");
        check_eq!(try_open(c"new", O_WRONLY | O_CREAT), Err(Errno::ENOENT), "open of a new file");
        check_eq!(sys!(__NR_mkdir, c"new", 0o755), Err(Errno::ENOENT), "mkdir");
        check_eq!(sys!(__NR_symlink, c"x", c"new"), Err(Errno::ENOENT), "symlink");
        check_eq!(must!(stat(c".")).mode() & S_IFMT, S_IFDIR, "the kind of what is left");
    });
    let result = sys!(__NR_openat, directory, c"new", O_WRONLY | O_CREAT, 0o644);
    check_eq!(result, Err(Errno::ENOENT), "openat below a directory that is gone");
    make_directory(c"directory");
    let result = sys!(__NR_openat, directory, c"new", O_WRONLY | O_CREAT, 0o644);
    check_eq!(result, Err(Errno::ENOENT), "openat below it when there is another of the same name");
}

/// Going somewhere, by name and by descriptor.
pub fn chdir_and_getcwd_agree() {
    let scratch = Scratch::new();
    make_directory(c"one");
    make_directory(c"one/two");
    make_link(c"one/two", c"link");
    make(c"file", b"");
    is_in(&scratch, "");
    for (path, name) in
        [(c"one", "/one"), (c"two/", "/one/two"), (c"../..", ""), (c"link", "/one/two"), (c"..", "/one")]
    {
        check_eq!(change(path), Ok(()), "chdir to {path:?}");
        is_in(&scratch, name);
    }
    let two = open(c"two", O_RDONLY);
    must!(change(scratch.path()));
    check_eq!(sys!(__NR_fchdir, two), Ok(0), "fchdir");
    is_in(&scratch, "/one/two");
    must!(change(c"/"));
    check_eq!(must!(current(&mut [0; 2])), c"/", "the current directory");
    must!(change(scratch.path()));
    check_eq!(change(c"file"), Err(Errno::ENOTDIR), "chdir to a file");
    check_eq!(change(c"none"), Err(Errno::ENOENT), "chdir to nothing");
    check_eq!(change(c""), Err(Errno::ENOENT), "chdir to an empty path");
    check_eq!(sys!(__NR_fchdir, open(c"file", O_RDONLY)), Err(Errno::ENOTDIR), "fchdir to a file");
    is_in(&scratch, "");
}

/// The path with its NUL fits, or it is an error.
pub fn getcwd_needs_room() {
    let scratch = Scratch::new();
    let needed = scratch.path().count_bytes() + 1;
    let mut buffer = [b'-'; 64];
    check_eq!(sys!(__NR_getcwd, &mut buffer, needed), Ok(needed), "getcwd into just enough");
    check_eq!(buffer[needed - 1..needed + 1], *b"\0-", "the end of the path");
    for room in [0, 1, needed - 1] {
        check_eq!(sys!(__NR_getcwd, &mut buffer, room), Err(Errno::ERANGE), "getcwd into {room} bytes");
    }
}

/// A directory that gets another name takes those along who are in it.
pub fn getcwd_follows_a_rename() {
    let scratch = Scratch::new();
    make_directory(c"old");
    make_directory(c"top");
    must!(change(c"old"));
    must!(sys!(__NR_rename, c"../old", c"../top/new"));
    is_in(&scratch, "/top/new");
    must!(change(c".."));
    is_in(&scratch, "/top");
}

/// A child is where its parent was, and goes its own ways.
pub fn current_directory_is_inherited() {
    let scratch = Scratch::new();
    make_directory(c"one");
    make_directory(c"one/two");
    must!(change(c"one"));
    run_well(|| {
        is_in(&scratch, "/one");
        must!(change(c"two"));
        is_in(&scratch, "/one/two");
    });
    is_in(&scratch, "/one");
}

/// `mknod` makes files and FIFOs, and no directories.
pub fn mknod_makes_files_and_fifos() {
    let _scratch = Scratch::new();
    check_eq!(sys!(__NR_mknod, c"file", S_IFREG | 0o644, 0), Ok(0), "mknod of a file");
    check_eq!(sys!(__NR_mknod, c"plain", 0o600, 0), Ok(0), "mknod without a kind");
    check_eq!(sys!(__NR_mknodat, AT_FDCWD, c"fifo", S_IFIFO | 0o640, 0), Ok(0), "mknodat of a FIFO");
    let modes = [c"file", c"plain", c"fifo"].map(|path| must!(stat(path)).mode());
    check_eq!(modes, [S_IFREG | 0o644, S_IFREG | 0o600, S_IFIFO | 0o640], "the modes");
    holds(c"plain", b"");
    check_eq!(sys!(__NR_mknod, c"fifo", S_IFIFO | 0o644, 0), Err(Errno::EEXIST), "mknod of what is there");
    check_eq!(sys!(__NR_mknod, c"new", S_IFDIR | 0o755, 0), Err(Errno::EPERM), "mknod of a directory");
    check_eq!(sys!(__NR_mknod, c"new", S_IFMT | 0o644, 0), Err(Errno::EINVAL), "mknod of no kind");
    check_eq!(sys!(__NR_mknod, c"none/new", S_IFIFO, 0), Err(Errno::ENOENT), "mknod in no directory");
}

/// What is in a directory is there under every way to it, at once.
pub fn names_show_everywhere_at_once() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    run_well(|| make(c"directory/file", b"by the child"));
    close(must!(sys!(__NR_openat, directory, c"file", O_RDONLY)) as i32);
    holds(c"directory/file", b"by the child");
    run_well(|| check_eq!(sys!(__NR_unlink, c"directory/file"), Ok(0), "unlink by the child"));
    check_eq!(sys!(__NR_openat, directory, c"file", O_RDONLY), Err(Errno::ENOENT), "openat after unlink");
}

/// The way up from a directory that was removed leads through those that were removed with it.
pub fn removed_directories_keep_the_way_up() {
    let scratch = Scratch::new();
    make(c"file", b"text");
    make_directory(c"a");
    make_directory(c"a/b");
    must!(sys!(__NR_chdir, c"a/b"));
    must!(sys!(__NR_rmdir, c"../b"));
    must!(sys!(__NR_rmdir, c"../../a"));
    holds(c"../../file", b"text");
    check_eq!(stat(c"..").map(|found| found.links()), Ok(0), "the links of the directory above");
    check_eq!(sys!(__NR_mkdir, c"new", 0o755), Err(Errno::ENOENT), "mkdir in a directory that is gone");
    check_eq!(sys!(__NR_mkdir, c"../new", 0o755), Err(Errno::ENOENT), "mkdir in the one above");
    check_eq!(sys!(__NR_chdir, c".."), Ok(0), "chdir to the directory above");
    check_eq!(sys!(__NR_chdir, c".."), Ok(0), "chdir to one that is there");
    holds(c"file", b"text");
    drop(scratch);
}
