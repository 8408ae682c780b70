//! `tee`: standard input to standard output, and to files as well.

use crate::call::{Call, Stop, Tool};
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::file::{self, Descriptor, O_APPEND, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY};
use tusk_user::{linux, signal};

/// The tool.
pub const TEE: Tool = Tool {
    name: "tee",
    help: "usage: tee [-ai] [FILE…]
Prints what it reads and writes it to the files too, behind what is in them with -a. -i: ^C does not end it.",
    main: tee,
};

fn tee(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("ai")?;
    if options.has('i') {
        signal::set_action(signal::SIGINT, signal::Action::Ignore).map_err(|error| call.fail("SIGINT", error))?;
    }
    let placement = if options.has('a') { O_APPEND } else { O_TRUNC };
    let mut files: Vec<(&CStr, Descriptor)> = Vec::new();
    for &path in &options.operands {
        match file::open(path, O_WRONLY | O_CREAT | O_CLOEXEC | placement) {
            Ok(file) => files.push((path, file)),
            Err(error) => call.complain(path, error),
        }
    }
    call.each_input(&[], &mut |call, _, input| {
        loop {
            let chunk = input.chunk()?;
            if chunk.is_empty() {
                return Ok(());
            }
            call.out.bytes(chunk);
            call.out.flush();
            // A file that is full is told once, and the others go on.
            files.retain(|(path, file)| {
                let result = linux::write_all(file.number(), chunk);
                if let Err(error) = result {
                    call.complain(path, error);
                }
                result.is_ok()
            });
        }
    });
    Ok(())
}
