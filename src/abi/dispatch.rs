//! From `int 0x80` to the function that does the work, and back with its result.

use super::book::{self, BOOK};
use super::call::Call;
use super::injection;
use super::linux::LINUX;
use super::strace;
use crate::arch::trap::register_system_calls;
use crate::errno::{Errno, Result};

/// Takes over the system call's vector. The book's `syscall_init`.
#[doc(alias = "syscall_init")]
pub fn init() {
    register_system_calls(on_system_call);
    strace::init();
}

/// The book's `syscall_handler`, which calls through its table without looking at the number (K2).
#[doc(alias = "syscall_handler")]
fn on_system_call(number: u32, words: [u32; 6]) -> u32 {
    let of_book = number.checked_sub(book::FIRST).and_then(|n| BOOK.find(n));
    match of_book {
        Some(call) => run(call, words).unwrap_or_else(|error| failure_of_book(call.number, error)),
        None => match LINUX.find(number) {
            Some(call) => run(call, words).unwrap_or_else(Errno::to_eax),
            None => {
                if strace::is_on() {
                    strace::show_unknown(number, &words);
                }
                Errno::NOSYS.to_eax()
            }
        },
    }
}

/// What the book's call `number` leaves in eax. One that a signal cut short is settled on the way out.
fn failure_of_book(number: u32, error: Errno) -> u32 {
    match Errno::of_restart(error.to_eax()) {
        Some(restart) => restart.to_eax(),
        None => book::failure(number),
    }
}

fn run(call: &Call, words: [u32; 6]) -> Result<u32> {
    let _injection = injection::begin(call);
    if strace::is_on() { strace::run(call, words) } else { (call.function)(words) }
}
