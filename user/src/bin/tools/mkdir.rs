//! `mkdir` and `rmdir`: empty directories come and go.

use crate::call::{Call, Stop, Tool};
use crate::number;
use crate::path::{self, parent, without_slashes};
use core::ffi::CStr;
use tusk_user::Errno;
use tusk_user::directory::{self, NEW_DIRECTORY_MODE};
use tusk_user::stat::{self, Kind};

/// Makes them.
pub const MKDIR: Tool = Tool {
    name: "mkdir",
    help: "usage: mkdir [-p] [-m MODE] DIRECTORY…
Makes directories; with -p also those they are to be in, and none that is there is an error. MODE is octal.",
    main: mkdir,
};

/// Removes them.
pub const RMDIR: Tool = Tool {
    name: "rmdir",
    help: "usage: rmdir [-p] DIRECTORY…
Removes empty directories; with -p also those they were in, as the path names them.",
    main: rmdir,
};

fn mkdir(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("pm:")?;
    let mode = match options.value('m') {
        None => None,
        Some(text) => Some(number::octal(text.to_bytes()).ok_or_else(|| call.misuse_of(text, "is no octal mode"))?),
    };
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("which directory?")));
    }
    for path in &options.operands {
        let result = if options.has('p') { make_all(path) } else { directory::make(path, NEW_DIRECTORY_MODE) };
        // A mode that was asked for is not subject to the mask.
        let result = result.and_then(|()| mode.map_or(Ok(()), |mode| directory::change_mode(path, mode)));
        if let Err(error) = result {
            call.complain(path, error);
        }
    }
    Ok(())
}

/// Makes a directory and all above it that are missing.
fn make_all(path: &CStr) -> Result<(), Errno> {
    let bytes = path.to_bytes();
    for (place, _) in bytes.iter().enumerate().skip(1).filter(|(_, byte)| **byte == b'/') {
        make_if_missing(&path::from_bytes(bytes[..place].to_vec()))?;
    }
    make_if_missing(path)
}

/// Makes a directory unless it is there.
fn make_if_missing(path: &CStr) -> Result<(), Errno> {
    directory::make(path, NEW_DIRECTORY_MODE).or_else(|error| match stat::stat(path) {
        Ok(stat) if stat.kind() == Kind::Directory => Ok(()),
        _ => Err(error),
    })
}

fn rmdir(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("p")?;
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("which directory?")));
    }
    for path in &options.operands {
        let mut rest = without_slashes(path.to_bytes());
        loop {
            let current = path::from_bytes(rest.to_vec());
            if let Err(error) = directory::remove(&current) {
                call.complain(&current, error);
                break;
            }
            rest = parent(rest);
            if !options.has('p') || rest == b"." || rest == b"/" {
                break;
            }
        }
    }
    Ok(())
}
