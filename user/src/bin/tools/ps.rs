//! `ps`: the processes there are, as `/proc` tells it (`proc_pid_stat(5)`).

use crate::call::{Call, Stop, Tool};
use crate::input::whole;
use crate::number::decimal;
use crate::order::sorted;
use crate::path::join;
use crate::{listing, put};
use alloc::vec::Vec;

/// The tool.
pub const PS: Tool = Tool {
    name: "ps",
    help: "usage: ps
Lists all processes: number, parent's number, state, processor time (minutes:seconds) and command. A state is R running,
S waiting, D waiting for a device, T stopped, Z ended and not collected; behind it s leads a session, + is in the
foreground. A command in [ ] is the kernel's name for it. Options that choose processes elsewhere (-aefxA) do nothing.",
    main: ps,
};

/// Ticks of the times in /proc, per second (`USER_HZ`).
const TICKS_PER_SECOND: u64 = 100;

/// What is told of a process.
struct Process {
    pid: u64,
    parent: u64,
    state: u8,
    leads_session: bool,
    in_foreground: bool,
    seconds: u64,
    command: Vec<u8>,
}

fn ps(call: &mut Call) -> Result<(), Stop> {
    let options = call.options("aefxA")?;
    if !options.operands.is_empty() {
        return Err(call.misuse(format_args!("it always lists all processes")));
    }
    let names = match listing::names(c"/proc") {
        Ok(names) => names,
        Err(error) => {
            call.complain(c"/proc", error);
            return Ok(());
        }
    };
    let pids: Vec<u64> = names.iter().filter_map(|entry| decimal(entry.name.to_bytes())).collect();
    let pids = sorted(pids, u64::cmp);
    call.out.text("    PID    PPID STAT     TIME COMMAND\n");
    // One that has ended since is just not there any more.
    for process in pids.into_iter().filter_map(read) {
        let Process { pid, parent, seconds, .. } = process;
        put!(call.out, "{pid:7} {parent:7} {}", char::from(process.state));
        call.out.text(if process.leads_session { "s" } else { "" });
        call.out.text(if process.in_foreground { "+" } else { "" });
        let marks = usize::from(process.leads_session) + usize::from(process.in_foreground);
        let gap = 3 - marks;
        put!(call.out, "{:gap$} {:5}:{:02} ", "", seconds / 60, seconds % 60);
        call.out.bytes(&process.command);
        call.out.byte(b'\n');
    }
    Ok(())
}

/// Reads what /proc says of a process; `None` when it is gone.
fn read(pid: u64) -> Option<Process> {
    let name = alloc::format!("/proc/{pid}");
    let folder = crate::path::from_bytes(name.into_bytes());
    let text = whole(&join(&folder, b"stat")).ok()?;
    // The name is in brackets and may have any byte in it, brackets too.
    let open = text.iter().position(|&byte| byte == b'(')?;
    let close = text.iter().rposition(|&byte| byte == b')')?;
    let name = text.get(open + 1..close)?;
    let mut fields = text[close + 1..].trim_ascii().split(|&byte| byte == b' ');
    let state = *fields.next()?.first()?;
    let mut numbers = fields.map(|field| decimal(field).unwrap_or(0));
    let (parent, group, session) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let foreground = numbers.nth(1)?;
    // Behind flags and four counts of faults: user and system time.
    let ticks = numbers.nth(5)? + numbers.next()?;
    Some(Process {
        pid,
        parent,
        state,
        leads_session: session == pid,
        in_foreground: foreground == group && foreground != 0,
        seconds: ticks / TICKS_PER_SECOND,
        command: command(whole(&join(&folder, b"cmdline")).unwrap_or_default(), name),
    })
}

/// The arguments with spaces between them, or the kernel's name for a process that has none. What would disturb the
/// screen is shown as `?`.
fn command(mut arguments: Vec<u8>, name: &[u8]) -> Vec<u8> {
    while arguments.last() == Some(&0) {
        arguments.pop();
    }
    if arguments.is_empty() {
        return [b"[", name, b"]"].concat();
    }
    for byte in &mut arguments {
        *byte = match *byte {
            0 => b' ',
            byte if byte.is_ascii_control() => b'?',
            byte => byte,
        };
    }
    arguments
}
