//! What holds for every report's page: it is whole in itself, and can be read on light and dark, wide and narrow.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::report;
use crate::browser::{Browser, Scheme, Shot};

/// A page that is looked at.
pub struct Looks<'a> {
    /// What opens it.
    pub browser: &'a Browser,
    /// The page.
    pub page: PathBuf,
    /// The headings that it must have.
    pub sections: &'a [&'a str],
}

/// Looks at a page.
type Look = fn(&Looks) -> Result<()>;

/// All that is looked at.
pub const LOOKS: &[(&str, Look)] = &[
    ("has_all_sections_in_a_browser", has_all_sections),
    ("is_seen_on_light", |looks| expect_seen(looks, Scheme::Light, 1280)),
    ("is_seen_on_dark", |looks| expect_seen(looks, Scheme::Dark, 1280)),
    ("is_seen_on_a_telephone", |looks| expect_seen(looks, Scheme::Light, 500)),
];

/// Nothing in the page or its pictures leads out of the file.
pub fn asks_no_network(name: &str) -> Result<()> {
    let page = report::page(name)?;
    for (words, allowed) in [
        ("http:", ""),
        ("https:", ""),
        ("//cdn", ""),
        ("url(", "url(#"),
        ("src=", ""),
        ("@import", ""),
        ("href=\"", "href=\"#"),
    ] {
        let found =
            page.match_indices(words).find(|(place, _)| allowed.is_empty() || !page[*place..].starts_with(allowed));
        ensure!(found.is_none(), "the page has {words} at byte {}", found.map_or(0, |(place, _)| place));
    }
    ensure!(page.contains("default-src 'none'"), "the page does not forbid it either");
    let pictures: Vec<_> = std::fs::read_dir(report::folder(name))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|file| file.extension().is_some_and(|extension| extension == "svg"))
        .collect();
    ensure!(pictures.len() >= 3, "only {} pictures", pictures.len());
    for file in pictures {
        // The one address is the name of SVG itself.
        let text = std::fs::read_to_string(&file)?.replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        let whole = !text.contains("http")
            && !text.replace("url(#", "").contains("url(")
            && text.contains("prefers-color-scheme");
        ensure!(whole, "{} does not stand alone", file.display());
    }
    Ok(())
}

fn has_all_sections(looks: &Looks) -> Result<()> {
    let elements = looks.browser.elements(&looks.page)?;
    for section in looks.sections {
        ensure!(elements.contains(&format!("<h2>{section}</h2>")), "there is no section '{section}'");
    }
    let pictures = elements.matches("<svg ").count();
    ensure!(pictures >= 3, "only {pictures} pictures");
    Ok(())
}

fn expect_seen(looks: &Looks, scheme: Scheme, width: u32) -> Result<()> {
    let Shot { paper, ink_percent, colours } = looks.browser.look(&looks.page, scheme, (width, 3000))?;
    let as_wanted = if scheme == Scheme::Light { paper > 220 } else { paper < 40 };
    ensure!(as_wanted, "the paper's brightness is {paper} on {scheme:?}");
    ensure!(ink_percent > 3.0 && colours > 20, "next to nothing is on it: {ink_percent:.1} % ink, {colours} colours");
    Ok(())
}
