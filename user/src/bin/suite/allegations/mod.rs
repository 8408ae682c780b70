//! Everything that a call can be told and that is not so: addresses of nothing, counts beyond all bounds.
//!
//! A program's pointers and counts are allegations. Here every call that takes one is told each lie in turn, and refuses
//! it (EFAULT) without losing anything: no descriptor, no child, no memory. The calls are in tables, one line a call,
//! which says what each of its arguments is; [`trial`] does the rest. A test of the host compares the tables with the
//! kernel's own, so that a new call needs its line.
//!
//! What a call *does* with a good argument is the business of the other groups, as is what a read or write that ends
//! half-way has done (`bad_counts`).

mod argument;
mod book;
mod files;
mod ground;
mod line;
mod memory;
mod paths;
mod processes;
mod signals;
mod system;
mod terminals;
mod time;
mod trial;
mod waiting;

pub use book::book_calls_believe_nothing;
pub use files::descriptor_calls_believe_nothing;
pub use memory::memory_calls_believe_nothing;
pub use paths::path_calls_believe_nothing;
pub use processes::process_calls_believe_nothing;
pub use signals::signal_calls_believe_nothing;
pub use system::system_calls_believe_nothing;
pub use terminals::terminal_requests_believe_nothing;
pub use time::time_calls_believe_nothing;
pub use waiting::waiting_calls_believe_nothing;
