//! Mounting and unmounting: only on Tusk, since on Linux the machine is somebody else's.

use super::scratch::Scratch;
use super::shorthand::{holds, make, make_directory};
use crate::call::sys;
use crate::check::{check_eq, must, only_on_tusk};
use tusk_user::Errno;
use tusk_user::stat::stat;

/// Deeper than the kernel's stack would bear a call for each level.
const DEEP: usize = 500;

/// Makes a file system at `mount` in the current directory, and goes there.
#[track_caller]
fn mount_and_enter() {
    make_directory(c"mount");
    check_eq!(sys!(__NR_mount, c"none", c"mount", c"ramfs", 0, 0), Ok(0), "mount");
    must!(sys!(__NR_chdir, c"mount"));
}

/// Goes back, and takes it away.
#[track_caller]
fn leave_and_unmount(scratch: &Scratch) {
    must!(sys!(__NR_chdir, scratch.path()));
    check_eq!(sys!(__NR_umount2, c"mount", 0), Ok(0), "umount");
}

/// A file system goes with all that is in it, however deep that lies.
pub fn deep_tree_goes_with_its_mount() {
    only_on_tusk();
    let scratch = Scratch::new();
    mount_and_enter();
    for _ in 0..DEEP {
        make_directory(c"d");
        make(c"file", b"");
        must!(sys!(__NR_chdir, c"d"));
    }
    leave_and_unmount(&scratch);
    check_eq!(stat(c"mount/d").err(), Some(Errno::ENOENT), "what was mounted");
}

/// A file has names in its own file system only.
pub fn link_to_another_mount_is_exdev() {
    only_on_tusk();
    let scratch = Scratch::new();
    make(c"file", b"text");
    mount_and_enter();
    check_eq!(sys!(__NR_link, c"../file", c"file"), Err(Errno::EXDEV), "link into another file system");
    check_eq!(sys!(__NR_rename, c"../file", c"file"), Err(Errno::EXDEV), "rename into another file system");
    leave_and_unmount(&scratch);
    holds(c"file", b"text");
    check_eq!(stat(c"file").map(|found| found.links()), Ok(1), "the number of names");
}

/// What is in use stays.
pub fn mount_in_use_is_ebusy() {
    only_on_tusk();
    let scratch = Scratch::new();
    mount_and_enter();
    check_eq!(sys!(__NR_umount2, c"../mount", 0), Err(Errno::EBUSY), "umount of the working directory");
    leave_and_unmount(&scratch);
    check_eq!(sys!(__NR_umount2, c"mount", 0), Err(Errno::EINVAL), "umount of no mount");
}
