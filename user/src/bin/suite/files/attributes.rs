//! What the `stat` family tells about a file.

use super::scratch::Scratch;
use super::shorthand::{MODE, close, make, make_directory, make_link, make_open, open, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::time::Duration;
use linux_raw_sys::general::{
    AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, O_RDONLY, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFREG,
    STATX__RESERVED, STATX_BASIC_STATS, stat64, statx,
};
use tusk_user::stat::{Stat, descriptor_stat, link_stat, stat};
use tusk_user::time::sleep;
use tusk_user::{Errno, linux};

/// Longer than any clock of a file system takes for a step.
const STEP: Duration = Duration::from_millis(40);

/// `fstatat64`.
fn stat_at(directory: i32, path: &CStr, flags: u32) -> Result<Stat, Errno> {
    let mut found = MaybeUninit::<stat64>::zeroed();
    sys!(__NR_fstatat64, directory, path, &mut found, flags)?;
    // SAFETY: it was zeroed, and all of its fields are numbers.
    Ok(Stat(unsafe { found.assume_init() }))
}

/// `statx` for all that `stat64` has too.
fn statx_at(directory: i32, path: &CStr, flags: u32) -> Result<statx, Errno> {
    let mut found = MaybeUninit::<statx>::zeroed();
    sys!(__NR_statx, directory, path, flags, STATX_BASIC_STATS, &mut found)?;
    // SAFETY: it was zeroed, and all of its fields are numbers.
    Ok(unsafe { found.assume_init() })
}

/// When a file's inode last changed.
fn changed(file: &Stat) -> Duration {
    Duration::new(file.0.st_ctime.into(), file.0.st_ctime_nsec)
}

/// The fields of an ordinary file.
pub fn fields_describe_the_file() {
    let _scratch = Scratch::new();
    make(c"file", &[b'x'; 5000]);
    let (found, here) = (must!(stat(c"file")), must!(stat(c".")));
    check_eq!(found.mode(), S_IFREG | MODE, "the mode");
    check_eq!((found.links(), found.size()), (1, 5000), "links and size");
    check_eq!(found.file_system(), here.file_system(), "the device");
    check_eq!(found.owner().0 as usize, must!(sys!(__NR_geteuid32)), "the owner");
    check!(found.inode() != 0 && found.inode() != here.inode(), "the inode's number is {}", found.inode());
    check!(found.0.st_blksize >= 512, "the block size is {}", found.0.st_blksize);
    check!(found.blocks() <= 2048, "5000 bytes take {} blocks", found.blocks());
    check!(found.0.st_mtime_nsec < 1_000_000_000, "there are {} ns in a second", found.0.st_mtime_nsec);
    check_eq!(here.mode() & S_IFMT, S_IFDIR, "the kind of the directory");
}

/// Five calls, one answer.
pub fn all_calls_tell_the_same() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"some text");
    let first = must!(stat(c"file"));
    let others = [
        must!(link_stat(c"file")),
        must!(descriptor_stat(file)),
        must!(stat_at(AT_FDCWD, c"file", 0)),
        must!(stat_at(file, c"", AT_EMPTY_PATH)),
    ];
    for (index, other) in others.iter().enumerate() {
        check_eq!((other.mode(), other.links(), other.size()), (first.mode(), 1, 9), "the answer of call {index}");
        check_eq!((other.inode(), other.owner()), (first.inode(), first.owner()), "the answer of call {index}");
        check_eq!((other.modified(), other.blocks()), (first.modified(), first.blocks()), "that of call {index}");
    }
    let more = must!(statx_at(AT_FDCWD, c"file", 0));
    check_eq!(more.stx_mask & STATX_BASIC_STATS, STATX_BASIC_STATS, "what statx has filled in");
    check_eq!((u32::from(more.stx_mode), more.stx_nlink, more.stx_size), (first.mode(), 1, 9), "statx");
    check_eq!((more.stx_ino, more.stx_uid, more.stx_gid), (first.inode(), first.owner().0, first.owner().1), "statx");
    check_eq!((more.stx_mtime.tv_sec as u64, more.stx_blocks), (first.modified().as_secs(), first.blocks()), "statx");
    check_eq!(more.stx_mtime.tv_nsec, first.modified().subsec_nanos(), "the nanoseconds of statx");
}

/// A link is followed by `stat64` and is itself for `lstat64`; its size is that of its text.
pub fn links_are_followed_or_told_about() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    make_link(c"./file", c"link");
    check_eq!(must!(stat(c"link")).inode(), must!(stat(c"file")).inode(), "the inode behind the link");
    for found in [must!(link_stat(c"link")), must!(stat_at(AT_FDCWD, c"link", AT_SYMLINK_NOFOLLOW))] {
        check_eq!((found.mode(), found.size()), (S_IFLNK | 0o777, 6), "mode and size of the link");
    }
    let found = must!(statx_at(AT_FDCWD, c"link", AT_SYMLINK_NOFOLLOW));
    check_eq!(u32::from(found.stx_mode), S_IFLNK | 0o777, "the mode that statx tells");
    make_link(c"nowhere", c"dangling");
    check_eq!(stat(c"dangling").err(), Some(Errno::ENOENT), "stat64 of a link to nowhere");
    check_eq!(must!(link_stat(c"dangling")).size(), 7, "its own size");
}

/// An empty path means the descriptor itself, but only when one says so.
pub fn empty_paths_need_their_flag() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"text");
    let [directory, file] = [open(c"directory", O_RDONLY), open(c"directory/file", O_RDONLY)];
    check_eq!(must!(stat_at(directory, c"file", 0)).size(), 4, "the size of a file in a directory");
    check_eq!(must!(statx_at(directory, c"file", 0)).stx_size, 4, "the size that statx tells");
    check_eq!(must!(statx_at(file, c"", AT_EMPTY_PATH)).stx_size, 4, "the size of the descriptor itself");
    let here = must!(stat_at(AT_FDCWD, c"", AT_EMPTY_PATH));
    check_eq!(here.inode(), must!(stat(c".")).inode(), "the inode of the current directory");
    check_eq!(stat_at(file, c"", 0).err(), Some(Errno::ENOENT), "fstatat64 of an empty path without the flag");
    check_eq!(statx_at(file, c"", 0).err(), Some(Errno::ENOENT), "statx of it");
    check_eq!(stat_at(file, c"x", AT_EMPTY_PATH).err(), Some(Errno::ENOTDIR), "fstatat64 below a file");
    check_eq!(stat_at(99, c"x", 0).err(), Some(Errno::EBADF), "fstatat64 from nowhere");
}

/// Flags nobody knows, and a mask that is kept for later.
pub fn unknown_flags_are_einval() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    for flags in [1, 0x8000_0000, u32::MAX] {
        check_eq!(stat_at(AT_FDCWD, c"file", flags).err(), Some(Errno::EINVAL), "fstatat64 with flags {flags:#x}");
        check_eq!(statx_at(AT_FDCWD, c"file", flags).err(), Some(Errno::EINVAL), "statx with flags {flags:#x}");
    }
    let mut room = [0u64; 32];
    let result = sys!(__NR_statx, AT_FDCWD, c"file", 0, STATX__RESERVED, &mut room);
    check_eq!(result, Err(Errno::EINVAL), "statx with a reserved mask");
}

/// Directories, devices, pipes: the kind is in the mode.
pub fn kinds_are_told_apart() {
    let _scratch = Scratch::new();
    let kind = |found: Stat| found.mode() & S_IFMT;
    check_eq!(kind(must!(stat(c"/"))), S_IFDIR, "the kind of the root");
    check!(must!(stat(c"/")).links() >= 1, "the root has no link");
    check_eq!(kind(must!(stat(c"/dev/null"))), S_IFCHR, "the kind of /dev/null");
    let [reader, writer] = pipe(0);
    for end in [reader, writer] {
        let found = must!(descriptor_stat(end));
        check_eq!((kind(found), found.size()), (S_IFIFO, 0), "kind and size of a pipe");
    }
    let ends = [reader, writer].map(|end| must!(descriptor_stat(end)).inode());
    check_eq!(ends[0], ends[1], "the inode of a pipe's ends");
}

/// Writing moves the time of the last change, reading does not.
pub fn times_follow_the_writes() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"text");
    let before = must!(stat(c"file"));
    check!(before.modified() <= changed(&before), "a new file was changed before it was modified");
    sleep(STEP);
    must!(sys!(__NR_pread64, file, &mut [0u8; 4], 4, 0, 0));
    let after = must!(stat(c"file"));
    check_eq!((after.modified(), changed(&after)), (before.modified(), changed(&before)), "the times after reading");
    must!(linux::write_all(file, b"more"));
    let after = must!(stat(c"file"));
    check!(after.modified() > before.modified(), "writing has not changed the time");
    check!(changed(&after) > changed(&before), "writing has not changed the inode's time");
    sleep(STEP);
    must!(sys!(__NR_fchmod, file, 0o600));
    let last = must!(stat(c"file"));
    check_eq!(last.modified(), after.modified(), "the time of the contents after fchmod");
    check!(changed(&last) > changed(&after), "fchmod has not changed the inode's time");
}

/// A directory changes when a name comes or goes.
pub fn directories_change_with_their_names() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    let mut before = must!(stat(c"directory")).modified();
    let mut moves_on = |what: &str| {
        let now = must!(stat(c"directory")).modified();
        check!(now > before, "{what} has not changed the directory's time");
        before = now;
        sleep(STEP);
    };
    sleep(STEP);
    make(c"directory/file", b"");
    moves_on("a new file");
    must!(sys!(__NR_rename, c"directory/file", c"directory/other"));
    moves_on("another name");
    must!(sys!(__NR_unlink, c"directory/other"));
    moves_on("unlink");
}

/// Names of one file have one inode, and it counts them.
pub fn links_are_counted() {
    let _scratch = Scratch::new();
    let file = make_open(c"one", b"text");
    let links = |expected: u32| check_eq!(must!(descriptor_stat(file)).links(), expected, "the number of links");
    links(1);
    must!(sys!(__NR_link, c"one", c"two"));
    must!(sys!(__NR_link, c"two", c"three"));
    links(3);
    let inodes = [c"one", c"two", c"three"].map(|path| must!(stat(path)).inode());
    check!(inodes == [inodes[0]; 3], "the names have inodes {inodes:?}");
    for (path, left) in [(c"one", 2), (c"three", 1), (c"two", 0)] {
        must!(sys!(__NR_unlink, path));
        links(left);
    }
    close(file);
}
