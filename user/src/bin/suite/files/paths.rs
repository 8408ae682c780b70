//! What a path means, step by step.

use super::scratch::{Path, Scratch};
use super::shorthand::{close, holds, make, make_directory, make_link, open, try_open};
use crate::call::sys;
use crate::check::{check_eq, must};
use core::ffi::CStr;
use linux_raw_sys::general::{O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_WRONLY};
use tusk_user::Errno;
use tusk_user::heap::Heap;
use tusk_user::stat::{Kind, link_stat, stat};

/// The longest name and the longest path, in bytes without the NUL.
const NAME_MAX: usize = 255;
const PATH_MAX: usize = 4095;
/// How many links may be followed on one way (`path_resolution(7)`).
const LINKS_MAX: usize = 40;

/// A path in `memory`: as often `./` as it takes to come to `length` bytes, then `name`.
fn long_path<'a>(memory: &'a mut [u8], length: usize, name: &str) -> &'a CStr {
    let split = length - name.len();
    for (index, byte) in memory[..split].iter_mut().enumerate() {
        *byte = if index % 2 == 0 { b'.' } else { b'/' };
    }
    // An odd count would glue a dot to the name.
    if split % 2 == 1 {
        memory[split - 1] = b'/';
    }
    memory[split..length].copy_from_slice(name.as_bytes());
    memory[length] = 0;
    CStr::from_bytes_until_nul(memory).unwrap_or_default()
}

/// A dot is here, two are above, and slashes may be many.
pub fn dots_and_slashes_are_steps() {
    let scratch = Scratch::new();
    make_directory(c"a");
    make_directory(c"a/b");
    make(c"a/b/file", b"text");
    for path in [c"a/b/file", c"./a/./b/./file", c"a//b///file", c"a/../a/b/../b/file", c"././/.//a/b/file"] {
        holds(path, b"text");
    }
    let absolute = Path::new(format_args!("//..///../{}//a/b/file", must!(scratch.path().to_str())));
    holds(absolute.as_c_str(), b"text");
}

/// There is nothing above the root.
pub fn root_is_above_itself() {
    let root = must!(stat(c"/")).inode();
    for path in [c"/..", c"/../..", c"/.", c"//", c"/./../"] {
        check_eq!(must!(stat(path)).inode(), root, "the inode of {path:?}");
    }
}

/// A slash at the end asks for a directory.
pub fn trailing_slash_wants_a_directory() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    make_link(c"directory", c"link");
    make_link(c"file", c"straight");
    for path in [c"file/", c"file//", c"file/.", c"file/..", c"straight/", c"straight/."] {
        check_eq!(stat(path).err(), Some(Errno::ENOTDIR), "stat64 of {path:?}");
        check_eq!(try_open(path, O_RDONLY), Err(Errno::ENOTDIR), "open of {path:?}");
    }
    for path in [c"directory/", c"directory//", c"link/", c"link/.", c"directory/."] {
        check_eq!(must!(link_stat(path)).kind(), Kind::Directory, "the kind of {path:?}");
    }
    check_eq!(try_open(c"new/", O_WRONLY | O_CREAT), Err(Errno::EISDIR), "open of a new file with a slash");
    check_eq!(stat(c"none/").err(), Some(Errno::ENOENT), "stat64 of nothing with a slash");
    close(open(c"link/", O_RDONLY | O_NOFOLLOW | O_DIRECTORY));
}

/// An empty path is the name of nothing, for every call.
pub fn empty_path_is_enoent() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    let mut room = [0u64; 16];
    let results = [
        ("open", sys!(__NR_open, c"", O_RDONLY, 0)),
        ("open for making", sys!(__NR_open, c"", O_WRONLY | O_CREAT, 0o644)),
        ("stat64", sys!(__NR_stat64, c"", &mut room)),
        ("lstat64", sys!(__NR_lstat64, c"", &mut room)),
        ("access", sys!(__NR_access, c"", 0)),
        ("chdir", sys!(__NR_chdir, c"")),
        ("mkdir", sys!(__NR_mkdir, c"", 0o755)),
        ("rmdir", sys!(__NR_rmdir, c"")),
        ("unlink", sys!(__NR_unlink, c"")),
        ("link from it", sys!(__NR_link, c"", c"new")),
        ("rename from it", sys!(__NR_rename, c"", c"new")),
        ("rename to it", sys!(__NR_rename, c"file", c"")),
        ("readlink", sys!(__NR_readlink, c"", &mut room, 8)),
        ("chmod", sys!(__NR_chmod, c"", 0o644)),
        ("truncate64", sys!(__NR_truncate64, c"", 0, 0)),
        ("mknod", sys!(__NR_mknod, c"", 0o644, 0)),
        ("statfs64", sys!(__NR_statfs64, c"", 84, &mut room)),
    ];
    for (call, result) in results {
        check_eq!(result, Err(Errno::ENOENT), "{call} of an empty path");
    }
}

/// Only directories have something in them, and only what is there.
pub fn ways_through_files_are_enotdir() {
    let _scratch = Scratch::new();
    make(c"file", b"");
    make_directory(c"directory");
    for path in [c"file/x", c"file/x/y", c"file/../file", c"file/./x", c"directory/../file/x"] {
        check_eq!(stat(path).err(), Some(Errno::ENOTDIR), "stat64 of {path:?}");
    }
    for path in [c"none/x", c"none/..", c"none/../file", c"directory/none/../../file", c"directory/none/x"] {
        check_eq!(stat(path).err(), Some(Errno::ENOENT), "stat64 of {path:?}");
    }
}

/// 255 bytes are a name, 256 are not.
pub fn longest_name_has_255_bytes() {
    let _scratch = Scratch::new();
    let mut name = [b'n'; NAME_MAX + 2];
    name[NAME_MAX] = 0;
    let longest = CStr::from_bytes_until_nul(&name).unwrap_or_default();
    make(longest, b"text");
    holds(longest, b"text");
    check_eq!(sys!(__NR_unlink, longest), Ok(0), "unlink");
    name[NAME_MAX..].copy_from_slice(b"n\0");
    let longer = CStr::from_bytes_until_nul(&name).unwrap_or_default();
    check_eq!(stat(longer).err(), Some(Errno::ENAMETOOLONG), "stat64");
    check_eq!(try_open(longer, O_WRONLY | O_CREAT), Err(Errno::ENAMETOOLONG), "open");
    check_eq!(sys!(__NR_mkdir, longer, 0o755), Err(Errno::ENAMETOOLONG), "mkdir");
    make(c"file", b"");
    check_eq!(sys!(__NR_rename, c"file", longer), Err(Errno::ENAMETOOLONG), "rename");
    check_eq!(sys!(__NR_symlink, c"file", longer), Err(Errno::ENAMETOOLONG), "symlink");
}

/// 4,095 bytes are a path, 4,096 are not.
pub fn longest_path_has_4095_bytes() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    let mut heap = must!(Heap::new(2));
    for length in [100, 1001, PATH_MAX - 1, PATH_MAX] {
        holds(long_path(heap.bytes(), length, "file"), b"text");
    }
    for length in [PATH_MAX + 1, PATH_MAX + 2, 8000] {
        let path = long_path(heap.bytes(), length, "file");
        check_eq!(stat(path).err(), Some(Errno::ENAMETOOLONG), "stat64 of {length} bytes");
        check_eq!(sys!(__NR_symlink, path, c"link"), Err(Errno::ENAMETOOLONG), "symlink to {length} bytes");
    }
    let path = long_path(heap.bytes(), 3000, "file");
    make_link(path, c"link");
    check_eq!(must!(link_stat(c"link")).size(), 3000, "the size of a link with a long text");
    holds(c"link", b"text");
}

/// Forty links may be followed, and not one more; a circle has no end.
pub fn forty_links_are_followed() {
    let _scratch = Scratch::new();
    make(c"link-0", b"text");
    for index in 1..=LINKS_MAX + 1 {
        let [old, new] = [index - 1, index].map(|number| Path::new(format_args!("link-{number}")));
        make_link(old.as_c_str(), new.as_c_str());
    }
    holds(c"link-40", b"text");
    check_eq!(stat(c"link-41").err(), Some(Errno::ELOOP), "stat64 through 41 links");
    check_eq!(must!(link_stat(c"link-41")).kind(), Kind::Link, "what lstat64 finds");
    make_link(c"self", c"self");
    make_link(c"pong", c"ping");
    make_link(c"ping", c"pong");
    for path in [c"self", c"ping", c"self/x", c"pong/x"] {
        check_eq!(stat(path).err(), Some(Errno::ELOOP), "stat64 of {path:?}");
        check_eq!(try_open(path, O_WRONLY | O_CREAT), Err(Errno::ELOOP), "open of {path:?}");
    }
}

/// Links on the way count as well.
pub fn links_on_the_way_are_counted() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    make_link(c".", c"l");
    let mut path = [0; 2 * (LINKS_MAX + 1) + 5];
    for steps in [LINKS_MAX, LINKS_MAX + 1] {
        path[..2 * steps].as_chunks_mut().0.fill(*b"l/");
        path[2 * steps..2 * steps + 5].copy_from_slice(b"file\0");
        let path = CStr::from_bytes_until_nul(&path).unwrap_or_default();
        let expected = (steps > LINKS_MAX).then_some(Errno::ELOOP);
        check_eq!(stat(path).err(), expected, "stat64 through {steps} links");
    }
}

/// Any byte but a slash and the NUL may be in a name.
pub fn names_have_any_bytes() {
    let _scratch = Scratch::new();
    for name in [c"two words", c"\xff\xfe", c"line\nend", c"...", c"..x", c".hidden", c"-", c"*", c"\x01"] {
        make(name, name.to_bytes());
        holds(name, name.to_bytes());
    }
}

/// Fifty directories in each other, and all the way back.
pub fn deep_directories_can_be_walked() {
    const DEPTH: usize = 50;
    let scratch = Scratch::new();
    for _ in 0..DEPTH {
        make_directory(c"down");
        must!(sys!(__NR_chdir, c"down"));
    }
    make(c"file", b"deep");
    let mut buffer = [0; 512];
    let path = must!(tusk_user::directory::current(&mut buffer));
    check_eq!(path.count_bytes(), scratch.path().count_bytes() + 5 * DEPTH, "the length of the path");
    must!(sys!(__NR_chdir, scratch.path()));
    let mut path = [0; 5 * DEPTH + 5];
    path[..5 * DEPTH].as_chunks_mut().0.fill(*b"down/");
    path[5 * DEPTH..].copy_from_slice(b"file\0");
    holds(CStr::from_bytes_until_nul(&path).unwrap_or_default(), b"deep");
}
