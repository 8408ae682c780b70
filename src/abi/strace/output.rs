//! Where the lines of a trace go: to the log, and to who watches the process.
//!
//! Those who watch may do so with several processes at once, whose lines must not be mixed: a line that another one
//! breaks off ends with `<unfinished ...>`, and is taken up again by `<... NAME resumed>`. Writing may have to wait, for
//! a pipe that is full; nothing of the kernel's is locked meanwhile but the turn to write.

use super::line::Line;
use crate::errno::{Errno, Result};
use crate::fs::buffer::Buffer;
use crate::fs::open_file::OpenFileDescription;
use crate::mm::fault_injection;
use crate::task::pid::Pid;
use crate::task::scheduler;
use crate::task::task_ref::running_thread;
use crate::task::watch::{End, Watcher};
use alloc::sync::Arc;
use arrayvec::ArrayVec;
use core::any::Any;
use core::fmt::Write;
use core::sync::atomic::{AtomicBool, Ordering};

/// `strace=1`.
static IS_LOGGED: AtomicBool = AtomicBool::new(false);

/// Lets all lines go to the log from now on.
pub fn log_everything() {
    IS_LOGGED.store(true, Ordering::Relaxed);
}

/// Who is to see the lines of the running thread: somebody at least.
pub struct Listeners {
    is_logged: bool,
    watcher: Option<Arc<Watcher>>,
}

/// What is written: how a line goes on behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part<'a> {
    Beginning,
    /// The end of the line of the call of that name.
    End(&'a str),
    Whole,
}

impl Listeners {
    /// Those of the running thread, if there are any.
    pub fn of_running() -> Option<Self> {
        let task = running_thread();
        // Without children and other threads it is the first thread alone, as in Linux.
        let watcher = task.process().watcher().filter(|watcher| watcher.wanted().follows || task.is_leader());
        let is_logged = IS_LOGGED.load(Ordering::Relaxed);
        (is_logged || watcher.is_some()).then_some(Self { is_logged, watcher })
    }

    /// Whether how long a call takes is to be told.
    pub fn want_times(&self) -> bool {
        self.watcher.as_ref().is_some_and(|watcher| watcher.wanted().times)
    }

    /// Shows the beginning of a line, to be gone on with in the same `line`.
    pub fn begin(&self, line: &mut Line) {
        self.tell(line, Part::Beginning);
    }

    /// Shows the end of the line of the call `name`.
    pub fn end(&self, line: &mut Line, name: &str) {
        self.log(line);
        self.tell(line, Part::End(name));
    }

    /// Shows a line at once.
    pub fn whole(&self, line: &mut Line) {
        self.log(line);
        self.tell(line, Part::Whole);
    }

    fn log(&self, line: &Line) {
        if self.is_logged {
            let task = running_thread();
            let pid = task.pid().map_or(0, Pid::number);
            let text = core::str::from_utf8(line.text()).unwrap_or("?");
            log::info!(target: "strace", "{pid} {}: {}", task.name().as_str(), text.trim_end());
        }
    }

    fn tell(&self, line: &mut Line, part: Part) {
        if let Some(watcher) = &self.watcher {
            // Its allocations are none of a call that is to fail.
            let is_heard = fault_injection::suspended(|| tell(watcher, line, part));
            if !is_heard {
                running_thread().process().forget_watcher(watcher);
            }
        }
        line.note_told();
    }
}

/// Writes what of `line` was not told yet; false when nobody reads any more.
fn tell(watcher: &Watcher, line: &mut Line, part: Part) -> bool {
    let file: Arc<dyn Any + Send + Sync> = watcher.file().file().clone();
    let Ok(file) = file.downcast::<OpenFileDescription>() else { return false };
    let mut is_heard = true;
    // A thread that is to end before its turn comes leaves its line untold.
    let _ = watcher.take_turn(|before| {
        let after = if before.is_broken { before } else { write(&file, watcher, line, part, before) };
        is_heard = !after.is_broken;
        after
    });
    // Who reads it is woken and runs first: what the call itself prints comes behind its line.
    scheduler::preempt_if_woken();
    is_heard
}

/// What comes before a part of a line.
type Head = ArrayVec<u8, 96>;

/// The part's own beginning, behind lines that end like `before`.
fn head(watcher: &Watcher, part: Part, before: End, me: Option<Pid>) -> Head {
    struct Text<'a>(&'a mut Head);
    impl Write for Text<'_> {
        fn write_str(&mut self, text: &str) -> core::fmt::Result {
            self.0.try_extend_from_slice(text.as_bytes()).map_err(|_| core::fmt::Error)
        }
    }
    let mut head = Head::new();
    if before.open.is_some() && before.open == me {
        return head;
    }
    // Each name of a call has room.
    let mut text = Text(&mut head);
    if before.open.is_some() {
        let _ = text.write_str(" <unfinished ...>\n");
    }
    if watcher.wanted().follows {
        let _ = write!(text, "[pid {:5}] ", me.map_or(0, Pid::number));
    }
    if let Part::End(name) = part {
        let _ = write!(text, "<... {name} resumed>");
    }
    head
}

/// Writes a part of a line behind lines that end like `before`; returns how they end then.
fn write(file: &OpenFileDescription, watcher: &Watcher, line: &mut Line, part: Part, before: End) -> End {
    let me = running_thread().pid();
    let head = head(watcher, part, before, me);
    let column = match head.iter().rposition(|&byte| byte == b'\n') {
        None if before.open == me && me.is_some() => before.column,
        None => head.len(),
        Some(newline) => head.len() - newline - 1,
    };
    line.align(column);
    let is_open = part == Part::Beginning;
    // Where memory was out, or the line too long, its end is missing.
    let is_cut = !is_open && !line.text().ends_with(b"\n");
    let end: &[u8] = if is_cut { b"\n" } else { b"" };
    let pieces = [&head[..], line.untold(), end];
    let result = pieces.iter().try_for_each(|piece| write_all(file, piece));
    // One that is to end cannot wait, and who must not wait loses what has no room; all else is the end.
    let is_broken = result.is_err_and(|error| error != Errno::AGAIN && Errno::of_restart(error.to_eax()).is_none());
    End { open: me.filter(|_| is_open), column: column + line.untold().len(), is_broken }
}

fn write_all(file: &OpenFileDescription, bytes: &[u8]) -> Result<()> {
    let mut buffer = Buffer::constant(bytes);
    while buffer.left() > 0 {
        if file.write(&mut buffer)? == 0 {
            return Err(Errno::IO);
        }
    }
    Ok(())
}
