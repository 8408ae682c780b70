//! docs/system-calls.md: both tables of system calls, and what they have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::str::FromStr;

use anyhow::{Context, Result};
use syscalls::x86::Sysno;

use crate::NOTE;
use crate::book::cell;
use crate::items::Items;
use crate::places::{Places, short};
use crate::problems::Problems;
use crate::project::Project;
use crate::reach::Reach;
use crate::table::{self, Call, Table};

const LINUX: &str = "src/abi/linux.rs";
const BOOK: &str = "src/abi/book.rs";
/// How many of Linux's calls may lead to a function before it says nothing of any of them.
const COMMON: usize = 8;

const INTRODUCTION: &str = "# The system calls

A program calls the kernel by `int 0x80`: the number in eax, up to six arguments in ebx, ecx, edx, esi, edi and ebp, the result in
eax. Both tables are data in the kernel ([src/abi/linux.rs](../src/abi/linux.rs), [src/abi/book.rs](../src/abi/book.rs)), one line a
call; `strace` and the book's `help` are made of the same lines as this page. An unknown number is −38 (ENOSYS), and nothing else
happens. What of Linux's semantics is missing is in [CAVEATS.md](CAVEATS.md).

What the kinds of the arguments mean ([src/abi/call.rs](../src/abi/call.rs)):

";

/// The page.
pub fn page(project: &Project, items: &Items, problems: &mut Problems) -> Result<String> {
    let read = |file: &str| table::read(&project.read(file)?).with_context(|| format!("cannot understand {file}"));
    let (linux, book) = (read(LINUX)?, read(BOOK)?);
    let reach = Reach::read(project)?;
    let places = Places::new(project, items);

    let mut text = format!("{NOTE}\n{INTRODUCTION}");
    write_kinds(&mut text, items);
    write_linux(&mut text, &linux, &places, problems);
    write_book(&mut text, &book, &linux, &places, &reach, problems);
    write_missing(&mut text, &linux);
    Ok(text)
}

fn write_kinds(text: &mut String, items: &Items) {
    for (name, summary) in items.variants("abi::call::Kind") {
        let _ = writeln!(text, "* `{name}`: {}", lower_first(summary));
    }
}

fn write_linux(text: &mut String, linux: &Table, places: &Places, problems: &mut Problems) {
    let mut lines = BTreeMap::new();
    for call in &linux.calls {
        let name = call.number.trim_start_matches("__NR_");
        match Sysno::from_str(name) {
            Ok(number) if lines.insert(number as u32, call).is_none() => {}
            Ok(_) => problems.add(format!("{LINUX} has {name} twice")),
            Err(_) => problems.add(format!("{LINUX}: Linux has no call {name} on i386")),
        }
    }
    let _ = write!(text, "\n## Linux's calls\n\nThere are {}, with Linux's numbers for i386, its structures and its errors (−errno).\n", lines.len());
    text.push_str("\n| number | call | ours | what its function does |\n|--|--|--|--|\n");
    for (number, call) in lines {
        write_line(text, &number.to_string(), call, places, "", problems);
    }
}

fn write_book(text: &mut String, book: &Table, linux: &Table, places: &Places, reach: &Reach, problems: &mut Problems) {
    let _ = write!(
        text,
        "\n## The book's calls\n\nCall n of the book is number 0x8000 + n. [book-calls.md](book-calls.md) says what each does. The last column: \
         Linux's call that does its work with the same code, and where the two meet.\n"
    );
    text.push_str("\n| n | call | ours | what its function does | shares code with |\n|--|--|--|--|--|\n");
    let partners = Partners::new(linux, reach);
    for call in &book.calls {
        let number = call.number.parse().ok().or_else(|| book.constants.get(&call.number).copied());
        let Some(number) = number else {
            problems.add(format!("{BOOK}: what number is {}?", call.number));
            continue;
        };
        write_line(text, &number.to_string(), call, places, &format!(" {} |", partners.of(call)), problems);
    }
}

fn write_line(text: &mut String, number: &str, call: &Call, places: &Places, more: &str, problems: &mut Problems) {
    let path = format!("abi::{}", call.function);
    let (link, summary) = match (places.find(&path), places.item(&path)) {
        (Ok(place), Some(item)) => (place.link(), item.summary.as_str()),
        (Err(error), _) => {
            problems.add(format!("{}: {error}", call.name));
            return;
        }
        _ => return,
    };
    let _ = writeln!(text, "| {number} | `{}({})` | {link} | {} |{more}", call.name, call.arguments.join(", "), cell(summary));
}

/// Finds which of Linux's calls a call of the book shares its work with.
struct Partners<'a> {
    linux: Vec<(&'a Call, BTreeSet<String>)>,
    reach: &'a Reach,
}

impl<'a> Partners<'a> {
    fn new(linux: &'a Table, reach: &'a Reach) -> Self {
        let linux = linux.calls.iter().map(|call| (call, reach.from(&format!("abi::{}", call.function))));
        let mut linux: Vec<_> = linux.collect();
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for function in linux.iter().flat_map(|(_, reached)| reached) {
            *uses.entry(function.clone()).or_default() += 1;
        }
        for (_, reached) in &mut linux {
            reached.retain(|function| uses[function] <= COMMON);
        }
        Self { linux, reach }
    }

    /// As a table's cell says it.
    fn of(&self, call: &Call) -> String {
        let own = format!("abi::{}", call.function);
        let same = self.linux.iter().filter(|(other, _)| other.function == call.function).map(|(other, _)| *other);
        let same: Vec<_> = same.collect();
        if let Some(nearest) = same.iter().find(|other| other.name == call.name).or(same.first()) {
            return format!("`{}`: the same function", nearest.name);
        }
        let reached = self.reach.from(&own);
        let best = self.linux.iter().map(|(other, theirs)| (other, reached.intersection(theirs).collect::<Vec<_>>()));
        let best = best.filter(|(_, shared)| !shared.is_empty());
        // The one of the same name if there is one, else the one with which most is shared.
        match best.max_by_key(|(other, shared)| (other.name == call.name, shared.len())) {
            Some((other, shared)) => {
                let shared: Vec<_> = shared.iter().take(3).map(|function| format!("`{}`", short(function))).collect();
                format!("`{}`: {}", other.name, shared.join(", "))
            }
            None => "―".to_owned(),
        }
    }
}

/// Linux's calls that are not in the table.
fn write_missing(text: &mut String, linux: &Table) {
    let ours: BTreeSet<_> = linux.calls.iter().map(|call| call.number.trim_start_matches("__NR_")).collect();
    let missing = Sysno::iter().map(|number| number.name()).filter(|name| !ours.contains(name));
    let missing: Vec<_> = missing.map(|name| format!("`{name}`")).collect();
    let _ = write!(
        text,
        "\n## Linux's calls that Tusk does not have\n\nThese {} are ENOSYS:\n\n{}.\n",
        missing.len(),
        missing.chunks(8).map(|line| line.join(", ")).collect::<Vec<_>>().join(",\n")
    );
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
