//! `echo`: prints its arguments.
#![no_std]
#![no_main]

use tusk_user::print::{Line, STANDARD_OUTPUT};
use tusk_user::{Environment, entry, usage};

entry!(main);

const HELP: &str = "usage: echo [-n] [WORD…]
Prints the words with a space between them, and ends the line unless -n says not to.";

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let bare = environment.argument(1) == Some("-n");
    // Arguments are bytes and need not be text.
    let mut line = Line::new(STANDARD_OUTPUT);
    for (index, word) in environment.arguments().skip(if bare { 2 } else { 1 }).enumerate() {
        if index > 0 {
            line.push(b' ');
        }
        word.to_bytes().iter().for_each(|&byte| line.push(byte));
    }
    if !bare {
        line.push(b'\n');
    }
    0
}
