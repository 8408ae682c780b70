//! Memory calls: mapping, unmapping, changing rights, and files seen as memory.
//!
//! [`call`] makes any system call and [`scratch`] a file for a case: the other folders use them too.

pub mod call;
pub mod filemap;
pub mod forkmap;
pub mod madvise;
pub mod mmap;
pub mod mprotect;
pub mod mremap;
pub mod munmap;
pub mod pages;
pub mod scratch;
pub mod sharedmap;
