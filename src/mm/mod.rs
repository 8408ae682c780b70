//! Memory: frames, kernel pages, heaps, and programs' address spaces.
//!
//! From the bottom up: [`bitmap`] → [`frame`] (physical pages in two pools) → [`page_table`] →
//! [`kernel_pages`] (the kernel's addresses) → [`arena`] and [`heap`] (small blocks), and beside
//! those [`page_directory`], [`user_addresses`] and [`user_pages`] (a program's memory) and
//! [`user`] (copying from and to it). Stands on `arch`; called by tasks, files, and system calls.

pub mod arena;
pub mod bitmap;
pub mod bounce;
pub mod fault_injection;
pub mod frame;
pub mod heap;
mod init;
pub mod kernel_pages;
pub mod layout;
pub mod page_directory;
pub mod page_table;
pub mod user;
pub mod user_addresses;
pub mod user_heap;
pub mod user_pages;

pub use init::{Memory, init};
