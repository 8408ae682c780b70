//! `false`: ends with status 1.
#![no_std]
#![no_main]

use tusk_user::{Environment, entry, usage};

entry!(main);

const HELP: &str = "usage: false
Does nothing, without success: the exit status is 1.";

fn main(environment: &Environment) -> i32 {
    usage::help_was_asked(environment, HELP);
    1
}
