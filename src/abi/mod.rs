//! The boundary to programs: two tables of system calls and what their lines call.
//!
//! [`dispatch`] takes `int 0x80` apart; [`linux`] and [`book`] are the tables; the other modules
//! check what a program passed and call the layers below. The highest layer: nothing calls it.

mod book;
mod call;
pub mod dispatch;
mod file;
mod linux;
mod memory;
mod process;
mod screen;
pub mod strace;
mod system;
mod time;
