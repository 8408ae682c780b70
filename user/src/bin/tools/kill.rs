//! `kill`: sends signals.

use crate::call::{Call, Stop, Tool};
use crate::{number, put};
use alloc::format;
use core::ffi::CStr;
use tusk_user::signal::{self, SIGTERM};

/// The tool.
pub const KILL: Tool = Tool {
    name: "kill",
    help: "usage: kill [-SIGNAL | -s SIGNAL] PID… | -l [NUMBER…]
Sends a signal, TERM unless another is named, to processes, or to process groups where PID is negative. -l tells the
names of the signals, or of the numbers given (an exit status above 128 is a signal too).",
    main: kill,
};

/// What a shell adds to the signal's number to make an exit status.
const STATUS_OF_SIGNAL: u64 = 128;

fn kill(call: &mut Call) -> Result<(), Stop> {
    // -9 and -HUP are no ordinary options, and neither is a negative pid.
    let arguments = core::mem::take(&mut call.arguments);
    let (name, pids) = match *arguments {
        [first, ref numbers @ ..] if first == c"-l" => return list(call, numbers),
        [first, name, ref pids @ ..] if first == c"-s" => (Some(name.to_bytes()), pids),
        [first, ref pids @ ..] if first == c"--" => (None, pids),
        [first, ref pids @ ..] if first.to_bytes().starts_with(b"-") => (Some(&first.to_bytes()[1..]), pids),
        ref pids => (None, pids),
    };
    let signal = match name.map(|name| str::from_utf8(name).ok().and_then(signal::from_name)) {
        None => SIGTERM,
        Some(Some(signal)) => signal,
        Some(None) => return Err(call.misuse(format_args!("there is no such signal"))),
    };
    let pids = match *pids {
        [first, ref pids @ ..] if first == c"--" => pids,
        ref pids => pids,
    };
    if pids.is_empty() {
        return Err(call.misuse(format_args!("which process?")));
    }
    for pid in pids {
        let Some(number) = pid.to_str().ok().and_then(|text| text.parse().ok()) else {
            call.object(pid, format_args!("is no process number"));
            continue;
        };
        if let Err(error) = signal::kill(number, signal) {
            call.complain(pid, error);
        }
    }
    Ok(())
}

/// Prints names of signals.
fn list(call: &mut Call, numbers: &[&'static CStr]) -> Result<(), Stop> {
    if numbers.is_empty() {
        for (_, name) in signal::names() {
            put!(call.out, "{name}\n");
        }
    }
    for argument in numbers {
        let text = argument.to_str().unwrap_or_default();
        let answer = match number::decimal(text.as_bytes()) {
            Some(number) => {
                let number = if number > STATUS_OF_SIGNAL { number - STATUS_OF_SIGNAL } else { number };
                u32::try_from(number).ok().and_then(signal::name).map(Into::into)
            }
            None => signal::from_name(text).map(|number| format!("{number}")),
        };
        match answer {
            Some(answer) => put!(call.out, "{answer}\n"),
            None => call.object(argument, format_args!("is no signal")),
        }
    }
    Ok(())
}
