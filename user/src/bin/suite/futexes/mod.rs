//! `futex`: each operation, with what it refuses, and what it must not lose.

pub mod call;
pub mod futex_changes;
pub mod futex_moves;
pub mod futex_signals;
pub mod futex_times;
pub mod futex_waits;
pub mod hand_offs;
pub mod robust_lists;
pub mod shared_futexes;
