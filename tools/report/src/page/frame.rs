//! What every page has: head, style, sections, and the numbers as JSON.

use std::path::Path;

use anyhow::{Context, Result};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::table::Table;
use crate::picture::{Picture, STYLE};

const PAGE_STYLE: &str = include_str!("../../style/page.css");
const SCRIPT: &str = include_str!("../../style/page.js");

/// A part of the page: words, a picture, its numbers.
pub struct Section {
    /// Its heading.
    pub title: String,
    /// A sentence or two for somebody who sees it for the first time.
    pub words: Markup,
    /// What it shows.
    pub picture: Option<Picture>,
    /// The same as tables, folded away; without a picture they stand for themselves.
    pub tables: Vec<Table>,
}

/// A whole page.
pub struct Page {
    /// Its title.
    pub title: String,
    /// What stands below it.
    pub lead: Markup,
    /// What can be chosen for all pictures at once.
    pub choice: Markup,
    /// Its parts.
    pub sections: Vec<Section>,
    /// How it was made.
    pub foot: Markup,
    /// All numbers, for programs.
    pub numbers: serde_json::Value,
}

impl Page {
    /// Writes the page and its pictures into a folder.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
        for picture in self.sections.iter().filter_map(|section| section.picture.as_ref()) {
            picture.write(folder)?;
        }
        let file = folder.join("index.html");
        std::fs::write(&file, self.markup().into_string()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn markup(&self) -> Markup {
        // A `<` could end the script element from within.
        let numbers = self.numbers.to_string().replace('<', "\\u003c");
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    // Nothing is to be fetched, whatever somebody puts into this file later.
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
                    title { (self.title) }
                    style { (PreEscaped(STYLE)) (PreEscaped(PAGE_STYLE)) }
                }
                body {
                    header { h1 { (self.title) } (self.lead) }
                    nav aria-label="Parts of this page" {
                        @for section in self.sections.iter() {
                            a href=(format!("#{}", anchor(&section.title))) { (section.title) }
                        }
                    }
                    (self.choice)
                    main { @for section in &self.sections { (section.markup()) } }
                    footer { (self.foot) }
                    div #tip role="status" hidden {}
                    script type="application/json" id="numbers" { (PreEscaped(numbers)) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        }
    }
}

/// The name that links use.
fn anchor(title: &str) -> String {
    title.to_lowercase().replace(|character: char| !character.is_ascii_alphanumeric(), "-")
}

impl Section {
    fn markup(&self) -> Markup {
        html! {
            section id=(anchor(&self.title)) {
                h2 { (self.title) }
                p { (self.words) }
                @if let Some(picture) = &self.picture {
                    figure {
                        div.scroll tabindex="0" role="region" aria-label=(picture.title) { (picture.inline()) }
                        figcaption { span.hint { "Wider than this window: it moves sideways. " } (picture.title) ". " span.soft { "Also by itself: " code { (picture.name) ".svg" } } }
                    }
                }
                @if self.picture.is_some() {
                    details {
                        summary { "The numbers as a table" }
                        @for table in &self.tables { (table.markup()) }
                    }
                } @else {
                    @for table in &self.tables { (table.markup()) }
                }
            }
        }
    }
}
