//! docs/system-calls.md: both tables of system calls, and what they have in common.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::str::FromStr;

use anyhow::{Context, Result};
use serde::Deserialize;
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
const BESIDE: &str = "docs/book/calls-beside.toml";

/// Which of Linux's calls stands beside one of the book's.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Beside {
    /// Its name; nothing where Linux has none.
    #[serde(default)]
    linux: String,
    /// The item where the two meet, if the calls by path do not show it.
    #[serde(default)]
    meets: String,
    /// What there is in place of a call of Linux's.
    #[serde(default)]
    note: String,
}

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
    let beside = toml::from_str(&project.read(BESIDE)?).with_context(|| format!("cannot understand {BESIDE}"))?;

    let mut text = format!("{NOTE}\n{INTRODUCTION}");
    write_kinds(&mut text, items);
    write_linux(&mut text, &linux, &places, problems);
    write_book(&mut text, [&book, &linux], &places, &reach, &beside, problems);
    write_missing(&mut text, &linux);
    Ok(text)
}

fn write_kinds(text: &mut String, items: &Items) {
    // An enumeration's methods lie below it, too.
    let kinds = items.below("abi::call::Kind");
    let kinds = kinds.into_iter().filter(|(name, _)| name.starts_with(char::is_uppercase));
    let (told, others): (Vec<_>, Vec<_>) = kinds.partition(|(_, summary)| !summary.is_empty());
    for (name, summary) in told {
        let _ = writeln!(text, "* `{name}`: {}", lower_first(summary));
    }
    if !others.is_empty() {
        let names: Vec<_> = others.iter().map(|(name, _)| format!("`{name}`")).collect();
        let _ = writeln!(text, "* {}: what their names say", names.join(", "));
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
    let _ = write!(
        text,
        "\n## Linux's calls\n\nThere are {}, with Linux's numbers for i386, its structures and its errors (−errno).\n",
        lines.len()
    );
    text.push_str("\n| number | call | ours | what its function does |\n|--|--|--|--|\n");
    for (number, call) in lines {
        write_line(text, &number.to_string(), call, places, "", problems);
    }
}

fn write_book(
    text: &mut String,
    [book, linux]: [&Table; 2],
    places: &Places,
    reach: &Reach,
    beside: &BTreeMap<String, Beside>,
    problems: &mut Problems,
) {
    let _ = write!(
        text,
        "\n## The book's calls\n\nCall n of the book is number 0x8000 + n. [book-calls.md](book-calls.md) says what each does. The last column:\n\
         Linux's call that does its work with the same code, and where the two meet.\n"
    );
    text.push_str("\n| n | call | ours | what its function does | shares code with |\n|--|--|--|--|--|\n");
    let partners = Partners::new(linux, reach, beside);
    for call in &book.calls {
        let number = call.number.parse().ok().or_else(|| book.constants.get(&call.number).copied());
        let Some(number) = number else {
            problems.add(format!("{BOOK}: what number is {}?", call.number));
            continue;
        };
        let more = format!(" {} |", partners.of(call, places.items(), problems));
        write_line(text, &number.to_string(), call, places, &more, problems);
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
    let _ = writeln!(
        text,
        "| {number} | `{}({})` | {link} | {} |{more}",
        call.name,
        call.arguments.join(", "),
        cell(summary)
    );
}

/// Says what the calls of the book share with Linux's.
struct Partners<'a> {
    linux: &'a Table,
    reach: &'a Reach,
    beside: &'a BTreeMap<String, Beside>,
    /// In how many of Linux's calls a function is reached.
    uses: BTreeMap<String, usize>,
}

impl<'a> Partners<'a> {
    fn new(linux: &'a Table, reach: &'a Reach, beside: &'a BTreeMap<String, Beside>) -> Self {
        let mut uses = BTreeMap::new();
        for call in &linux.calls {
            for function in reach.from(&path_of(call)) {
                *uses.entry(function).or_default() += 1;
            }
        }
        Self { linux, reach, beside, uses }
    }

    /// As a table's cell says it.
    fn of(&self, call: &Call, items: &Items, problems: &mut Problems) -> String {
        let Some(beside) = self.beside.get(&call.name) else {
            problems.add(format!("{BESIDE} says nothing of {}", call.name));
            return String::new();
        };
        if beside.linux.is_empty() {
            return cell(&beside.note);
        }
        let Some(linux) = self.linux.calls.iter().find(|linux| linux.name == beside.linux) else {
            problems.add(format!("{BESIDE}: {LINUX} has no call {}", beside.linux));
            return String::new();
        };
        if linux.function == call.function {
            return format!("`{}`: the same function", linux.name);
        }
        let meets: Vec<_> = if beside.meets.is_empty() {
            self.common(call, linux)
        } else if items.find(&beside.meets).is_some() {
            vec![beside.meets.clone()]
        } else {
            Vec::new()
        };
        if meets.is_empty() {
            problems.add(format!("{BESIDE}: {} and Linux's {} have nothing in common", call.name, linux.name));
        }
        let meets: Vec<_> = meets.iter().map(|function| format!("`{}`", short(function))).collect();
        format!("`{}`: {}", linux.name, meets.join(", "))
    }

    /// The functions that both lead to, up to three, those first that the fewest others do.
    fn common(&self, call: &Call, linux: &Call) -> Vec<String> {
        let theirs = self.reach.from(&path_of(linux));
        let mut common: Vec<_> = self.reach.from(&path_of(call)).intersection(&theirs).cloned().collect();
        common.retain(|function| !matches!(function.rsplit("::").next(), Some("new" | "drop")));
        common.sort_by_key(|function| (self.uses[function], function.clone()));
        common.truncate(3);
        common
    }
}

fn path_of(call: &Call) -> String {
    format!("abi::{}", call.function)
}

/// Linux's calls that are not in the table.
fn write_missing(text: &mut String, linux: &Table) {
    let ours: BTreeSet<_> = linux.calls.iter().map(|call| call.number.trim_start_matches("__NR_")).collect();
    // The iterator leaves out the last.
    let all =
        Sysno::iter().chain([Sysno::last()]).map(|number| (number as u32, number.name().trim_start_matches("r#")));
    let missing: BTreeMap<_, _> = all.filter(|(_, name)| !ours.contains(name)).collect();
    let missing: Vec<_> = missing.values().map(|name| format!("`{name}`")).collect();
    let _ = write!(
        text,
        "\n## Linux's calls that Tusk does not have\n\nThese {} are ENOSYS (a few of them on Linux, too):\n\n{}.\n",
        missing.len(),
        missing.chunks(8).map(|line| line.join(", ")).collect::<Vec<_>>().join(",\n")
    );
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
