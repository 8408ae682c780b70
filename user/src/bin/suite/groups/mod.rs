//! What a process is among others: groups, sessions, stops, users, limits, clocks, and its own segment.

pub mod clocks;
pub mod identity;
pub mod jobs;
pub mod limits;
pub mod machine;
pub mod pgroups;
pub mod sessions;
pub mod tls;
