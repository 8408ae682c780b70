//! `rename` and its newer forms.

use super::scratch::Scratch;
use super::shorthand::{gives, holds, make, make_directory, make_link, make_open, open, rewind};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{AT_FDCWD, O_DIRECTORY, O_RDONLY, RENAME_EXCHANGE, RENAME_NOREPLACE};
use tusk_user::Errno;
use tusk_user::stat::{descriptor_stat, link_stat, stat};

/// `rename`, with nothing to return.
fn rename(old: &CStr, new: &CStr) -> Result<(), Errno> {
    sys!(__NR_rename, old, new).map(drop)
}

/// `renameat2` from here to here.
fn rename_with(old: &CStr, new: &CStr, flags: u32) -> Result<(), Errno> {
    sys!(__NR_renameat2, AT_FDCWD, old, AT_FDCWD, new, flags).map(drop)
}

/// Whether there is nothing of that name.
fn is_gone(path: &CStr) -> bool {
    link_stat(path).err() == Some(Errno::ENOENT)
}

/// The file stays the same under another name, in another directory too.
pub fn file_moves_as_it_is() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    make_directory(c"directory");
    let before = must!(stat(c"file")).inode();
    check_eq!(rename(c"file", c"other"), Ok(()), "rename");
    check_eq!(rename(c"other", c"directory/third"), Ok(()), "rename into a directory");
    check!(is_gone(c"file") && is_gone(c"other"), "an old name is still there");
    check_eq!(must!(stat(c"directory/third")).inode(), before, "the inode");
    holds(c"directory/third", b"text");
}

/// What had the name before is gone, but for who has it open.
pub fn file_takes_the_place_of_another() {
    let _scratch = Scratch::new();
    make(c"new", b"new");
    let old = make_open(c"old", b"old");
    check_eq!(rename(c"new", c"old"), Ok(()), "rename over a file");
    check!(is_gone(c"new"), "the old name is still there");
    holds(c"old", b"new");
    check_eq!(must!(descriptor_stat(old)).links(), 0, "the links of the file that was replaced");
    rewind(old);
    gives(old, b"old");
}

/// Two names of one file: nothing happens, and both stay.
pub fn rename_to_itself_does_nothing() {
    let _scratch = Scratch::new();
    make(c"one", b"text");
    must!(sys!(__NR_link, c"one", c"two"));
    check_eq!(rename(c"one", c"one"), Ok(()), "rename to the same name");
    check_eq!(rename(c"one", c"two"), Ok(()), "rename to another name of the same file");
    check_eq!(must!(stat(c"one")).links(), 2, "the number of links");
    check_eq!(rename(c"none", c"none"), Err(Errno::ENOENT), "rename of nothing to itself");
}

/// A directory takes the place of an empty one, and of nothing else.
pub fn kinds_do_not_replace_each_other() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    for path in [c"empty", c"full", c"moving"] {
        make_directory(path);
    }
    make(c"full/file", b"");
    make(c"moving/inside", b"text");
    check_eq!(rename(c"file", c"empty"), Err(Errno::EISDIR), "rename of a file over a directory");
    check_eq!(rename(c"moving", c"file"), Err(Errno::ENOTDIR), "rename of a directory over a file");
    check_eq!(rename(c"moving", c"full"), Err(Errno::ENOTEMPTY), "rename over a directory that is not empty");
    check_eq!(rename(c"moving", c"empty"), Ok(()), "rename over an empty directory");
    check!(is_gone(c"moving"), "the old name is still there");
    holds(c"empty/inside", b"text");
}

/// Nothing can be moved into itself, nor can what is above.
pub fn directory_cannot_go_below_itself() {
    let _scratch = Scratch::new();
    make_directory(c"a");
    make_directory(c"a/b");
    make_directory(c"a/b/c");
    make_link(c"a/b", c"way");
    for new in [c"a/x", c"a/b/x", c"a/b/c/x", c"way/x", c"a/b/c/../x"] {
        check_eq!(rename(c"a", new), Err(Errno::EINVAL), "rename of a to {new:?}");
    }
    check_eq!(rename(c"a/b/c", c"a/b"), Err(Errno::ENOTEMPTY), "rename to the directory it is in");
    check_eq!(rename(c"a/b/c", c"a"), Err(Errno::ENOTEMPTY), "rename to the directory above that");
    make(c"a/b/file", b"");
    check_eq!(rename(c"a/b/file", c"a/b"), Err(Errno::ENOTEMPTY), "rename of a file to the directory it is in");
    check_eq!(rename(c"a/b", c"a/bb"), Ok(()), "rename beside itself");
    check_eq!(must!(stat(c"a/bb/c")).kind(), tusk_user::stat::Kind::Directory, "what was in it");
}

/// A moved directory has another one above it.
pub fn directory_learns_who_is_above() {
    let _scratch = Scratch::new();
    make_directory(c"one");
    make_directory(c"two");
    make_directory(c"one/moving");
    check_eq!(rename(c"one/moving", c"two/moved"), Ok(()), "rename");
    check_eq!(must!(stat(c"two/moved/..")).inode(), must!(stat(c"two")).inode(), "the inode above");
    check_eq!(sys!(__NR_rmdir, c"one"), Ok(0), "rmdir of where it was");
    check_eq!(sys!(__NR_rmdir, c"two"), Err(Errno::ENOTEMPTY), "rmdir of where it is");
}

/// Names that stand for a place rather than a name, and places that are not there.
pub fn impossible_renames_are_refused() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    for path in [c".", c"..", c"directory/.", c"directory/.."] {
        check_eq!(rename(path, c"new"), Err(Errno::EBUSY), "rename of {path:?}");
        check_eq!(rename(c"directory", path), Err(Errno::EBUSY), "rename to {path:?}");
    }
    // Where the root is another file system, that comes first.
    for result in [rename(c"/", c"new"), rename(c"directory", c"/")] {
        check!(result == Err(Errno::EBUSY) || result == Err(Errno::EXDEV), "rename of or to the root: {result:?}");
    }
    check_eq!(rename(c"none", c"new"), Err(Errno::ENOENT), "rename of nothing");
    check_eq!(rename(c"file", c"none/new"), Err(Errno::ENOENT), "rename into no directory");
    check_eq!(rename(c"file", c"file/new"), Err(Errno::ENOTDIR), "rename below a file");
    check_eq!(rename(c"file", c"new/"), Err(Errno::ENOTDIR), "rename of a file to a name with a slash");
    check_eq!(rename(c"file/", c"new"), Err(Errno::ENOTDIR), "rename of a file with a slash");
    check_eq!(rename(c"file", c""), Err(Errno::ENOENT), "rename to an empty path");
    check_eq!(rename(c"directory", c"new/"), Ok(()), "rename of a directory to a name with a slash");
}

/// It is the link that moves.
pub fn links_are_renamed_themselves() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    make(c"other", b"");
    make_link(c"file", c"link");
    check_eq!(rename(c"link", c"moved"), Ok(()), "rename of a link");
    holds(c"moved", b"text");
    check_eq!(rename(c"other", c"moved"), Ok(()), "rename over a link");
    holds(c"moved", b"");
    holds(c"file", b"text");
}

/// The flags of `renameat2`: not over something, or one for the other.
pub fn flags_keep_or_exchange() {
    let _scratch = Scratch::new();
    make(c"file", b"one");
    make(c"other", b"two");
    make_directory(c"directory");
    check_eq!(rename_with(c"file", c"other", RENAME_NOREPLACE), Err(Errno::EEXIST), "RENAME_NOREPLACE over a file");
    check_eq!(rename_with(c"file", c"third", RENAME_NOREPLACE), Ok(()), "RENAME_NOREPLACE to a new name");
    check_eq!(rename_with(c"third", c"other", RENAME_EXCHANGE), Ok(()), "RENAME_EXCHANGE of two files");
    holds(c"third", b"two");
    holds(c"other", b"one");
    check_eq!(rename_with(c"third", c"directory", RENAME_EXCHANGE), Ok(()), "RENAME_EXCHANGE with a directory");
    holds(c"directory", b"two");
    check_eq!(rename_with(c"other", c"none", RENAME_EXCHANGE), Err(Errno::ENOENT), "RENAME_EXCHANGE with nothing");
    for flags in [RENAME_NOREPLACE | RENAME_EXCHANGE, 8, u32::MAX] {
        check_eq!(rename_with(c"other", c"new", flags), Err(Errno::EINVAL), "renameat2 with flags {flags:#x}");
    }
}

/// From one directory to another.
pub fn renameat_begins_at_its_directories() {
    let _scratch = Scratch::new();
    make_directory(c"from");
    make_directory(c"to");
    make(c"from/file", b"text");
    let [from, to] = [c"from", c"to"].map(|path| open(path, O_RDONLY | O_DIRECTORY));
    check_eq!(sys!(__NR_renameat, from, c"file", to, c"moved"), Ok(0), "renameat");
    holds(c"to/moved", b"text");
    check_eq!(sys!(__NR_renameat, from, c"file", to, c"x"), Err(Errno::ENOENT), "renameat of nothing");
    check_eq!(sys!(__NR_renameat, to, c"moved", 99, c"x"), Err(Errno::EBADF), "renameat to nowhere");
}
