//! Path walk: from a path to the file it names, one name at a time.
//!
//! `.` and `..`, mounts and symbolic links are dealt with here, for every file system. There is no recursion: a
//! link's path is put before what is left of the walk, and the number of links is limited. The book's
//! `search_file` does without links and mounts. Book: chapter 14, `path_parse`, `search_file`; `man 7
//! path_resolution`.

use super::inode::{Inode, NAME_MAX, Target, is_same};
use super::metadata::NodeKind;
use super::mount::{self, Mount};
use super::origin::Origin;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// The most bytes that a path may have, its NUL included.
pub const PATH_MAX: usize = 4096;
/// The most symbolic links in one walk.
const LINKS_MAX: u32 = 40;

/// Somewhere in the tree: an inode, and the mount through which it was reached.
#[derive(Clone)]
pub struct Place {
    pub mount: Arc<Mount>,
    pub inode: Arc<dyn Inode>,
}

impl Place {
    /// Says whether both are the same directory of the same mount.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.mount, &other.mount) && is_same(&self.inode, &other.inode)
    }

    /// # Errors
    /// ENOTDIR when it is no directory.
    pub fn expect_directory(&self) -> Result<()> {
        if self.inode.kind() == NodeKind::Directory { Ok(()) } else { Err(Errno::NOTDIR) }
    }

    /// The directory above, within what the running process can see.
    #[doc(alias = "get_parent_dir_inode_nr")]
    pub fn parent(&self) -> Self {
        match super::context::of_running() {
            Ok(context) => self.above(&context.root()),
            Err(_) => self.clone(),
        }
    }

    /// The directory above; `root` and what has no directory above stay where they are.
    fn above(&self, root: &Self) -> Self {
        let mut place = self.clone();
        while !place.is_same(root) {
            if let Some(inode) = place.inode.parent() {
                return Self { inode, ..place };
            }
            match &place.mount.point {
                Some(point) => place = point.clone(),
                None => break,
            }
        }
        place
    }

    /// Where `name` leads from this directory.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR.
    fn step(&self, root: &Self, name: &[u8]) -> Result<Self> {
        match name {
            b"" | b"." => Ok(self.clone()),
            b".." => Ok(mount::uppermost(self.above(root))),
            _ => {
                let inode = self.inode.lookup(name)?;
                let place = Self { mount: self.mount.clone(), inode };
                let can_be_covered = place.inode.kind() == NodeKind::Directory;
                Ok(if can_be_covered { mount::uppermost(place) } else { place })
            }
        }
    }

    /// The path from `root` to this directory.
    ///
    /// # Errors
    /// ENOENT when the directory has been removed; ENOMEM.
    pub fn directory_path(&self, root: &Self) -> Result<Vec<u8>> {
        let mut path = Vec::new();
        let mut place = self.clone();
        while !place.is_same(root) {
            if let Some(parent) = place.inode.parent() {
                prepend(&mut path, &name_in(&parent, &place.inode)?)?;
                place.inode = parent;
            } else if !is_same(&place.inode, &place.mount.root) {
                // Removed, and what it was in was, too.
                return Err(Errno::NOENT);
            } else if let Some(point) = &place.mount.point {
                place = point.clone();
            } else {
                break;
            }
            interrupt::window();
        }
        if path.is_empty() {
            prepend(&mut path, b"")?;
        }
        Ok(path)
    }
}

/// What `inode` is called in `directory`.
#[doc(alias = "get_child_dir_name")]
fn name_in(directory: &Arc<dyn Inode>, inode: &Arc<dyn Inode>) -> Result<Vec<u8>> {
    let number = inode.metadata().inode_number;
    let mut position = 0;
    while let Some(entry) = directory.entry(position)? {
        if entry.inode_number == number {
            return Ok(entry.name);
        }
        position = entry.next;
        interrupt::window();
    }
    Err(Errno::NOENT)
}

/// Puts a slash and `name` before `path`.
fn prepend(path: &mut Vec<u8>, name: &[u8]) -> Result<()> {
    path.try_reserve(name.len() + 1).map_err(|_| Errno::NOMEM)?;
    path.splice(0..0, core::iter::once(b'/').chain(name.iter().copied()));
    Ok(())
}

/// Whether the last name is followed when it is a symbolic link.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LastLink {
    Follow,
    Keep,
}

/// The directory in which a path ends, and its last name there.
#[doc(alias = "struct path_search_record")]
pub struct Last {
    pub parent: Place,
    /// Empty for the root; may be `.` and `..`.
    pub name: Vec<u8>,
    /// The path ends with a slash: what it names must be a directory.
    pub must_be_directory: bool,
}

impl Last {
    /// Says whether the last name is one that can be given to a new file.
    pub fn is_plain(&self) -> bool {
        !matches!(&*self.name, b"" | b"." | b"..")
    }
}

/// Where a last name leads.
pub enum End {
    /// To what has that name.
    Here(Place),
    /// By a link that is no path, to a file that was found somewhere else, or has no name.
    Elsewhere(Place, Option<Arc<Origin>>),
    /// The name was a link, which was entered: the walk goes on to another last name.
    GoesOn,
}

/// A walk along a path.
pub struct Walk {
    root: Place,
    place: Place,
    rest: Vec<u8>,
    /// How much of `rest` has been walked.
    walked: usize,
    links: u32,
}

impl Walk {
    /// A walk of `path` from `root` if it begins with a slash, else from `start`.
    ///
    /// # Errors
    /// ENOENT for an empty path, ENAMETOOLONG, ENOMEM.
    pub fn new(root: Place, start: Place, path: &[u8]) -> Result<Self> {
        if path.is_empty() {
            return Err(Errno::NOENT);
        }
        let mut walk = Self { root, place: start, rest: Vec::new(), walked: 0, links: 0 };
        walk.go_on_with(path)?;
        Ok(walk)
    }

    /// Puts `path` before what is left.
    fn go_on_with(&mut self, path: &[u8]) -> Result<()> {
        let left = self.rest.len() - self.walked;
        if path.len() >= PATH_MAX || path.len() + left > 2 * PATH_MAX {
            return Err(Errno::NAMETOOLONG);
        }
        let mut rest = Vec::new();
        rest.try_reserve_exact(path.len() + left).map_err(|_| Errno::NOMEM)?;
        rest.extend_from_slice(path);
        rest.extend_from_slice(&self.rest[self.walked..]);
        self.rest = rest;
        self.walked = 0;
        if path.first() == Some(&b'/') {
            self.place = self.root.clone();
        }
        Ok(())
    }

    fn skip_slashes(&mut self) {
        let slashes = self.rest[self.walked..].iter().take_while(|&&byte| byte == b'/').count();
        self.walked += slashes;
    }

    /// Takes the next name off the rest, and the slashes before it; says whether a slash follows it.
    #[doc(alias = "path_parse")]
    fn next_name(&mut self) -> Result<(Vec<u8>, bool)> {
        self.skip_slashes();
        let rest = &self.rest[self.walked..];
        let length = rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len());
        if length > NAME_MAX {
            return Err(Errno::NAMETOOLONG);
        }
        let mut name = Vec::new();
        name.try_reserve_exact(length).map_err(|_| Errno::NOMEM)?;
        name.extend_from_slice(&rest[..length]);
        self.walked += length;
        Ok((name, self.walked < self.rest.len()))
    }

    /// Walks to the directory of the last name.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, ENOMEM.
    pub fn walk_to_last(&mut self) -> Result<Last> {
        loop {
            let (name, has_slash) = self.next_name()?;
            let before = self.walked;
            self.skip_slashes();
            self.place.expect_directory()?;
            if self.walked == self.rest.len() {
                // What is left, a slash perhaps, stays for a link in the last place.
                self.walked = before;
                return Ok(Last { parent: self.place.clone(), name, must_be_directory: has_slash });
            }
            let next = self.place.step(&self.root, &name)?;
            if next.inode.kind() == NodeKind::Link {
                // The slash before what is left goes with it.
                self.walked = before;
                if let Some((place, _)) = self.enter_link(&next)? {
                    self.place = place;
                }
            } else {
                self.place = next;
            }
            interrupt::window();
        }
    }

    /// Goes on where the link at `place`, a name in the directory of the walk, leads. If it is no path, returns
    /// straight where it says.
    fn enter_link(&mut self, place: &Place) -> Result<Option<(Place, Option<Arc<Origin>>)>> {
        self.links += 1;
        if self.links > LINKS_MAX {
            return Err(Errno::LOOP);
        }
        match place.inode.target()? {
            Target::Place(place, origin) => Ok(Some((place, origin))),
            Target::Path(path) if path.is_empty() => Err(Errno::NOENT),
            Target::Path(path) => self.go_on_with(&path).map(|()| None),
        }
    }

    /// Where `last`, which this walk has come to, leads.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR, ELOOP.
    pub fn finish(&mut self, last: &Last, links: LastLink) -> Result<End> {
        let place = last.parent.step(&self.root, &last.name)?;
        let is_followed = links == LastLink::Follow || last.must_be_directory;
        let end = if place.inode.kind() != NodeKind::Link || !is_followed {
            End::Here(place)
        } else {
            match self.enter_link(&place)? {
                Some((target, origin)) => End::Elsewhere(target, origin),
                None => return Ok(End::GoesOn),
            }
        };
        if let (End::Here(place) | End::Elsewhere(place, _), true) = (&end, last.must_be_directory) {
            place.expect_directory()?;
        }
        Ok(end)
    }

    /// Walks to the end.
    ///
    /// # Errors
    /// ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG, ENOMEM.
    pub fn finish_walk(mut self, links: LastLink) -> Result<Place> {
        loop {
            let last = self.walk_to_last()?;
            if let End::Here(place) | End::Elsewhere(place, _) = self.finish(&last, links)? {
                return Ok(place);
            }
        }
    }
}
