//! Files: what names lead to, and what is open.
//!
//! [`inode`] says what a file of whatever kind is; [`path`] walks from name to name, over [`mount`]s;
//! [`open_file`] is a file being used. [`ramfs`] is the root, filled from the archive that GRUB loads ([`unpack`]);
//! [`pipe`] and the devices ([`device`]) are inodes too. Stands on `mm` and `task`; called by system calls, by the
//! devices above, and by the boot code.

pub mod buffer;
pub mod context;
mod cpio;
pub mod device;
pub mod file_system;
pub mod in_use;
pub mod inode;
mod memory_device;
pub mod metadata;
pub mod mount;
pub mod open;
pub mod open_file;
pub mod open_flags;
pub mod origin;
pub mod path;
pub mod pipe;
mod position;
pub mod procfs;
pub mod program;
pub mod ramfs;
pub mod readiness;
pub mod root;
pub mod text;
mod unpack;
