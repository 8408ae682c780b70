//! `touch`: sets the times of files, and makes those that are missing.

use crate::call::{Call, Stop, Tool};
use crate::number;
use core::time::Duration;
use tusk_user::file::{self, O_CLOEXEC, O_CREAT, O_WRONLY};
use tusk_user::{Errno, directory};

/// The tool.
pub const TOUCH: Tool = Tool {
    name: "touch",
    help: "usage: touch [-c] [-d @SECONDS] FILE…
Sets the times of the files to now, or to so many seconds after the beginning of 1970. What is not there is made, empty,
but with -c it is not.",
    main: touch,
};

fn touch(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("cd:")?;
    let times = match options.value('d') {
        None => None,
        Some(text) => {
            let seconds = text.to_bytes().strip_prefix(b"@").and_then(number::decimal);
            let seconds = seconds.ok_or_else(|| call.misuse_of(text, "is no time: @SECONDS"))?;
            Some([Duration::from_secs(seconds); 2])
        }
    };
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("which file?")));
    }
    for path in &options.operands {
        let mut result = directory::set_times(path, times);
        if result == Err(Errno::ENOENT) && options.has('c') {
            continue;
        }
        if result == Err(Errno::ENOENT) {
            result = file::open(path, O_WRONLY | O_CREAT | O_CLOEXEC).and_then(|_| directory::set_times(path, times));
        }
        if let Err(error) = result {
            call.complain(path, error);
        }
    }
    Ok(())
}
