//! The cases about files: what a path means, what a descriptor is, what comes back from a read.
//!
//! Everything here is Linux's, so all of it has to pass on Linux first, on whatever file system `/tmp` is there: where
//! file systems differ, a case takes either answer. Most calls are made raw, with their numbers and words, since it is
//! the interface that is tested and not our wrappers of it; `call`, `scratch` and `shorthand` keep that short.

pub mod attributes;
pub mod bad_counts;
pub mod descriptors;
pub mod devices;
pub mod directories;
pub mod facts;
pub mod fifos;
pub mod file_times;
pub mod links;
pub mod listing;
pub mod mounts;
pub mod offsets;
pub mod opening;
pub mod path_only;
pub mod paths;
pub mod permissions;
pub mod pipe_ends;
pub mod pipes;
pub mod poll;
pub mod procfs;
pub mod renames;
pub mod reopening;
pub mod scratch;
pub mod select;
pub mod sharing;
pub mod shorthand;
pub mod transfer;
pub mod truncation;
pub mod vectors;
