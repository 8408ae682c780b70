//! Writes docs/book.md and docs/system-calls.md from the sources and docs/book/*.toml, and checks them.
//!
//! What people know (which C function is which of ours, what differs and why) is data, one line a name. What the
//! sources know (where ours is, under which names the documentation finds it, which tests there are, where fields lie) is
//! read from them each time. What does not fit together is an error that says what to do.

#![forbid(unsafe_code)]

mod book;
mod calls;
mod coverage;
mod data;
mod items;
mod layouts;
mod page_tests;
mod places;
mod problems;
mod project;
mod reach;
mod shown;
mod structures;
mod table;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use similar::TextDiff;

use crate::book::Sources;
use crate::items::Items;
use crate::places::Places;
use crate::problems::Problems;
use crate::project::Project;

/// How much of a difference is shown: each edit of a source moves lines.
const MOST_LINES: usize = 60;
/// What every page begins with.
const NOTE: &str =
    "<!-- Written by `make generated` from the sources and docs/book/*.toml: change those, not this file. -->\n";
/// The command that makes the pages.
const COMMAND: &str = "make generated";
/// The pages.
const BOOK: &str = "docs/book.md";
const CALLS: &str = "docs/system-calls.md";
/// The kernel with its debug information, and the crate in it.
const KERNEL: &str = "build/tusk.elf";
const CRATE: &str = "tusk";

/// Writes docs/book.md and docs/system-calls.md from the sources and docs/book/*.toml.
#[derive(Parser)]
#[command(
    name = "tusk-book",
    after_help = "Wants build/tusk.elf, for the offsets of fields: `make generated` builds it first."
)]
struct Options {
    /// Write nothing; fail, with the difference, when a page is not what the sources say
    #[arg(long)]
    check: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    match run(options.check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tusk-book: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(is_check: bool) -> Result<()> {
    let project = Project::own();
    for (file, text) in [(BOOK, book_page(&project)?), (CALLS, calls_page(&project)?)] {
        if is_check {
            check(&project, file, &text)?;
        } else if project.read(file).ok().as_deref() != Some(&text) {
            std::fs::write(project.path(file), &text).with_context(|| format!("cannot write {file}"))?;
            eprintln!("tusk-book: {file} has changed");
        }
    }
    Ok(())
}

/// docs/book.md, if all fits together.
fn book_page(project: &Project) -> Result<String> {
    let data = data::Data::read(project)?;
    let items = Items::read(project)?;
    let tests = shown::Tests::read(project)?;
    let kernel = std::fs::read(project.path(KERNEL)).with_context(|| format!("no {KERNEL}: run `{COMMAND}`"))?;
    let structures = structures::read(&kernel, CRATE, &book::wanted_structures(&data))
        .with_context(|| format!("cannot read the debug information of {KERNEL}"))?;
    page(&data, &items, project, &tests, &structures)
}

fn page(
    data: &data::Data,
    items: &Items,
    project: &Project,
    tests: &shown::Tests,
    structures: &BTreeMap<String, structures::Structure>,
) -> Result<String> {
    let mut problems = Problems::default();
    let sources = Sources { data, places: Places::new(project, items), tests, structures };
    let text = book::page(&sources, &mut problems);
    finished(text, &problems, "docs/book/*.toml and the sources")
}

/// docs/system-calls.md, if all fits together.
fn calls_page(project: &Project) -> Result<String> {
    let mut problems = Problems::default();
    let text = calls::page(project, &Items::read(project)?, &mut problems)?;
    finished(text, &problems, "the tables of system calls and the sources")
}

fn finished(text: String, problems: &Problems, what: &str) -> Result<String> {
    if !problems.is_empty() {
        bail!("{what} do not fit together:\n{}", problems.text());
    }
    Ok(text)
}

/// Compares a page with what it is to be.
fn check(project: &Project, file: &str, wanted: &str) -> Result<()> {
    let found = project.read(file).unwrap_or_default();
    if found == wanted {
        return Ok(());
    }
    let difference = TextDiff::from_lines(found.as_str(), wanted);
    let difference = difference.unified_diff().context_radius(0).header(file, "the sources").to_string();
    let more = difference.lines().count().saturating_sub(MOST_LINES);
    let mut shown: Vec<_> = difference.lines().take(MOST_LINES).map(String::from).collect();
    if more > 0 {
        shown.push(format!("… and {more} lines more"));
    }
    bail!("{file} is not what the sources say: run `{COMMAND}` and commit what it changes.\n{}", shown.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails with nothing but what is wrong.
    fn expect(file: &str, page: fn(&Project) -> Result<String>) {
        let project = Project::own();
        if let Err(error) = page(&project).and_then(|text| check(&project, file, &text)) {
            panic!("{error:#}");
        }
    }

    #[test]
    fn book_is_what_the_sources_say() {
        expect(BOOK, book_page);
    }

    #[test]
    fn system_calls_are_the_tables() {
        expect(CALLS, calls_page);
    }

    #[test]
    fn page_that_is_out_of_date_is_told_with_its_difference() {
        let error = check(&Project::own(), "docs/none.md", "| a |\n").unwrap_err().to_string();
        assert!(error.contains("make generated") && error.contains("+| a |"), "{error}");
    }

    #[test]
    fn long_difference_is_cut() {
        let error = check(&Project::own(), "docs/none.md", &"line\n".repeat(1000)).unwrap_err().to_string();
        assert!(error.lines().count() < 70 && error.ends_with("lines more"), "{error}");
    }
}
