//! `uname` and `hostname`: the names of kernel and machine.

use crate::call::{Call, Stop, Tool};
use crate::put;
use tusk_user::linux::{self, Names};

/// The kernel's names.
pub const UNAME: Tool = Tool {
    name: "uname",
    help: "usage: uname [-asnrvmo]
Prints the kernel's name (-s, which is also what it does without an option), the machine's name (-n), the kernel's
release (-r) and version (-v), the processor (-m) and the operating system (-o), which is named as the kernel is; -a
all of them.",
    main: uname,
};

/// The machine's.
pub const HOSTNAME: Tool = Tool {
    name: "hostname",
    help: "usage: hostname
Prints the machine's name.",
    main: hostname,
};

fn uname(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("asnrvmo")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it takes options only")));
    }
    let names = names(call)?;
    let wanted =
        |letter| options.has('a') || options.has(letter) || letter == 's' && options.last_of("nrvmo").is_none();
    let all = [
        ('s', names.system()),
        ('n', names.node()),
        ('r', names.release()),
        ('v', names.version()),
        ('m', names.machine()),
        // Which interface it has is another matter: who asks for the system wants to know whose it is.
        ('o', names.system()),
    ];
    for (index, (_, text)) in all.iter().filter(|(letter, _)| wanted(*letter)).enumerate() {
        put!(call.out, "{}", if index == 0 { "" } else { " " });
        call.out.bytes(text.to_bytes());
    }
    call.out.byte(b'\n');
    Ok(())
}

fn hostname(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("the name cannot be changed")));
    }
    let names = names(call)?;
    call.out.bytes(names.node().to_bytes());
    call.out.byte(b'\n');
    Ok(())
}

/// Asks the kernel.
fn names(call: &mut Call) -> Result<Names, Stop> {
    linux::uname().map_err(|error| call.fail("kernel", error))
}
