//! The calls that take a path, with what else they take.

use super::argument::{count, name, request, room, word};
use super::line::line;
use super::trial;
use crate::call::sys;
use crate::check::check_eq;
use crate::files::scratch::Scratch;
use crate::files::shorthand::{holds, make, make_link};
use linux_raw_sys::general::AT_FDCWD;
use tusk_user::Errno;

/// Everything that has a name, asked for under a bad one, and told where there is no room.
pub fn path_calls_believe_nothing() {
    let _scratch = Scratch::new();
    make(c"file", b"0123456789");
    make(c"other", b"");
    make_link(c"a text of twenty letters and more", c"link");
    let (here, nobody) = (AT_FDCWD, -1);
    let (file, other, new) = (name(c"file"), name(c"other"), name(c"new"));
    let root = name(c"/");
    trial::all(&[
        line!(__NR_open, name(c"file"), word(0), word(0)),
        line!(__NR_open, name(c"new"), word(0o102), word(0o644)),
        line!(__NR_openat, word(here), file, word(0), word(0)),
        line!(__NR_creat, new, word(0o644)),
        line!(__NR_stat, file, room(64)),
        line!(__NR_lstat, file, room(64)),
        line!(__NR_stat64, file, room(96)),
        line!(__NR_lstat64, file, room(96)),
        line!(__NR_fstatat64, word(here), file, room(96), word(0)),
        line!(__NR_statx, word(here), file, word(0), word(0x7ff), room(256)),
        line!(__NR_statfs64, root, count(84), room(84)),
        line!(__NR_access, file, word(0)),
        line!(__NR_faccessat, word(here), file, word(0)),
        line!(__NR_faccessat2, word(here), file, word(0), word(0)),
        line!(__NR_chdir, root),
        line!(__NR_chroot, root),
        line!(__NR_mkdir, new, word(0o755)),
        line!(__NR_mkdirat, word(here), new, word(0o755)),
        line!(__NR_mknod, file, word(0o100_644), count(0)),
        line!(__NR_mknodat, word(here), file, word(0o100_644), count(0)),
        line!(__NR_rmdir, new),
        line!(__NR_unlink, new),
        line!(__NR_unlinkat, word(here), new, word(0)),
        line!(__NR_link, file, new),
        line!(__NR_linkat, word(here), file, word(here), new, word(0)),
        line!(__NR_symlink, file, new),
        line!(__NR_symlinkat, file, word(here), new),
        line!(__NR_readlink, name(c"link"), room(20), count(64)),
        line!(__NR_readlinkat, word(here), name(c"link"), room(20), count(64)),
        line!(__NR_rename, file, new),
        line!(__NR_renameat, word(here), file, word(here), new),
        line!(__NR_renameat2, word(here), file, word(here), new, word(0)),
        line!(__NR_chmod, file, word(0o644)),
        line!(__NR_fchmodat, word(here), file, word(0o644)),
        line!(__NR_chown32, file, word(nobody), word(nobody)),
        line!(__NR_lchown32, file, word(nobody), word(nobody)),
        line!(__NR_fchownat, word(here), file, word(nobody), word(nobody), word(0)),
        line!(__NR_truncate, other, word(0)),
        line!(__NR_truncate64, other, count(0), count(0)),
        line!(__NR_utime, file, request(&[0; 2]).optional()),
        line!(__NR_utimes, file, request(&[0; 4]).optional()),
        line!(__NR_futimesat, word(here), file, request(&[0; 4]).optional()),
        line!(__NR_utimensat, word(here), file, request(&[0; 4]).optional(), word(0)),
        line!(__NR_utimensat_time64, word(here), file, request(&[0; 8]).optional(), word(0)),
        line!(__NR_umount, new),
        line!(__NR_umount2, new, word(0)),
        line!(
            __NR_mount,
            name(c"nothing").optional(),
            root,
            name(c"no such file system").optional(),
            word(0),
            request(&[0; 1024]).optional().partial(),
        )
        .also(&[Errno::ENODEV]),
    ]);
    holds(c"file", b"0123456789");
    check_eq!(sys!(__NR_access, c"new", 0), Err(Errno::ENOENT), "access to what was never made");
}
