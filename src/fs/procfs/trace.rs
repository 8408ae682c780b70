//! /proc/trace: the events that the trace's ring holds, as lines; and which groups are on, to be written.
//!
//! Who opens it to read gets what the ring holds at that moment, as a copy: it does not change while it is read, and what
//! reading it causes (system calls, switches) is not in it, however long that takes. The copy lies in pages that need not
//! lie together, as many as the records want, and is gone with the open file. Lines are made of it as they are read: a
//! reader's own place is kept, and who goes back begins again. docs/trace.md.

use super::PROCFS;
use super::node::Node;
use super::subject::Subject;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::file_system::FileSystem;
use crate::fs::inode::{Blocking, Inode, Position, new};
use crate::fs::metadata::Metadata;
use crate::fs::open_flags::Access;
use crate::fs::text::Text;
use crate::trace::event::Record;
use crate::trace::events::GROUPS;
use crate::trace::group::Groups;
use crate::trace::line;
use crate::trace::recorder::{self, RING};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// The open file.
pub struct TraceFile {
    /// For who reads.
    snapshot: Option<Snapshot>,
    /// Where the last read ended. Its lock is held to look and to change only.
    place: IrqLock<Place>,
}

/// The line that is to be read next, by number, and the byte of the file at which it begins.
#[derive(Clone, Copy, Default)]
struct Place {
    line: usize,
    offset: u64,
}

/// How many records fit in a page.
const RECORDS_A_PAGE: usize = PAGE_SIZE as usize / size_of::<Record>();

/// What the ring held when the file was opened.
struct Snapshot {
    groups: Groups,
    lost: u64,
    /// The records, oldest first, page by page.
    pages: Vec<Vec<Record>>,
    count: usize,
}

/// Opens /proc/trace.
///
/// # Errors
/// ENOMEM.
pub fn open(access: Access) -> Result<Arc<dyn Inode>> {
    let snapshot = if access.contains(Access::READ) { Some(Snapshot::take()?) } else { None };
    Ok(new(TraceFile { snapshot, place: IrqLock::new(Place::default()) })?)
}

impl Snapshot {
    /// Copies what the ring holds.
    fn take() -> Result<Self> {
        // What making room does to the ring comes after these, and may push some of them out.
        let numbers = RING.numbers();
        let mut snapshot = Self { groups: recorder::groups(), lost: 0, pages: Vec::new(), count: 0 };
        let pages = (numbers.end - numbers.start).div_ceil(RECORDS_A_PAGE as u64) as usize;
        snapshot.pages.try_reserve_exact(pages).map_err(|_| Errno::NOMEM)?;
        for _ in 0..pages {
            let mut page = Vec::new();
            page.try_reserve_exact(RECORDS_A_PAGE).map_err(|_| Errno::NOMEM)?;
            snapshot.pages.push(page);
        }
        // At once, so that it is what the ring held at one moment.
        let _off = interrupt::disabled();
        snapshot.lost = RING.lost();
        for (index, record) in numbers.filter_map(|number| RING.get(number)).enumerate() {
            snapshot.pages[index / RECORDS_A_PAGE].push(record);
            snapshot.count = index + 1;
        }
        Ok(snapshot)
    }

    /// How many lines there are: what is on, what is lost, and the records.
    fn lines(&self) -> usize {
        2 + self.count
    }

    /// Writes line `number`; the one about what is lost is empty when nothing is.
    fn write_line(&self, out: &mut dyn Write, number: usize) -> fmt::Result {
        match number {
            0 => self.write_state(out),
            1 if self.lost == 0 => Ok(()),
            1 => writeln!(out, "# lost {} events, older than these", self.lost),
            number => {
                let index = number - 2;
                line::write(out, &self.pages[index / RECORDS_A_PAGE][index % RECORDS_A_PAGE], recorder::call_names())?;
                out.write_char('\n')
            }
        }
    }

    fn write_state(&self, out: &mut dyn Write) -> fmt::Result {
        out.write_str("# on:")?;
        if self.groups.is_empty() {
            out.write_str(" nothing")?;
        }
        self.groups.names().try_for_each(|name| write!(out, " {name}"))?;
        if self.groups.is_empty() && self.count == 0 {
            out.write_str("; turn on with echo fork,sched >/proc/trace; the groups are")?;
            GROUPS.iter().try_for_each(|group| write!(out, " {}", group.name))?;
            out.write_str("; all, off and clear can be written too")?;
        }
        out.write_char('\n')
    }
}

impl TraceFile {
    /// Puts the snapshot's lines from byte `offset` on into `buffer`.
    fn read_lines(&self, snapshot: &Snapshot, offset: u64, buffer: &mut Buffer) -> Result<usize> {
        let last = *self.place.lock();
        let mut place = if last.offset <= offset { last } else { Place::default() };
        let mut done = 0;
        let mut text = Text(Vec::new());
        while buffer.left() > 0 && place.line < snapshot.lines() {
            text.0.clear();
            if snapshot.write_line(&mut text, place.line).is_err() {
                return if done > 0 { Ok(done) } else { Err(Errno::NOMEM) };
            }
            let end = place.offset + text.0.len() as u64;
            let next = offset + done as u64;
            if next < end {
                let rest = &text.0[(next - place.offset) as usize..];
                match buffer.put(rest) {
                    Ok(count) => done += count,
                    Err(error) if done == 0 => return Err(error),
                    Err(_) => break,
                }
                if offset + (done as u64) < end {
                    break;
                }
            }
            place = Place { line: place.line + 1, offset: end };
            interrupt::window();
        }
        *self.place.lock() = place;
        Ok(done)
    }
}

/// Obeys what was written: names of groups separated by commas, which are on from now on and no others; `all`, `off`;
/// `clear`, which empties the ring.
///
/// # Errors
/// EINVAL for anything else; nothing has changed then.
fn obey(text: &[u8]) -> Result<()> {
    match core::str::from_utf8(text).map_err(|_| Errno::INVAL)?.trim_ascii() {
        "clear" => recorder::clear(),
        "off" => recorder::set_groups(Groups::NONE),
        names => recorder::set_groups(Groups::parse(names).ok_or(Errno::INVAL)?),
    }
    Ok(())
}

impl Inode for TraceFile {
    fn metadata(&self) -> Metadata {
        Node(Subject::Trace).metadata()
    }

    fn file_system(&self) -> &'static dyn FileSystem {
        &PROCFS
    }

    fn parent(&self) -> Option<Arc<dyn Inode>> {
        super::root().ok()
    }

    fn open(self: Arc<Self>, access: Access, _blocking: Blocking) -> Result<Arc<dyn Inode>> {
        open(access)
    }

    fn read(&self, offset: u64, buffer: &mut Buffer, _blocking: Blocking) -> Result<usize> {
        self.read_lines(self.snapshot.as_ref().ok_or(Errno::BADF)?, offset, buffer)
    }

    fn write(&self, position: Position, buffer: &mut Buffer, _blocking: Blocking) -> Result<(u64, usize)> {
        if buffer.left() == 0 {
            return Ok((0, 0));
        }
        let mut bytes = [0; 128];
        if buffer.left() > bytes.len() {
            return Err(Errno::INVAL);
        }
        let count = buffer.take(&mut bytes)?;
        obey(&bytes[..count])?;
        let start = if let Position::At(offset) = position { offset } else { 0 };
        Ok((start, count))
    }

    fn truncate(&self, length: u64) -> Result<()> {
        Node(Subject::Trace).truncate(length)
    }
}
