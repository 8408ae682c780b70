//! How characters look: the colours and styles of ECMA-48 as attributes of VGA text.
//!
//! After ECMA-48, §8.3.117, and `man 4 console_codes`; the VGA has eight background colours, and no styles but bold.

/// Colours by their VGA numbers, 0..=15 (foreground) and 0..=7 (background: bit 3 would blink).
#[derive(Clone, Copy)]
pub struct Rendition {
    foreground: u8,
    background: u8,
    is_bold: bool,
    is_reversed: bool,
}

/// ECMA-48 counts black red green yellow blue magenta cyan white; VGA has red and blue swapped.
const VGA_COLOUR: [u8; 8] = [0, 4, 2, 6, 1, 5, 3, 7];
const BRIGHT: u8 = 8;

impl Rendition {
    /// Light grey on black: attribute 7, as in the book.
    pub const DEFAULT: Self = Self { foreground: 7, background: 0, is_bold: false, is_reversed: false };

    /// Select Graphic Rendition, ECMA-48 §8.3.117.
    pub fn select(&mut self, parameters: &[u16]) {
        for &parameter in parameters {
            let colour = VGA_COLOUR[usize::from(parameter % 10) % 8];
            match parameter {
                0 => *self = Self::DEFAULT,
                1 => self.is_bold = true,
                22 => self.is_bold = false,
                7 => self.is_reversed = true,
                27 => self.is_reversed = false,
                30..=37 => self.foreground = colour,
                39 => self.foreground = Self::DEFAULT.foreground,
                40..=47 | 100..=107 => self.background = colour,
                49 => self.background = Self::DEFAULT.background,
                90..=97 => self.foreground = colour | BRIGHT,
                // 256 colours and more: what follows is their number, not ours to read.
                38 | 48 => return,
                _ => {}
            }
        }
    }

    /// The attribute of a VGA cell: background, then foreground.
    pub fn attribute(self) -> u8 {
        let bold = if self.is_bold { BRIGHT } else { 0 };
        if self.is_reversed {
            (self.foreground & 7) << 4 | self.background | bold
        } else {
            self.background << 4 | self.foreground | bold
        }
    }
}
