//! Devices: the screen and the keyboard, and the terminals that they and the serial line make.
//!
//! Stands on `arch`, `mm`, `task` and `fs`: a reader sleeps until there is a line, and a terminal is an inode. Called by
//! system calls and, for its output, by the log.

mod ansi;
pub mod console;
mod keyboard;
mod rendition;
mod screen_edit;
pub mod tty;
mod vga;
