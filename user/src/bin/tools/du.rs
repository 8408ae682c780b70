//! `du`: how much room things take.

use crate::call::{Call, Stop, Tool};
use crate::options::Options;
use crate::path::join;
use crate::{listing, put};
use alloc::vec::Vec;
use core::ffi::CStr;
use tusk_user::size::Human;
use tusk_user::stat::{Kind, link_stat};

/// The tool.
pub const DU: Tool = Tool {
    name: "du",
    help: "usage: du [-ashk] [FILE…]
Prints how many KiB directories take with all that is in them: a line for each directory, or for each file too (-a), or
for each operand only (-s). -h with units. A file with several names counts once.",
    main: du,
};

/// The files with several names that were seen, by file system and number, in order.
type Seen = Vec<(u64, u64)>;

fn du(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("ashk")?;
    let mut seen = Seen::new();
    let paths = if options.operands.is_empty() { &[c"."][..] } else { &options.operands };
    for path in paths {
        count(call, path, options, &mut seen, true);
    }
    Ok(())
}

/// Counts a file or a tree, in units of 512 bytes, and prints what is asked for.
fn count(call: &mut Call, path: &CStr, options: &Options, seen: &mut Seen, is_operand: bool) -> u64 {
    let stat = match link_stat(path) {
        Ok(stat) => stat,
        Err(error) => {
            call.complain(path, error);
            return 0;
        }
    };
    let is_directory = stat.kind() == Kind::Directory;
    if !is_directory && stat.links() > 1 {
        let identity = (stat.file_system(), stat.inode());
        match seen.binary_search(&identity) {
            Ok(_) => return 0,
            Err(place) => seen.insert(place, identity),
        }
    }
    let mut blocks = stat.blocks();
    if is_directory {
        match listing::names(path) {
            Ok(names) => {
                for entry in names {
                    blocks += count(call, &join(path, entry.name.to_bytes()), options, seen, false);
                }
            }
            Err(error) => call.complain(path, error),
        }
    }
    if is_operand || !options.has('s') && (is_directory || options.has('a')) {
        if options.has('h') {
            put!(call.out, "{}\t", Human(blocks * 512));
        } else {
            put!(call.out, "{}\t", blocks.div_ceil(2));
        }
        call.out.bytes(path.to_bytes());
        call.out.byte(b'\n');
    }
    blocks
}
