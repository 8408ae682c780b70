//! The kernel's lines, laid out as Linux's strace does.
//!
//! The kernel breaks a line off when another process has something to say. When that is not shown, nothing was broken
//! off for who reads; so every part of a line is taken for itself here, and broken off again where it has to be.

use super::counts::Counts;
use super::filter::Filter;
use crate::output::Output;
use crate::put;
use alloc::vec::Vec;
use tusk_user::print::STANDARD_ERROR;

/// How lines look.
#[derive(Clone, Copy)]
pub struct Style {
    pub follows: bool,
    pub counts: bool,
    pub times: bool,
    pub to_file: bool,
}

/// Where the result stands, as long as there is room before it.
const RESULT_COLUMN: usize = 40;

/// How the kernel ends a line that it breaks off.
const UNFINISHED: &[u8] = b" <unfinished ...>";

/// How the kernel takes one up again.
const RESUMED: &[u8] = b"<... ";

/// What is known of a process.
struct Process {
    pid: u32,
    /// The call that it is in, if the beginning of its line was shown.
    is_begun: bool,
}

/// Where in the line of a process a part stands.
struct Part<'a> {
    pid: u32,
    /// The call's name; `None` for signals and ends.
    name: Option<&'a [u8]>,
    /// What is to be shown of it.
    text: &'a [u8],
    is_last: bool,
    /// The kernel has broken the line off before.
    is_resumed: bool,
}

/// The lines.
pub struct Lines {
    out: Output,
    style: Style,
    filter: Filter,
    counts: Counts,
    /// The kernel's present line, as far as it came, and how much of it was shown.
    line: Vec<u8>,
    shown: usize,
    /// Those that have not ended.
    processes: Vec<Process>,
    /// Whose line stands there unfinished, and how long it is.
    open: Option<u32>,
    column: usize,
}

impl Lines {
    /// Lines to `descriptor`.
    pub fn new(descriptor: i32, style: Style, filter: Filter) -> Self {
        Self {
            out: Output::new(descriptor, "strace"),
            style,
            filter,
            counts: Counts::default(),
            line: Vec::new(),
            shown: 0,
            processes: Vec::new(),
            open: None,
            column: 0,
        }
    }

    /// Takes what the kernel has written.
    pub fn take(&mut self, bytes: &[u8]) {
        let mut pieces = bytes.split(|&byte| byte == b'\n').peekable();
        while let Some(piece) = pieces.next() {
            self.line.extend_from_slice(piece);
            let is_whole = pieces.peek().is_some();
            if is_whole || !self.line.is_empty() {
                self.show_line(is_whole);
            }
            if is_whole {
                self.line.clear();
                self.shown = 0;
            }
        }
        self.out.flush();
    }

    /// Nothing more comes.
    pub fn finish(mut self) {
        if self.open.is_some() {
            self.out.bytes(UNFINISHED);
            self.out.byte(b'\n');
        }
        if self.style.counts {
            self.counts.print(&mut self.out);
        }
        self.out.flush();
    }

    /// Shows what is new of the present line.
    fn show_line(&mut self, is_whole: bool) {
        let line = core::mem::take(&mut self.line);
        self.show(&line, is_whole);
        self.line = line;
    }

    fn show(&mut self, line: &[u8], is_whole: bool) {
        let Some((pid, text)) = prefix(line, self.style.follows) else { return };
        let is_resumed = text.starts_with(RESUMED);
        let (name, text) = match name(text) {
            Some(found) => found,
            // Of a beginning that short nothing is known yet.
            None if !is_whole => return,
            None => (None, text),
        };
        let is_broken_off = is_whole && text.ends_with(UNFINISHED) && name.is_some();
        let end = if is_broken_off { text.len() - UNFINISHED.len() } else { text.len() };
        // Counted from the end of the line's beginning, which is never shown twice.
        let start = self.shown.min(end);
        self.shown = end;
        let part = Part { pid, name, text: &text[start..end], is_last: is_whole && !is_broken_off, is_resumed };
        self.note_process(pid);
        if part.is_last {
            self.count(name, text);
        }
        let is_wanted = !self.style.counts && name.is_none_or(|name| self.filter.shows(name));
        if is_wanted {
            self.show_part(&part);
        }
        if part.is_last {
            self.note_change(&part, text);
        }
    }

    fn count(&mut self, name: Option<&[u8]>, text: &[u8]) {
        if let (Some(name), Some(place)) = (name.filter(|name| self.filter.shows(name)), result(text)) {
            self.counts.note(name, &text[place..]);
        }
    }

    fn process(&mut self, pid: u32) -> Option<&mut Process> {
        self.processes.iter_mut().find(|process| process.pid == pid)
    }

    /// A process has something to say, perhaps for the first time.
    fn note_process(&mut self, pid: u32) {
        if self.process(pid).is_none() {
            let is_first = self.processes.is_empty();
            self.processes.push(Process { pid, is_begun: false });
            if !is_first && !self.style.counts {
                self.say_attached(pid);
            }
        }
    }

    fn say_attached(&mut self, pid: u32) {
        if self.style.to_file {
            let mut out = Output::new(STANDARD_ERROR, "strace");
            put!(out, "strace: Process {pid} attached\n");
            return out.flush();
        }
        self.break_off();
        put!(self.out, "strace: Process {pid} attached\n");
    }

    fn break_off(&mut self) {
        if self.open.take().is_some() {
            self.out.bytes(UNFINISHED);
            self.out.byte(b'\n');
        }
    }

    fn show_part(&mut self, part: &Part) {
        if self.open != Some(part.pid) {
            self.break_off();
            self.column = 0;
            self.show_prefix(part.pid);
            let is_begun = self.process(part.pid).is_some_and(|process| process.is_begun);
            if let Some(name) = part.name.filter(|_| is_begun || part.is_resumed) {
                self.show_bytes(b"<... ");
                self.show_bytes(name);
                self.show_bytes(b" resumed>");
            }
        }
        match result(part.text).filter(|_| part.is_last && part.name.is_some()) {
            Some(place) => {
                let before = &part.text[..place - 2];
                self.show_bytes(before.trim_ascii_end());
                self.show_bytes(b" ");
                while self.column < RESULT_COLUMN {
                    self.show_bytes(b" ");
                }
                self.show_bytes(&part.text[place - 2..]);
            }
            None => self.show_bytes(part.text),
        }
        if part.is_last {
            self.out.byte(b'\n');
        }
        self.open = (!part.is_last).then_some(part.pid);
        if let Some(process) = self.process(part.pid) {
            process.is_begun = !part.is_last;
        }
    }

    fn show_bytes(&mut self, bytes: &[u8]) {
        self.out.bytes(bytes);
        self.column += bytes.len();
    }

    fn show_prefix(&mut self, pid: u32) {
        if !self.style.follows {
            return;
        }
        if self.style.to_file {
            put!(self.out, "{pid:<5} ");
            self.column += 6;
        } else if self.processes.len() > 1 {
            put!(self.out, "[pid {pid:5}] ");
            self.column += 12;
        }
    }

    /// A whole line may say that there is a process more, or one less.
    fn note_change(&mut self, part: &Part, text: &[u8]) {
        if part.name.is_none() && text.starts_with(b"+++ ") {
            self.processes.retain(|process| process.pid != part.pid);
        }
        let makes = [&b"fork"[..], b"vfork", b"clone", b"clone3"];
        if let Some(name) = part.name
            && self.style.follows
            && makes.contains(&name)
            && let Some(child) = result(text).and_then(|place| decimal(&text[place..]))
        {
            self.note_process(child);
        }
    }
}

/// The pid in front of a line, if there is one, and what follows; `None` as long as it is not complete.
fn prefix(line: &[u8], follows: bool) -> Option<(u32, &[u8])> {
    if !follows {
        return Some((0, line));
    }
    let end = line.iter().position(|&byte| byte == b']')?;
    let digits = line.get(b"[pid".len()..end)?.trim_ascii();
    Some((decimal(digits)?, line.get(end + 2..)?))
}

/// The name of the call that a line is about, if it is about one, and what is to be shown of the line; `None` when that
/// cannot be told.
fn name(text: &[u8]) -> Option<(Option<&[u8]>, &[u8])> {
    if text.starts_with(b"--- ") || text.starts_with(b"+++ ") {
        return Some((None, text));
    }
    if let Some(rest) = text.strip_prefix(RESUMED) {
        let end = rest.iter().position(|&byte| byte == b'>')?;
        return Some((Some(rest[..end].strip_suffix(b" resumed")?), &rest[end + 1..]));
    }
    let end = text.iter().position(|&byte| byte == b'(')?;
    Some((Some(&text[..end]), text))
}

/// Where in a line the result begins, behind the `= `.
fn result(text: &[u8]) -> Option<usize> {
    let mut end = text.len();
    while let Some(place) = text[..end].windows(2).rposition(|pair| pair == b"= ") {
        let before = text[..place].trim_ascii_end();
        if before.ends_with(b")") && before.len() < place {
            return Some(place + 2);
        }
        end = place + 1;
    }
    None
}

/// The decimal number at the beginning.
fn decimal(text: &[u8]) -> Option<u32> {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    core::str::from_utf8(&text[..end]).ok()?.parse().ok()
}
