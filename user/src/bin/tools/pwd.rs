//! `pwd`: where we are.

use crate::call::{Call, Stop, Tool};
use alloc::vec;
use tusk_user::directory::{self, PATH_MAX};

/// The tool.
pub const PWD: Tool = Tool {
    name: "pwd",
    help: "usage: pwd [-LP]
Prints the path of the current directory, without symbolic links in it.",
    main: pwd,
};

fn pwd(call: &mut Call) -> Result<(), Stop> {
    call.options("LP")?;
    let mut buffer = vec![0; PATH_MAX];
    let path = directory::current(&mut buffer).map_err(|error| call.fail("current directory", error))?;
    call.out.bytes(path.to_bytes());
    call.out.byte(b'\n');
    Ok(())
}
