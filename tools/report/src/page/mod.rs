//! The pages: sections with a picture each, and the picture's numbers as a table.

pub mod boot;
pub mod fork;
mod frame;
mod sections;
mod table;

pub use frame::{Page, Section};
