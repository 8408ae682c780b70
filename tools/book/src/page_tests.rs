//! The page of a small kernel and its data: what is written, and what is told of what does not fit together.
#![cfg(test)]

use std::collections::BTreeMap;

use crate::book::{self, Sources};
use crate::data::{Bugs, Chapter, Contents, Data, Names};
use crate::items::Items;
use crate::places::Places;
use crate::problems::Problems;
use crate::project::Project;
use crate::shown::Tests;
use crate::structures::Structure;

const CONTENTS: &str = "chapters = []\nintroduction = 'Begin (F1).'\n[reasons]\nnone-yet = 'not yet'";
const BUGS: &str = "about = 'All.'\n[[groups]]\nletter = 'F'\ntitle = 'fork'\n\
    [[bug]]\nid = 'F1'\nc = 'Loses | all.'\ntusk = 'none-yet'";
const NAMES: &str = "[bugs]\nF = 1\n[names]\n'a.c' = ['push', 'gone']\n[structures]\n'a.h' = ['pair']";
const SOURCE: &str = "/// Puts.\n#[doc(alias = \"push\")]\nfn put() {}\n\
    #[repr(C)]\nstruct Pair {\n    a: u32,\n    b: Cell<u8>,\n    /// Ours. Alone.\n    c: u8,\n}\n\
    const _: () = assert!(offset_of!(Pair, a) == 0);";
const CHAPTER: &str = "title = 'Lists'\n[[file]]\npath = 'a.c'\nnames = [\n\
    { c = 'push', ours = 'list::put', note = 'at the end (F1)' },\n\
    { c = 'gone', none = 'none-yet' },\n]\n\
    [[struct]]\nc = 'pair'\nfile = 'a.h'\nsize = 8\nours = 'list::Pair'\nfields = [\n\
    { at = 0, c = 'x', type = 'int', ours = 'a', asserted = 'offset_of!(Pair, a) == 0' },\n\
    { at = 4, c = 'y', type = 'char', ours = 'b' },\n]";

/// The page of that chapter and that source, and what is wrong.
fn page(chapter: &str, source: &str) -> (String, Problems) {
    let chapter: Chapter = toml::from_str(chapter).unwrap();
    let (contents, bugs): (Contents, Bugs) = (toml::from_str(CONTENTS).unwrap(), toml::from_str(BUGS).unwrap());
    let names: Names = toml::from_str(NAMES).unwrap();
    let data = Data { contents, chapters: vec![chapter], bugs, names };
    let mut items = Items::default();
    items.add_file("src/list.rs", source).unwrap();
    let project = Project::own();
    let offsets = [("a", 0), ("b", 4), ("c", 5)].map(|(name, at)| (name.to_owned(), at));
    let structure = Structure { size: 8, offsets: BTreeMap::from(offsets) };
    let structures = BTreeMap::from([("list::Pair".to_owned(), structure)]);
    let tests = Tests::default();
    let sources =
        Sources { data: &data, places: Places::new(&project, &items), tests: &tests, structures: &structures };
    let mut problems = Problems::default();
    (book::page(&sources, &mut problems), problems)
}

#[test]
fn page_has_names_structures_and_bugs() {
    let (text, problems) = page(CHAPTER, SOURCE);
    assert_eq!(problems.list(), [""; 0]);
    let lines = [
        "Begin ([F1](#f1)).",
        "* [Lists](#lists)",
        "| `push` | `list::put` [list.rs:3](../src/list.rs#L3) | at the end ([F1](#f1)) |",
        "| `gone` | ― | not yet |",
        "### `struct pair` (a.h), 8 bytes",
        "Ours: `list::Pair` [list.rs:5](../src/list.rs#L5), 8 bytes.",
        "| 0 | `x` | `int` | 0 | `a` | `u32` | asserted at compile time |",
        "| 4 | `y` | `char` | 4 | `b` | `Cell<u8>` |  |",
        "| | | | 5 | `c` | `u8` | Ours |",
        "| <a id=\"f1\"></a>F1 | Loses \\| all. | not yet | ― |",
    ];
    for line in lines {
        assert!(text.lines().any(|found| found == line), "{line}\nis not in\n{text}");
    }
}

#[test]
fn name_that_a_search_would_not_find_is_told() {
    let (_, problems) = page(CHAPTER, &SOURCE.replace("#[doc(alias = \"push\")]\n", ""));
    let [problem] = problems.list() else { panic!("{}", problems.text()) };
    assert!(problem.contains("list::put wants #[doc(alias = \"push\")]"), "{problem}");
}

#[test]
fn assertion_that_is_missing_is_told() {
    let (_, problems) = page(CHAPTER, &SOURCE.replace("== 0", "== 4"));
    assert_eq!(problems.list(), ["src/list.rs wants `const _: () = assert!(offset_of!(Pair, a) == 0);`"]);
}

#[test]
fn kept_layout_is_asserted_whole() {
    let (_, problems) = page(&CHAPTER.replace("size = 8", "size = 8\nkept = true"), SOURCE);
    let wanted = ["size_of::<Pair>() == 8", "offset_of!(Pair, b) == 4"];
    let wanted = wanted.map(|condition| format!("src/list.rs wants `const _: () = assert!({condition});`"));
    assert_eq!(problems.list(), wanted);
}

#[test]
fn items_fields_and_tests_that_are_not_there_are_told() {
    let (_, problems) = page(&CHAPTER.replace("list::put", "list::got").replace("ours = 'b'", "ours = 'd'"), SOURCE);
    let wanted = ["push (a.c): there is no item list::got in src/", "struct pair: y: list::Pair has no field d"];
    assert_eq!(problems.list(), wanted);
}

#[test]
fn name_with_neither_ours_nor_a_reason_is_told() {
    let (_, problems) = page(&CHAPTER.replace("none = 'none-yet'", "note = 'well'"), SOURCE);
    assert_eq!(problems.list(), ["gone (a.c): wants either `ours` or `none`"]);
}
