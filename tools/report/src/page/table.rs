//! Tables: the numbers of a picture, for those who read or copy them.

use maud::{Markup, html};

/// A column: its heading, and whether numbers stand in it.
pub struct Column(pub &'static str, pub bool);

/// A table of text.
pub struct Table {
    /// What is in it.
    pub caption: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as wide as there are columns.
    pub rows: Vec<Vec<Markup>>,
}

impl Table {
    /// As part of a page.
    pub fn markup(&self) -> Markup {
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table {
                    caption { (self.caption) }
                    thead { tr { @for Column(name, is_number) in &self.columns { th scope="col" class=[is_number.then_some("number")] { (name) } } } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                @for (cell, Column(_, is_number)) in row.iter().zip(&self.columns) {
                                    td class=[is_number.then_some("number")] { (cell) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A cell of text.
pub fn cell(words: impl AsRef<str>) -> Markup {
    html! { (words.as_ref()) }
}

/// A cell of code: a name, an address.
pub fn code(words: impl AsRef<str>) -> Markup {
    html! { code { (words.as_ref()) } }
}
