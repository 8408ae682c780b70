//! Copying files and trees, for `cp` and for `mv` across file systems.

use crate::call::Call;
use crate::input::Input;
use crate::listing;
use crate::path::join;
use core::ffi::CStr;
use core::time::Duration;
use tusk_user::directory::{self, PATH_MAX};
use tusk_user::file::{self, O_CLOEXEC, O_CREAT, O_TRUNC, O_WRONLY};
use tusk_user::stat::{self, Kind, Stat, link_stat};
use tusk_user::{Errno, linux};

/// How to copy.
#[derive(Clone, Copy)]
pub struct Copy {
    /// Directories too, and links as links.
    pub recursive: bool,
    /// What a copy takes over besides the contents.
    pub preserve: Preserve,
}

/// What a copy takes over.
#[derive(Clone, Copy, PartialEq)]
pub enum Preserve {
    /// A new file asks for the permissions of the old one.
    Permissions,
    /// It gets them, and its times.
    All,
}

/// A file's place among all files.
type Identity = (u64, u64);

impl Copy {
    /// Copies `source` to `target`; tells each thing that could not be copied.
    pub fn run(self, call: &mut Call, source: &CStr, target: &CStr) {
        self.one(call, source, target, None);
    }

    /// Copies one thing. `root` is the directory that the whole copy goes to, once it is there.
    fn one(self, call: &mut Call, source: &CStr, target: &CStr, root: Option<Identity>) {
        let stat = match if self.recursive { link_stat(source) } else { stat::stat(source) } {
            Ok(stat) => stat,
            Err(error) => return call.complain(source, error),
        };
        // Writing would empty what is still to be read.
        if stat::stat(target).is_ok_and(|target| identity(&target) == identity(&stat)) {
            return call.object(source, format_args!("is the same as its copy"));
        }
        let result = match stat.kind() {
            Kind::Directory if !self.recursive => Err((source, Errno::EISDIR)),
            Kind::Directory => return self.directory(call, source, target, &stat, root),
            Kind::Link => copy_link(source, target),
            // Without -r a device or pipe is read like any other file.
            Kind::File => copy_contents(source, target, &stat),
            _ if !self.recursive => copy_contents(source, target, &stat),
            _ => directory::make_node(target, stat.mode(), stat.0.st_rdev as u32).map_err(|error| (target, error)),
        };
        match result {
            Ok(()) if stat.kind() != Kind::Link => self.take_over(call, target, &stat),
            Ok(()) => {}
            Err((path, error)) => call.complain(path, error),
        }
    }

    /// Copies a directory and what is in it.
    fn directory(self, call: &mut Call, source: &CStr, target: &CStr, stat: &Stat, root: Option<Identity>) {
        if root == Some(identity(stat)) {
            return call.object(source, format_args!("is not copied into itself"));
        }
        // We must be able to fill it, whatever its permissions are to be.
        let made = directory::make(target, stat.permissions() | 0o700);
        let there = match stat::stat(target) {
            Ok(there) if there.kind() == Kind::Directory => there,
            Ok(_) => return call.complain(target, Errno::ENOTDIR),
            Err(error) => return call.complain(target, made.err().unwrap_or(error)),
        };
        let names = match listing::names(source) {
            Ok(names) => names,
            Err(error) => return call.complain(source, error),
        };
        for entry in names {
            let name = entry.name.to_bytes();
            self.one(call, &join(source, name), &join(target, name), root.or(Some(identity(&there))));
        }
        self.take_over(call, target, stat);
    }

    /// Gives the copy the permissions and times of the original.
    fn take_over(self, call: &mut Call, target: &CStr, stat: &Stat) {
        if self.preserve == Preserve::Permissions {
            return;
        }
        let accessed = Duration::new(stat.0.st_atime.into(), stat.0.st_atime_nsec);
        let result = directory::change_mode(target, stat.permissions())
            .and_then(|()| directory::set_times(target, Some([accessed, stat.modified()])));
        if let Err(error) = result {
            call.complain(target, error);
        }
    }
}

/// Copies what is in a file; an error comes with the path it is about.
fn copy_contents<'a>(source: &'a CStr, target: &'a CStr, stat: &Stat) -> Result<(), (&'a CStr, Errno)> {
    let from_source = |error| (source, error);
    let from_target = |error| (target, error);
    // `-` is a name like any other here.
    let descriptor = file::open(source, file::O_RDONLY | O_CLOEXEC).map_err(from_source)?;
    let mut input = Input::from_descriptor(descriptor);
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC;
    let output = file::open_with_mode(target, flags, stat.permissions() & 0o777).map_err(from_target)?;
    loop {
        let chunk = input.chunk().map_err(from_source)?;
        if chunk.is_empty() {
            return Ok(());
        }
        linux::write_all(output.number(), chunk).map_err(from_target)?;
    }
}

/// Makes a link with the same text, in place of whatever has the name.
fn copy_link<'a>(source: &'a CStr, target: &'a CStr) -> Result<(), (&'a CStr, Errno)> {
    let mut buffer = alloc::vec![0; PATH_MAX];
    let text = directory::read_link(source, &mut buffer).map_err(|error| (source, error))?;
    let text = crate::path::from_bytes(text.to_vec());
    if link_stat(target).is_ok_and(|stat| stat.kind() != Kind::Directory) {
        directory::unlink(target).map_err(|error| (target, error))?;
    }
    directory::symlink(&text, target).map_err(|error| (target, error))
}

/// Two paths with the same identity are the same file.
fn identity(stat: &Stat) -> Identity {
    (stat.file_system(), stat.inode())
}
