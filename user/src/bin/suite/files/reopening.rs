//! Files reached by way of `/proc/self`: they are called what they are called elsewhere.

use super::scratch::{Path, Scratch};
use super::shorthand::{close, make, make_directory, open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::run_well;
use crate::execution::afterwards::become_program_by;
use core::ffi::CStr;
use linux_raw_sys::general::{O_DIRECTORY, O_RDONLY};

/// The link of a descriptor.
fn link_of(descriptor: i32) -> Path {
    Path::new(format_args!("/proc/self/fd/{descriptor}"))
}

/// Where a link leads, and how long that is.
#[track_caller]
fn target(path: &CStr) -> ([u8; 200], usize) {
    let mut text = [0; 200];
    let length = must!(sys!(__NR_readlink, path, &mut text, 200));
    (text, length)
}

/// A descriptor opened once more by its link has the file's own name, a directory too.
pub fn reopened_descriptor_keeps_its_name() {
    let _scratch = Scratch::new();
    make(c"file", b"text");
    make_directory(c"directory");
    for (path, flags) in [(c"file", O_RDONLY), (c"directory", O_RDONLY | O_DIRECTORY)] {
        let first = open(path, flags);
        let second = open(link_of(first).as_c_str(), flags);
        let (text, length) = target(link_of(second).as_c_str());
        let (expected, expected_length) = target(link_of(first).as_c_str());
        check_eq!(text[..length], expected[..expected_length], "the path of {path:?}, opened once more");
        close(first);
        close(second);
    }
}

/// A program that runs itself by its link is still the same file, and may do so again.
pub fn program_run_by_its_link_keeps_its_name() {
    let (path, length) = target(c"/proc/self/exe");
    check!(length < path.len(), "the program's path is too long for this case");
    let path = must!(CStr::from_bytes_until_nul(&path));
    run_well(|| _ = become_program_by(c"/proc/self/exe", "itself", &[path, c"once more"]));
}

/// What is run by the link: its file's path is the first argument; further arguments run it once more.
pub fn as_the_next_program<'a>(mut arguments: impl Iterator<Item = &'a CStr>) {
    let expected = arguments.next().unwrap_or_default();
    let (path, length) = target(c"/proc/self/exe");
    check_eq!(path[..length], *expected.to_bytes(), "the program's path");
    close(open(c"/proc/self/exe", O_RDONLY));
    if arguments.next().is_some() {
        become_program_by(c"/proc/self/exe", "itself", &[expected]);
    }
}
