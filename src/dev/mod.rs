//! Devices: the screen, the keyboard, and the terminal that they and the serial line make.
//!
//! Stands on `arch`, `mm` and `task`: a reader sleeps until there is a line. Called by system calls
//! and, for its output, by the log.

mod ansi;
pub mod console;
mod keyboard;
mod line;
pub mod terminal;
mod vga;
