//! The book's calls on directories: mkdir, rmdir, chdir, getcwd, opendir, readdir, rewinddir, closedir.

use crate::block::Block;
use crate::book_files::{BAD_ADDRESSES, in_a_directory, linux, raw};
use crate::check::{check, check_eq, only_on_tusk};
use crate::child::run_well;
use core::ffi::CStr;
use linux_raw_sys::general::{__NR_fcntl, __NR_open, F_GETFD, FD_CLOEXEC, O_CREAT, O_WRONLY};
use tusk_user::book::{self, Dir, DirEntry, FT_DIRECTORY, FT_REGULAR, Stat, number};

/// Bytes behind a handle.
const ENTRY: usize = size_of::<DirEntry>();

/// Opens a directory; the case fails when it cannot be.
#[track_caller]
fn open(path: &CStr) -> Dir {
    let dir = book::opendir(path);
    check!(dir.0 != 0, "opendir gave nothing");
    dir
}

/// Closes it.
#[track_caller]
fn close(dir: Dir) {
    // SAFETY: nobody keeps an entry.
    check_eq!(unsafe { book::closedir(dir) }, 0, "closedir");
}

/// The next entry, copied.
fn next(dir: Dir) -> Option<DirEntry> {
    // SAFETY: what is behind the handle is what opendir gave, or nothing; the entry is copied at once.
    unsafe { book::readdir(dir).as_ref().copied() }
}

/// All entries from here on.
fn entries(dir: Dir) -> impl Iterator<Item = DirEntry> {
    core::iter::from_fn(move || next(dir))
}

/// An entry's name.
fn name(entry: &DirEntry) -> &[u8] {
    let end = entry.filename.iter().position(|&byte| byte == 0);
    check!(end.is_some(), "{entry:?} has no end");
    &entry.filename[..end.unwrap_or(0)]
}

/// Directories are made where none is and removed when they are empty.
pub fn mkdir_and_rmdir_fit_together() {
    in_a_directory(|| {
        check_eq!(book::mkdir(c"inner"), 0, "mkdir");
        check_eq!(book::mkdir(c"inner"), -1, "mkdir of what is there");
        check_eq!(book::mkdir(c"nothing/inner"), -1, "mkdir below nothing");
        check_eq!(book::mkdir(c"inner/leaf"), 0, "mkdir below a directory");
        check_eq!(book::rmdir(c"inner"), -1, "rmdir of what is not empty");
        check_eq!(book::rmdir(c"inner/leaf"), 0, "rmdir");
        check_eq!(book::rmdir(c"inner/leaf"), -1, "rmdir of what is not there");
        check_eq!(book::rmdir(c"inner/"), 0, "rmdir with a slash");
        check_eq!(book::close(book::open(c"note", book::O_CREAT)), 0, "a file");
        check_eq!(book::rmdir(c"note"), -1, "rmdir of a file");
        check_eq!(book::mkdir(c"note"), -1, "mkdir of a file");
        check_eq!(book::unlink(c"note"), 0, "unlink");
        for path in [c"/", c".", c"..", c"/tmp", c""] {
            check_eq!(book::rmdir(path), -1, "rmdir of {path:?}");
        }
    });
}

/// getcwd wants room for the path and its NUL, and a directory that is still there.
pub fn getcwd_needs_room_and_a_directory() {
    in_a_directory(|| {
        let mut buffer = [b'#'; 64];
        let address = buffer.as_ptr().addr();
        check_eq!(book::getcwd(&mut buffer[..9]), 0, "getcwd into 9 bytes");
        check_eq!(buffer, [b'#'; 64], "the buffer");
        check_eq!(book::getcwd(&mut buffer[..10]), address, "getcwd into 10 bytes");
        check_eq!(&buffer[..11], b"/tmp/book\0#", "what it wrote");
        check_eq!(book::mkdir(c"outer"), 0, "mkdir");
        check_eq!(book::mkdir(c"outer/inner"), 0, "mkdir");
        check_eq!(book::chdir(c"outer/inner"), 0, "chdir");
        check_eq!(book::rmdir(c"/tmp/book/outer/inner"), 0, "rmdir of the working directory");
        check_eq!(book::getcwd(&mut buffer), 0, "getcwd where nothing is");
        check_eq!(book::rmdir(c"/tmp/book/outer"), 0, "rmdir of what it was in");
        check_eq!(book::getcwd(&mut buffer), 0, "getcwd where nothing is, below nothing");
        check_eq!(book::open(c"note", book::O_CREAT), -1, "open of a new file there");
        check_eq!(book::chdir(c"/tmp/book"), 0, "chdir");
    });
}

/// chdir goes to directories only, and a failed one goes nowhere.
pub fn failed_chdir_goes_nowhere() {
    in_a_directory(|| {
        check_eq!(book::close(book::open(c"note", book::O_CREAT)), 0, "a file");
        for path in [c"nothing", c"note", c"note/..", c""] {
            check_eq!(book::chdir(path), -1, "chdir to {path:?}");
        }
        let mut buffer = [0; 64];
        check!(book::getcwd(&mut buffer) != 0 && buffer.starts_with(b"/tmp/book\0"), "the working directory");
        check_eq!(book::unlink(c"note"), 0, "unlink");
    });
}

/// Every entry comes once, however many there are (S3: the book loses all beyond the 252nd).
pub fn readdir_gives_each_entry_once() {
    const MANY: usize = 300;
    in_a_directory(|| {
        let path = |index: usize| {
            [b'f', b'0' + (index / 100) as u8, b'0' + (index / 10 % 10) as u8, b'0' + (index % 10) as u8, 0]
        };
        for index in 0..MANY {
            let path = path(index);
            let file = book::open(CStr::from_bytes_with_nul(&path).unwrap_or_default(), book::O_CREAT);
            check_eq!(book::close(file), 0, "close");
        }
        let dir = open(c".");
        for round in ["the first", "the second"] {
            let (mut seen, mut dots) = ([false; MANY], 0);
            for entry in entries(dir) {
                match *name(&entry) {
                    [b'.'] | [b'.', b'.'] => {
                        check_eq!(entry.f_type, FT_DIRECTORY, "the type of {entry:?}");
                        dots += 1;
                    }
                    [b'f', hundreds, tens, ones] => {
                        let index =
                            [hundreds, tens, ones].iter().fold(0, |sum, digit| sum * 10 + usize::from(digit - b'0'));
                        check!(!core::mem::replace(&mut seen[index], true), "{entry:?} came twice");
                        check_eq!(entry.f_type, FT_REGULAR, "the type of {entry:?}");
                    }
                    _ => check!(false, "who made {entry:?}?"),
                }
            }
            check_eq!((seen, dots), ([true; MANY], 2), "what came in {round} round");
            check!(next(dir).is_none(), "an entry after the last");
            check_eq!(book::rewinddir(dir), 0, "rewinddir");
        }
        close(dir);
        for index in 0..MANY {
            check_eq!(book::unlink(CStr::from_bytes_with_nul(&path(index)).unwrap_or_default()), 0, "unlink");
        }
    });
}

/// A name that Linux's side made is cut to 15 bytes.
pub fn readdir_cuts_long_names() {
    const LONG: &CStr = c"a name of more than fifteen bytes";
    in_a_directory(|| {
        let file = linux(__NR_open, [LONG.as_ptr().addr(), (O_CREAT | O_WRONLY) as usize, 0o644]);
        check_eq!(book::close(file), 0, "close");
        let dir = open(c"/tmp/book");
        let long = entries(dir).find(|entry| name(entry).len() > 2);
        check_eq!(long.map(|entry| entry.filename), Some(*b"a name of more \0"), "the long name");
        let mut about = Stat::default();
        check_eq!(book::stat(LONG, &mut about), 0, "stat");
        check_eq!(long.map(|entry| (entry.i_no, entry.f_type)), Some((about.st_ino, FT_REGULAR)), "number and type");
        close(dir);
        check_eq!(book::unlink(LONG), 0, "unlink");
    });
}

/// readdir tells numbers and types as stat does, also where another file system begins.
pub fn readdir_agrees_with_stat() {
    only_on_tusk();
    check_eq!(book::chdir(c"/"), 0, "chdir");
    let dir = open(c"/");
    for entry in entries(dir) {
        let mut about = Stat::default();
        let path = CStr::from_bytes_until_nul(&entry.filename).unwrap_or_default();
        check_eq!(book::stat(path, &mut about), 0, "stat of {path:?}");
        check_eq!((entry.i_no, entry.f_type), (about.st_ino, about.st_filetype), "number and type of {path:?}");
    }
    close(dir);
}

/// What opendir cannot open is NULL.
pub fn opendir_of_no_directory_is_null() {
    in_a_directory(|| {
        check_eq!(book::close(book::open(c"note", book::O_CREAT)), 0, "a file");
        for path in [c"nothing", c"note", c"/dev/null", c""] {
            check_eq!(book::opendir(path).0, 0, "opendir of {path:?}");
        }
        check_eq!(book::unlink(c"note"), 0, "unlink");
    });
}

/// What opendir did not give is no handle, and neither is what was closed.
pub fn only_handles_are_handles() {
    only_on_tusk();
    let dir = open(c"/");
    let block = Block::filled(ENTRY, 0x7e);
    let ours = [0u8; ENTRY];
    for address in BAD_ADDRESSES.into_iter().chain([block.address(), ours.as_ptr().addr(), dir.0 + 4, dir.0 - 32, 3]) {
        check_eq!(raw(number::READDIR, [address, 0, 0]), 0, "readdir of {address:#x}");
        check_eq!(raw(number::REWINDDIR, [address, 0, 0]), -1, "rewinddir of {address:#x}");
        check_eq!(raw(number::CLOSEDIR, [address, 0, 0]), -1, "closedir of {address:#x}");
    }
    block.free();
    check!(next(dir).is_some(), "the handle itself is good");
    close(dir);
    check!(next(dir).is_none(), "readdir of what is closed");
    check_eq!(raw(number::CLOSEDIR, [dir.0, 0, 0]), -1, "closedir of what is closed");
}

/// Whatever a program writes into the block behind its handle, the kernel does not believe it (S9).
pub fn what_lies_behind_a_handle_is_not_believed() {
    only_on_tusk();
    let dir = open(c"/");
    let expected = entries(dir).count();
    check!(expected > 3, "{expected} entries in the root");
    check_eq!(book::rewinddir(dir), 0, "rewinddir");
    let mut count = 0;
    for value in [0, 0x41, 0xc0, 0xff].into_iter().cycle() {
        // SAFETY: the block is the handle's, of that many bytes, and no entry in it is in use.
        unsafe { core::ptr::with_exposed_provenance_mut::<u8>(dir.0).write_bytes(value, ENTRY) };
        if next(dir).is_none() {
            break;
        }
        count += 1;
    }
    check_eq!(count, expected, "the number of entries");
    close(dir);
}

/// Who gives the block back first has closed nothing, and closedir says so; the next opendir may have the same block.
pub fn block_given_back_too_early_harms_nobody() {
    only_on_tusk();
    // As long as something of its arena is in use, the block that came back last is the next to be given.
    let keeper = Block::new(ENTRY);
    let dir = open(c"/");
    // SAFETY: no entry in the block is in use.
    let freed = unsafe { book::free(core::ptr::with_exposed_provenance_mut(dir.0)) };
    check_eq!(freed, 0, "free of the block");
    let again = open(c"/proc");
    check_eq!(again, dir, "the next handle, in the same block");
    check!(next(again).is_some(), "readdir of the new handle");
    close(again);
    check_eq!(raw(number::CLOSEDIR, [dir.0, 0, 0]), -1, "closedir of the old handle");
    let next = book::open(c"/dev/null", book::O_RDONLY);
    check_eq!((next, book::close(next)), (3, 0), "the lowest descriptor that is free");
    keeper.free();
}

/// An open directory is a descriptor: a child has it too, a new program does not.
pub fn open_directory_is_inherited_until_exec() {
    only_on_tusk();
    let dir = open(c"/");
    check_eq!(linux(__NR_fcntl, [3, F_GETFD as usize, 0]), FD_CLOEXEC as i32, "the flags of its descriptor");
    let count = entries(dir).count();
    check_eq!(book::rewinddir(dir), 0, "rewinddir");
    run_well(|| {
        check!(next(dir).is_some(), "readdir in the child");
        close(dir);
        check!(next(dir).is_none(), "readdir in the child after closedir");
    });
    check_eq!(entries(dir).count(), count - 1, "what the child has left");
    close(dir);
}
