//! The calls about what is open: reading, writing, asking, listing.

use super::argument::{count, request, room, word};
use super::line::line;
use super::trial;
use crate::check::{check_eq, must};
use crate::files::scratch::Scratch;
use crate::files::shorthand::{close, gives, make, make_open, offset, open, pipe, rewind};
use linux_raw_sys::general::{F_GETFL, F_GETLK, FALLOC_FL_KEEP_SIZE, FALLOC_FL_PUNCH_HOLE, O_APPEND, O_RDONLY, O_RDWR};
use linux_raw_sys::ioctl::{FIONBIO, FIONREAD};
use tusk_user::{Errno, linux};

/// Every descriptor is good, and what it is used with is not.
pub fn descriptor_calls_believe_nothing() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    make(c"other", b"");
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"text"));
    let listing = open(c".", O_RDONLY);
    let [zero, null] = [c"/dev/zero", c"/dev/null"].map(|path| open(path, O_RDWR));
    let other = open(c"other", O_RDWR | O_APPEND);
    // One piece of four bytes.
    let bytes = [0u8; 4];
    let piece = [bytes.as_ptr().expose_provenance(), bytes.len()];
    let piece = || request(&piece);
    let again = || rewind(listing);
    let hole = FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE;
    trial::all(&[
        line!(__NR_read, word(zero), room(10).partial(), count(10)),
        line!(__NR_write, word(other), request(&[0; 3]).partial(), count(12)),
        line!(__NR_pread64, word(file), room(10).partial(), count(10), count(0), count(0)),
        line!(__NR_pwrite64, word(other), request(&[0; 3]).partial(), count(12), count(0), count(0)),
        line!(__NR_readv, word(zero), piece(), count(1)),
        line!(__NR_writev, word(null), piece(), count(1)),
        line!(__NR_preadv, word(file), piece(), count(1), count(0), count(0)),
        line!(__NR_pwritev, word(other), piece(), count(1), count(0), count(0)),
        line!(__NR_sendfile, word(null), word(file), request(&[0]).optional(), count(4)),
        line!(__NR_sendfile64, word(null), word(file), request(&[0; 2]).optional(), count(4)),
        line!(__NR_fstat, word(file), room(64)),
        line!(__NR_fstat64, word(file), room(96)),
        line!(__NR_fstatfs64, word(file), count(84), room(84)),
        line!(__NR__llseek, word(file), count(0), count(10), room(8), word(0)),
        line!(__NR_ftruncate64, word(other), count(0), count(0)),
        line!(__NR_fallocate, word(other), word(hole), count(0), count(0), count(1), count(0)),
        line!(__NR_getdents, word(listing), room(16), count(512)).before(&again),
        line!(__NR_getdents64, word(listing), room(24), count(512)).before(&again),
        line!(__NR_getcwd, room(12), count(64)),
        line!(__NR_pipe, room(8)),
        line!(__NR_pipe2, room(8), word(0)),
        line!(__NR_ioctl, word(reader), word(FIONREAD), room(4)),
        line!(__NR_ioctl, word(reader), word(FIONBIO), request(&[0])),
        line!(__NR_fcntl, word(file), word(F_GETFL), count(0)),
        line!(__NR_fcntl64, word(file), word(F_GETFL), count(0)),
        // Tusk has no locks.
        line!(__NR_fcntl64, word(file), word(F_GETLK), request(&[0; 6])).also(&[Errno::EINVAL]),
    ]);
    rewind(file);
    gives(file, b"0123456789");
    check_eq!(offset(file), 10, "the offset");
    close(writer);
    gives(reader, b"text");
}
