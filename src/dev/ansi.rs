//! The terminal sequences that the screen understands.
//!
//! Programs take the VGA screen for what TERM=linux says. This state machine takes the sequences out of the stream:
//! colours, clearing, cursor moves, inserting and deleting become [`Action`]s, everything else of that form is
//! swallowed, so that no `[31m` ever stands on the screen. Bytes in, actions out: nothing here touches a device.
//!
//! After: ECMA-48 (control functions), `man 4 console_codes`, and what xterm does where these leave a choice.

use super::rendition::Rendition;

/// What the screen has to do for a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The byte is part of a sequence, or of one we do not know.
    Nothing,
    /// Show this byte, 0x20..=0xff.
    Print(u8),
    /// Obey this control byte, 0..=0x1f.
    Control(u8),
    /// Characters from now on have this VGA attribute (background, then foreground).
    Attribute(u8),
    /// Blank a part of the screen; the cursor stays.
    EraseScreen(Part),
    /// Blank a part of the cursor's row; the cursor stays.
    EraseRow(Part),
    /// Cursor to this place, counted from 0. It may lie outside of the screen.
    MoveTo {
        /// From the top.
        row: usize,
        /// From the left.
        column: usize,
    },
    /// Cursor by so many places, not beyond the edges.
    MoveBy {
        /// Downwards; negative is upwards.
        rows: isize,
        /// To the right; negative is to the left.
        columns: isize,
    },
    /// Cursor to this row, counted from 0; the column stays.
    MoveToRow(usize),
    /// Cursor to this column, counted from 0; the row stays.
    MoveToColumn(usize),
    /// Cursor down one row, scrolling at the bottom; the column stays.
    NextRow,
    /// Cursor up one row, scrolling at the top.
    PreviousRow,
    /// Cursor and attribute are noted, or are what was noted.
    SaveCursor,
    /// See [`Action::SaveCursor`].
    RestoreCursor,
    /// So many blank rows at the cursor's; what stands there moves down.
    InsertRows(usize),
    /// The cursor's row and those below it go, in all so many; what is below moves up.
    DeleteRows(usize),
    /// So many blanks at the cursor; what stands there moves right.
    InsertCharacters(usize),
    /// So many characters go from the cursor on; what is behind moves left.
    DeleteCharacters(usize),
    /// So many characters from the cursor on become blank.
    EraseCharacters(usize),
    /// The scrolling region moves up by so many rows; negative is down.
    Scroll(isize),
    /// Only the rows from `top` to before `bottom` scroll, counted from 0; `bottom` may lie outside of the screen.
    SetRegion {
        /// The first row.
        top: usize,
        /// The row behind the last.
        bottom: usize,
    },
    /// The cursor is seen, or not.
    ShowCursor(bool),
    /// Answer where the cursor is: `ESC [ row ; column R`.
    ReportCursor,
    /// Answer that all is well: `ESC [ 0 n`.
    ReportStatus,
    /// Answer what this is: `ESC [ ? 6 c`, a VT102.
    ReportKind,
    /// As after switching on.
    Reset,
}

/// What an erase covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// From the cursor on, the cursor included.
    FromCursor,
    /// Up to the cursor, the cursor included.
    ToCursor,
    /// All of it.
    All,
}

const ESCAPE: u8 = 0x1b;
const BELL: u8 = 0x07;
/// More than any sequence we obey has; further ones are dropped.
const MAX_PARAMETERS: usize = 8;

#[derive(Clone, Copy)]
enum State {
    Text,
    /// After ESC.
    Escape,
    /// After ESC and a byte that takes one more, as in `ESC ( B` (choose a character set).
    Designate,
    /// After `ESC [`.
    Sequence,
    /// After `ESC ]`: a string for the terminal, up to BEL or ESC.
    OperatingSystemCommand,
}

/// The state between two bytes.
pub struct Parser {
    state: State,
    parameters: [u16; MAX_PARAMETERS],
    /// The parameter being read; may pass the end of the array.
    current: usize,
    /// The sequence has a byte in it, such as `?`, that makes it another one; the last of them.
    mark: Option<u8>,
    rendition: Rendition,
}

impl Default for Parser {
    fn default() -> Self {
        Self::new()
    }
}

impl Parser {
    /// Plain text, in the default colours.
    pub const fn new() -> Self {
        Self {
            state: State::Text,
            parameters: [0; MAX_PARAMETERS],
            current: 0,
            mark: None,
            rendition: Rendition::DEFAULT,
        }
    }

    /// Takes the next byte.
    pub fn feed(&mut self, byte: u8) -> Action {
        match (self.state, byte) {
            (State::OperatingSystemCommand, BELL) => self.state = State::Text,
            (_, ESCAPE) => self.state = State::Escape,
            (State::OperatingSystemCommand, _) => {}
            // Control bytes work even in the middle of a sequence.
            (_, 0..=0x1f) => return Action::Control(byte),
            (State::Text, _) => return Action::Print(byte),
            (State::Escape, _) => return self.after_escape(byte),
            (State::Designate, _) => self.state = State::Text,
            (State::Sequence, _) => return self.in_sequence(byte),
        }
        Action::Nothing
    }

    fn after_escape(&mut self, byte: u8) -> Action {
        self.parameters = [0; MAX_PARAMETERS];
        self.current = 0;
        self.mark = None;
        self.state = match byte {
            b'[' => State::Sequence,
            b']' => State::OperatingSystemCommand,
            b' '..=b'/' => State::Designate,
            _ => State::Text,
        };
        match byte {
            b'7' => Action::SaveCursor,
            b'8' => Action::RestoreCursor,
            b'D' => Action::NextRow,
            b'M' => Action::PreviousRow,
            b'Z' => Action::ReportKind,
            b'c' => {
                *self = Self::new();
                Action::Reset
            }
            _ => Action::Nothing,
        }
    }

    fn in_sequence(&mut self, byte: u8) -> Action {
        match byte {
            b'0'..=b'9' => {
                if let Some(value) = self.parameters.get_mut(self.current) {
                    *value = value.saturating_mul(10).saturating_add(u16::from(byte - b'0'));
                }
            }
            b';' => self.current = (self.current + 1).min(MAX_PARAMETERS),
            b'@'..=b'~' => {
                self.state = State::Text;
                return match self.mark {
                    None => self.finish(byte),
                    Some(b'?') => self.finish_private(byte),
                    Some(_) => Action::Nothing,
                };
            }
            _ => self.mark = Some(byte),
        }
        Action::Nothing
    }

    /// Obeys the sequence that `last` ends.
    fn finish(&mut self, last: u8) -> Action {
        let [first, second, ..] = self.parameters;
        // A count or a coordinate that is left out, or 0, is 1.
        let count = first.clamp(1, 999) as isize;
        let part = match first {
            0 => Part::FromCursor,
            1 => Part::ToCursor,
            _ => Part::All,
        };
        match last {
            b'm' => {
                let given = (self.current + 1).min(MAX_PARAMETERS);
                self.rendition.select(&self.parameters[..given]);
                Action::Attribute(self.rendition.attribute())
            }
            b'J' => Action::EraseScreen(part),
            b'K' => Action::EraseRow(part),
            b'H' | b'f' => {
                Action::MoveTo { row: usize::from(first.max(1)) - 1, column: usize::from(second.max(1)) - 1 }
            }
            b'A' => Action::MoveBy { rows: -count, columns: 0 },
            b'B' => Action::MoveBy { rows: count, columns: 0 },
            b'C' | b'a' => Action::MoveBy { rows: 0, columns: count },
            b'D' => Action::MoveBy { rows: 0, columns: -count },
            b'G' | b'`' => Action::MoveToColumn(usize::from(first.max(1)) - 1),
            b'd' => Action::MoveToRow(usize::from(first.max(1)) - 1),
            b'e' => Action::MoveBy { rows: count, columns: 0 },
            b'L' => Action::InsertRows(count as usize),
            b'M' => Action::DeleteRows(count as usize),
            b'@' => Action::InsertCharacters(count as usize),
            b'P' => Action::DeleteCharacters(count as usize),
            b'X' => Action::EraseCharacters(count as usize),
            b'S' => Action::Scroll(count),
            b'T' => Action::Scroll(-count),
            b'r' => Action::SetRegion {
                top: usize::from(first.max(1)) - 1,
                bottom: if second == 0 { usize::MAX } else { second.into() },
            },
            b's' => Action::SaveCursor,
            b'u' => Action::RestoreCursor,
            b'n' if first == 5 => Action::ReportStatus,
            b'n' if first == 6 => Action::ReportCursor,
            b'c' if first == 0 => Action::ReportKind,
            _ => Action::Nothing,
        }
    }

    /// Obeys the sequence with a `?` that `last` ends: DEC's modes.
    fn finish_private(&self, last: u8) -> Action {
        const CURSOR: u16 = 25;
        match (last, self.parameters[0]) {
            (b'h', CURSOR) => Action::ShowCursor(true),
            (b'l', CURSOR) => Action::ShowCursor(false),
            _ => Action::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The actions for `bytes`, without the empty ones.
    fn actions(bytes: &[u8]) -> Vec<Action> {
        let mut parser = Parser::new();
        let all = bytes.iter().map(|&byte| parser.feed(byte));
        all.filter(|action| *action != Action::Nothing).collect()
    }

    #[test]
    fn text_and_control_bytes_pass() {
        use Action::{Control, Print};
        assert_eq!(actions(b"a\r\n\xe9"), [Print(b'a'), Control(13), Control(10), Print(0xe9)]);
    }

    #[test]
    fn colours_become_vga_attributes() {
        assert_eq!(actions(b"\x1b[31m"), [Action::Attribute(0x04)]);
        assert_eq!(actions(b"\x1b[1;33;44m"), [Action::Attribute(0x1e)]);
        assert_eq!(actions(b"\x1b[7m"), [Action::Attribute(0x70)]);
        assert_eq!(actions(b"\x1b[91m\x1b[m")[1], Action::Attribute(0x07));
        assert_eq!(actions(b"\x1b[32;38;5;196m"), [Action::Attribute(0x02)]);
    }

    #[test]
    fn clearing_and_moving() {
        use Action::{EraseRow, EraseScreen, MoveBy, MoveTo};
        assert_eq!(
            actions(b"\x1b[2J\x1b[H\x1b[K\x1b[3;5H\x1b[2A\x1b[D"),
            [
                EraseScreen(Part::All),
                MoveTo { row: 0, column: 0 },
                EraseRow(Part::FromCursor),
                MoveTo { row: 2, column: 4 },
                MoveBy { rows: -2, columns: 0 },
                MoveBy { rows: 0, columns: -1 },
            ]
        );
    }

    #[test]
    fn what_editors_send() {
        use Action::{DeleteRows, InsertRows, ReportCursor, RestoreCursor, SaveCursor, SetRegion, ShowCursor};
        assert_eq!(
            actions(b"\x1b[?25l\x1b7\x1b[6n\x1b[2;24r\x1b[r\x1b[L\x1b[3M\x1b8\x1b[?25h"),
            [
                ShowCursor(false),
                SaveCursor,
                ReportCursor,
                SetRegion { top: 1, bottom: 24 },
                SetRegion { top: 0, bottom: usize::MAX },
                InsertRows(1),
                DeleteRows(3),
                RestoreCursor,
                ShowCursor(true),
            ]
        );
        assert_eq!(
            actions(b"\x1bM\x1b[5d\x1b[9G"),
            [Action::PreviousRow, Action::MoveToRow(4), Action::MoveToColumn(8)]
        );
    }

    #[test]
    fn what_we_do_not_know_is_swallowed() {
        let sequences = b"\x1b[?7l\x1b[>6n\x1b(B\x1b]0;title\x07\x1b=\x1b[1;2;3;4;5;6;7;8;9;99999z";
        assert_eq!(actions(sequences), []);
        assert_eq!(actions(b"\x1b[3\nx1m"), [Action::Control(10), Action::Print(b'1'), Action::Print(b'm')]);
    }
}
