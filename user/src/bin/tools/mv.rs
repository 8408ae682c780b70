//! `mv`: gives files other names, and where that takes them to another file system, copies them there.

use crate::call::{Call, Stop, Tool};
use crate::copy::{Copy, Preserve};
use crate::rm::{remove_file, remove_tree};
use crate::target::pairs;
use core::ffi::CStr;
use tusk_user::stat::{Kind, link_stat};
use tusk_user::{Errno, directory};

/// The tool.
pub const MV: Tool = Tool {
    name: "mv",
    help: "usage: mv [-fn] SOURCE TARGET | SOURCE… DIRECTORY
Moves files and directories. What has the target's name already is replaced, but with -n it stays.",
    main: mv,
};

fn mv(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("fn")?;
    let keep = options.last_of("fn") == Some('n');
    for (source, target) in pairs(call, &options.operands)? {
        if keep && link_stat(&target).is_ok() {
            continue;
        }
        if let (Ok(one), Ok(other)) = (link_stat(source), link_stat(&target))
            && (one.file_system(), one.inode()) == (other.file_system(), other.inode())
            && one.links() == 1
        {
            call.object(source, format_args!("is already called so"));
            continue;
        }
        match directory::rename(source, &target) {
            Ok(()) => {}
            Err(Errno::EXDEV) => carry(call, source, &target),
            Err(error @ (Errno::ENOENT | Errno::ENOTDIR)) if link_stat(source).is_ok() => call.complain(&target, error),
            Err(error) => call.complain(source, error),
        }
    }
    Ok(())
}

/// Copies, and removes the source when the copy is whole.
fn carry(call: &mut Call, source: &CStr, target: &CStr) {
    let before = core::mem::take(&mut call.status);
    Copy { recursive: true, preserve: Preserve::All }.run(call, source, target);
    if call.status == 0 {
        match link_stat(source) {
            Ok(stat) if stat.kind() == Kind::Directory => remove_tree(call, source),
            _ => remove_file(call, source),
        }
    }
    call.status = call.status.max(before);
}
