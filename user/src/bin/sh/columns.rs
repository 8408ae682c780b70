//! Lists of names in columns, as wide as the terminal.

use alloc::vec::Vec;
use tusk_user::print::{Line, STANDARD_OUTPUT};
use tusk_user::terminal;

/// How wide a terminal is that does not say.
const USUAL_WIDTH: usize = 80;

/// The terminal's width, in characters.
pub fn window_width() -> usize {
    match terminal::window_size(STANDARD_OUTPUT) {
        Ok(size) if size.columns > 0 => size.columns.into(),
        _ => USUAL_WIDTH,
    }
}

/// Prints names in columns, one below the other, of which as many as fit stand side by side.
pub fn print(names: &[Vec<u8>], width: usize) {
    let longest = names.iter().map(|name| crate::editor::text::width(name)).max().unwrap_or(0);
    let column_width = longest + 2;
    let columns = (width / column_width).max(1);
    let rows = names.len().div_ceil(columns);
    for row in 0..rows {
        let mut line = Line::new(STANDARD_OUTPUT);
        for (column, name) in names.iter().skip(row).step_by(rows.max(1)).enumerate() {
            let is_last = row + (column + 1) * rows >= names.len();
            let padding = if is_last { 0 } else { column_width - crate::editor::text::width(name) };
            name.iter().copied().chain(core::iter::repeat_n(b' ', padding)).for_each(|byte| line.push(byte));
        }
        line.push(b'\n');
    }
}
