//! `lseek` and `_llseek`.

use super::scratch::Scratch;
use super::shorthand::{gives, make_open, offset, open, pipe, rewind};
use crate::call::{sys, words};
use crate::check::{check_eq, must};
use linux_raw_sys::general::{O_LARGEFILE, O_RDWR, SEEK_CUR, SEEK_END, SEEK_SET};
use tusk_user::stat::descriptor_stat;
use tusk_user::{Errno, linux};

/// `_llseek`, with the place it tells.
fn seek(file: i32, distance: i64, whence: u32) -> Result<u64, Errno> {
    let mut place = u64::MAX;
    let [low, high] = words(distance);
    let result = sys!(__NR__llseek, file, high, low, &mut place, whence);
    check_eq!(result.is_ok(), place != u64::MAX, "whether a place was told");
    result.map(|_| place)
}

/// From the beginning, from here, from the end.
pub fn seek_counts_from_three_places() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    for (distance, whence, place) in
        [(3, SEEK_SET, 3), (2, SEEK_CUR, 5), (-4, SEEK_CUR, 1), (0, SEEK_END, 10), (-3, SEEK_END, 7), (5, SEEK_END, 15)]
    {
        check_eq!(sys!(__NR_lseek, file, distance, whence), Ok(place), "lseek by {distance} from {whence}");
        check_eq!(offset(file), place, "the offset");
    }
    for (distance, whence, place) in [(3, SEEK_SET, 3), (2, SEEK_CUR, 5), (-3, SEEK_END, 7)] {
        check_eq!(seek(file, distance, whence), Ok(place), "_llseek by {distance} from {whence}");
    }
    gives(file, b"789");
}

/// Nothing is before the beginning, and there are not more than a few places to count from.
pub fn impossible_seeks_are_einval() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"0123456789");
    for (distance, whence) in [(-1, SEEK_SET), (-11, SEEK_CUR), (-11, SEEK_END), (i32::MIN, SEEK_SET), (0, 99)] {
        let result = sys!(__NR_lseek, file, distance, whence);
        check_eq!(result, Err(Errno::EINVAL), "lseek by {distance} from {whence}");
        check_eq!(seek(file, distance.into(), whence), Err(Errno::EINVAL), "_llseek by {distance} from {whence}");
    }
    check_eq!(seek(file, i64::MIN, SEEK_SET), Err(Errno::EINVAL), "_llseek to the lowest number");
    check_eq!(seek(file, i64::MIN, SEEK_CUR), Err(Errno::EINVAL), "_llseek by the lowest number");
    check_eq!(offset(file), 10, "the offset");
}

/// A pipe has no places.
pub fn seek_in_a_pipe_is_espipe() {
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"text"));
    for end in [reader, writer] {
        for whence in [SEEK_SET, SEEK_CUR, SEEK_END] {
            check_eq!(sys!(__NR_lseek, end, 0, whence), Err(Errno::ESPIPE), "lseek in a pipe");
            check_eq!(seek(end, 0, whence), Err(Errno::ESPIPE), "_llseek in a pipe");
        }
    }
    check_eq!(sys!(__NR_pread64, reader, &mut [0u8; 4], 4, 0, 0), Err(Errno::ESPIPE), "pread64 from a pipe");
    check_eq!(sys!(__NR_pwrite64, writer, b"text", 4, 0, 0), Err(Errno::ESPIPE), "pwrite64 to a pipe");
    must!(sys!(__NR_close, writer));
    gives(reader, b"text");
}

/// Going beyond the end changes nothing; writing there leaves a hole that reads as zero.
pub fn holes_read_as_zeros() {
    let _scratch = Scratch::new();
    let file = make_open(c"file", b"start");
    check_eq!(sys!(__NR_lseek, file, 20_000, SEEK_SET), Ok(20_000), "lseek beyond the end");
    check_eq!(must!(descriptor_stat(file)).size(), 5, "the size after seeking");
    check_eq!(linux::read(file, &mut [0; 4]), Ok(0), "read beyond the end");
    check_eq!(linux::write(file, b"end"), Ok(3), "write beyond the end");
    check_eq!(must!(descriptor_stat(file)).size(), 20_003, "the size after writing");
    rewind(file);
    let mut expected = [0; 20_003];
    expected[..5].copy_from_slice(b"start");
    expected[20_000..].copy_from_slice(b"end");
    gives(file, &expected);
}

/// Offsets have 64 bits, of which the high word must not get lost.
pub fn seek_knows_more_than_four_gibibytes() {
    const PLACE: i64 = 5 << 30;
    let _scratch = Scratch::new();
    make_open(c"file", b"text");
    let file = open(c"file", O_RDWR | O_LARGEFILE);
    check_eq!(seek(file, PLACE, SEEK_SET), Ok(PLACE as u64), "_llseek to 5 GiB");
    check_eq!(seek(file, 1, SEEK_CUR), Ok(PLACE as u64 + 1), "_llseek by one");
    let mut buffer = [7; 8];
    check_eq!((linux::read(file, &mut buffer), buffer), (Ok(0), [7; 8]), "read there");
    let [low, high] = words(PLACE);
    check_eq!(sys!(__NR_pread64, file, &mut buffer, 8, low, high), Ok(0), "pread64 there");
    check_eq!(seek(file, 2 - PLACE - 1, SEEK_CUR), Ok(2), "_llseek back");
    gives(file, b"xt");
}
