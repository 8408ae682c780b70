//! Memory: frames, kernel pages, heaps, and programs' address spaces.
//!
//! From the bottom up: [`bitmap`] → [`frame`] (physical pages in two pools) → [`page_table`] →
//! [`kernel_pages`] (the kernel's addresses) → [`arena`] and [`heap`] (small blocks), and beside
//! those [`page_directory`], [`user_addresses`] with its [`regions`], [`user_pages`] and [`demand`] (a
//! program's memory) and [`user`] (copying from and to it). Stands on `arch`; called by tasks, files, and system calls.

pub mod arena;
pub mod bitmap;
pub mod bounce;
pub mod demand;
pub mod executable;
pub mod fault_injection;
pub mod file_page;
pub mod frame;
pub mod heap;
pub mod inheritance;
mod init;
pub mod kernel_pages;
pub mod layout;
pub mod loaded;
pub mod page_changes;
pub mod page_directory;
pub mod page_table;
pub mod pin;
pub mod region;
pub mod regions;
pub mod shared_memory;
pub mod user;
pub mod user_addresses;
pub mod user_heap;
pub mod user_pages;

pub use init::{Memory, image, init};
