//! `ps`: the table of all processes, by the book's system call.
#![no_std]
#![no_main]

use tusk_user::{Environment, book, entry, eprintln, usage};

entry!(main);

const HELP: &str = "usage: ps
Lists all processes. The kernel prints the table itself, as in the book (call 21).";

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    if environment.arguments().len() > 1 {
        return usage::refuse(HELP, format_args!("ps: it takes no argument"));
    }
    // Another kernel answers with an error: the number is far beyond any it knows.
    if book::ps() < 0 {
        eprintln!("ps: this kernel does not have the book's call 21");
        return 1;
    }
    0
}
