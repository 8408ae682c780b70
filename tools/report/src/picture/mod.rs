//! The pictures. Each is an SVG that stands in the page, and alone in a file of its own.

pub mod axis;
pub mod bars;
pub mod bitmap;
pub mod directories;
pub mod memory;
pub mod pages;
pub mod pcb;
pub mod processes;
pub mod stages;
pub mod steps;

use std::path::Path;

use anyhow::{Context, Result};
use maud::{Markup, html};

/// How wide every picture is, in its own units.
pub const WIDTH: f64 = 960.0;

/// What all pictures have in common.
pub const STYLE: &str = include_str!("../../style/picture.css");

/// A picture.
pub struct Picture {
    /// Its file's name without `.svg`, and its id in the page.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// For those who do not see it.
    pub description: String,
    /// How high it is.
    pub height: f64,
    /// What is in it.
    pub body: Markup,
}

impl Picture {
    /// As part of a page that has the style already.
    pub fn inline(&self) -> Markup {
        self.svg(None, &html! {})
    }

    /// As a file: with its style, on paper of its own.
    pub fn standalone(&self) -> String {
        let markup = self.svg(
            Some("http://www.w3.org/2000/svg"),
            &html! {
                style { (maud::PreEscaped(STYLE)) }
                rect.paper width=(px(WIDTH)) height=(px(self.height)) {}
            },
        );
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{}\n", markup.into_string())
    }

    /// Writes the file into a folder.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join(format!("{}.svg", self.name));
        std::fs::write(&file, self.standalone()).with_context(|| format!("cannot write {}", file.display()))
    }

    fn svg(&self, namespace: Option<&str>, before: &Markup) -> Markup {
        let (title, description) = (format!("{}-title", self.name), format!("{}-description", self.name));
        html! {
            svg xmlns=[namespace] viewBox=(format!("0 0 {} {}", px(WIDTH), px(self.height)))
                role="img" aria-labelledby=(format!("{title} {description}")) {
                title id=(title) { (self.title) }
                desc id=(description) { (self.description) }
                (before)
                (self.body)
            }
        }
    }
}

/// A length as SVG has it, with no more digits than can be seen.
pub fn px(length: f64) -> String {
    let text = format!("{length:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Text at a place.
pub fn text(x: f64, y: f64, class: &str, words: &str) -> Markup {
    html! { text x=(px(x)) y=(px(y)) class=(class) { (words) } }
}

/// A rectangle at a place, with what it says when pointed at.
pub fn rect(x: f64, y: f64, width: f64, height: f64, class: &str, tip: &str) -> Markup {
    html! {
        rect x=(px(x)) y=(px(y)) width=(px(width)) height=(px(height)) class=(class) {
            @if !tip.is_empty() { title { (tip) } }
        }
    }
}

/// A line.
pub fn line(from: (f64, f64), to: (f64, f64), class: &str) -> Markup {
    html! { line x1=(px(from.0)) y1=(px(from.1)) x2=(px(to.0)) y2=(px(to.1)) class=(class) {} }
}

/// A pattern of slanted lines: what is filled with it is neither here nor there. `fill="url(#…)"` names it, within the file.
pub fn hatching(id: &str) -> Markup {
    html! {
        defs {
            pattern id=(id) width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)" {
                line x1="0" y1="0" x2="0" y2="5" class="hatch" {}
            }
        }
    }
}

/// How wide text is, about: a character of the monospaced face at 12.
pub const MONO: f64 = 7.3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_short() {
        assert_eq!([1.0, 1.5, 1.254, 0.0, 120.0].map(px), ["1", "1.5", "1.25", "0", "120"]);
    }

    #[test]
    fn a_file_stands_alone_and_its_text_is_escaped() {
        let picture = Picture {
            name: "x",
            title: "a < b".into(),
            description: String::new(),
            height: 10.0,
            body: text(1.0, 2.0, "mono", "<&>"),
        };
        let file = picture.standalone();
        assert!(file.starts_with("<?xml") && file.contains("prefers-color-scheme: dark"));
        assert!(file.contains("a &lt; b") && file.contains("&lt;&amp;&gt;"));
        assert!(!picture.inline().into_string().contains("<style>"));
    }
}
