//! Writing to the trace's file, and reading what it tells.

use crate::check::{check, check_eq, must, only_on_tusk};
use crate::files::shorthand::{close, open};
use core::ffi::CStr;
use linux_raw_sys::general::{O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY};
use tusk_user::Errno;
use tusk_user::heap::Heap;
use tusk_user::linux::{self, Fork};

pub const PATH: &CStr = c"/proc/trace";
/// More than the ring's records take as lines.
pub const ROOM_PAGES: usize = 96;

/// Writes `words` to the file, as `echo` does.
pub fn try_write(words: &str) -> Result<usize, Errno> {
    let file = open(PATH, O_WRONLY | O_CREAT | O_TRUNC);
    let result = linux::write(file, words.as_bytes());
    close(file);
    result
}

#[track_caller]
pub fn write(words: &str) {
    check_eq!(try_write(words), Ok(words.len()), "writing {words:?}");
}

/// What the trace holds.
pub struct Trace(Heap);

impl Trace {
    /// What `work` leaves in the empty ring when `groups` are on.
    pub fn of(groups: &str, work: impl FnOnce(&mut Heap)) -> Self {
        only_on_tusk();
        // Before anything is on: memory is no event of the work's.
        let mut room = must!(Heap::new(ROOM_PAGES));
        write("off");
        write("clear\n");
        write(groups);
        work(&mut room);
        write("off\n");
        Self::read_into(room)
    }

    fn read_into(mut room: Heap) -> Self {
        let file = open(PATH, O_RDONLY);
        read_all(file, room.bytes(), usize::MAX);
        close(file);
        Self(room)
    }

    pub fn text(&mut self) -> &str {
        let bytes = self.0.bytes();
        let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
        core::str::from_utf8(&bytes[..end]).unwrap_or_default()
    }

    /// Lines of the process `pid`: what follows the pid.
    pub fn lines_of(&mut self, pid: i32) -> impl Iterator<Item = &str> {
        self.text().lines().filter_map(Line::read).filter(move |line| line.pid == pid).map(|line| line.what)
    }
}

/// Reads to the end, in pieces of at most `piece` bytes; what is left of the room is zeros.
pub fn read_all(file: i32, room: &mut [u8], piece: usize) -> usize {
    let mut length = 0_usize;
    loop {
        let end = room.len().min(length.saturating_add(piece));
        check!(end > length, "more than {length} bytes");
        match must!(linux::read(file, &mut room[length..end])) {
            0 => break,
            count => length += count,
        }
    }
    room[length..].fill(0);
    length
}

/// A line that is an event.
#[derive(Clone, Copy)]
pub struct Line<'a> {
    pub cycles: u64,
    pub pid: i32,
    /// Mark, name and words.
    pub what: &'a str,
}

impl<'a> Line<'a> {
    pub fn read(line: &'a str) -> Option<Self> {
        let (cycles, rest) = line.split_once(' ')?;
        let (pid, what) = rest.split_once(' ')?;
        Some(Self { cycles: cycles.parse().ok()?, pid: pid.parse().ok()?, what })
    }

    /// The number that the word `key` has, in base 10.
    pub fn number(&self, key: &str) -> Option<i32> {
        self.what.split(' ').find_map(|word| word.strip_prefix(key)?.strip_prefix('=')?.parse().ok())
    }
}

/// Forks a child that ends at once; returns its pid.
pub fn fork_once() -> i32 {
    let Fork::Parent(child) = must!(linux::fork()) else { linux::exit(0) };
    must!(linux::waitpid(child));
    child
}
