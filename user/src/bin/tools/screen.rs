//! `clear` and `reset`: a terminal to begin with.

use crate::call::{Call, Stop, Tool};
use linux_raw_sys::general;
use tusk_user::print::{STANDARD_ERROR, STANDARD_OUTPUT};
use tusk_user::terminal::{self, Settings};

/// Empties the screen.
pub const CLEAR: Tool = Tool {
    name: "clear",
    help: "usage: clear
Clears the screen.",
    main: clear,
};

/// Puts the terminal right.
pub const RESET: Tool = Tool {
    name: "reset",
    help: "usage: reset
Puts the terminal right that a program has left in a strange state, and clears the screen.",
    main: reset,
};

/// To the first line and column, and nothing behind it (ECMA-48: CUP, ED).
const CLEAR_SEQUENCE: &str = "\x1b[H\x1b[2J";
/// The terminal as it was when it was switched on (RIS), plain characters (SGR), a cursor one can see.
const RESET_SEQUENCE: &str = "\x1bc\x1b[0m\x1b[?25h";

fn clear(call: &mut Call) -> Result<(), Stop> {
    call.options("x")?;
    call.out.text(CLEAR_SEQUENCE);
    Ok(())
}

fn reset(call: &mut Call) -> Result<(), Stop> {
    call.options("")?;
    // Whichever of the three is the terminal.
    let descriptor = [STANDARD_ERROR, STANDARD_OUTPUT, crate::input::STANDARD_INPUT];
    if let Some(terminal) = descriptor.into_iter().find(|&descriptor| terminal::is_terminal(descriptor)) {
        let settings = terminal::settings(terminal).map(sane);
        let result = settings.and_then(|settings| terminal::set_settings(terminal, &settings));
        result.map_err(|error| call.fail("terminal", error))?;
    }
    call.out.text(RESET_SEQUENCE);
    call.out.text(CLEAR_SEQUENCE);
    Ok(())
}

/// The settings a terminal begins with: lines that can be edited, shown while they are typed, and keys that interrupt.
fn sane(mut settings: Settings) -> Settings {
    let keys = [
        (general::VINTR, b'C' - b'@'),
        (general::VQUIT, b'\\' - b'@'),
        (general::VERASE, 0x7f),
        (general::VKILL, b'U' - b'@'),
        (general::VEOF, b'D' - b'@'),
        (general::VSUSP, b'Z' - b'@'),
        (general::VMIN, 1),
        (general::VTIME, 0),
    ];
    for (key, value) in keys {
        settings.0.c_cc[key as usize] = value;
    }
    settings.0.c_iflag = general::ICRNL | general::IXON;
    settings.0.c_oflag = general::OPOST | general::ONLCR;
    settings.0.c_lflag =
        general::ISIG | general::ICANON | general::IEXTEN | general::ECHO | general::ECHOE | general::ECHOK;
    settings
}
