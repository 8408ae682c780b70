//! The boundary to programs: two tables of system calls and what their lines call.
//!
//! [`dispatch`] takes `int 0x80` apart; [`linux`] and [`book`] are the tables; the other modules
//! check what a program passed and call the layers below. The highest layer: nothing calls it.

mod attributes;
mod book;
mod book_directory;
mod book_file;
mod book_path;
mod book_process;
mod call;
mod control;
mod directory;
pub mod dispatch;
mod file;
mod futex;
mod group;
mod identity;
pub mod injection;
mod kill;
mod limit;
mod linux;
mod mapping;
mod memory;
mod memory_advice;
mod mount;
mod name;
mod poll;
mod posix_timer;
mod prctl;
mod process;
mod random;
mod record;
mod remapping;
mod schedule;
mod screen;
mod select;
mod signal;
mod stat;
pub mod strace;
mod strings;
mod system;
mod thread;
mod time;
mod timer;
mod timespec;
mod usage;
mod vector;
mod waiting;
mod working_directory;
