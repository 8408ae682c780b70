//! From `int 0x80` to the function that does the work, and back with its result.

use super::book::{self, BOOK};
use super::call::{Call, Kind};
use super::injection;
use super::linux::LINUX;
use super::strace;
use crate::arch::trap::register_system_calls;
use crate::errno::{Errno, Result};
use crate::trace::{event, recorder, step};

/// Takes over the system call's vector. The book's `syscall_init`.
#[doc(alias = "syscall_init")]
pub fn init() {
    register_system_calls(on_system_call);
    recorder::set_call_names(name_for_trace);
}

/// The book's `syscall_handler`, which calls through its table without looking at the number (K2).
#[doc(alias = "syscall_handler")]
fn on_system_call(number: u32, words: [u32; 6]) -> u32 {
    if recorder::are_calls_watched() {
        return watched(number, words);
    }
    answer::<false>(number, words)
}

/// A call that the trace or strace watches, beside the way of all others.
#[cold]
#[inline(never)]
fn watched(number: u32, words: [u32; 6]) -> u32 {
    let [word1, word2, word3, word4, word5, word6] = words;
    let step = step!(syscall::call(number, word1, word2, word3, word4, word5, word6));
    let result = answer::<true>(number, words);
    step.end_with(&[number, result]);
    result
}

fn find_of_book(number: u32) -> Option<&'static Call> {
    number.checked_sub(book::FIRST).and_then(|n| BOOK.find(n))
}

/// Does call `number` and returns what eax is to hold.
fn answer<const IS_WATCHED: bool>(number: u32, words: [u32; 6]) -> u32 {
    match find_of_book(number) {
        Some(call) => run::<IS_WATCHED>(call, words).unwrap_or_else(|error| failure_of_book(call.number, error)),
        None => match LINUX.find(number) {
            Some(call) => run::<IS_WATCHED>(call, words).unwrap_or_else(Errno::to_eax),
            None => {
                if IS_WATCHED && strace::is_on() {
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

fn run<const IS_WATCHED: bool>(call: &Call, words: [u32; 6]) -> Result<u32> {
    let _injection = injection::begin(call);
    if !IS_WATCHED || !strace::is_on() {
        return (call.function)(words);
    }
    // What the program goes on with after these, if it does, is no result of theirs.
    let is_last = matches!(call.name, "exit" | "exit_group" | "execve" | "execv" | "sigreturn" | "rt_sigreturn");
    if is_last {
        strace::show_last(call, &words);
    }
    let result = (call.function)(words);
    if !is_last || result.is_err() {
        strace::show_returned(call, &words, result);
    }
    result
}

/// What the trace calls call `number` (place 0) and its arguments (from place 1 on).
fn name_for_trace(number: u32, place: usize) -> Option<(&'static str, event::Kind)> {
    let call = find_of_book(number).or_else(|| LINUX.find(number))?;
    let Some(index) = place.checked_sub(1) else { return Some((call.name, event::Kind::Decimal)) };
    let &(name, kind) = call.arguments.get(index)?;
    let kind = match kind {
        Kind::Int | Kind::Descriptor => event::Kind::Signed,
        Kind::Size => event::Kind::Decimal,
        Kind::Flags | Kind::Address | Kind::String => event::Kind::Hex,
    };
    Some((name, kind))
}
