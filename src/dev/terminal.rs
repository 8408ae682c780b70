//! The terminal: what programs read from and write to as descriptors 0 to 2.
//!
//! Keyboard and serial line are one terminal: keys from either go through the line editor, which
//! echoes them, and finished lines wait here to be read. A write is not broken up by another
//! process's: writers take a lock, on which they sleep, while long output lets interrupts in. The
//! book's `console` has the same lock; its `ioqueue` hands over single keys.

use super::console;
use super::keyboard;
use super::line::{LineEditor, MAX_LINE};
use crate::arch::idt::FIRST_IRQ;
use crate::arch::interrupt;
use crate::arch::lock::IrqLock;
use crate::arch::pic;
use crate::arch::trap::{TrapFrame, register_handler};
use crate::arch::uart::COM1;
use crate::errno::Result;
use crate::mm::user;
use crate::task::descriptor::OpenFile;
use crate::task::scheduler::{self, WaitQueue};
use crate::task::semaphore::{Lock, LockGuard};
use crate::task::task_ref::running_thread;
use arrayvec::ArrayVec;
use core::sync::atomic::{AtomicU32, Ordering};

const KEYBOARD_IRQ: u8 = 1;
const COM1_IRQ: u8 = 4;
/// Bytes of finished lines that wait for a reader, and how many lines. When there is no room for
/// another line, what COM1 receives stays there, and keys are refused with the bell.
const WAITING_BYTES: usize = 2048;
const WAITING_LINES: usize = 64;
/// How much is read or written between two windows for interrupts: on a real line at 115200 baud
/// each byte takes 87 µs, a newline two, and a tick is 10 ms.
const CHUNK: usize = 32;

/// What was typed.
struct Input {
    editor: LineEditor,
    /// Finished lines one after the other, and the length of each; a length of 0 is the end of
    /// the file.
    bytes: ArrayVec<u8, WAITING_BYTES>,
    lines: ArrayVec<u16, WAITING_LINES>,
    readers: WaitQueue,
}

impl Input {
    /// Whether another line can be kept.
    fn has_room(&self) -> bool {
        !self.lines.is_full() && self.bytes.remaining_capacity() > MAX_LINE
    }

    /// Copies the beginning of the first line; returns how much.
    fn look(&self, piece: &mut [u8]) -> usize {
        let line = self.lines.first().map_or(0, |&length| length.into());
        let length = piece.len().min(line);
        piece[..length].copy_from_slice(&self.bytes[..length]);
        length
    }

    /// Takes `length` bytes of the first line away; says whether that was all of it.
    fn take(&mut self, length: usize) -> bool {
        self.bytes.drain(..length);
        let Some(line) = self.lines.first_mut() else { return true };
        *line -= length as u16;
        let is_empty = *line == 0;
        if is_empty {
            self.lines.remove(0);
        }
        is_empty
    }
}

static INPUT: IrqLock<Input> = IrqLock::new(Input {
    editor: LineEditor::new(),
    bytes: ArrayVec::new_const(),
    lines: ArrayVec::new_const(),
    readers: WaitQueue::new(),
});

/// Taken for the length of a write. The book's `console_lock`.
#[doc(alias = "console_lock")]
static OUTPUT: Lock<()> = Lock::new(());

/// The terminal itself.
pub struct Terminal {
    opens: AtomicU32,
}

/// The one there is.
pub static TERMINAL: Terminal = Terminal { opens: AtomicU32::new(0) };

/// Lets keys and received bytes in. The book's `keyboard_init`.
#[doc(alias = "keyboard_init")]
pub fn init() {
    keyboard::init();
    register_handler(FIRST_IRQ + KEYBOARD_IRQ, |_: &mut TrapFrame| {
        keyboard::on_interrupt(&mut on_key);
        scheduler::preempt_if_woken();
    });
    pic::unmask(KEYBOARD_IRQ);
    register_handler(FIRST_IRQ + COM1_IRQ, on_com1);
    COM1.lock().enable_receive_interrupt();
    pic::unmask(COM1_IRQ);
}

/// How many descriptors refer to the terminal, over all processes.
pub fn opens() -> u32 {
    TERMINAL.opens.load(Ordering::Relaxed)
}

fn on_com1(_frame: &mut TrapFrame) {
    take_from_com1();
    scheduler::preempt_if_woken();
}

/// Takes what COM1 has received, as long as there is room for a line.
fn take_from_com1() {
    while INPUT.lock().has_room() {
        let byte = COM1.lock().read_byte();
        match byte {
            Some(byte) => on_key(byte),
            None => return,
        }
    }
}

/// A key was pressed, or a byte received.
fn on_key(byte: u8) {
    let mut input = INPUT.lock();
    let input = &mut *input;
    let mut echo = |byte| console::write_program(&[byte]);
    let Some(line) = input.editor.feed(byte, &mut echo) else { return };
    if input.lines.is_full() || input.bytes.try_extend_from_slice(line).is_err() {
        const BELL: u8 = 7;
        echo(BELL);
        return;
    }
    input.lines.push(line.len() as u16);
    input.readers.wake_one();
}

/// Sleeps until a line is finished.
fn wait_for_line() {
    loop {
        let mut input = INPUT.lock();
        if !input.lines.is_empty() {
            return;
        }
        input.readers.join(running_thread());
        drop(input);
        scheduler::block_in_queue();
    }
}

/// Copies at most `count` bytes of the first line to the program; up to the first that cannot be
/// written.
fn read_line(address: u32, count: u32) -> Result<u32> {
    let mut piece = [0; CHUNK];
    let mut read = 0;
    // Interrupts stay off: nobody else takes of the line between looking and taking.
    while read < count {
        let length = INPUT.lock().look(&mut piece[..CHUNK.min((count - read) as usize)]);
        // Not under the lock: the page may have to be made first.
        if let Err(error) = user::copy_to_user(address.wrapping_add(read), &piece[..length]) {
            return if read > 0 { Ok(read) } else { Err(error) };
        }
        read += length as u32;
        if INPUT.lock().take(length) {
            break;
        }
    }
    Ok(read)
}

/// Writes what the kernel has to say in a program's name, as one piece.
pub fn write(bytes: &[u8]) {
    let _whole = OUTPUT.acquire();
    write_pieces(bytes);
}

/// Shows bytes, with windows for interrupts; the caller holds [`OUTPUT`].
fn write_pieces(bytes: &[u8]) {
    for piece in bytes.chunks(CHUNK) {
        console::write_program(piece);
        interrupt::window();
    }
}

/// Formatted output to the terminal, as one piece while it lives. The book's `console_put_str`.
#[doc(alias = "console_put_str")]
pub struct Output(#[expect(dead_code, reason = "held for its Drop")] LockGuard<'static, ()>);

impl Output {
    /// Waits for the terminal.
    pub fn acquire() -> Self {
        Self(OUTPUT.acquire())
    }
}

impl core::fmt::Write for Output {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        write_pieces(text.as_bytes());
        Ok(())
    }
}

impl OpenFile for Terminal {
    /// Waits for a line and reads from it; what the program does not take stays for the next call.
    fn read(&self, address: u32, count: u32) -> Result<u32> {
        wait_for_line();
        let read = read_line(address, count);
        // What is left is the next reader's, who may be asleep.
        let mut input = INPUT.lock();
        if !input.lines.is_empty() {
            input.readers.wake_one();
        }
        drop(input);
        // There may be room now for what COM1 had to keep; no interrupt tells of it again.
        take_from_com1();
        read
    }

    /// Writes all, or up to the first byte that cannot be read.
    fn write(&self, address: u32, count: u32) -> Result<u32> {
        let _whole = OUTPUT.acquire();
        let mut chunk = [0; CHUNK];
        let mut written = 0;
        while written < count {
            let piece = &mut chunk[..CHUNK.min((count - written) as usize)];
            if let Err(error) = user::copy_from_user(piece, address.wrapping_add(written)) {
                return if written > 0 { Ok(written) } else { Err(error) };
            }
            write_pieces(piece);
            written += piece.len() as u32;
        }
        Ok(written)
    }

    fn opened(&self) {
        self.opens.fetch_add(1, Ordering::Relaxed);
    }

    fn closed(&self) {
        self.opens.fetch_sub(1, Ordering::Relaxed);
    }
}
