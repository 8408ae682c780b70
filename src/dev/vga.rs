//! The VGA text screen: 80 columns, 25 rows, attribute 7 as in the book.
//!
//! A copy of the screen is kept in memory. Scrolling moves the copy and writes only the cells that
//! came out different: video memory is slow, slowest to read, and every access leaves the emulator's
//! fast path. So the screen itself is only ever written, through the `volatile` crate, because
//! the compiler sees nobody read it.
//!
//! Line feed starts a new line at column 0, as in the book's `put_char`; bytes for a terminal have
//! a carriage return there anyway. The cursor waits behind the last column until the next
//! character comes, as real terminals do: an 80-column line followed by a line feed is one line.

use super::ansi::{Action, Parser, Part};
use core::ptr::NonNull;
use volatile::VolatileRef;
use volatile::access::WriteOnly;
use x86::io::{inb, outb};

/// Characters in a row.
pub const COLUMNS: usize = 80;
/// Rows on the screen.
pub const ROWS: usize = 25;
const CELLS: usize = COLUMNS * ROWS;

/// Light grey on black.
const DEFAULT_ATTRIBUTE: u8 = 0x07;
const TAB_WIDTH: usize = 8;

/// CRT controller: index register, then data register.
const CRTC_INDEX: u16 = 0x3d4;
const CRTC_DATA: u16 = 0x3d5;
const CURSOR_START: u8 = 0x0a;
const CURSOR_END: u8 = 0x0b;
const CURSOR_HIGH: u8 = 0x0e;
const CURSOR_LOW: u8 = 0x0f;

/// The screen and its cursor.
///
/// # Invariants
/// `row < ROWS`, `column <= COLUMNS`, and video memory holds what `shadow` does once
/// [`Screen::init`] has run.
pub struct Screen {
    memory: VolatileRef<'static, [u16; CELLS], WriteOnly>,
    shadow: [u16; CELLS],
    row: usize,
    column: usize,
    attribute: u8,
    parser: Parser,
}

const fn cell(character: u8, attribute: u8) -> u16 {
    u16::from_le_bytes([character, attribute])
}

impl Screen {
    /// Names the text memory; touches nothing.
    ///
    /// # Safety
    /// From the first write on, `address` (0xc00b8000 in the kernel's mapping) must be where
    /// 4000 bytes of colour text memory are mapped for good, 2-aligned, and this value must be the
    /// only one that uses them and the CRT controller.
    pub const unsafe fn new(address: usize) -> Self {
        let memory = NonNull::new(address as *mut [u16; CELLS]).expect("video memory at 0");
        Self {
            // SAFETY: the caller vouches for the memory and that it is ours alone.
            memory: unsafe { VolatileRef::new_restricted(WriteOnly, memory) },
            shadow: [cell(b' ', DEFAULT_ATTRIBUTE); CELLS],
            row: 0,
            column: 0,
            attribute: DEFAULT_ATTRIBUTE,
            parser: Parser::new(),
        }
    }

    /// Clears the screen, whatever the boot loader left on it, and shows an underline cursor.
    pub fn init(&mut self) {
        self.clear();
        let start = self.read_crtc(CURSOR_START);
        // Bit 5 hides the cursor; bits 0..=4 are the scan lines, of 16, that it covers.
        self.write_crtc(CURSOR_START, start & 0xc0 | 13);
        let end = self.read_crtc(CURSOR_END);
        self.write_crtc(CURSOR_END, end & 0xe0 | 14);
    }

    /// Blanks everything and puts the cursor into the upper left corner.
    pub fn clear(&mut self) {
        (self.row, self.column) = (0, 0);
        let blank = self.blank();
        // Not `set`: before the first clear the copy says nothing about what is on the screen.
        for index in 0..CELLS {
            self.write_memory(index, blank);
        }
        self.show_cursor();
    }

    /// Shows bytes of a terminal's stream. The hardware cursor follows once, at the end.
    pub fn write_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.put(byte);
        }
        self.show_cursor();
    }

    fn put(&mut self, byte: u8) {
        match self.parser.feed(byte) {
            Action::Nothing => {}
            Action::Print(byte) => self.print(byte),
            Action::Control(byte) => self.control(byte),
            Action::Attribute(attribute) => self.attribute = attribute,
            Action::EraseScreen(part) => self.erase(part, 0, CELLS),
            Action::EraseRow(part) => {
                self.erase(part, self.row * COLUMNS, (self.row + 1) * COLUMNS);
            }
            Action::MoveTo { row, column } => {
                self.row = row.min(ROWS - 1);
                self.column = column.min(COLUMNS - 1);
            }
            Action::MoveBy { rows, columns } => {
                self.row = self.row.saturating_add_signed(rows).min(ROWS - 1);
                self.column = self.column.saturating_add_signed(columns).min(COLUMNS - 1);
            }
        }
    }

    /// The screen's font is not ours to choose, so of UTF-8 text each character outside of ASCII
    /// is one question mark: at its first byte. The bytes that follow are 0x80..=0xbf.
    fn print(&mut self, byte: u8) {
        let character = match byte {
            0x7f..=0xbf => return,
            0xc0.. => b'?',
            ascii => ascii,
        };
        if self.column == COLUMNS {
            self.new_line();
        }
        self.set(self.row * COLUMNS + self.column, cell(character, self.attribute));
        self.column += 1;
    }

    fn control(&mut self, byte: u8) {
        match byte {
            b'\n' => self.new_line(),
            b'\r' => self.column = 0,
            b'\t' => self.column = (self.column / TAB_WIDTH * TAB_WIDTH + TAB_WIDTH).min(COLUMNS - 1),
            // Moves only; who wants the character gone writes BS, space, BS.
            0x08 => self.column = self.column.saturating_sub(1),
            // The bell and all others: there is nothing to see.
            _ => {}
        }
    }

    fn new_line(&mut self) {
        self.column = 0;
        if self.row + 1 < ROWS {
            self.row += 1;
        } else {
            self.scroll();
        }
    }

    fn scroll(&mut self) {
        for index in 0..CELLS - COLUMNS {
            self.set(index, self.shadow[index + COLUMNS]);
        }
        let blank = self.blank();
        for index in CELLS - COLUMNS..CELLS {
            self.set(index, blank);
        }
    }

    /// Erases what `part` covers of the cells `first..end`, which contain the cursor.
    fn erase(&mut self, part: Part, first: usize, end: usize) {
        let cursor = self.cursor();
        let (first, end) = match part {
            Part::FromCursor => (cursor, end),
            Part::ToCursor => (first, cursor + 1),
            Part::All => (first, end),
        };
        let blank = self.blank();
        for index in first..end {
            self.set(index, blank);
        }
    }

    /// A blank has the background colour, as on other terminals, but never the foreground's bits.
    fn blank(&self) -> u16 {
        cell(b' ', self.attribute & 0x70 | DEFAULT_ATTRIBUTE)
    }

    /// The cell that the cursor is on.
    fn cursor(&self) -> usize {
        self.row * COLUMNS + self.column.min(COLUMNS - 1)
    }

    fn set(&mut self, index: usize, value: u16) {
        if self.shadow[index] != value {
            self.write_memory(index, value);
        }
    }

    fn write_memory(&mut self, index: usize, value: u16) {
        self.shadow[index] = value;
        // SAFETY: `index` is within the array, or the line above had panicked; the pointer stays
        // within the memory that `new` was promised.
        let target = unsafe { self.memory.as_mut_ptr().map(|cells| cells.cast::<u16>().add(index)) };
        target.write(value);
    }

    fn show_cursor(&mut self) {
        let [low, high] = (self.cursor() as u16).to_le_bytes();
        self.write_crtc(CURSOR_LOW, low);
        self.write_crtc(CURSOR_HIGH, high);
    }

    fn read_crtc(&mut self, index: u8) -> u8 {
        // SAFETY: the CRT controller is ours by the contract of `new`; reading changes nothing.
        unsafe {
            outb(CRTC_INDEX, index);
            inb(CRTC_DATA)
        }
    }

    fn write_crtc(&mut self, index: u8, value: u8) {
        // SAFETY: the CRT controller is ours by the contract of `new`; of its registers we write
        // those of the cursor, which only change what is seen.
        unsafe {
            outb(CRTC_INDEX, index);
            outb(CRTC_DATA, value);
        }
    }
}
