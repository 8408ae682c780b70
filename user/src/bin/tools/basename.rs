//! `basename` and `dirname`: the two halves of a path, by the text alone.

use crate::call::{Call, Stop, Tool};
use crate::path::{last_part, parent};

/// The last part.
pub const BASENAME: Tool = Tool {
    name: "basename",
    help: "usage: basename PATH [SUFFIX]
Prints the last part of a path, without the suffix if it ends with it.",
    main: basename,
};

/// What is before it.
pub const DIRNAME: Tool = Tool {
    name: "dirname",
    help: "usage: dirname PATH…
Prints each path without its last part, or . when nothing is left.",
    main: dirname,
};

fn basename(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("+")?;
    let (path, suffix) = match *options.operands {
        [path] => (path, c""),
        [path, suffix] => (path, suffix),
        _ => return Err(call.misuse(format_args!("it takes a path, and maybe a suffix"))),
    };
    let name = last_part(path.to_bytes());
    // A name that is all suffix stays as it is.
    let bare = name.strip_suffix(suffix.to_bytes()).filter(|bare| !bare.is_empty()).unwrap_or(name);
    call.out.bytes(bare);
    call.out.byte(b'\n');
    Ok(())
}

fn dirname(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if options.operands.is_empty() {
        return Err(call.misuse(format_args!("of which path?")));
    }
    for path in &options.operands {
        call.out.bytes(parent(path.to_bytes()));
        call.out.byte(b'\n');
    }
    Ok(())
}
