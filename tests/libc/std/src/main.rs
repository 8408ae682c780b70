//! Programs with Rust's standard library, which must do the same on Linux and on Tusk.
//!
//! Each is a module of `programs/`, and all are one file, as each would bring the library along. What they print must be the
//! same on every system and however slowly it runs: no times, no ids, nothing that hangs on who is faster.

mod programs;

use std::process::ExitCode;

fn main() -> ExitCode {
    let name = std::env::args().nth(1).unwrap_or_default();
    match programs::PROGRAMS.iter().find(|(known, _)| *known == name) {
        Some((_, program)) => {
            program();
            ExitCode::SUCCESS
        }
        None => {
            eprintln!("usage: std NAME; there are:");
            programs::PROGRAMS.iter().for_each(|(name, _)| eprintln!("    {name}"));
            ExitCode::from(2)
        }
    }
}
