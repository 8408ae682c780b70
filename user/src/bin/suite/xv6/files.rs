//! Pipes, files that several write, and programs.

use crate::check::{check, check_eq, must};
use crate::child::{run, start, wait};
use crate::files::scratch::Scratch;
use crate::program::become_program;
use tusk_user::file::{self, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC};
use tusk_user::launch::StringList;
use tusk_user::{Errno, Status, linux};

/// A child writes five pieces of 1033 bytes; the parent reads them in growing pieces, every byte in its place.
pub fn pipe1() {
    const PIECE: usize = 1033;
    let (reader, writer) = must!(file::pipe(0));
    let child = start(|| {
        let mut next = 0u8;
        for _ in 0..5 {
            let piece: [u8; PIECE] = core::array::from_fn(|_| {
                next = next.wrapping_add(1);
                next.wrapping_sub(1)
            });
            must!(linux::write_all(writer.number(), &piece));
        }
        0
    });
    drop(writer);
    let (mut buffer, mut expected, mut total, mut size) = ([0; 4096], 0u8, 0, 1);
    loop {
        let count = must!(linux::read(reader.number(), &mut buffer[..size]));
        if count == 0 {
            break;
        }
        for &byte in &buffer[..count] {
            check_eq!(byte, expected, "byte {total}");
            expected = expected.wrapping_add(1);
            total += 1;
        }
        size = (size * 2).min(buffer.len());
    }
    check_eq!(total, 5 * PIECE, "the bytes that came");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// A program runs, and says so by its end.
pub fn exectest() {
    check_eq!(run(|| become_program("strings", crate::program::ODD_STRINGS)), Status(0), "the program's end");
}

/// Arguments beyond what there is room for are an error, not a crash.
pub fn bigargtest() {
    let pages = crate::mapping::pages::anonymous(1);
    crate::mapping::pages::fill(pages, 4095, b'y');
    // A table of so many arguments that no kernel takes them: 4,096 times 4,095 bytes.
    let table = crate::mapping::pages::anonymous(5);
    for index in 0..4096usize {
        for (place, byte) in (table + 4 * index..).zip(pages.to_le_bytes()) {
            crate::mapping::pages::poke(place, byte);
        }
    }
    let path = crate::program::path().as_ptr().expose_provenance();
    let result = crate::call::call(linux_raw_sys::general::__NR_execve, [path, table, 0]);
    check_eq!(result, Err(Errno::E2BIG), "execve with 16 MiB of arguments");
    check!(StringList::new([c"still", c"here"]).is_ok(), "lists cannot be made any more");
}

/// Two processes write to one open file: every piece is there, whole.
pub fn sharedfd() {
    const PIECES: usize = 500;
    let _scratch = Scratch::new();
    let shared = must!(file::open(c"sharedfd", O_CREAT | O_RDWR));
    let write = |byte: u8| (0..PIECES).for_each(|_| check_eq!(linux::write(shared.number(), &[byte; 10]), Ok(10)));
    let child = start(|| {
        write(b'c');
        0
    });
    write(b'p');
    check_eq!(wait(child), Status(0), "the child's end");
    let (mut counts, mut buffer) = ([0; 2], [0; 10]);
    let again = must!(file::open(c"sharedfd", O_RDONLY));
    while must!(linux::read(again.number(), &mut buffer)) > 0 {
        check!(buffer.iter().all(|&byte| byte == buffer[0]), "a piece is not whole: {buffer:?}");
        counts[usize::from(buffer[0] == b'p')] += 1;
    }
    check_eq!(counts, [PIECES; 2], "the pieces of child and parent");
}

/// Four processes write four files at the same time: each is whole.
pub fn fourfiles() {
    const PIECES: usize = 12;
    let _scratch = Scratch::new();
    let names = [c"f0", c"f1", c"f2", c"f3"];
    let children = [0, 1, 2, 3].map(|index: usize| {
        start(move || {
            let file = must!(file::open(names[index], O_CREAT | O_RDWR | O_TRUNC));
            (0..PIECES).for_each(|_| check_eq!(linux::write(file.number(), &[b'0' + index as u8; 500]), Ok(500)));
            0
        })
    });
    children.into_iter().for_each(|child| check_eq!(wait(child), Status(0), "a child's end"));
    for (name, byte) in names.into_iter().zip(b'0'..) {
        let file = must!(file::open(name, O_RDONLY));
        let (mut buffer, mut total) = ([0; 500], 0);
        loop {
            let count = must!(linux::read(file.number(), &mut buffer));
            if count == 0 {
                break;
            }
            check!(buffer[..count].iter().all(|&found| found == byte), "{name:?} has bytes of another");
            total += count;
        }
        check_eq!(total, PIECES * 500, "the length of {name:?}");
    }
}
