//! Reading directories: getdents and getdents64.
//!
//! The position of an open directory is the number after which reading goes on, as the inode counts its entries,
//! with `.` and `..` before them as 1 and 2.

use super::record::Record;
use crate::arch::interrupt;
use crate::errno::{Errno, Result};
use crate::fs::inode::{Entry, Inode};
use crate::fs::metadata::NodeKind;
use crate::fs::open_file::of_usable_descriptor;
use crate::fs::path::Place;
use crate::fs::text;
use crate::mm::user;

/// The positions of `.` and `..`; an inode's own begin behind them.
const DOTS: u64 = 2;

/// The entry of the directory `place` after `position`, `.` and `..` before all others; `None` after the last.
///
/// # Errors
/// ENOMEM; as [`Inode::entry`].
#[doc(alias = "dir_read")]
pub fn entry_after(place: &Place, position: u64) -> Result<Option<Entry>> {
    let dot = |name: &[u8], inode: &dyn Inode| {
        let inode_number = inode.metadata().inode_number;
        Ok(Some(Entry { next: position + 1, inode_number, kind: NodeKind::Directory, name: text::copy(name)? }))
    };
    match position {
        0 => dot(b".", &*place.inode),
        1 => dot(b"..", &*place.parent().inode),
        _ => {
            let entry = place.inode.entry(position - DOTS)?;
            Ok(entry.map(|entry| Entry { next: entry.next + DOTS, ..entry }))
        }
    }
}

/// Fills the program's memory with entries that `lay_out` makes; returns how many bytes.
fn fill(descriptor: u32, address: u32, size: u32, lay_out: fn(&Entry) -> Layout) -> Result<u32> {
    let file = of_usable_descriptor(descriptor)?;
    if file.inode().kind() != NodeKind::Directory {
        return Err(Errno::NOTDIR);
    }
    let place = file.place()?;
    if place.inode.metadata().links == 0 {
        return Err(Errno::NOENT);
    }
    file.with_position(|position| {
        let mut done = 0;
        while let Some(entry) = entry_after(&place, position.get())? {
            let layout = lay_out(&entry);
            if layout.length > size - done {
                return if done == 0 { Err(Errno::INVAL) } else { Ok(done) };
            }
            match store(address.wrapping_add(done), &layout, &entry) {
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
                Ok(()) => done += layout.length,
            }
            position.set(entry.next);
            interrupt::window();
        }
        Ok(done)
    })
}

/// Copies an entry: its head, its name, zeros, and what its last byte is.
fn store(address: u32, layout: &Layout, entry: &Entry) -> Result<()> {
    let head = layout.head.as_bytes();
    user::zero(address, layout.length)?;
    user::copy_to_user(address, head)?;
    user::copy_to_user(address.wrapping_add(head.len() as u32), &entry.name)?;
    user::copy_to_user(address.wrapping_add(layout.length - 1), &[layout.last])
}

/// An entry as a program gets it.
struct Layout {
    /// What stands before the name.
    head: Record,
    /// Bytes of all of it.
    length: u32,
    last: u8,
}

/// `man 2 getdents64`: `struct linux_dirent64`, 8-byte aligned.
pub fn getdents64(descriptor: u32, address: u32, size: u32) -> Result<u32> {
    fill(descriptor, address, size, |entry| {
        let length = (19 + entry.name.len() as u32 + 1).next_multiple_of(8);
        let head = Record::new().u64(entry.inode_number).u64(entry.next).u16(length as u16).bytes(&[entry.kind as u8]);
        Layout { head, length, last: 0 }
    })
}

/// `man 2 getdents`: `struct linux_dirent`, 4-byte aligned, with the kind in its last byte.
pub fn getdents(descriptor: u32, address: u32, size: u32) -> Result<u32> {
    fill(descriptor, address, size, |entry| {
        let length = (10 + entry.name.len() as u32 + 2).next_multiple_of(4);
        let head = Record::new().u32(entry.inode_number as u32).u32(entry.next as u32).u16(length as u16);
        Layout { head, length, last: entry.kind as u8 }
    })
}
