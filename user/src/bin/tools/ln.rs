//! `ln`: gives files more names.

use crate::call::{Call, Stop, Tool};
use crate::target::pairs;
use alloc::ffi::CString;
use alloc::vec;
use tusk_user::directory;
use tusk_user::stat::{Kind, link_stat};

/// The tool.
pub const LN: Tool = Tool {
    name: "ln",
    help: "usage: ln [-sf] SOURCE TARGET | SOURCE… DIRECTORY | SOURCE
Makes TARGET another name of SOURCE, or with -s a symbolic link with SOURCE as its text. With one operand the name is
made in the current directory. -f removes what has the name already.",
    main: ln,
};

fn ln(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("sfn")?;
    let mut operands = options.operands.clone();
    if let [_] = *operands {
        operands.push(c".");
    }
    // With -n a link to a directory is the name to replace and not a place to put things into.
    let replaced =
        options.has('n') && operands.len() == 2 && link_stat(operands[1]).is_ok_and(|s| s.kind() == Kind::Link);
    let pairs = if replaced { vec![(operands[0], CString::from(operands[1]))] } else { pairs(call, &operands)? };
    for (source, target) in pairs {
        if options.has('f') && link_stat(&target).is_ok_and(|stat| stat.kind() != Kind::Directory) {
            // Should this fail, so does what follows, and says why.
            let _ = directory::unlink(&target);
        }
        let result =
            if options.has('s') { directory::symlink(source, &target) } else { directory::link(source, &target) };
        if let Err(error) = result {
            // The old name is the one to blame when it is not there.
            let path = if !options.has('s') && link_stat(source).is_err() { source } else { target.as_c_str() };
            call.complain(path, error);
        }
    }
    Ok(())
}
