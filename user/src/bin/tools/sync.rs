//! `sync`: writes what is still in memory to the discs.

use crate::call::{Call, Stop, Tool};
use tusk_user::file;

/// The tool.
pub const SYNC: Tool = Tool {
    name: "sync",
    help: "usage: sync
Has everything written to the discs that is still in memory.",
    main: sync,
};

fn sync(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it takes no file: it is always everything")));
    }
    file::sync();
    Ok(())
}
