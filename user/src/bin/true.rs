//! `true`: ends with status 0.
#![no_std]
#![no_main]

use tusk_user::{Environment, entry, usage};

entry!(main);

const HELP: &str = "usage: true
Does nothing, with success: the exit status is 0.";

fn main(environment: &Environment) -> i32 {
    usage::help_was_asked(environment, HELP);
    0
}
