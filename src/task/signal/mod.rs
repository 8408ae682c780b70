//! Signals: what is sent to a process, and how it comes to act on it.
//!
//! [`send`] puts a signal among those that wait for a task ([`state`]) and wakes the task; on its way back to
//! ring 3 the task takes them out one by one ([`deliver`]) and ends, stops, or gets a frame on its stack
//! ([`frame`]) as if it had called its handler. The pure parts are [`number`], [`set`], [`information`],
//! [`action`] and [`layout`]. `man 7 signal`.

pub mod action;
pub mod deliver;
mod frame;
pub mod information;
mod layout;
pub mod number;
pub mod pending;
pub mod posix_timers;
pub mod send;
pub mod set;
pub mod state;
pub mod timers;
pub mod while_forking;

pub use frame::{stack_flags, write_information as information_to_program};
pub use information::Information;
pub use number::Signal;
pub use send::{send_to_group, send_to_process, send_to_running, would_be_ignored_or_blocked};
pub use set::SignalSet;
