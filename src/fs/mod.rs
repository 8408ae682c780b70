//! Files: the first root file system, an archive that GRUB loads beside the kernel.
//!
//! Stands on `mm` and `task`; called by system calls and by the boot code.

mod cpio;
pub mod root;
