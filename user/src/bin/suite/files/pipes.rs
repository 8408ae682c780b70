//! What goes through a pipe: all of it, in order, and who waits for whom.

use super::shorthand::{close, gives, pipe};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{run_well, start, wait};
use core::time::Duration;
use linux_raw_sys::general::O_NONBLOCK;
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, linux};

/// How long somebody waits at least who is made to wait.
const WHILE: Duration = Duration::from_millis(60);
/// What a pipe holds, and what is written to it in one piece (`pipe(7)`).
const CAPACITY: usize = 65_536;
const ATOMIC: usize = 4096;

/// Writes until the pipe takes no more; returns how many bytes that were.
fn fill(writer: i32) -> usize {
    let mut total = 0;
    loop {
        match linux::write(writer, &[b'f'; ATOMIC]) {
            Err(Errno::EAGAIN) => return total,
            result => total += must!(result),
        }
    }
}

/// In the order in which it went in, however it was cut.
pub fn bytes_come_out_in_order() {
    let [reader, writer] = pipe(0);
    for piece in [&b"one "[..], b"two ", b"", b"three"] {
        must!(linux::write_all(writer, piece));
    }
    let mut buffer = [b'-'; 6];
    check_eq!((linux::read(reader, &mut buffer), buffer), (Ok(6), *b"one tw"), "the first read");
    close(writer);
    gives(reader, b"o three");
}

/// Reading takes what there is, without waiting for the buffer to be full.
pub fn reader_takes_what_there_is() {
    let [reader, writer] = pipe(0);
    must!(linux::write_all(writer, b"abc"));
    let mut buffer = [b'-'; 10];
    check_eq!((linux::read(reader, &mut buffer), buffer), (Ok(3), *b"abc-------"), "read");
    check_eq!(sys!(__NR_read, reader, &mut buffer, 0), Ok(0), "read of nothing from an empty pipe");
}

/// 65,536 bytes, and then no more until somebody reads.
pub fn pipe_holds_65536_bytes() {
    let [reader, writer] = pipe(O_NONBLOCK);
    check_eq!(fill(writer), CAPACITY, "the bytes in a full pipe");
    check_eq!(linux::write(writer, b"x"), Err(Errno::EAGAIN), "one byte more");
    let mut page = [0; ATOMIC];
    check_eq!(linux::read(reader, &mut page), Ok(ATOMIC), "read of a page");
    check_eq!(fill(writer), ATOMIC, "the bytes that there is room for then");
    for _ in 0..CAPACITY / ATOMIC {
        check_eq!(linux::read(reader, &mut page), Ok(ATOMIC), "read of a page");
        check!(page.iter().all(|&byte| byte == b'f'), "a byte has changed");
    }
    check_eq!(linux::read(reader, &mut page), Err(Errno::EAGAIN), "read from an empty pipe");
}

/// More than a pipe holds is written in part by who does not wait.
pub fn nonblocking_writes_are_cut_off() {
    let [reader, writer] = pipe(O_NONBLOCK);
    static LONG: [u8; CAPACITY + ATOMIC] = [b'l'; CAPACITY + ATOMIC];
    check_eq!(linux::write(writer, &LONG), Ok(CAPACITY), "a long write to an empty pipe");
    check_eq!(linux::write(writer, &LONG), Err(Errno::EAGAIN), "a long write to a full pipe");
    check_eq!(linux::read(reader, &mut [0; 2 * ATOMIC]), Ok(2 * ATOMIC), "read of two pages");
    check_eq!(linux::write(writer, &LONG), Ok(2 * ATOMIC), "a long write to a pipe with room for two pages");
}

/// The writer of more than there is room for waits, and all of it arrives.
pub fn blocked_writer_goes_on_when_read() {
    const LENGTH: usize = 3 * CAPACITY + 77;
    let [reader, writer] = pipe(0);
    let child = start(|| {
        close(reader);
        static LONG: [u8; LENGTH] = [b'w'; LENGTH];
        check_eq!(linux::write(writer, &LONG), Ok(LENGTH), "a write of more than the pipe holds");
        0
    });
    close(writer);
    sleep(WHILE);
    check_eq!(must!(linux::try_waitpid(child)), None, "what has become of the writer meanwhile");
    let mut buffer = [0; 5000];
    let mut total = 0;
    loop {
        match must!(linux::read(reader, &mut buffer)) {
            0 => break,
            count => {
                check!(buffer[..count].iter().all(|&byte| byte == b'w'), "a byte has changed");
                total += count;
            }
        }
    }
    check_eq!((total, wait(child)), (LENGTH, Status(0)), "the bytes that came, and the child's end");
}

/// The reader of an empty pipe waits for the writer.
pub fn blocked_reader_goes_on_when_written() {
    let [reader, writer] = pipe(0);
    let [leash, end_of_leash] = pipe(0);
    let began = now();
    let child = start(|| {
        close(end_of_leash);
        sleep(WHILE);
        must!(linux::write_all(writer, b"late"));
        gives(leash, b"");
        0
    });
    let mut buffer = [0; 8];
    check_eq!(linux::read(reader, &mut buffer), Ok(4), "read");
    check!(now() - began >= WHILE, "the read returned before something was written");
    check_eq!(must!(linux::try_waitpid(child)), None, "what has become of the writer meanwhile");
    close(end_of_leash);
    check_eq!(wait(child), Status(0), "the child's end");
}

/// 4,096 bytes stay together, whoever else writes.
pub fn pieces_of_two_writers_do_not_mix() {
    const ROUNDS: usize = 100;
    let [reader, writer] = pipe(0);
    let children = [b'a', b'b'].map(|letter| {
        start(|| {
            for _ in 0..ROUNDS {
                check_eq!(linux::write(writer, &[letter; ATOMIC]), Ok(ATOMIC), "write of a page");
            }
            0
        })
    });
    close(writer);
    let mut counts = [0; 2];
    let mut page = [0; ATOMIC];
    loop {
        let mut length = 0;
        while length < ATOMIC {
            match must!(linux::read(reader, &mut page[length..])) {
                0 => break,
                count => length += count,
            }
        }
        if length == 0 {
            break;
        }
        check!(length == ATOMIC && page.iter().all(|&byte| byte == page[0]), "two writes have mixed");
        counts[usize::from(page[0] == b'b')] += 1;
    }
    check_eq!(counts, [ROUNDS; 2], "the pages of each writer");
    for child in children {
        check_eq!(wait(child), Status(0), "a writer's end");
    }
}

/// Several readers share what comes: nothing twice, nothing lost.
pub fn readers_share_what_comes() {
    const LENGTH: usize = 50_000;
    let [reader, writer] = pipe(0);
    let [counts, count_writer] = pipe(0);
    let children = [0; 3].map(|_| {
        start(|| {
            close(writer);
            let mut total = 0u32;
            let mut buffer = [0; 700];
            loop {
                match must!(linux::read(reader, &mut buffer)) {
                    0 => break,
                    count => total += count as u32,
                }
            }
            must!(linux::write_all(count_writer, &total.to_le_bytes()));
            0
        })
    });
    close(reader);
    must!(linux::write_all(writer, &[b'r'; LENGTH]));
    close(writer);
    let mut total = 0;
    for child in children {
        check_eq!(wait(child), Status(0), "a reader's end");
        let mut count = [0; 4];
        check_eq!(linux::read(counts, &mut count), Ok(4), "read of a reader's count");
        total += u32::from_le_bytes(count);
    }
    check_eq!(total, LENGTH as u32, "the bytes of all readers");
}

/// Five processes in a row, each of which passes on what it gets.
pub fn pipeline_of_five_passes_everything_on() {
    const LENGTH: usize = 100_000;
    run_well(|| {
        let [mut input, first] = pipe(0);
        let source = start(|| {
            must!(linux::write_all(first, &[b'p'; LENGTH]));
            0
        });
        close(first);
        let stages = [1; 4].map(|_| {
            let [next, output] = pipe(0);
            let stage = start(|| pass_on(input, output));
            close(output);
            close(core::mem::replace(&mut input, next));
            stage
        });
        let mut buffer = [0; 3000];
        let mut total = 0;
        loop {
            match must!(linux::read(input, &mut buffer)) {
                0 => break,
                count => total += count,
            }
        }
        check_eq!(total, LENGTH, "the bytes at the end of the pipeline");
        for stage in stages.into_iter().chain([source]) {
            check_eq!(wait(stage), Status(0), "the end of one of them");
        }
    });
}

/// Reads and writes until there is nothing more; returns the exit status.
fn pass_on(input: i32, output: i32) -> i32 {
    let mut buffer = [0; 1500];
    loop {
        match must!(linux::read(input, &mut buffer)) {
            0 => return 0,
            count => must!(linux::write_all(output, &buffer[..count])),
        }
    }
}
