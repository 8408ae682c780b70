//! `mount`: which file system is where.

use crate::call::{Call, Stop, Tool};
use crate::input::whole;

/// The tool.
pub const MOUNT: Tool = Tool {
    name: "mount",
    help: "usage: mount
Prints the mounted file systems, as /proc/mounts has them.",
    main: mount,
};

fn mount(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it only tells what is mounted")));
    }
    match whole(c"/proc/mounts") {
        Ok(text) => {
            for line in text.split(|&byte| byte == b'\n') {
                let mut fields = line.split(|&byte| byte == b' ');
                let (Some(device), Some(place), Some(kind)) = (fields.next(), fields.next(), fields.next()) else {
                    continue;
                };
                let words = [device, b" on ", place, b" type ", kind, b" (", fields.next().unwrap_or_default(), b")\n"];
                words.into_iter().for_each(|word| call.out.bytes(word));
            }
        }
        Err(error) => call.complain(c"/proc/mounts", error),
    }
    Ok(())
}
