//! `open`, `openat` and `creat`, flag by flag.

use super::scratch::Scratch;
use super::shorthand::{MODE, close, gives, holds, make, make_directory, make_link, make_open, open, rewind, try_open};
use crate::call::sys;
use crate::check::{check_eq, must};
use linux_raw_sys::general::{
    AT_FDCWD, O_APPEND, O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_PATH, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY, SEEK_SET,
};
use tusk_user::stat::{descriptor_stat, link_stat, stat};
use tusk_user::{Errno, linux};

/// Opening makes nothing unless asked to.
pub fn missing_file_is_enoent() {
    let _scratch = Scratch::new();
    for flags in [O_RDONLY, O_WRONLY, O_RDWR, O_RDWR | O_TRUNC, O_RDONLY | O_EXCL] {
        check_eq!(try_open(c"none", flags), Err(Errno::ENOENT), "open with flags {flags:#o}");
    }
    check_eq!(sys!(__NR_access, c"none", 0), Err(Errno::ENOENT), "access afterwards");
}

/// A new file is empty, and open as asked even when its permissions would not allow it again.
pub fn o_creat_makes_an_empty_file() {
    let _scratch = Scratch::new();
    let file = must!(sys!(__NR_open, c"new", O_RDWR | O_CREAT, 0o444)) as i32;
    let found = must!(descriptor_stat(file));
    check_eq!((found.mode(), found.size(), found.links()), (0o100_444, 0, 1), "mode, size and links");
    check_eq!(linux::write(file, b"text"), Ok(4), "write to a file that is read-only for the next");
    rewind(file);
    gives(file, b"text");
}

/// A file that is there is opened as it is, its permissions too.
pub fn o_creat_leaves_alone_what_exists() {
    let _scratch = Scratch::new();
    make(c"old", b"text");
    let file = must!(sys!(__NR_open, c"old", O_RDWR | O_CREAT, 0o777)) as i32;
    check_eq!(must!(descriptor_stat(file)).permissions(), MODE, "the permissions");
    gives(file, b"text");
}

/// Exclusive means that nothing of that name was there, not even a link to nowhere.
pub fn o_excl_refuses_what_exists() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"nowhere", c"dangling");
    make_link(c"file", c"link");
    for path in [c"file", c"directory", c"dangling", c"link", c".", c"/"] {
        check_eq!(try_open(path, O_RDWR | O_CREAT | O_EXCL), Err(Errno::EEXIST), "open of {path:?}");
    }
    check_eq!(link_stat(c"nowhere").err(), Some(Errno::ENOENT), "what the link points to");
}

/// Without exclusiveness, the file is made where the link points.
pub fn o_creat_follows_a_dangling_link() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make_link(c"directory/target", c"dangling");
    let file = open(c"dangling", O_WRONLY | O_CREAT);
    check_eq!(linux::write(file, b"here"), Ok(4), "write");
    holds(c"directory/target", b"here");
}

/// Truncation happens at opening, and only when asked for.
pub fn o_trunc_empties_the_file() {
    let _scratch = Scratch::new();
    make(c"file", b"some text");
    close(open(c"file", O_RDWR));
    check_eq!(must!(stat(c"file")).size(), 9, "the size after opening it for writing");
    close(open(c"file", O_WRONLY | O_TRUNC));
    check_eq!(must!(stat(c"file")).size(), 0, "the size after truncation");
    holds(c"file", b"");
}

/// `creat` is `open` with three flags.
pub fn creat_truncates_and_only_writes() {
    let _scratch = Scratch::new();
    make(c"file", b"before");
    let file = must!(sys!(__NR_creat, c"file", 0o600)) as i32;
    check_eq!(linux::write(file, b"now"), Ok(3), "write");
    check_eq!(linux::read(file, &mut [0; 4]), Err(Errno::EBADF), "read");
    holds(c"file", b"now");
    check_eq!(sys!(__NR_creat, c"."), Err(Errno::EISDIR), "creat of a directory");
}

/// A directory can be opened, but neither written nor read as a file.
pub fn directories_open_for_reading_only() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    for flags in [O_WRONLY, O_RDWR, O_RDONLY | O_TRUNC, O_RDONLY | O_CREAT, O_WRONLY | O_DIRECTORY] {
        check_eq!(try_open(c"directory", flags), Err(Errno::EISDIR), "open with flags {flags:#o}");
    }
    let directory = open(c"directory", O_RDONLY);
    check_eq!(linux::read(directory, &mut [0; 8]), Err(Errno::EISDIR), "read");
    check_eq!(linux::write(directory, b"x"), Err(Errno::EBADF), "write");
    check_eq!(sys!(__NR_pread64, directory, &mut [0u8; 8], 8, 0, 0), Err(Errno::EISDIR), "pread64");
}

/// Who asks for a directory gets one or nothing.
pub fn o_directory_refuses_files() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"directory", c"link");
    check_eq!(try_open(c"file", O_RDONLY | O_DIRECTORY), Err(Errno::ENOTDIR), "open of a file");
    check_eq!(try_open(c"none", O_RDONLY | O_DIRECTORY), Err(Errno::ENOENT), "open of nothing");
    for path in [c"directory", c"link", c".", c"directory/"] {
        close(open(path, O_RDONLY | O_DIRECTORY));
    }
}

/// The last name is not to be a link; those before it may.
pub fn o_nofollow_refuses_links() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"text");
    make_link(c"directory", c"way");
    make_link(c"directory/file", c"link");
    check_eq!(try_open(c"link", O_RDONLY | O_NOFOLLOW), Err(Errno::ELOOP), "open of a link to a file");
    check_eq!(try_open(c"way", O_RDONLY | O_NOFOLLOW), Err(Errno::ELOOP), "open of a link to a directory");
    let both = O_RDONLY | O_NOFOLLOW | O_DIRECTORY;
    check_eq!(try_open(c"way", both), Err(Errno::ENOTDIR), "open of a link that is to be a directory");
    gives(open(c"way/file", O_RDONLY | O_NOFOLLOW), b"text");
}

/// Each write goes to the end, wherever the offset was, whoever wrote last; `pwrite64` too (`pwrite(2)`, BUGS).
pub fn o_append_writes_at_the_end() {
    let _scratch = Scratch::new();
    make(c"file", b"0");
    let (first, second) = (open(c"file", O_RDWR | O_APPEND), open(c"file", O_WRONLY | O_APPEND));
    for (file, text) in [(first, b"1"), (second, b"2"), (first, b"3")] {
        must!(sys!(__NR_lseek, file, 0, SEEK_SET));
        check_eq!(linux::write(file, text), Ok(1), "write");
    }
    check_eq!(sys!(__NR_pwrite64, second, b"4", 1, 0, 0), Ok(1), "pwrite64");
    holds(c"file", b"01234");
    check_eq!(super::shorthand::offset(first), 4, "the offset behind what was appended last");
}

/// Reading and writing are allowed or not when the file is opened.
pub fn access_mode_is_kept() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    let (reader, writer) = (open(c"file", O_RDONLY), open(c"file", O_WRONLY));
    check_eq!(linux::write(reader, b"x"), Err(Errno::EBADF), "write to a file open for reading");
    check_eq!(sys!(__NR_pwrite64, reader, b"x", 1, 0, 0), Err(Errno::EBADF), "pwrite64 to it");
    check_eq!(linux::read(writer, &mut [0; 4]), Err(Errno::EBADF), "read from a file open for writing");
    check_eq!(sys!(__NR_pread64, writer, &mut [0u8; 4], 4, 0, 0), Err(Errno::EBADF), "pread64 from it");
    holds(c"file", b"text");
}

/// A relative path begins at the directory given; an absolute one does not care.
pub fn openat_begins_at_its_directory() {
    let scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"inside");
    make(c"file", b"outside");
    let directory = open(c"directory", O_RDONLY | O_DIRECTORY);
    let openat = |at: i32, path| sys!(__NR_openat, at, path, O_RDONLY, 0).map(|file| file as i32);
    gives(must!(openat(directory, c"file")), b"inside");
    gives(must!(openat(directory, c"../file")), b"outside");
    gives(must!(openat(AT_FDCWD, c"file")), b"outside");
    close(must!(openat(-1, scratch.path())));
    let file = open(c"file", O_RDONLY);
    check_eq!(openat(file, c"x"), Err(Errno::ENOTDIR), "openat from a file");
    check_eq!(openat(-1, c"file"), Err(Errno::EBADF), "openat from nowhere");
    check_eq!(openat(directory, c""), Err(Errno::ENOENT), "openat of an empty path");
}

/// A descriptor that only stands for the place: good for asking and as a beginning, not for what is inside.
pub fn o_path_stands_for_the_place_only() {
    let _scratch = Scratch::new();
    make_directory(c"directory");
    make(c"directory/file", b"text");
    make_link(c"directory/file", c"link");
    let file = open(c"directory/file", O_PATH);
    check_eq!(must!(descriptor_stat(file)).size(), 4, "the size that fstat64 tells");
    check_eq!(linux::read(file, &mut [0; 4]), Err(Errno::EBADF), "read");
    check_eq!(linux::write(file, b"x"), Err(Errno::EBADF), "write");
    check_eq!(sys!(__NR_fchmod, file, 0o600), Err(Errno::EBADF), "fchmod");
    let directory = open(c"directory", O_PATH | O_DIRECTORY);
    gives(must!(sys!(__NR_openat, directory, c"file", O_RDONLY)) as i32, b"text");
    let link = must!(descriptor_stat(open(c"link", O_PATH | O_NOFOLLOW)));
    check_eq!(link.mode() & 0o170_000, 0o120_000, "the kind of a link that was not followed");
}

/// What one writes the other reads at once, each at its own offset.
pub fn two_openings_see_one_file() {
    let _scratch = Scratch::new();
    let writer = make_open(c"file", b"");
    let reader = open(c"file", O_RDONLY);
    for text in [b"one", b"two"] {
        check_eq!(linux::write(writer, text), Ok(3), "write");
        gives(reader, text);
    }
}
