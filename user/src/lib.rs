//! The runtime of the programs that run on Tusk in ring 3.
//!
//! It is as small as a runtime can be: an entry point, one `int 0x80`, the calls of Linux' i386 interface that Tusk
//! offers under their own names, the book's calls beside them, and what a program needs to print and to stop. There
//! is no buffer that outlives a call, for one reason: these programs fork. Whatever the runtime kept in memory would
//! be copied too, and a half-filled output buffer would come out twice. Nor is there a heap, unless a program asks for
//! one ([`allocator`]), as the shell and the small programs do.
//!
//! The programs are ordinary static i386 Linux programs: the same file runs on Linux and on Tusk. That is how the
//! test suite checks itself: wherever a call is Linux's, Linux must pass it first.
#![no_std]

pub mod allocator;
pub mod book;
pub mod calendar;
pub mod cpu;
pub mod directory;
pub mod environment;
pub mod errno;
pub mod file;
pub mod heap;
pub mod identity;
pub mod launch;
pub mod linux;
pub mod machine;
pub mod measure;
mod panic;
pub mod print;
pub mod signal;
pub mod size;
pub mod start;
pub mod stat;
pub mod status;
pub mod syscall;
pub mod terminal;
pub mod time;
pub mod usage;
pub mod words;

pub use environment::Environment;
pub use errno::Errno;
pub use status::Status;

/// Tells whether the kernel below is Tusk: some tests ask what no other kernel answers.
pub fn on_tusk() -> bool {
    linux::uname().is_ok_and(|names| names.system() == c"Tusk")
}
