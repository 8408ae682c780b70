//! `helper`: what the tests run when the suite will not do, because a case would need input or has to be small.
//!
//! What is typed is echoed on the same line on which programs print; so every line of ours begins with `helper:`.
#![no_std]
#![no_main]

mod calls;

use core::time::Duration;
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::launch::spawn;
use tusk_user::syscall::{check, syscall3};
use tusk_user::time::{now, sleep};
use tusk_user::{Environment, Errno, entry, linux, println, usage};

entry!(main);

const HELP: &str = "usage: helper split | pair | late MS | sleep MS | calls
For the tests of the whole machine. The first three read standard input and say what came:
  split     one line, into memory of which only 100 bytes are there, then the rest of it
  pair      two processes that read a byte each, then the rest
  late MS   everything, from MS milliseconds after the start on
  sleep MS  reads nothing
  calls     makes system calls of all kinds, for strace to show";

/// Where the input comes from.
const STANDARD_INPUT: i32 = 0;
/// How long somebody may wait for what was typed already.
const PATIENCE: Duration = Duration::from_secs(5);

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let time = environment.argument(2).and_then(|text| text.parse().ok()).map(Duration::from_millis);
    let result = match (environment.argument(1), time) {
        (Some("split"), None) => split(),
        (Some("pair"), None) => pair(),
        (Some("calls"), None) => {
            calls::make();
            Ok(())
        }
        (Some("late"), Some(time)) => {
            sleep(time);
            late()
        }
        (Some("sleep"), Some(time)) => {
            sleep(time);
            Ok(())
        }
        _ => return usage::refuse(HELP, format_args!("helper: what shall it be?")),
    };
    match result {
        Ok(()) => 0,
        Err(error) => {
            println!("helper: {error}");
            1
        }
    }
}

/// Reads a line where memory ends after 100 bytes, and then what is left of it.
fn split() -> Result<(), Errno> {
    const ROOM: usize = 100;
    let mut heap = Heap::new(1)?;
    println!("helper: ready");
    let place = heap.start() + PAGE_SIZE - ROOM;
    let arguments = [STANDARD_INPUT as usize, place, 2 * ROOM];
    // SAFETY: up to the end of the page the memory is the heap's, of which no slice is in use; behind it there is none.
    let first = match check(unsafe { syscall3(linux_raw_sys::general::__NR_read as usize, arguments) }) {
        // A kernel may also refuse such a buffer, as long as nothing of the line is gone.
        Err(Errno::EFAULT) => 0,
        result => result?,
    };
    let mut line = [0; 400];
    let (beginning, end) = line.split_at_mut(first.min(ROOM));
    beginning.copy_from_slice(&heap.bytes()[PAGE_SIZE - ROOM..][..beginning.len()]);
    let second = linux::read(STANDARD_INPUT, end)?;
    println!("helper: {first} and {second} bytes");
    println!("helper: {}", core::str::from_utf8(&line[..first + second]).unwrap_or("no text").trim_end());
    Ok(())
}

/// Two children read a byte each of one line; the parent gets the rest.
fn pair() -> Result<(), Errno> {
    let mut children = [0; 2];
    for child in &mut children {
        *child = spawn(|| {
            let mut byte = [0];
            match linux::read(STANDARD_INPUT, &mut byte) {
                Ok(1) => byte[0].into(),
                _ => 1,
            }
        })?;
    }
    // Both are to wait before there is anything.
    sleep(Duration::from_millis(200));
    println!("helper: ready");
    let mut end = None;
    let mut left = children.len();
    while left > 0 {
        if let Some((_, status)) = linux::try_waitpid(linux::ANY_CHILD)? {
            left -= 1;
            println!("helper: a child read {:?}", status.exit_code().map(char::from));
            // Whoever comes second reads what is there already.
            end = Some(now() + PATIENCE);
        } else if end.is_some_and(|end| now() > end) {
            println!("helper: {left} child still waits for what was typed");
            return Err(Errno::EAGAIN);
        } else {
            sleep(Duration::from_millis(10));
        }
    }
    let mut rest = [0; 100];
    let length = linux::read(STANDARD_INPUT, &mut rest)?;
    println!("helper: the rest is {:?}", core::str::from_utf8(&rest[..length]));
    Ok(())
}

/// Reads to the end of the input, and says how much it was and what it adds up to.
fn late() -> Result<(), Errno> {
    let mut buffer = [0; 512];
    let (mut length, mut sum) = (0, 0u32);
    loop {
        let count = linux::read(STANDARD_INPUT, &mut buffer)?;
        if count == 0 {
            break;
        }
        length += count;
        sum = buffer[..count].iter().fold(sum, |sum, &byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    }
    println!("helper: {length} bytes, sum {sum:#010x}");
    Ok(())
}
