//! `cp`: copies files and trees.

use crate::call::{Call, Stop, Tool};
use crate::copy::{Copy, Preserve};
use crate::target::pairs;

/// The tool.
pub const CP: Tool = Tool {
    name: "cp",
    help: "usage: cp [-rp] SOURCE TARGET | SOURCE… DIRECTORY
Copies files. -r also copies directories with all that is in them, links and devices as what they are. -p keeps
permissions and times; -a is -rp.",
    main: cp,
};

fn cp(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("rRpaf")?;
    let preserve = if options.last_of("pa").is_some() { Preserve::All } else { Preserve::Permissions };
    let copy = Copy { recursive: options.last_of("rRa").is_some(), preserve };
    for (source, target) in pairs(call, &options.operands)? {
        copy.run(call, source, &target);
    }
    Ok(())
}
