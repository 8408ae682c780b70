//! Opening a path, with all that the flags ask for.
//!
//! Book: chapter 14, `sys_open`, `file_create`, `file_open`, which leave the parent directory open for ever (S6);
//! `man 2 open`.

use super::context;
use super::inode::{Inode, NewNode};
use super::metadata::NodeKind;
use super::open_file::{OpenFileDescription, Origin};
use super::open_flags::{Access, OpenFlags};
use super::path::{Last, LastLink, Place};
use super::text;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;

/// Opens what `path` names, from the directory `start` or the working directory; `mode` is for a file that is made.
///
/// # Errors
/// As `man 2 open`.
pub fn open_file(start: Option<Place>, path: &[u8], flags: OpenFlags, mode: u32) -> Result<Arc<OpenFileDescription>> {
    let context = context::of_running()?;
    let mut walk = context.walk(start, path)?;
    let is_kept = flags.intersects(OpenFlags::NO_FOLLOW) || flags.contains(OpenFlags::CREATE | OpenFlags::EXCLUSIVE);
    let links = if is_kept { LastLink::Keep } else { LastLink::Follow };
    loop {
        let last = walk.walk_to_last()?;
        let place = match walk.finish(&last, links) {
            Ok(None) => continue,
            Ok(Some(place)) => place,
            Err(Errno::NOENT) if flags.contains(OpenFlags::CREATE) && !flags.contains(OpenFlags::PATH) => {
                match open_new(last, flags, context.masked(mode)) {
                    // A link whose target is not there: made where it leads.
                    Err(Errno::EXIST) if links == LastLink::Follow => continue,
                    file => return file,
                }
            }
            Err(error) => return Err(error),
        };
        check(&place, flags)?;
        if flags.contains(OpenFlags::TRUNCATE) && place.inode.kind() == NodeKind::Regular {
            return open_truncated(place, last, flags);
        }
        return open_place(place, last, flags);
    }
}

/// Makes the regular file that `last` names, and opens it; if that fails, it is as if it had not been made.
fn open_new(last: Last, flags: OpenFlags, mode: u16) -> Result<Arc<OpenFileDescription>> {
    let place = create(&last, mode)?;
    let parent = last.parent.inode.clone();
    let name = text::copy(&last.name).inspect_err(|_| _ = parent.unlink(&last.name))?;
    open_place(place, last, flags).inspect_err(|_| _ = parent.unlink(&name))
}

/// Makes the regular file that `last` names.
fn create(last: &Last, mode: u16) -> Result<Place> {
    if last.must_be_directory || !last.is_plain() {
        return Err(Errno::ISDIR);
    }
    let inode = last.parent.inode.create(&last.name, NewNode::Regular { mode })?;
    Ok(Place { inode, ..last.parent.clone() })
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

fn open_place(place: Place, last: Last, flags: OpenFlags) -> Result<Arc<OpenFileDescription>> {
    let inode: Arc<dyn Inode> = place.inode.clone();
    let origin = Origin { place, parent: last.parent, name: last.name };
    OpenFileDescription::open(inode, Some(origin), flags)
}

/// Opens a file and cuts it off, in this order: a program that runs must not be.
fn open_truncated(place: Place, last: Last, flags: OpenFlags) -> Result<Arc<OpenFileDescription>> {
    let inode = place.inode.clone();
    let writes = flags.access().contains(Access::WRITE);
    if !writes {
        inode.opened(Access::WRITE)?;
        inode.closed(Access::WRITE);
    }
    let file = open_place(place, last, flags)?;
    inode.truncate(0)?;
    Ok(file)
}
