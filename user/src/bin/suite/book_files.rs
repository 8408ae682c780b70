//! The book's calls on files: open, read, write, lseek, unlink, stat, and what holds for every path.
//!
//! Each case works in a directory of its own that it makes and removes with the book's calls.

use crate::check::{check, check_eq, only_on_tusk};
use crate::child::{run, run_well};
use core::ffi::CStr;
use linux_raw_sys::general::{__NR_dup, __NR_open, __NR_write, O_CREAT, O_WRONLY};
use tusk_user::Status;
use tusk_user::book::{self, FT_DIRECTORY, FT_REGULAR, FT_UNKNOWN, SEEK_CUR, SEEK_END, SEEK_SET, Stat, number};
use tusk_user::syscall::{BOOK, syscall3};

/// Where nothing of a program can be.
pub const BAD_ADDRESSES: [usize; 6] = [0, 1, 0xc000_0000, 0xc100_0000, 0xffff_f000, 0xffff_ffff];

/// Runs `body` in a new directory, which has to be empty afterwards.
#[track_caller]
pub fn in_a_directory(body: impl FnOnce()) {
    const PLACE: &CStr = c"/tmp/book";
    only_on_tusk();
    check_eq!(book::mkdir(PLACE), 0, "mkdir");
    check_eq!(book::chdir(PLACE), 0, "chdir");
    body();
    check_eq!(book::chdir(c"/"), 0, "chdir to the root");
    check_eq!(book::rmdir(PLACE), 0, "rmdir");
}

/// Makes the book's call with bare words.
pub fn raw(number: usize, arguments: [usize; 3]) -> i32 {
    // SAFETY: the words that are passed are numbers, strings of ours, or lead to where nothing of ours is.
    unsafe { syscall3(BOOK + number, arguments) as i32 }
}

/// Makes one of Linux's calls with bare words.
pub fn linux(number: u32, arguments: [usize; 3]) -> i32 {
    // SAFETY: as in `raw`.
    unsafe { syscall3(number as usize, arguments) as i32 }
}

/// Makes a file with `bytes` in it and leaves it open.
#[track_caller]
fn new_file(path: &CStr, bytes: &[u8]) -> i32 {
    let file = book::open(path, book::O_CREAT | book::O_RDWR);
    check!(file > 2, "open of a new file returned {file}");
    check_eq!(book::write(file, bytes), bytes.len() as i32, "write");
    file
}

/// Closes a file and removes it.
#[track_caller]
fn remove(file: i32, path: &CStr) {
    check_eq!(book::close(file), 0, "close");
    check_eq!(book::unlink(path), 0, "unlink");
}

/// With O_CREAT a file is made, without it a file is found; never the other way round.
pub fn open_makes_only_what_is_not_there() {
    in_a_directory(|| {
        check_eq!(book::open(c"note", book::O_RDWR), -1, "open of what is not there");
        let file = book::open(c"note", book::O_CREAT);
        check_eq!(file, 3, "the lowest descriptor that is free");
        check_eq!(book::open(c"note", book::O_CREAT | book::O_RDWR), -1, "O_CREAT of what is there");
        check_eq!(book::open(c"nothing/note", book::O_CREAT), -1, "O_CREAT below nothing");
        check_eq!(book::open(c"note/leaf", book::O_CREAT), -1, "O_CREAT below a file");
        check_eq!(book::open(c"leaf/", book::O_CREAT), -1, "O_CREAT of a directory");
        let again = book::open(c"note", book::O_RDONLY);
        check_eq!(again, 4, "open of what is there");
        check_eq!(book::close(again), 0, "close");
        check_eq!(book::close(again), -1, "close of what is closed");
        remove(file, c"note");
    });
}

/// Directories, and flags that there are not.
pub fn open_refuses_directories_and_unknown_flags() {
    in_a_directory(|| {
        for flags in [book::O_RDONLY, book::O_WRONLY, book::O_RDWR, book::O_CREAT] {
            check_eq!(book::open(c".", flags), -1, "open of a directory with flags {flags}");
        }
        for flags in [3, 7, 8, 0x10, 0x40 | book::O_CREAT, 0x100, 1 << 31] {
            check_eq!(book::open(c"note", flags | book::O_CREAT), -1, "open with flags {flags:#x}");
        }
        check_eq!(book::open(c"note", book::O_RDONLY), -1, "open of what none of these has made");
    });
}

/// What is opened for one thing is not open for the other.
pub fn descriptors_do_what_they_were_opened_for() {
    in_a_directory(|| {
        let file = new_file(c"note", b"text");
        let reader = book::open(c"note", book::O_RDONLY);
        check_eq!(book::write(reader, b"x"), -1, "write to what is open for reading");
        let writer = book::open(c"note", book::O_WRONLY);
        check_eq!(book::read(writer, &mut [0; 4]), -1, "read of what is open for writing");
        check_eq!((book::close(reader), book::close(writer)), (0, 0), "close");
        remove(file, c"note");
    });
}

/// A process with all the descriptors there can be opens nothing, and makes nothing.
pub fn open_without_a_free_descriptor_makes_nothing() {
    in_a_directory(|| {
        let status = run(|| {
            while linux(__NR_dup, [1, 0, 0]) >= 0 {}
            check_eq!(book::open(c"note", book::O_CREAT), -1, "open without a free descriptor");
            check_eq!(book::open(c"/proc/uptime", book::O_RDONLY), -1, "open without a free descriptor");
            check_eq!(book::opendir(c"/").0, 0, "opendir without a free descriptor");
            let mut ends = [-7; 2];
            check_eq!((book::pipe(&mut ends), ends), (-1, [-7; 2]), "pipe without a free descriptor");
            0
        });
        check_eq!(status, Status(0), "the child's end");
    });
}

/// New names have 15 bytes at most; longer ones that are there already are as good as any.
pub fn new_names_have_fifteen_bytes_at_most() {
    const LONG: &CStr = c"sixteen--letters";
    in_a_directory(|| {
        remove(new_file(c"fifteen-letters", b""), c"fifteen-letters");
        check_eq!(book::mkdir(c"./fifteen-letters/"), 0, "mkdir with 15 bytes");
        check_eq!(book::rmdir(c"fifteen-letters"), 0, "rmdir");
        check_eq!(book::open(LONG, book::O_CREAT), -1, "open of a new file with 16 bytes");
        check_eq!(book::mkdir(LONG), -1, "mkdir with 16 bytes");
        check_eq!(book::mkdir(c"./sixteen--letters///"), -1, "mkdir with 16 bytes and slashes");
        let file = linux(__NR_open, [LONG.as_ptr().addr(), (O_CREAT | O_WRONLY) as usize, 0o644]);
        check_eq!(book::close(file), 0, "close of what Linux's open gave");
        let file = book::open(LONG, book::O_RDWR);
        check_eq!(book::write(file, b"long"), 4, "write to a file with a long name");
        remove(file, LONG);
    });
}

/// Paths have 511 bytes at most, and one at least.
pub fn paths_have_511_bytes_at_most() {
    in_a_directory(|| {
        let mut path = [b'/'; 513];
        path[511] = b'.';
        path[512] = 0;
        let [whole, shorter] = [0, 1].map(|start| CStr::from_bytes_with_nul(&path[start..]).unwrap_or_default());
        let mut about = Stat::default();
        check_eq!((shorter.count_bytes(), book::stat(shorter, &mut about)), (511, 0), "stat of 511 bytes");
        check_eq!((whole.count_bytes(), book::stat(whole, &mut about)), (512, -1), "stat of 512 bytes");
        check_eq!(book::chdir(whole), -1, "chdir to 512 bytes");
        check_eq!(book::opendir(whole).0, 0, "opendir of 512 bytes");
        check_eq!(book::stat(c"", &mut about), -1, "stat of no bytes");
        check_eq!(book::open(c"", book::O_CREAT), -1, "open of no bytes");
        check_eq!(book::mkdir(c""), -1, "mkdir of no bytes");
    });
}

/// Writing appends, whatever the position is, and leaves the position at the end; Linux's write too.
pub fn write_appends() {
    in_a_directory(|| {
        let file = new_file(c"note", b"hello");
        check_eq!(book::lseek(file, 1, SEEK_SET), 1, "lseek");
        check_eq!(book::write(file, b", you"), 5, "write");
        check_eq!(book::read(file, &mut [0; 4]), -1, "read where the write has ended");
        check_eq!(book::lseek(file, 0, SEEK_SET), 0, "lseek");
        check_eq!(linux(__NR_write, [file as usize, c"!".as_ptr().addr(), 1]), 1, "Linux's write");
        check_eq!(book::lseek(file, 0, SEEK_SET), 0, "lseek");
        let mut text = [0; 16];
        check_eq!((book::read(file, &mut text), &text[..11]), (11, &b"hello, you!"[..]), "read");
        remove(file, c"note");
    });
}

/// A file that is open for writing can be opened for writing again, in the book's kernel only when somebody has closed it;
/// and who closes one takes nothing from the other (S7).
pub fn two_may_write_one_file() {
    in_a_directory(|| {
        let file = new_file(c"note", b"one");
        let again = book::open(c"note", book::O_WRONLY);
        check_eq!(again, 4, "open of what is open for writing");
        check_eq!((book::write(again, b", two"), book::close(again)), (5, 0), "write and close");
        check_eq!(book::write(file, b", three"), 7, "write when the other is closed");
        let status = run(|| {
            let third = book::open(c"note", book::O_RDWR);
            check_eq!(book::write(third, b", four"), 6, "write in a child");
            0
        });
        check_eq!(status, Status(0), "the child's end");
        check_eq!(book::lseek(file, 0, SEEK_SET), 0, "lseek");
        let mut text = [0; 32];
        check_eq!((book::read(file, &mut text), &text[..21]), (21, &b"one, two, three, four"[..]), "read");
        remove(file, c"note");
    });
}

/// At the end of a file read is −1, and 0 only when nothing is asked for.
pub fn read_is_minus_one_at_the_end_of_a_file() {
    in_a_directory(|| {
        let file = new_file(c"note", b"abc");
        let mut text = [0; 8];
        check_eq!(book::read(file, &mut text), -1, "read at the end");
        check_eq!(book::read(file, &mut []), 0, "read of nothing at the end");
        check_eq!(book::lseek(file, 1, SEEK_SET), 1, "lseek");
        check_eq!((book::read(file, &mut text), &text[..3]), (2, &b"bc\0"[..]), "read of more than there is");
        check_eq!(book::read(file, &mut text), -1, "read at the end");
        remove(file, c"note");
        let nothing = book::open(c"/dev/null", book::O_RDONLY);
        check_eq!(book::read(nothing, &mut text), 0, "read from /dev/null, which is no file");
        check_eq!(book::close(nothing), 0, "close");
    });
}

/// lseek goes from byte 0 to the last one, and nowhere else.
pub fn lseek_stays_within_the_file() {
    in_a_directory(|| {
        let file = new_file(c"note", b"");
        for whence in [SEEK_SET, SEEK_CUR, SEEK_END] {
            check_eq!(book::lseek(file, 0, whence), -1, "lseek in an empty file, whence {whence}");
        }
        check_eq!(book::write(file, b"0123456789"), 10, "write");
        for (offset, whence, expected) in [
            (0, SEEK_SET, 0),
            (9, SEEK_SET, 9),
            (-4, SEEK_CUR, 5),
            (10, SEEK_SET, -1),
            (-1, SEEK_SET, -1),
            (5, SEEK_CUR, -1),
            (-6, SEEK_CUR, -1),
            (0, SEEK_CUR, 5),
            (0, SEEK_END, -1),
            (1, SEEK_END, -1),
            (-1, SEEK_END, 9),
            (-10, SEEK_END, 0),
            (-11, SEEK_END, -1),
            (i32::MAX, SEEK_SET, -1),
            (i32::MIN, SEEK_END, -1),
            (0, 0, -1),
            (0, 4, -1),
            (0, u32::MAX, -1),
        ] {
            check_eq!(book::lseek(file, offset, whence), expected, "lseek({offset}, {whence})");
        }
        check_eq!(book::lseek(1, 0, SEEK_SET), -1, "lseek on the terminal");
        check_eq!(book::lseek(99, 0, SEEK_SET), -1, "lseek of what is not open");
        remove(file, c"note");
    });
}

/// A file that anybody has open stays; a directory is not for unlink.
pub fn unlink_refuses_what_is_open_and_directories() {
    in_a_directory(|| {
        let file = new_file(c"note", b"x");
        check_eq!(book::unlink(c"note"), -1, "unlink of an open file");
        run_well(|| check_eq!(book::unlink(c"note"), -1, "unlink of a file that both have open"));
        run_well(|| {
            check_eq!(book::close(file), 0, "close");
            check_eq!(book::unlink(c"note"), -1, "unlink of a file that the parent has open");
        });
        remove(file, c"note");
        check_eq!(book::unlink(c"note"), -1, "unlink of what is not there");
        check_eq!(book::unlink(c"."), -1, "unlink of the working directory");
        check_eq!(book::unlink(c"/tmp"), -1, "unlink of a directory");
    });
}

/// stat tells number, size and type.
pub fn stat_tells_number_size_and_type() {
    in_a_directory(|| {
        let file = new_file(c"note", b"twelve bytes");
        let (mut note, mut other) = (Stat::default(), Stat::default());
        check_eq!(book::stat(c"note", &mut note), 0, "stat of a file");
        check_eq!((note.st_size, note.st_filetype), (12, FT_REGULAR), "size and type of a file");
        check_eq!(book::stat(c"../book/./note", &mut other), 0, "stat by another path");
        check_eq!(other, note, "what it tells then");
        check_eq!(book::stat(c".", &mut other), 0, "stat of a directory");
        check!(other.st_filetype == FT_DIRECTORY && other.st_ino != note.st_ino, "{other:?} for a directory");
        check_eq!(book::stat(c"/dev/null", &mut other), 0, "stat of a device");
        check_eq!(other.st_filetype, FT_UNKNOWN, "the type of a device");
        let before = other;
        check_eq!((book::stat(c"nothing", &mut other), other), (-1, before), "stat of what is not there");
        remove(file, c"note");
    });
}

/// A bad pointer is −1 and not the end of anything, and costs nothing.
pub fn bad_pointers_are_minus_one() {
    in_a_directory(|| {
        let file = new_file(c"note", b"safe");
        let mut ends = [0; 2];
        check_eq!(book::pipe(&mut ends), 0, "pipe");
        check_eq!(book::write(ends[1], b"bytes"), 5, "write");
        for address in BAD_ADDRESSES {
            for call in [number::OPEN, number::UNLINK, number::MKDIR, number::CHDIR, number::RMDIR, number::STAT] {
                check_eq!(raw(call, [address, 0, 0]), -1, "call {call} with the path {address:#x}");
            }
            check_eq!(raw(number::OPEN, [address, 6, 0]), -1, "open with O_CREAT of the path {address:#x}");
            check_eq!(raw(number::STAT, [c"note".as_ptr().addr(), address, 0]), -1, "stat to {address:#x}");
            check_eq!(raw(number::READ, [ends[0] as usize, address, 5]), -1, "read to {address:#x}");
            check_eq!(raw(number::WRITE, [file as usize, address, 5]), -1, "write from {address:#x}");
            check_eq!(raw(number::OPENDIR, [address, 0, 0]), 0, "opendir of the path {address:#x}");
            check_eq!(raw(number::GETCWD, [address, 100, 0]), 0, "getcwd to {address:#x}");
            check_eq!(raw(number::PIPE, [address, 0, 0]), -1, "pipe to {address:#x}");
        }
        let mut bytes = [0; 8];
        check_eq!((book::read(ends[0], &mut bytes), &bytes[..5]), (5, &b"bytes"[..]), "read of what is still there");
        let next = book::open(c"note", book::O_RDONLY);
        check_eq!(next, ends[1] + 1, "the lowest free descriptor after all this");
        check_eq!(book::lseek(file, -1, SEEK_END), 3, "the last byte of the file");
        check_eq!([next, ends[0], ends[1]].map(book::close), [0; 3], "close");
        remove(file, c"note");
    });
}
