//! Signals: sending, catching, holding back, and coming back from a handler.

pub mod catch;
pub mod faults;
pub mod forged;
pub mod handler;
pub mod inheritance;
pub mod interrupted;
pub mod masks;
pub mod sending;
pub mod sigaction;
pub mod sigchld;
pub mod timers;
