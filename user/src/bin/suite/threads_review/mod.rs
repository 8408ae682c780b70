//! What a second reading of threads has found: each case was wrong once.

pub mod fates;
pub mod groups_and_forks;
pub mod told;
pub mod turns;
