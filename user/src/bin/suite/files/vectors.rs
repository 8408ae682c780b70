//! `readv` and `writev`, `preadv` and `pwritev`: several pieces in one call.

use super::scratch::Scratch;
use super::shorthand::{close, gives, holds, make_open, offset, open, pipe, rewind};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::{O_RDWR, iovec};
use tusk_user::heap::Heap;
use tusk_user::{Errno, linux};

/// The most pieces that one call takes (`UIO_MAXIOV`).
const PIECES_MAX: usize = 1024;

/// A piece at an address, good or bad.
fn piece(address: usize, length: usize) -> iovec {
    iovec { iov_base: core::ptr::with_exposed_provenance_mut(address), iov_len: length as _ }
}

/// A piece to write.
fn from(bytes: &[u8]) -> iovec {
    piece(bytes.as_ptr().expose_provenance(), bytes.len())
}

/// A piece to read into.
fn into(bytes: &mut [u8]) -> iovec {
    piece(bytes.as_mut_ptr().expose_provenance(), bytes.len())
}

/// All pieces in their order, empty ones too.
pub fn pieces_are_gathered_and_scattered() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let pieces = [from(b"one"), from(b""), from(b"three"), from(b"s")];
    check_eq!(sys!(__NR_writev, file, &pieces, 4), Ok(9), "writev");
    holds(c"file", b"onethrees");
    rewind(file);
    let (mut first, mut second, mut third) = ([0; 2], [0; 5], [b'-'; 6]);
    let pieces = [into(&mut first), into(&mut second), into(&mut third)];
    check_eq!(sys!(__NR_readv, file, &pieces, 3), Ok(9), "readv");
    check_eq!((first, second, third), (*b"on", *b"ethre", *b"es----"), "the pieces");
    check_eq!(offset(file), 9, "the offset");
}

/// At a place, with the offset left alone.
pub fn pieces_have_a_place_in_preadv_and_pwritev() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    rewind(file);
    check_eq!(sys!(__NR_pwritev, file, &[from(b"ab"), from(b"c")], 2, 4, 0), Ok(3), "pwritev");
    let (mut first, mut second) = ([0; 2], [0; 3]);
    let pieces = [into(&mut first), into(&mut second)];
    check_eq!(sys!(__NR_preadv, file, &pieces, 2, 3, 0), Ok(5), "preadv");
    check_eq!((first, second, offset(file)), (*b"3a", *b"bc7", 0), "the pieces and the offset");
    check_eq!(sys!(__NR_preadv, file, &pieces, 2, -1, -1), Err(Errno::EINVAL), "preadv at -1");
    check_eq!(sys!(__NR_pwritev, file, &pieces, 2, -1, -1), Err(Errno::EINVAL), "pwritev at -1");
    holds(c"file", b"0123abc789");
}

/// How many pieces there may be, and how long one.
pub fn pieces_have_limits() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let mut heap = must!(Heap::new(3));
    let one = from(b"x");
    let words = [one.iov_base.addr(), one.iov_len as usize].map(usize::to_ne_bytes);
    for (place, word) in heap.bytes().chunks_exact_mut(4).zip(words.iter().cycle()) {
        place.copy_from_slice(word);
    }
    check_eq!(sys!(__NR_writev, file, heap.start(), PIECES_MAX), Ok(PIECES_MAX), "writev of 1024 pieces");
    for count in [PIECES_MAX + 1, usize::MAX, 1 << 31] {
        check_eq!(sys!(__NR_writev, file, heap.start(), count), Err(Errno::EINVAL), "writev of {count} pieces");
        check_eq!(sys!(__NR_readv, file, heap.start(), count), Err(Errno::EINVAL), "readv of {count} pieces");
    }
    check_eq!(sys!(__NR_writev, file, 0, 0), Ok(0), "writev of no pieces");
    check_eq!(sys!(__NR_readv, file, 0, 0), Ok(0), "readv of no pieces");
    for length in [-1, i32::MIN] {
        let pieces = [one, piece(one.iov_base.addr(), length as usize)];
        check_eq!(sys!(__NR_writev, file, &pieces, 2), Err(Errno::EINVAL), "writev of {length} bytes");
    }
    check_eq!(offset(file), PIECES_MAX, "the offset");
    // All together more than a call transfers: it is cut off there.
    let null = open(c"/dev/null", O_RDWR);
    let pieces = [(); 3].map(|()| piece(one.iov_base.addr(), i32::MAX as usize));
    check_eq!(sys!(__NR_writev, null, &pieces, 3), Ok(0x7fff_f000), "writev of 6 GiB");
    check_eq!(sys!(__NR_readv, null, &pieces, 3), Ok(0), "readv of 6 GiB");
}

/// A bad piece after a good one: what was good may have been done, and no more.
pub fn bad_pieces_lose_nothing() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"");
    let pieces = [from(b"good"), piece(0, 5), from(b"never")];
    let result = sys!(__NR_writev, file, &pieces, 3);
    check!(matches!(result, Ok(4) | Err(Errno::EFAULT)), "writev with a bad piece: {result:?}");
    check_eq!(offset(file), result.unwrap_or(0), "the offset");
    check_eq!(sys!(__NR_writev, file, &pieces[1..], 2), Err(Errno::EFAULT), "writev with a bad piece first");
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"0123456789"));
    close(writer);
    let mut first = [0; 4];
    let pieces = [into(&mut first), piece(0, 5)];
    let result = sys!(__NR_readv, reader, &pieces, 2);
    check!(matches!(result, Ok(4) | Err(Errno::EFAULT)), "readv with a bad piece: {result:?}");
    gives(reader, &b"0123456789"[result.unwrap_or(0)..]);
}
