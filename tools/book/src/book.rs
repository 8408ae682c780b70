//! docs/book.md: the C kernel's names, structures and bugs beside ours.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::coverage;
use crate::data::{Bug, CFile, Chapter, Data, Entry};
use crate::places::Places;
use crate::problems::Problems;
use crate::shown::Tests;
use crate::structures::Structure;
use crate::{NOTE, layouts};

/// What the page is made of.
pub struct Sources<'a> {
    /// What people wrote.
    pub data: &'a Data,
    /// Finds ours.
    pub places: Places<'a>,
    /// Which tests there are.
    pub tests: &'a Tests,
    /// Where the compiler put our fields, by path of the structure.
    pub structures: &'a BTreeMap<String, Structure>,
}

/// The paths of our structures whose fields' offsets the page shows.
pub fn wanted_structures(data: &Data) -> BTreeSet<String> {
    data.chapters.iter().flat_map(|chapter| &chapter.structures).map(|structure| structure.ours.clone()).collect()
}

/// The page.
pub fn page(sources: &Sources, problems: &mut Problems) -> String {
    coverage::check(sources.data, problems);
    let mut text = format!("{NOTE}\n# The book beside the code\n\n{}\n\n", sources.data.contents.introduction.trim());
    for chapter in &sources.data.chapters {
        let _ = writeln!(text, "* [{}](#{})", chapter.title, anchor(&chapter.title));
    }
    text.push_str("* [The bugs](#the-bugs)\n");
    for chapter in &sources.data.chapters {
        write_chapter(&mut text, sources, chapter, problems);
    }
    write_bugs(&mut text, sources, problems);
    let ids = sources.data.bugs.bug.iter().map(|bug| bug.id.as_str()).collect();
    link_bugs(&text, &ids)
}

fn write_chapter(text: &mut String, sources: &Sources, chapter: &Chapter, problems: &mut Problems) {
    let _ = write!(text, "\n## {}\n", chapter.title);
    if !chapter.about.is_empty() {
        let _ = write!(text, "\n{}\n", chapter.about.trim());
    }
    text.push_str("\n| the book | Tusk | what differs, or why there is none |\n|--|--|--|\n");
    for file in &chapter.file {
        let _ = writeln!(text, "| **{}** | | |", file.path);
        for entry in &file.names {
            write_entry(text, sources, file, entry, problems);
        }
    }
    for structure in &chapter.structures {
        layouts::write(text, sources, structure, problems);
    }
}

fn write_entry(text: &mut String, sources: &Sources, file: &CFile, entry: &Entry, problems: &mut Problems) {
    let names = entry.c.list();
    let called = format!("{} ({})", names.join(", "), file.path);
    if entry.ours.list().is_empty() == entry.none.is_empty() {
        problems.add(format!("{called}: wants either `ours` or `none`"));
    }
    let links = entry.ours.list().iter().filter_map(|reference| match sources.places.find(reference) {
        Ok(place) => Some(place.link()),
        Err(error) => {
            problems.add(format!("{called}: {error}"));
            None
        }
    });
    let links: Vec<_> = links.collect();
    for name in names {
        check_alias(sources, &called, name, entry.ours.list(), problems);
    }
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    let remark = if entry.none.is_empty() { &entry.note } else { reason(sources.data, &entry.none) };
    let ours = if links.is_empty() { "―".to_owned() } else { links.join(", ") };
    let _ = writeln!(text, "| {} | {} | {} |", names.join(", "), ours, cell(remark));
}

/// Whoever searches the documentation for a C name is to find one of the items that stand for it.
fn check_alias(sources: &Sources, called: &str, name: &str, ours: &[String], problems: &mut Problems) {
    let items: Vec<_> = ours.iter().filter_map(|reference| sources.places.item(reference)).collect();
    let is_found = items.iter().any(|item| {
        let names = item.aliases.iter().chain([&item.name]).map(|alias| alias.rsplit(' ').next().unwrap_or(alias));
        item.is_searchable && names.into_iter().any(|alias| alias.eq_ignore_ascii_case(name))
    });
    if !items.is_empty() && !is_found {
        problems.add(format!(
            "{called}: a search for {name} finds nothing: {} wants #[doc(alias = \"{name}\")] (no method of a trait, \
             which the search does not list)",
            ours.join(" or ")
        ));
    }
}

/// As [`check_alias`], for structures.
pub fn check_structure_alias(sources: &Sources, name: &str, ours: &str, problems: &mut Problems) {
    check_alias(sources, &format!("struct {name}"), name, &[ours.to_owned()], problems);
}

/// The sentence that a word of the contents' reasons stands for, or the sentence itself.
pub fn reason<'a>(data: &'a Data, text: &'a str) -> &'a str {
    data.contents.reasons.get(text).map_or(text, String::as_str)
}

fn write_bugs(text: &mut String, sources: &Sources, problems: &mut Problems) {
    let bugs = &sources.data.bugs;
    let _ = write!(text, "\n## The bugs\n\n{}\n", bugs.about.trim());
    for group in &bugs.groups {
        let _ = write!(text, "\n### {}: {}\n", group.letter, group.title);
        text.push_str("\n| | the book's kernel | Tusk | shown by |\n|--|--|--|--|\n");
        for bug in bugs.bug.iter().filter(|bug| bug.id.starts_with(&group.letter)) {
            write_bug(text, sources, bug, problems);
        }
    }
}

fn write_bug(text: &mut String, sources: &Sources, bug: &Bug, problems: &mut Problems) {
    let mut shown = Vec::new();
    for test in &bug.shown {
        let Some((layer, name)) = test.split_once(' ') else {
            problems.add(format!("{}: `{test}` is no layer and name of a test", bug.id));
            continue;
        };
        match sources.tests.find(layer, name) {
            Ok(file) => shown.push(format!("{layer} [`{name}`](../{file})")),
            Err(error) => problems.add(format!("{}: {error}", bug.id)),
        }
    }
    let shown = if shown.is_empty() { "―".to_owned() } else { shown.join("; ") };
    let tusk = reason(sources.data, &bug.tusk);
    let (id, anchor) = (&bug.id, bug.id.to_lowercase());
    let _ = writeln!(text, "| <a id=\"{anchor}\"></a>{id} | {} | {} | {shown} |", cell(&bug.c), cell(tusk));
}

/// Makes links of the numbers of bugs in parentheses: `(X1, F7)`.
fn link_bugs(text: &str, ids: &BTreeSet<&str>) -> String {
    let mut linked = String::with_capacity(text.len());
    for (index, part) in text.split('(').enumerate() {
        if index > 0 {
            linked.push('(');
        }
        let (inside, rest) = part.split_once(')').unwrap_or(("", part));
        let words: Vec<_> = inside.split(", ").collect();
        if words.iter().any(|word| ids.contains(word)) {
            let links = words.iter().map(|word| match ids.get(word) {
                Some(id) => format!("[{id}](#{})", id.to_lowercase()),
                None => (*word).to_owned(),
            });
            linked.push_str(&links.collect::<Vec<_>>().join(", "));
            linked.push(')');
            linked.push_str(rest);
        } else {
            linked.push_str(part);
        }
    }
    linked
}

/// Text as it may stand in a table's cell.
pub fn cell(text: &str) -> String {
    text.trim().replace('\n', " ").replace('|', "\\|")
}

/// The anchor that a heading gets.
fn anchor(title: &str) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|letter| letter.is_alphanumeric() || matches!(letter, ' ' | '-' | '_'))
        .collect::<String>();
    kept.replace(' ', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_one_line_and_no_bars() {
        assert_eq!(cell("a `b | c`\nd\n"), "a `b \\| c` d");
    }

    #[test]
    fn numbers_of_bugs_in_parentheses_are_links() {
        let ids = BTreeSet::from(["F1", "X2"]);
        assert_eq!(
            link_bugs("a (F1) b [c](d) (F1, X2, …) (F9)", &ids),
            "a ([F1](#f1)) b [c](d) ([F1](#f1), [X2](#x2), …) (F9)"
        );
    }

    #[test]
    fn anchors_are_those_of_the_headings() {
        assert_eq!(anchor("fork (chapter 15, `userprog/fork.c`)"), "fork-chapter-15-userprogforkc");
    }
}
