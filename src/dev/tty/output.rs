//! What becomes of bytes on their way out, and in which column that leaves the cursor.
//!
//! A line feed also returns to the first column, tabs may become spaces: POSIX calls it output processing. The
//! column is what erasing a tab needs to know. What is ready goes to the device in pieces, since each piece costs
//! the screen a move of its cursor.

use super::settings::Settings;
use arrayvec::ArrayVec;
use linux_raw_sys::general as linux;

/// Columns between two tab stops.
pub const TAB_WIDTH: usize = 8;
const PIECE: usize = 64;

/// Collects bytes for the device, which gets them at the latest when this is dropped.
pub struct Outlet<'a> {
    pending: ArrayVec<u8, PIECE>,
    send: &'a mut dyn FnMut(&[u8]),
}

impl<'a> Outlet<'a> {
    /// An outlet to what `send` sends to.
    pub fn new(send: &'a mut dyn FnMut(&[u8])) -> Self {
        Self { pending: ArrayVec::new(), send }
    }

    fn put(&mut self, byte: u8) {
        if self.pending.is_full() {
            self.flush();
        }
        self.pending.push(byte);
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            (self.send)(&self.pending);
            self.pending.clear();
        }
    }
}

impl Drop for Outlet<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Where the cursor is, counted from 0; where it would be, were rows without end.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Column(pub usize);

impl Column {
    /// Sends one byte as the settings want it.
    pub fn process(&mut self, byte: u8, settings: &Settings, out: &mut Outlet<'_>) {
        if !settings.has_output(linux::OPOST) {
            out.put(byte);
            return;
        }
        match byte {
            b'\n' if settings.has_output(linux::ONLCR) => {
                self.0 = 0;
                out.put(b'\r');
                out.put(b'\n');
            }
            b'\r' if settings.has_output(linux::ONOCR) && self.0 == 0 => {}
            b'\r' if settings.has_output(linux::OCRNL) => self.put_line_feed(settings, out),
            b'\n' => self.put_line_feed(settings, out),
            b'\r' => {
                self.0 = 0;
                out.put(byte);
            }
            b'\t' => self.put_tab(settings, out),
            0x08 => {
                self.0 = self.0.saturating_sub(1);
                out.put(byte);
            }
            _ => {
                self.0 += columns_of(byte);
                out.put(byte);
            }
        }
    }

    fn put_line_feed(&mut self, settings: &Settings, out: &mut Outlet<'_>) {
        if settings.has_output(linux::ONLRET) {
            self.0 = 0;
        }
        out.put(b'\n');
    }

    fn put_tab(&mut self, settings: &Settings, out: &mut Outlet<'_>) {
        let width = TAB_WIDTH - self.0 % TAB_WIDTH;
        self.0 += width;
        if settings.output & linux::TABDLY == linux::XTABS {
            (0..width).for_each(|_| out.put(b' '));
        } else {
            out.put(b'\t');
        }
    }
}

/// How many columns a byte takes that is neither tab, backspace nor the end of a line.
pub fn columns_of(byte: u8) -> usize {
    usize::from(!byte.is_ascii_control() && !continues_character(byte))
}

/// Says whether the byte, 10xxxxxx, is not the first of its character of UTF-8.
pub fn continues_character(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `bytes` become with these output flags, and the column after them.
    fn processed(output: u32, bytes: &[u8]) -> (String, usize) {
        let settings = Settings { output, ..Settings::FOR_A_PERSON };
        let (mut column, mut sent) = (Column::default(), Vec::new());
        let mut send = |piece: &[u8]| sent.extend_from_slice(piece);
        let mut out = Outlet::new(&mut send);
        bytes.iter().for_each(|&byte| column.process(byte, &settings, &mut out));
        drop(out);
        (String::from_utf8(sent).unwrap(), column.0)
    }

    #[test]
    fn line_ends() {
        assert_eq!(processed(linux::OPOST | linux::ONLCR, b"ab\nc"), ("ab\r\nc".into(), 1));
        assert_eq!(processed(linux::OPOST, b"ab\nc"), ("ab\nc".into(), 3));
        assert_eq!(processed(linux::OPOST | linux::ONLRET, b"ab\nc"), ("ab\nc".into(), 1));
        assert_eq!(processed(linux::OPOST | linux::OCRNL, b"ab\r\n"), ("ab\n\n".into(), 2));
        assert_eq!(processed(linux::OPOST | linux::ONOCR, b"\rab\r"), ("ab\r".into(), 0));
        assert_eq!(processed(linux::ONLCR, b"ab\n"), ("ab\n".into(), 0));
    }

    #[test]
    fn columns() {
        assert_eq!(processed(linux::OPOST, "\u{e4}\u{20ac}b\x1b".as_bytes()).1, 3);
        assert_eq!(processed(linux::OPOST, b"abc\x08\x08"), ("abc\x08\x08".into(), 1));
        assert_eq!(processed(linux::OPOST, b"abc\td"), ("abc\td".into(), 9));
        assert_eq!(processed(linux::OPOST | linux::XTABS, b"abc\td"), ("abc     d".into(), 9));
    }

    #[test]
    fn nothing_is_lost_between_pieces() {
        let text = "0123456789".repeat(30);
        assert_eq!(processed(linux::OPOST, text.as_bytes()).0, text);
    }
}
