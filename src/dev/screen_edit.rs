//! What moves rows and characters about on the screen: scrolling, inserting, deleting.
//!
//! Rows move within the scrolling region only, which editors set to keep a status line where it is.

use super::vga::{CELLS, COLUMNS, ROWS, Screen};

impl Screen {
    /// The cursor goes down a row; at the end of the region all rows go up instead.
    pub(super) fn next_row(&mut self) {
        if self.cursor.row + 1 == self.bottom {
            self.scroll(self.top, 1);
        } else if self.cursor.row + 1 < ROWS {
            self.cursor.row += 1;
        }
    }

    /// The cursor goes up a row; at the beginning of the region all rows go down instead.
    pub(super) fn previous_row(&mut self) {
        if self.cursor.row == self.top {
            self.scroll(self.top, -1);
        } else {
            self.cursor.row = self.cursor.row.saturating_sub(1);
        }
    }

    /// Makes the rows from `top` to before `bottom` those that scroll; the cursor goes to the upper left corner. A
    /// region of less than two rows is none.
    pub(super) fn set_region(&mut self, top: usize, bottom: usize) {
        let bottom = bottom.min(ROWS);
        if top + 1 < bottom {
            (self.top, self.bottom) = (top, bottom);
            (self.cursor.row, self.cursor.column) = (0, 0);
        }
    }

    /// Moves the rows from `first` to the end of the region up by `rows`, or down when that is negative; what
    /// becomes free is blank.
    pub(super) fn scroll(&mut self, first: usize, rows: isize) {
        let (start, end) = (first * COLUMNS, self.bottom * COLUMNS);
        self.shift(start, end, rows.saturating_mul(COLUMNS as isize));
    }

    /// Blank rows at the cursor's.
    pub(super) fn insert_rows(&mut self, count: usize) {
        if (self.top..self.bottom).contains(&self.cursor.row) {
            self.scroll(self.cursor.row, -(count.min(ROWS) as isize));
            self.cursor.column = 0;
        }
    }

    /// Takes rows away, from the cursor's on.
    pub(super) fn delete_rows(&mut self, count: usize) {
        if (self.top..self.bottom).contains(&self.cursor.row) {
            self.scroll(self.cursor.row, count.min(ROWS) as isize);
            self.cursor.column = 0;
        }
    }

    /// Blanks at the cursor; the rest of its row moves right.
    pub(super) fn insert_characters(&mut self, count: usize) {
        self.shift(self.cursor_cell(), self.end_of_row(), -(count.min(COLUMNS) as isize));
    }

    /// Takes characters away, from the cursor on; the rest of its row moves left.
    pub(super) fn delete_characters(&mut self, count: usize) {
        self.shift(self.cursor_cell(), self.end_of_row(), count.min(COLUMNS) as isize);
    }

    /// Blanks characters, from the cursor on; nothing moves.
    pub(super) fn erase_characters(&mut self, count: usize) {
        let start = self.cursor_cell();
        self.fill_with_blanks(start, (start + count.min(COLUMNS)).min(self.end_of_row()));
    }

    fn end_of_row(&self) -> usize {
        (self.cursor.row + 1) * COLUMNS
    }

    /// Moves the cells `start..end` back by `distance`, or forward when that is negative; what becomes free is blank.
    fn shift(&mut self, start: usize, end: usize, distance: isize) {
        let length = distance.unsigned_abs().min(end - start);
        debug_assert!(end <= CELLS);
        if distance >= 0 {
            for index in start..end - length {
                self.set(index, self.shadow[index + length]);
            }
            self.fill_with_blanks(end - length, end);
        } else {
            for index in (start + length..end).rev() {
                self.set(index, self.shadow[index - length]);
            }
            self.fill_with_blanks(start, start + length);
        }
    }

    pub(super) fn fill_with_blanks(&mut self, start: usize, end: usize) {
        let blank = self.blank();
        for index in start..end {
            self.set(index, blank);
        }
    }
}
