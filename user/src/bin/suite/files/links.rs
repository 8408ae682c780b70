//! Names of files, hard and symbolic, and files that have none any more.

use super::scratch::Scratch;
use super::shorthand::{gives, holds, make, make_directory, make_link, make_open, open, rewind, try_open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{
    AT_FDCWD, AT_REMOVEDIR, AT_SYMLINK_FOLLOW, O_CREAT, O_DIRECTORY, O_EXCL, O_RDONLY, O_RDWR,
};
use tusk_user::stat::{descriptor_stat, link_stat, stat};
use tusk_user::{Errno, linux};

/// The inode behind a name, a link not followed.
fn inode(path: &CStr) -> u64 {
    must!(link_stat(path)).inode()
}

/// Two names, one file; taking one away leaves the other.
pub fn second_name_is_as_good_as_the_first() {
    let _scratch = Scratch::new();
    make(c"first", b"text");
    check_eq!(sys!(__NR_link, c"first", c"second"), Ok(0), "link");
    let file = open(c"second", O_RDWR);
    must!(linux::write_all(file, b"T"));
    holds(c"first", b"Text");
    check_eq!(sys!(__NR_unlink, c"first"), Ok(0), "unlink");
    check_eq!(try_open(c"first", O_RDONLY), Err(Errno::ENOENT), "open by the name that is gone");
    holds(c"second", b"Text");
}

/// What cannot be linked, or not there.
pub fn impossible_links_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"none", c"dangling");
    let link = |old: &CStr, new: &CStr| sys!(__NR_link, old, new);
    for taken in [c"file", c"directory", c"dangling", c".", c"/"] {
        check_eq!(link(c"file", taken), Err(Errno::EEXIST), "link to {taken:?}");
    }
    check_eq!(link(c"none", c"new"), Err(Errno::ENOENT), "link of nothing");
    check_eq!(link(c"file", c"none/new"), Err(Errno::ENOENT), "link in no directory");
    check_eq!(link(c"file", c"file/new"), Err(Errno::ENOTDIR), "link below a file");
    check_eq!(link(c"directory", c"new"), Err(Errno::EPERM), "link of a directory");
    check_eq!(link(c"file", c""), Err(Errno::ENOENT), "link to an empty path");
    check_eq!(must!(stat(c"file")).links(), 1, "the number of links");
    let file = open(c"file", O_RDWR);
    must!(sys!(__NR_unlink, c"file"));
    let nameless = super::scratch::Path::new(format_args!("/proc/self/fd/{file}"));
    let result = sys!(__NR_linkat, AT_FDCWD, nameless.as_c_str(), AT_FDCWD, c"again", AT_SYMLINK_FOLLOW);
    check_eq!(result, Err(Errno::ENOENT), "linkat of a file that has no name any more");
}

/// The last name goes, the open file stays, until it is closed.
pub fn unlinked_file_lives_while_open() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    let old = must!(descriptor_stat(file)).inode();
    check_eq!(sys!(__NR_unlink, c"file"), Ok(0), "unlink");
    check_eq!(must!(descriptor_stat(file)).links(), 0, "the number of links");
    check_eq!(linux::write(file, b" and more"), Ok(9), "write to a file without a name");
    rewind(file);
    gives(file, b"text and more");
    let new = open(c"file", O_RDWR | O_CREAT | O_EXCL);
    check!(must!(descriptor_stat(new)).inode() != old, "a new file has the inode of one that is open");
    gives(new, b"");
    crate::child::run_well(|| {
        rewind(file);
        gives(file, b"text and more");
    });
}

/// What `unlink` does not remove.
pub fn unlink_removes_no_directory() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"directory", c"link");
    let unlink = |path: &CStr| sys!(__NR_unlink, path);
    for path in [c"directory", c".", c"..", c"/", c"directory/"] {
        check_eq!(unlink(path), Err(Errno::EISDIR), "unlink of {path:?}");
    }
    check_eq!(unlink(c"none"), Err(Errno::ENOENT), "unlink of nothing");
    check_eq!(unlink(c"file/"), Err(Errno::ENOTDIR), "unlink of a file with a slash");
    check_eq!(unlink(c"file/x"), Err(Errno::ENOTDIR), "unlink below a file");
    check_eq!(unlink(c"link"), Ok(0), "unlink of a link");
    check_eq!(sys!(__NR_access, c"directory", 0), Ok(0), "access of what the link pointed to");
}

/// Both ways of removing, from a directory.
pub fn unlinkat_removes_what_it_is_told() {
    let _scratch = Scratch::new();
    make_directory(c"top");
    make_directory(c"top/directory");
    make(c"top/file", b"");
    let top = open(c"top", O_RDONLY | O_DIRECTORY);
    let unlinkat = |path: &CStr, flags: u32| sys!(__NR_unlinkat, top, path, flags);
    check_eq!(unlinkat(c"directory", 0), Err(Errno::EISDIR), "unlinkat of a directory as a file");
    check_eq!(unlinkat(c"file", AT_REMOVEDIR), Err(Errno::ENOTDIR), "unlinkat of a file as a directory");
    check_eq!(unlinkat(c"file", 1), Err(Errno::EINVAL), "unlinkat with an unknown flag");
    check_eq!(unlinkat(c"file", 0), Ok(0), "unlinkat of a file");
    check_eq!(unlinkat(c"directory", AT_REMOVEDIR), Ok(0), "unlinkat of a directory");
    check_eq!(unlinkat(c"file", 0), Err(Errno::ENOENT), "unlinkat of nothing");
    check_eq!(sys!(__NR_rmdir, c"top"), Ok(0), "rmdir of what is empty now");
}

/// A link gives its text back, without a NUL, and as much of it as there is room for.
pub fn readlink_gives_the_text() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_link(c"some/where else", c"link");
    let mut buffer = [b'-'; 20];
    check_eq!(sys!(__NR_readlink, c"link", &mut buffer, 20), Ok(15), "readlink");
    check_eq!(buffer, *b"some/where else-----", "the buffer");
    let mut buffer = [b'-'; 8];
    check_eq!(sys!(__NR_readlink, c"link", &mut buffer, 4), Ok(4), "readlink into four bytes");
    check_eq!(buffer, *b"some----", "the buffer");
    for size in [0, -1, i32::MIN] {
        check_eq!(sys!(__NR_readlink, c"link", &mut buffer, size), Err(Errno::EINVAL), "readlink into {size} bytes");
    }
    for path in [c"file", c".", c"/"] {
        check_eq!(sys!(__NR_readlink, path, &mut buffer, 8), Err(Errno::EINVAL), "readlink of {path:?}");
    }
    check_eq!(sys!(__NR_readlink, c"none", &mut buffer, 8), Err(Errno::ENOENT), "readlink of nothing");
}

/// Links to nothing may be made, but not without a text, nor in place of something.
pub fn impossible_symlinks_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_link(c"x", c"link");
    for taken in [c"file", c"link", c".", c"/"] {
        check_eq!(sys!(__NR_symlink, c"text", taken), Err(Errno::EEXIST), "symlink as {taken:?}");
    }
    check_eq!(sys!(__NR_symlink, c"", c"new"), Err(Errno::ENOENT), "symlink without a text");
    check_eq!(sys!(__NR_symlink, c"text", c""), Err(Errno::ENOENT), "symlink without a name");
    check_eq!(sys!(__NR_symlink, c"text", c"none/new"), Err(Errno::ENOENT), "symlink in no directory");
    check_eq!(sys!(__NR_symlink, c"text", c"file/new"), Err(Errno::ENOTDIR), "symlink below a file");
}

/// A relative text counts from where the link is, an absolute one from the root.
pub fn links_lead_from_where_they_are() {
    let scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"inside");
    make(c"file", b"outside");
    make_link(c"file", c"directory/near");
    make_link(c"../file", c"directory/up");
    make_link(scratch.path(), c"directory/root");
    make_link(c"directory", c"way");
    for (path, expected) in [
        (c"directory/near", &b"inside"[..]),
        (c"directory/up", b"outside"),
        (c"directory/root/file", b"outside"),
        (c"way/file", b"inside"),
        (c"way/near", b"inside"),
        (c"way/../file", b"outside"),
        (c"way/root/way/root/way/up", b"outside"),
    ] {
        holds(path, expected);
    }
}

/// From directories, and through a link or not.
pub fn calls_from_a_directory_make_links() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make(c"file", b"text");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    check_eq!(sys!(__NR_symlinkat, c"../file", directory, c"link"), Ok(0), "symlinkat");
    let mut text = [0u8; 16];
    check_eq!(sys!(__NR_readlinkat, directory, c"link", &mut text, 16), Ok(7), "readlinkat");
    check_eq!(text[..7], *b"../file", "the link's text");
    check_eq!(sys!(__NR_linkat, directory, c"link", AT_FDCWD, c"same", 0), Ok(0), "linkat of a link");
    check_eq!(inode(c"same"), inode(c"directory/link"), "the inode of a link's second name");
    let follow = sys!(__NR_linkat, directory, c"link", directory, c"hard", AT_SYMLINK_FOLLOW);
    check_eq!(follow, Ok(0), "linkat through a link");
    check_eq!(inode(c"directory/hard"), inode(c"file"), "the inode of what the link points to");
    check_eq!(sys!(__NR_linkat, 99, c"x", AT_FDCWD, c"new", 0), Err(Errno::EBADF), "linkat from nowhere");
    check_eq!(sys!(__NR_linkat, AT_FDCWD, c"file", AT_FDCWD, c"new", 1), Err(Errno::EINVAL), "linkat with a flag");
}
