//! `rm`: removes names, and with `-r` whole trees.

use crate::call::{Call, Stop, Tool};
use crate::listing;
use crate::path::{join, last_part};
use core::ffi::CStr;
use tusk_user::stat::{Kind, link_stat};
use tusk_user::{Errno, directory};

/// The tool.
pub const RM: Tool = Tool {
    name: "rm",
    help: "usage: rm [-rf] FILE…
Removes files; with -r directories and all that is in them. With -f it is no error when there is no such file.
Symbolic links are removed, not followed.",
    main: rm,
};

fn rm(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("rRf")?;
    let (recursive, force) = (options.last_of("rR").is_some(), options.has('f'));
    if options.operands.is_empty() && !force {
        return Err(call.misuse(format_args!("which file?")));
    }
    for path in &options.operands {
        if matches!(last_part(path.to_bytes()), b"." | b".." | b"/") {
            call.object(path, format_args!("is not removed: that would be where we stand"));
            continue;
        }
        match link_stat(path) {
            Ok(stat) if stat.kind() != Kind::Directory => remove_file(call, path),
            Ok(_) if recursive => remove_tree(call, path),
            Ok(_) => call.complain(path, Errno::EISDIR),
            Err(Errno::ENOENT | Errno::ENOTDIR) if force => {}
            Err(error) => call.complain(path, error),
        }
    }
    Ok(())
}

/// Removes a directory and all that is in it; tells each thing that could not be removed.
pub fn remove_tree(call: &mut Call, path: &CStr) {
    match listing::names(path) {
        Ok(names) => {
            for entry in names {
                let inner = join(path, entry.name.to_bytes());
                let kind = if entry.kind == Kind::Unknown {
                    link_stat(&inner).map(|stat| stat.kind())
                } else {
                    Ok(entry.kind)
                };
                match kind {
                    Ok(Kind::Directory) => remove_tree(call, &inner),
                    _ => remove_file(call, &inner),
                }
            }
        }
        Err(error) => return call.complain(path, error),
    }
    if let Err(error) = directory::remove(path) {
        call.complain(path, error);
    }
}

/// Removes a name that is no directory's.
pub fn remove_file(call: &mut Call, path: &CStr) {
    if let Err(error) = directory::unlink(path) {
        call.complain(path, error);
    }
}
