//! Whether what the documents name is there: the files that they link to, the paths, make's targets and variables.
//!
//! Only tests use this.
#![cfg(test)]

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::project;

/// The folders whose files are named by their paths from the project's folder. (What is in `build/` comes and goes.)
const FOLDERS: [&str; 9] = ["asm/", "docs/", "grub/", "iso/", "shim/", "src/", "tests/", "tools/", "user/"];

/// Words in a path that stand for any name.
const ANY: [&str; 2] = ["NAME", "MACHINE"];

/// A document: where it is, and its text.
struct Document {
    path: PathBuf,
    text: String,
}

/// The project's documents.
fn documents() -> Vec<Document> {
    let root = project::root();
    let is_document = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let in_folder = |folder: &str| {
        let entries = std::fs::read_dir(root.join(folder)).expect("the folder is there");
        entries.flatten().map(|entry| entry.path()).filter(is_document).collect::<Vec<_>>()
    };
    let paths = ["", "docs", "tests", "user/c"].into_iter().flat_map(in_folder);
    paths.map(|path| Document { text: std::fs::read_to_string(&path).expect("a text"), path }).collect()
}

/// What the document links to in the project, as paths from where it is.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    let files = links.map(|(link, _)| link.split_once('#').map_or(link, |(file, _)| file));
    files.filter(|file| !file.is_empty() && !file.contains("://"))
}

/// The paths from the project's folder that are named.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let is_of_a_path = |letter: char| letter.is_ascii_alphanumeric() || "_./-~…*".contains(letter);
    let words = text.split(move |letter| !is_of_a_path(letter)).map(|word| word.trim_end_matches(['.', '-']));
    let is_path = |word: &&str| FOLDERS.iter().any(|folder| word.starts_with(folder));
    let is_pattern = |word: &&str| word.contains(['…', '*']) || ANY.iter().any(|any| word.contains(any));
    words.filter(is_path).filter(move |word| !is_pattern(word))
}

/// The pieces of code: indented or fenced lines, and what is between backquotes.
fn code(text: &str) -> Vec<&str> {
    let mut is_fenced = false;
    let mut pieces = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            is_fenced = !is_fenced;
        } else if is_fenced || line.starts_with("    ") {
            pieces.push(line.trim_start().trim_start_matches("$ "));
        } else {
            pieces.extend(line.split('`').skip(1).step_by(2));
        }
    }
    pieces
}

/// The words behind `make` in a piece of code that begins with it, up to what is not make's: another command, or two
/// spaces and what is said about this one.
fn words_for_make(code: &str) -> Vec<&str> {
    let Some(mut rest) = code.strip_prefix("make ") else { return Vec::new() };
    let mut words = Vec::new();
    while !rest.is_empty() && !rest.starts_with([' ', '#', '|', '&', '>', '<', '2']) {
        let mut quote = None;
        let is_end = |letter: char| match quote {
            Some(open) => {
                quote = (letter != open).then_some(open);
                false
            }
            None => {
                quote = ['"', '\''].contains(&letter).then_some(letter);
                [' ', ';', ','].contains(&letter)
            }
        };
        let end = rest.find(is_end).unwrap_or(rest.len());
        words.push(&rest[..end]);
        // Behind a semicolon or a comma it is another matter.
        rest = rest[end..].strip_prefix(' ').unwrap_or_default();
    }
    words
}

/// All the words that the text tells to give to make.
fn words_of(text: &str) -> Vec<&str> {
    code(text).into_iter().flat_map(words_for_make).collect()
}

/// make's targets that a person may ask for.
fn targets(makefile: &str) -> HashSet<&str> {
    let rules = makefile
        .lines()
        .filter(|line| !line.starts_with([' ', '\t', '#', '.']))
        .filter_map(|line| line.split_once(':'));
    rules.filter(|(_, rest)| !rest.starts_with('=')).flat_map(|(names, _)| names.split_whitespace()).collect()
}

/// make's variables that a person may set.
fn variables(makefile: &str) -> HashSet<&str> {
    makefile.lines().filter_map(|line| line.strip_prefix("unexport ")).flat_map(str::split_whitespace).collect()
}

/// `document: thing`, for what `find` finds in any document and `is_there` does not know.
fn missing<'a>(
    documents: &'a [Document],
    find: impl Fn(&'a Document) -> Vec<&'a str>,
    is_there: impl Fn(&Path, &str) -> bool,
) -> Vec<String> {
    let all = documents.iter().flat_map(|document| find(document).into_iter().map(move |thing| (document, thing)));
    let lost = all.filter(|(document, thing)| !is_there(&document.path, thing));
    let name = |path: &Path| path.strip_prefix(project::root()).unwrap_or(path).display().to_string();
    lost.map(|(document, thing)| format!("{}: {thing}", name(&document.path))).collect()
}

#[test]
fn links_lead_somewhere() {
    let documents = documents();
    assert!(documents.len() > 5, "the documents were not found");
    let is_there = |document: &Path, link: &str| document.parent().is_some_and(|folder| folder.join(link).exists());
    let lost = missing(&documents, |document| links(&document.text).collect(), is_there);
    assert_eq!(lost, [""; 0], "these links lead nowhere");
}

#[test]
fn named_files_exist() {
    let documents = documents();
    let is_there = |document: &Path, path: &str| {
        let folders = [Some(project::root()), document.parent()];
        folders.into_iter().flatten().any(|folder| folder.join(path).exists())
    };
    let lost = missing(&documents, |document| paths(&document.text).collect(), is_there);
    assert_eq!(lost, [""; 0], "these paths are named, and are not there");
}

#[test]
fn only_targets_and_variables_of_the_makefile_are_named() {
    let documents = documents();
    let makefile = std::fs::read_to_string(project::root().join("Makefile")).expect("the Makefile");
    let (targets, variables) = (targets(&makefile), variables(&makefile));
    assert!(targets.contains("test") && variables.contains("RUN"), "the Makefile was not understood");
    let is_there = |_: &Path, word: &str| match word.split_once('=') {
        Some((variable, _)) => variables.contains(variable),
        None => word.starts_with(['-', '…', '.']) || targets.contains(word),
    };
    let lost = missing(&documents, |document| words_of(&document.text), is_there);
    assert_eq!(lost, [""; 0], "make does not know these");
}

#[test]
fn documents_are_taken_apart() {
    assert_eq!(links("a [b](c/d.md#e), [f](https://g), [h](#i)").collect::<Vec<_>>(), ["c/d.md"]);
    let text = "see `src/main.rs`, src/fs/… or /tests/cases: tests/NAME.c, docs/boot.md.";
    assert_eq!(paths(text).collect::<Vec<_>>(), ["src/main.rs", "docs/boot.md"]);
    assert_eq!(code("say `make a`:\n\n    $ make b\n\n```\nmake c\n```\nd"), ["make a", "make b", "make c"]);
    assert_eq!(words_for_make("make -s run RUN=\"a b\" T='c' 2>log"), ["-s", "run", "RUN=\"a b\"", "T='c'"]);
    assert_eq!(words_for_make("make test; echo $?"), ["test"]);
    assert_eq!(words_for_make("make run      boots a machine"), ["run"]);
    assert_eq!(words_for_make("makes it"), [""; 0]);
    assert_eq!(targets("a b: c ## d\n\te: f\nx := y\n"), HashSet::from(["a", "b"]));
}
