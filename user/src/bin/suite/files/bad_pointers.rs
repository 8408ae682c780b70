//! Every pointer that a call about files takes, pointing where it should not: EFAULT, and nothing is lost.
//!
//! A row of a table is a call with good arguments, of which one is a pointer; that one is then replaced by each address
//! that is bad for its kind. The other arguments stay good, so that nothing else can be the reason of the refusal.

use super::scratch::Scratch;
use super::shorthand::{close, gives, holds, lowest_free, make_link, make_open, offset, open, pipe};
use crate::call::{call, sys};
use crate::check::{check, check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{self as nr, AT_FDCWD, O_DIRECTORY, O_RDONLY, O_RDWR, RLIMIT_NOFILE, iovec, pollfd};
use linux_raw_sys::ioctl::FIONREAD;
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::{Errno, directory, linux};

/// Nothing of a program is at these, on Linux or on Tusk: the first page, the kernel's first, the last byte.
const NOWHERE: [usize; 3] = [0, 0xc000_0000, 0xffff_ffff];

/// A page that may be read and not written.
#[repr(align(4096))]
struct ReadOnly([u8; PAGE_SIZE]);
static READ_ONLY: ReadOnly = ReadOnly([0; PAGE_SIZE]);

/// What a pointer is for, with the bytes that are behind it at least.
#[derive(Clone, Copy)]
enum Pointer {
    /// A string that is read up to its NUL.
    Name,
    /// Memory that the call reads.
    Request(usize),
    /// The same, which may be left out by a null pointer.
    OptionalRequest(usize),
    /// Memory that the call writes.
    Room(usize),
    /// The same, which may be left out.
    OptionalRoom(usize),
}

/// A call by name and number, with good arguments, the index of one that is a pointer, and what that is for.
type Row<'a> = (&'a str, u32, &'a [usize], usize, Pointer);

/// The addresses that are bad for a pointer; `end` is where memory ends, behind a page full of letters.
fn bad_addresses(pointer: Pointer, end: usize) -> impl Iterator<Item = usize> {
    let (size, is_optional, is_written) = match pointer {
        Pointer::Name => (10, false, false),
        Pointer::Request(size) => (size, false, false),
        Pointer::OptionalRequest(size) => (size, true, false),
        Pointer::Room(size) => (size, false, true),
        Pointer::OptionalRoom(size) => (size, true, true),
    };
    let constant = is_written.then_some((&raw const READ_ONLY.0).addr());
    // Beyond the end, with the first half before it, with all but the last byte before it.
    let crossing = [end, end - size / 2, end - (size - 1)];
    NOWHERE.into_iter().filter(move |&address| address != 0 || !is_optional).chain(crossing).chain(constant)
}

/// Makes each call with each bad address, in a directory with a file, a link and an open directory in it.
fn refuse_all(heap: &mut Heap, rows: &[Row<'_>]) {
    heap.bytes().fill(b'x');
    let end = heap.start() + heap.pages() * PAGE_SIZE;
    let first = lowest_free();
    for &(name, number, arguments, index, pointer) in rows {
        for address in bad_addresses(pointer, end) {
            let mut words = [0; 6];
            words[..arguments.len()].copy_from_slice(arguments);
            words[index] = address;
            let result = call(number, words);
            check_eq!(result, Err(Errno::EFAULT), "{name} with {address:#x} as argument {index}");
            check_eq!(lowest_free(), first, "the lowest descriptor that is free after {name} with {address:#x}");
        }
    }
    check!(core::hint::black_box(&READ_ONLY).0.iter().all(|&byte| byte == 0), "the read-only page has changed");
}

/// Checks that the directory still has what it had, and no more.
fn nothing_is_lost() {
    holds(c"file", b"0123456789");
    let here = tusk_user::file::Descriptor::from_number(open(c".", O_RDONLY | O_DIRECTORY));
    check_eq!(must!(directory::entries(&here, &mut [0; 512])).count(), 4, "the names in the directory");
}

/// A fresh directory with a file, open for both, and a link.
fn scene() -> (Scratch, i32) {
    let scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    make_link(c"a text of twenty letters and more", c"link");
    (scratch, file)
}

/// The address of a constant string, as a word.
fn word(text: &'static CStr) -> usize {
    text.as_ptr().expose_provenance()
}

/// Paths, of every call that takes some.
pub fn bad_paths_are_efault() {
    use Pointer::Name;
    let (_scratch, _file) = scene();
    let mut heap = must!(Heap::new(2));
    let (here, good, room) = (AT_FDCWD as usize, word(c"file"), heap.start());
    refuse_all(
        &mut heap,
        &[
            ("open", nr::__NR_open, &[0], 0, Name),
            ("open to make", nr::__NR_open, &[0, 0o102, 0o644], 0, Name),
            ("openat", nr::__NR_openat, &[here, 0], 1, Name),
            ("creat", nr::__NR_creat, &[0, 0o644], 0, Name),
            ("stat64", nr::__NR_stat64, &[0, room], 0, Name),
            ("lstat64", nr::__NR_lstat64, &[0, room], 0, Name),
            ("fstatat64", nr::__NR_fstatat64, &[here, 0, room], 1, Name),
            ("statx", nr::__NR_statx, &[here, 0, 0, 0x7ff, room], 1, Name),
            ("statfs64", nr::__NR_statfs64, &[0, 84, room], 0, Name),
            ("access", nr::__NR_access, &[0, 0], 0, Name),
            ("faccessat", nr::__NR_faccessat, &[here, 0, 0], 1, Name),
            ("chdir", nr::__NR_chdir, &[0], 0, Name),
            ("mkdir", nr::__NR_mkdir, &[0, 0o755], 0, Name),
            ("mkdirat", nr::__NR_mkdirat, &[here, 0, 0o755], 1, Name),
            ("mknod", nr::__NR_mknod, &[0, 0o644], 0, Name),
            ("mknodat", nr::__NR_mknodat, &[here, 0, 0o644], 1, Name),
            ("rmdir", nr::__NR_rmdir, &[0], 0, Name),
            ("unlink", nr::__NR_unlink, &[0], 0, Name),
            ("unlinkat", nr::__NR_unlinkat, &[here, 0], 1, Name),
            ("link", nr::__NR_link, &[0, word(c"new")], 0, Name),
            ("link", nr::__NR_link, &[good, 0], 1, Name),
            ("linkat", nr::__NR_linkat, &[here, 0, here, word(c"new")], 1, Name),
            ("linkat", nr::__NR_linkat, &[here, good, here, 0], 3, Name),
            ("symlink", nr::__NR_symlink, &[0, word(c"new")], 0, Name),
            ("symlink", nr::__NR_symlink, &[good, 0], 1, Name),
            ("symlinkat", nr::__NR_symlinkat, &[0, here, word(c"new")], 0, Name),
            ("symlinkat", nr::__NR_symlinkat, &[good, here, 0], 2, Name),
            ("readlink", nr::__NR_readlink, &[0, room, 64], 0, Name),
            ("readlinkat", nr::__NR_readlinkat, &[here, 0, room, 64], 1, Name),
            ("rename", nr::__NR_rename, &[0, word(c"new")], 0, Name),
            ("rename", nr::__NR_rename, &[good, 0], 1, Name),
            ("renameat", nr::__NR_renameat, &[here, 0, here, word(c"new")], 1, Name),
            ("renameat2", nr::__NR_renameat2, &[here, good, here, 0], 3, Name),
            ("chmod", nr::__NR_chmod, &[0, 0o600], 0, Name),
            ("fchmodat", nr::__NR_fchmodat, &[here, 0, 0o600], 1, Name),
            ("chown32", nr::__NR_chown32, &[0, usize::MAX, usize::MAX], 0, Name),
            ("lchown32", nr::__NR_lchown32, &[0, usize::MAX, usize::MAX], 0, Name),
            ("fchownat", nr::__NR_fchownat, &[here, 0, usize::MAX, usize::MAX], 1, Name),
            ("truncate64", nr::__NR_truncate64, &[0], 0, Name),
            ("utimensat", nr::__NR_utimensat, &[here, 0], 1, Name),
            ("utimensat_time64", nr::__NR_utimensat_time64, &[here, 0], 1, Name),
            ("utimes", nr::__NR_utimes, &[0], 0, Name),
            ("utime", nr::__NR_utime, &[0], 0, Name),
        ],
    );
    nothing_is_lost();
}

/// Room for results.
pub fn bad_room_for_results_is_efault() {
    use Pointer::{OptionalRoom, Room};
    let (_scratch, file) = scene();
    let mut heap = must!(Heap::new(2));
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"text"));
    let (here, good, link) = (AT_FDCWD as usize, word(c"file"), word(c"link"));
    let [listing, from, pipe] = [open(c".", O_RDONLY), file, reader].map(|descriptor| descriptor as usize);
    let no_time = (&raw const READ_ONLY.0).expose_provenance();
    refuse_all(
        &mut heap,
        &[
            ("stat64", nr::__NR_stat64, &[good, 0], 1, Room(96)),
            ("lstat64", nr::__NR_lstat64, &[good, 0], 1, Room(96)),
            ("fstat64", nr::__NR_fstat64, &[from, 0], 1, Room(96)),
            ("fstatat64", nr::__NR_fstatat64, &[here, good, 0], 2, Room(96)),
            ("statx", nr::__NR_statx, &[here, good, 0, 0x7ff, 0], 4, Room(256)),
            ("statfs64", nr::__NR_statfs64, &[good, 84, 0], 2, Room(84)),
            ("fstatfs64", nr::__NR_fstatfs64, &[from, 84, 0], 2, Room(84)),
            ("readlink", nr::__NR_readlink, &[link, 0, 64], 1, Room(20)),
            ("readlinkat", nr::__NR_readlinkat, &[here, link, 0, 64], 2, Room(20)),
            ("getcwd", nr::__NR_getcwd, &[0, 64], 0, Room(12)),
            ("getdents64", nr::__NR_getdents64, &[listing, 0, 512], 1, Room(21)),
            ("_llseek", nr::__NR__llseek, &[from, 0, 10, 0, 0], 3, Room(8)),
            ("pipe", nr::__NR_pipe, &[0], 0, Room(8)),
            ("pipe2", nr::__NR_pipe2, &[0, 0], 0, Room(8)),
            ("ioctl", nr::__NR_ioctl, &[pipe, FIONREAD as usize, 0], 2, Room(4)),
            ("sysinfo", nr::__NR_sysinfo, &[0], 0, Room(64)),
            ("ugetrlimit", nr::__NR_ugetrlimit, &[RLIMIT_NOFILE as usize, 0], 1, Room(8)),
            ("prlimit64", nr::__NR_prlimit64, &[0, RLIMIT_NOFILE as usize, 0, 0], 3, OptionalRoom(16)),
            ("select", nr::__NR__newselect, &[1, 0, 0, 0, no_time], 1, OptionalRoom(4)),
        ],
    );
    check_eq!(offset(file), 10, "the offset");
    close(writer);
    gives(reader, b"text");
    nothing_is_lost();
    let names = must!(sys!(__NR_getdents64, listing, heap.start(), 512));
    check!(names >= 4 * 24, "names were lost from the listing: it has only {names} bytes");
}

/// Structures that are read.
pub fn bad_requests_are_efault() {
    use Pointer::{OptionalRequest, Request, Room};
    let (_scratch, file) = scene();
    let mut heap = must!(Heap::new(2));
    let [_reader, writer] = pipe(0);
    let null = open(c"/dev/null", O_RDWR) as usize;
    let (here, good, limit) = (AT_FDCWD as usize, word(c"file"), RLIMIT_NOFILE as usize);
    let [from, to] = [file, writer].map(|descriptor| descriptor as usize);
    let piece = iovec { iov_base: core::ptr::with_exposed_provenance_mut(good), iov_len: 4 };
    let entry = pollfd { fd: -1, events: 0, revents: 0 };
    let entry = (&raw const entry).expose_provenance();
    let size = size_of_val(&piece);
    refuse_all(
        &mut heap,
        &[
            ("readv", nr::__NR_readv, &[from, 0, 1], 1, Request(size)),
            ("writev", nr::__NR_writev, &[null, 0, 1], 1, Request(size)),
            ("preadv", nr::__NR_preadv, &[from, 0, 1], 1, Request(size)),
            ("pwritev", nr::__NR_pwritev, &[from, 0, 1], 1, Request(size)),
            ("sendfile64", nr::__NR_sendfile64, &[to, from, 0, 4], 2, OptionalRequest(8)),
            ("utimensat", nr::__NR_utimensat, &[here, good, 0], 2, OptionalRequest(16)),
            ("utimensat_time64", nr::__NR_utimensat_time64, &[here, good, 0], 2, OptionalRequest(32)),
            ("utimes", nr::__NR_utimes, &[good, 0], 1, OptionalRequest(16)),
            ("utime", nr::__NR_utime, &[good, 0], 1, OptionalRequest(8)),
            ("setrlimit", nr::__NR_setrlimit, &[limit, 0], 1, Request(8)),
            ("prlimit64", nr::__NR_prlimit64, &[0, limit, 0, 0], 2, OptionalRequest(16)),
            ("poll", nr::__NR_poll, &[0, 1, 0], 0, Room(8)),
            ("ppoll", nr::__NR_ppoll, &[entry, 1, 0, 0, 8], 2, OptionalRequest(8)),
            ("ppoll with signals", nr::__NR_ppoll, &[entry, 1, 0, 0, 8], 3, OptionalRequest(8)),
            ("select", nr::__NR__newselect, &[0, 0, 0, 0, 0], 4, OptionalRequest(8)),
            ("pselect6", nr::__NR_pselect6, &[0, 0, 0, 0, 0, 0], 4, OptionalRequest(8)),
            ("pselect6 with signals", nr::__NR_pselect6, &[0, 0, 0, 0, 0, 0], 5, OptionalRequest(8)),
        ],
    );
    check_eq!(offset(file), 10, "the offset");
    nothing_is_lost();
}
