//! Opening a path, with all that the flags ask for.
//!
//! Book: chapter 14, `sys_open`, `file_create`, `file_open`, which leave the parent directory open for ever (S6);
//! `man 2 open`.

use super::context;
use super::inode::NewNode;
use super::metadata::NodeKind;
use super::open_file::OpenFileDescription;
use super::open_flags::{Access, OpenFlags};
use super::origin::Origin;
use super::path::{End, Last, LastLink, Place};
use super::text;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;

/// Opens what `path` names, from the directory `start` or the working directory; `mode` is for a file that is made.
///
/// # Errors
/// As `man 2 open`.
#[doc(alias = "file_open")]
pub fn open_file(start: Option<Place>, path: &[u8], flags: OpenFlags, mode: u32) -> Result<Arc<OpenFileDescription>> {
    let context = context::of_running()?;
    let flags = flags.that_count();
    let mut walk = context.walk(start, path)?;
    let is_kept = flags.intersects(OpenFlags::NO_FOLLOW) || flags.contains(OpenFlags::CREATE | OpenFlags::EXCLUSIVE);
    let links = if is_kept { LastLink::Keep } else { LastLink::Follow };
    loop {
        let last = walk.walk_to_last()?;
        let found = match walk.finish(&last, links) {
            Ok(End::GoesOn) => continue,
            Ok(End::Here(place)) => {
                let origin = Origin { place: place.clone(), parent: last.parent, name: last.name };
                Found { place, origin: Some(origin.shared()?) }
            }
            Ok(End::Elsewhere(place, origin)) => Found { place, origin },
            Err(Errno::NOENT) if flags.contains(OpenFlags::CREATE) => {
                match open_new(last, flags, context.masked(mode)) {
                    // A link whose target is not there: made where it leads.
                    Err(Errno::EXIST) if links == LastLink::Follow => continue,
                    file => return file,
                }
            }
            Err(error) => return Err(error),
        };
        check(&found.place, flags)?;
        if flags.contains(OpenFlags::TRUNCATE) && found.place.inode.kind() == NodeKind::Regular {
            return found.open_truncated(flags);
        }
        return found.open(flags);
    }
}

/// What a path has led to.
struct Found {
    place: Place,
    origin: Option<Arc<Origin>>,
}

/// Makes the regular file that `last` names, and opens it; if that fails, it is as if it had not been made.
#[doc(alias = "file_create")]
fn open_new(last: Last, flags: OpenFlags, mode: u16) -> Result<Arc<OpenFileDescription>> {
    if last.must_be_directory || !last.is_plain() {
        return Err(Errno::ISDIR);
    }
    // Copied first: afterwards the file itself keeps the name.
    let (parent, name) = (last.parent.inode.clone(), text::copy(&last.name)?);
    let inode = parent.create(&name, NewNode::Regular { mode })?;
    let place = Place { inode, ..last.parent.clone() };
    let origin = Origin { place: place.clone(), parent: last.parent, name: last.name }.shared();
    let file = origin.and_then(|origin| Found { place, origin: Some(origin) }.open(flags));
    file.inspect_err(|_| _ = parent.unlink(&name))
}

/// # Errors
/// What keeps a file that exists from being opened so.
fn check(place: &Place, flags: OpenFlags) -> Result<()> {
    let kind = place.inode.kind();
    if flags.contains(OpenFlags::CREATE | OpenFlags::EXCLUSIVE) {
        return Err(Errno::EXIST);
    }
    if flags.contains(OpenFlags::DIRECTORY) && kind != NodeKind::Directory {
        return Err(Errno::NOTDIR);
    }
    if flags.contains(OpenFlags::PATH) {
        return Ok(());
    }
    if kind == NodeKind::Link {
        return Err(Errno::LOOP);
    }
    let writes = flags.access().contains(Access::WRITE) || flags.intersects(OpenFlags::CREATE | OpenFlags::TRUNCATE);
    if kind == NodeKind::Directory && writes {
        return Err(Errno::ISDIR);
    }
    Ok(())
}

impl Found {
    fn open(self, flags: OpenFlags) -> Result<Arc<OpenFileDescription>> {
        OpenFileDescription::open(self.place.inode, self.origin, flags)
    }

    /// Opens a file and cuts it off, in this order: a program that runs must not be.
    fn open_truncated(self, flags: OpenFlags) -> Result<Arc<OpenFileDescription>> {
        let inode = self.place.inode.clone();
        if !flags.access().contains(Access::WRITE) {
            inode.opened(Access::WRITE)?;
            inode.closed(Access::WRITE);
        }
        let file = self.open(flags)?;
        inode.truncate(0)?;
        Ok(file)
    }
}
