//! `getdents64`: every name once, whatever the buffer.

use super::scratch::{Path, Scratch};
use super::shorthand::{close, make, make_directory, make_link, make_open, open, rewind};
use crate::call::{sys, words};
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::{O_DIRECTORY, O_RDONLY, S_IFIFO, S_IFMT, SEEK_SET};
use tusk_user::Errno;
use tusk_user::directory::{Entries, entries};
use tusk_user::file::Descriptor;
use tusk_user::stat::{Kind, link_stat};

/// Names like `name-17` up to this number are made for the cases about many names.
const MANY: usize = 300;

/// The number in a name that was made for a case.
fn number(name: &core::ffi::CStr) -> Option<usize> {
    name.to_str().ok()?.strip_prefix("name-")?.parse().ok()
}

/// Makes many names.
fn make_many() {
    for index in 0..MANY {
        make(Path::new(format_args!("name-{index}")).as_c_str(), b"");
    }
}

/// Opens the current directory.
fn open_here() -> Descriptor {
    Descriptor::from_number(open(c".", O_RDONLY | O_DIRECTORY))
}

/// Reads a directory to its end with a buffer of `room` bytes; calls `each` with what each reading gave.
#[track_caller]
fn read_all(directory: &Descriptor, room: usize, mut each: impl FnMut(Entries<'_>)) {
    let mut buffer = [0; 2048];
    loop {
        let names = must!(entries(directory, &mut buffer[..room]));
        if names.clone().next().is_none() {
            return;
        }
        each(names);
    }
}

/// Everything that is there, with the two that always are, its kind and its number.
pub fn every_name_is_listed_with_its_kind() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"file", c"link");
    must!(sys!(__NR_mknod, c"fifo", S_IFIFO | 0o644, 0));
    let expected = [
        (c".", Kind::Directory),
        (c"..", Kind::Directory),
        (c"file", Kind::File),
        (c"directory", Kind::Directory),
        (c"link", Kind::Link),
        (c"fifo", Kind::Pipe),
    ];
    let mut found = [0; 6];
    read_all(&open_here(), 2048, |names| {
        for entry in names {
            let Some(index) = expected.iter().position(|&(name, _)| name == entry.name) else {
                check!(false, "{:?} is listed", entry.name);
                return;
            };
            found[index] += 1;
            let kind = expected[index].1;
            check!(entry.kind == kind || entry.kind == Kind::Unknown, "{:?} is a {:?}", entry.name, entry.kind);
            // A file system may be mounted on the way up.
            if entry.name != c".." {
                check_eq!(entry.inode, must!(link_stat(entry.name)).inode(), "the inode of {:?}", entry.name);
            }
        }
    });
    check_eq!(found, [1; 6], "how often each name is listed");
}

/// In pieces as small as can be, all the same.
pub fn small_buffers_list_every_name_once() {
    let _scratch = Scratch::new();
    make_many();
    for room in [32, 100, 2048] {
        let (mut seen, mut others) = ([0u8; MANY], 0);
        read_all(&open_here(), room, |names| {
            for entry in names {
                match number(entry.name) {
                    Some(index) => seen[index] += 1,
                    None => others += 1,
                }
            }
        });
        check!(seen.iter().all(|&times| times == 1), "not every name is listed once in {room} bytes");
        check_eq!(others, 2, "the other names in {room} bytes");
    }
}

/// A buffer that holds no name at all is an error, and nothing is lost by it.
pub fn buffer_without_room_is_einval() {
    let _scratch = Scratch::new();
    let directory = open_here();
    for room in [0, 1, 8, 19] {
        let result = sys!(__NR_getdents64, directory.number(), &mut [0u64; 4], room);
        check_eq!(result, Err(Errno::EINVAL), "getdents64 into {room} bytes");
    }
    let mut count = 0;
    read_all(&directory, 2048, |names| count += names.count());
    check_eq!(count, 2, "the names in an empty directory");
}

/// After the last name there is nothing, until one goes back to the first.
pub fn listing_ends_and_begins_again() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    let directory = open_here();
    for round in 0..3 {
        let mut count = 0;
        read_all(&directory, 2048, |names| count += names.count());
        check_eq!(count, 3, "the names in round {round}");
        check!(must!(entries(&directory, &mut [0; 256])).next().is_none(), "there is something behind the end");
        rewind(directory.number());
    }
    make(c"another", b"");
    let mut count = 0;
    read_all(&directory, 2048, |names| count += names.count());
    check_eq!(count, 4, "the names after one came");
}

/// Only directories have names, and only while they are there.
pub fn what_is_no_directory_lists_nothing() {
    let _scratch = Scratch::new();
    let mut buffer = [0u64; 64];
    let file = make_open(c"file", b"");
    check_eq!(sys!(__NR_getdents64, file, &mut buffer, 512), Err(Errno::ENOTDIR), "getdents64 of a file");
    make_directory(c"directory");
    let directory = open(c"directory", O_RDONLY);
    must!(sys!(__NR_rmdir, c"directory"));
    check_eq!(sys!(__NR_getdents64, directory, &mut buffer, 512), Err(Errno::ENOENT), "getdents64 of what is gone");
    close(directory);
}

/// The layout: each entry is a multiple of eight bytes long, and its name ends within it.
pub fn entries_are_laid_out_as_linux_does() {
    let _scratch = Scratch::new();
    make(c"a-name-of-some-length", b"");
    let mut buffer = [0xffu8; 512];
    let length = must!(sys!(__NR_getdents64, open(c".", O_RDONLY), &mut buffer, 512));
    let mut rest = &buffer[..length];
    let mut count = 0;
    while !rest.is_empty() {
        check!(rest.len() >= 24, "an entry of {} bytes", rest.len());
        let size = usize::from(u16::from_le_bytes([rest[16], rest[17]]));
        check!(size >= 24 && size.is_multiple_of(8) && size <= rest.len(), "an entry says it has {size} bytes");
        check!(rest[19..size].contains(&0), "a name does not end");
        rest = &rest[size..];
        count += 1;
    }
    check_eq!(count, 3, "the number of entries");
}

/// The place an entry tells is where the next one is.
pub fn places_of_entries_can_be_gone_back_to() {
    let _scratch = Scratch::new();
    make_many();
    let directory = open(c".", O_RDONLY);
    let read = |buffer: &mut [u8; 512]| must!(sys!(__NR_getdents64, directory, buffer, 512));
    let (mut first, mut second, mut again) = ([0u8; 512], [0u8; 512], [0u8; 512]);
    let length = read(&mut first);
    let mut place = 0;
    let mut start = 0;
    while start < length {
        place = first[start + 8..].first_chunk().map_or(0, |bytes| i64::from_le_bytes(*bytes));
        start += usize::from(u16::from_le_bytes([first[start + 16], first[start + 17]]));
    }
    let length = read(&mut second);
    let [low, high] = words(place);
    check_eq!(sys!(__NR__llseek, directory, high, low, &mut 0u64, SEEK_SET), Ok(0), "_llseek to an entry's place");
    check_eq!(read(&mut again), length, "the bytes read there");
    check!(second[..length] == again[..length], "other names are at that place now");
}

/// Names may go while one lists: those that stay are listed once.
pub fn removing_while_listing_skips_nobody() {
    let _scratch = Scratch::new();
    make_many();
    let mut seen = [0u8; MANY];
    read_all(&open_here(), 200, |names| {
        for entry in names {
            if let Some(index) = number(entry.name) {
                seen[index] += 1;
                // Every other one goes as soon as it was seen.
                if index % 2 == 0 {
                    must!(sys!(__NR_unlink, entry.name));
                }
            }
        }
    });
    check!(seen.iter().all(|&times| times == 1), "not every name was listed once");
    let mut left = 0;
    read_all(&open_here(), 2048, |names| left += names.count());
    check_eq!(left, MANY / 2 + 2, "the names that are left");
}

/// The old form: 4-byte aligned, with the kind in the last byte of each entry.
pub fn old_entries_have_their_kind_behind_the_name() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"file", c"link");
    must!(sys!(__NR_mknod, c"fifo", S_IFIFO | 0o644, 0));
    let mut buffer = [0xffu8; 512];
    let length = must!(sys!(__NR_getdents, open(c".", O_RDONLY), &mut buffer, 512));
    let mut rest = &buffer[..length];
    let mut count = 0;
    while !rest.is_empty() {
        let size = usize::from(u16::from_le_bytes([rest[8], rest[9]]));
        check!(size >= 12 && size.is_multiple_of(4) && size <= rest.len(), "an entry says it has {size} bytes");
        let name = must!(core::ffi::CStr::from_bytes_until_nul(&rest[10..size - 1]));
        let kind = u32::from(rest[size - 1]);
        check_eq!(kind << 12, must!(link_stat(name)).mode() & S_IFMT, "the kind of {name:?}");
        rest = &rest[size..];
        count += 1;
    }
    check_eq!(count, 6, "the number of entries");
}
