//! The VGA text screen: 80 columns, 25 rows, attribute 7 as in the book.
//!
//! A copy of the screen is kept in memory. Scrolling moves the copy and writes only the cells that
//! came out different: video memory is slow, slowest to read, and every access leaves the emulator's
//! fast path. So the screen itself is only ever written, through the `volatile` crate, because
//! the compiler sees nobody read it.
//!
//! In a terminal's stream a line feed goes down and nothing else; in the kernel's own text it starts a new line at
//! column 0, as in the book's `put_char`. The cursor waits behind the last column until the next character comes,
//! as real terminals do: an 80-column line followed by a line feed is one line. What moves rows and characters
//! about is in screen_edit.rs.

use super::ansi::{Action, Parser, Part};
use arrayvec::ArrayString;
use core::fmt::Write;
use core::ptr::NonNull;
use volatile::VolatileRef;
use volatile::access::WriteOnly;
use x86::io::{inb, outb};

/// Characters in a row.
pub const COLUMNS: usize = 80;
/// Rows on the screen.
pub const ROWS: usize = 25;
pub(super) const CELLS: usize = COLUMNS * ROWS;

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

/// What the screen answers when it is asked: as if somebody had typed it.
pub type Reply = ArrayString<16>;

/// Where the cursor is, and the attribute of what is printed there.
#[derive(Clone, Copy)]
pub(super) struct Cursor {
    pub row: usize,
    pub column: usize,
    pub attribute: u8,
}

impl Cursor {
    const HOME: Self = Self { row: 0, column: 0, attribute: DEFAULT_ATTRIBUTE };
}

/// The screen and its cursor.
///
/// # Invariants
/// `row < ROWS`, `column <= COLUMNS` for both cursors, `top < bottom <= ROWS`, and video memory holds what `shadow`
/// does once [`Screen::init`] has run.
pub struct Screen {
    memory: VolatileRef<'static, [u16; CELLS], WriteOnly>,
    pub(super) shadow: [u16; CELLS],
    pub(super) cursor: Cursor,
    saved: Cursor,
    /// The rows that scroll: the first, and the one behind the last.
    pub(super) top: usize,
    pub(super) bottom: usize,
    parser: Parser,
    reply: Reply,
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
            cursor: Cursor::HOME,
            saved: Cursor::HOME,
            top: 0,
            bottom: ROWS,
            parser: Parser::new(),
            reply: Reply::new_const(),
        }
    }

    /// Clears the screen, whatever the boot loader left on it, and shows an underline cursor.
    pub fn init(&mut self) {
        self.clear();
        self.set_cursor_shown(true);
        let end = self.read_crtc(CURSOR_END);
        self.write_crtc(CURSOR_END, end & 0xe0 | 14);
    }

    /// Blanks everything and puts the cursor into the upper left corner.
    #[doc(alias = "cls_screen")]
    pub fn clear(&mut self) {
        self.cursor = Cursor { attribute: self.cursor.attribute, ..Cursor::HOME };
        let blank = self.blank();
        // Not `set`: before the first clear the copy says nothing about what is on the screen.
        for index in 0..CELLS {
            self.write_memory(index, blank);
        }
        self.show_cursor();
    }

    /// Shows bytes of a terminal's stream. The hardware cursor follows once, at the end.
    #[doc(alias("put_char", "put_str"))]
    pub fn write_bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.put(byte);
        }
        self.show_cursor();
    }

    /// As [`Screen::write_bytes`], for text in which a line feed starts a new line.
    pub fn write_text(&mut self, text: &[u8]) {
        for &byte in text {
            if byte == b'\n' {
                self.put(b'\r');
            }
            self.put(byte);
        }
        self.show_cursor();
    }

    /// Goes to the beginning of a row, the next if this one has been begun.
    pub fn begin_line(&mut self) {
        if self.cursor.column > 0 {
            self.write_text(b"\n");
        }
    }

    /// What the screen has to answer to what was written.
    pub fn take_reply(&mut self) -> Reply {
        core::mem::take(&mut self.reply)
    }

    fn put(&mut self, byte: u8) {
        match self.parser.feed(byte) {
            Action::Nothing => {}
            Action::Print(byte) => self.print(byte),
            Action::Control(byte) => self.control(byte),
            Action::Attribute(attribute) => self.cursor.attribute = attribute,
            Action::EraseScreen(part) => self.erase(part, 0, CELLS),
            Action::EraseRow(part) => self.erase(part, self.cursor.row * COLUMNS, (self.cursor.row + 1) * COLUMNS),
            Action::MoveTo { row, column } => self.move_to(row, column),
            Action::MoveToRow(row) => self.move_to(row, self.cursor.column),
            Action::MoveToColumn(column) => self.move_to(self.cursor.row, column),
            Action::MoveBy { rows, columns } => self.move_to(
                self.cursor.row.saturating_add_signed(rows),
                self.cursor.column.min(COLUMNS - 1).saturating_add_signed(columns),
            ),
            Action::NextRow => self.next_row(),
            Action::PreviousRow => self.previous_row(),
            Action::SaveCursor => self.saved = self.cursor,
            Action::RestoreCursor => self.cursor = self.saved,
            Action::InsertRows(count) => self.insert_rows(count),
            Action::DeleteRows(count) => self.delete_rows(count),
            Action::InsertCharacters(count) => self.insert_characters(count),
            Action::DeleteCharacters(count) => self.delete_characters(count),
            Action::EraseCharacters(count) => self.erase_characters(count),
            Action::Scroll(rows) => self.scroll(self.top, rows),
            Action::SetRegion { top, bottom } => self.set_region(top, bottom),
            Action::ShowCursor(is_shown) => self.set_cursor_shown(is_shown),
            Action::ReportCursor => {
                let (row, column) = (self.cursor.row + 1, self.cursor.column.min(COLUMNS - 1) + 1);
                self.answer(format_args!("\x1b[{row};{column}R"));
            }
            Action::ReportStatus => self.answer(format_args!("\x1b[0n")),
            Action::ReportKind => self.answer(format_args!("\x1b[?6c")),
            Action::Reset => {
                self.cursor = Cursor::HOME;
                self.saved = Cursor::HOME;
                self.set_region(0, ROWS);
                self.set_cursor_shown(true);
                self.clear();
            }
        }
    }

    /// The last answer is the one that counts.
    fn answer(&mut self, text: core::fmt::Arguments<'_>) {
        self.reply.clear();
        // The longest is 8 bytes long.
        let _ = self.reply.write_fmt(text);
    }

    fn move_to(&mut self, row: usize, column: usize) {
        self.cursor.row = row.min(ROWS - 1);
        self.cursor.column = column.min(COLUMNS - 1);
    }

    /// The screen's font is not ours to choose, so of UTF-8 text each character outside of ASCII
    /// is one question mark: at its first byte. The bytes that follow are 0x80..=0xbf.
    fn print(&mut self, byte: u8) {
        let character = match byte {
            0x7f..=0xbf => return,
            0xc0.. => b'?',
            ascii => ascii,
        };
        if self.cursor.column == COLUMNS {
            self.cursor.column = 0;
            self.next_row();
        }
        self.set(self.cursor.row * COLUMNS + self.cursor.column, cell(character, self.cursor.attribute));
        self.cursor.column += 1;
    }

    fn control(&mut self, byte: u8) {
        let column = self.cursor.column;
        match byte {
            // Line feed, vertical tab, form feed.
            0x0a..=0x0c => self.next_row(),
            b'\r' => self.cursor.column = 0,
            b'\t' => self.cursor.column = (column / TAB_WIDTH * TAB_WIDTH + TAB_WIDTH).min(COLUMNS - 1),
            // Moves only; who wants the character gone writes BS, space, BS.
            0x08 => self.cursor.column = column.saturating_sub(1),
            // The bell and all others: there is nothing to see.
            _ => {}
        }
    }

    /// Erases what `part` covers of the cells `first..end`, which contain the cursor.
    fn erase(&mut self, part: Part, first: usize, end: usize) {
        let cursor = self.cursor_cell();
        let (first, end) = match part {
            Part::FromCursor => (cursor, end),
            Part::ToCursor => (first, cursor + 1),
            Part::All => (first, end),
        };
        self.fill_with_blanks(first, end);
    }

    /// A blank has the background colour, as on other terminals, but never the foreground's bits.
    pub(super) fn blank(&self) -> u16 {
        cell(b' ', self.cursor.attribute & 0x70 | DEFAULT_ATTRIBUTE)
    }

    /// The cell that the cursor is on.
    pub(super) fn cursor_cell(&self) -> usize {
        self.cursor.row * COLUMNS + self.cursor.column.min(COLUMNS - 1)
    }

    pub(super) fn set(&mut self, index: usize, value: u16) {
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

    #[doc(alias = "set_cursor")]
    fn show_cursor(&mut self) {
        let [low, high] = (self.cursor_cell() as u16).to_le_bytes();
        self.write_crtc(CURSOR_LOW, low);
        self.write_crtc(CURSOR_HIGH, high);
    }

    fn set_cursor_shown(&mut self, is_shown: bool) {
        // Bit 5 hides the cursor; bits 0..=4 are the scan lines, of 16, that it covers: an underline.
        let start = self.read_crtc(CURSOR_START) & 0xc0;
        self.write_crtc(CURSOR_START, if is_shown { start | 13 } else { start | 1 << 5 });
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
