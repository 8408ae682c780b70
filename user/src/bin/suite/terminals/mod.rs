//! Terminals: their settings, what is read from them, and whom they serve.
//!
//! Each case begins a session in a child and takes a terminal for it: on Tusk the screen's, on which nobody else is
//! while the suite runs, on Linux a pseudo-terminal. Typing is TIOCSTI, which puts a byte where the keyboard's go.

mod line;

pub mod background;
pub mod hang_up;
pub mod owners;
pub mod reading;
pub mod settings;
