//! Memory calls: mapping, unmapping, changing rights, and files seen as memory.
//!
//! [`scratch`] makes a file for a case: the other folders use it too.

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
