//! Characters in bytes: where they begin, and how wide they are on the screen.
//!
//! A line may hold any bytes. What is UTF-8 is treated character by character; a byte that is not is one of its own.

/// The byte behind the character that begins at `at`.
pub fn next(text: &[u8], at: usize) -> usize {
    match text[at..].utf8_chunks().next() {
        Some(chunk) => match chunk.valid().chars().next() {
            Some(character) => at + character.len_utf8(),
            None => at + 1,
        },
        None => at,
    }
}

/// The first byte of the character that ends before `at`.
pub fn previous(text: &[u8], at: usize) -> usize {
    const LONGEST: usize = 4;
    let candidates = at.saturating_sub(LONGEST)..at.saturating_sub(1);
    candidates.into_iter().find(|&start| next(text, start) == at).unwrap_or(at.saturating_sub(1))
}

/// How many columns a text takes.
pub fn width(text: &[u8]) -> usize {
    text.utf8_chunks()
        .map(|chunk| chunk.valid().chars().map(character_width).sum::<usize>() + chunk.invalid().len())
        .sum()
}

/// How many columns a character takes: none for an accent that joins the one before, two for East Asian ones and
/// pictures, in rough blocks (Unicode Standard Annex 11), which is as exact as terminals agree.
fn character_width(character: char) -> usize {
    match u32::from(character) {
        0x300..0x370 | 0x200b..0x2010 | 0xfe00..0xfe10 => 0,
        0x1100..0x1160 | 0x2e80..0xa4d0 | 0xac00..0xd7a4 | 0xf900..0xfb00 | 0xfe30..0xfe70 => 2,
        0xff00..0xff61 | 0xffe0..0xffe7 | 0x1_f300..0x1_f650 | 0x1_f900..0x1_fa00 | 0x2_0000..0x4_0000 => 2,
        _ => 1,
    }
}
