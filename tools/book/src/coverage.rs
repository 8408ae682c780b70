//! Every name of the C kernel stands in a chapter, once, and every bug in the list.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::{Data, Names};
use crate::problems::Problems;

/// Compares the chapters and the bugs with `c-names.toml`.
pub fn check(data: &Data, problems: &mut Problems) {
    let names = data.chapters.iter().flat_map(|chapter| &chapter.file).flat_map(|file| {
        let names = file.names.iter().flat_map(|entry| entry.c.list());
        names.map(|name| (file.path.as_str(), name.as_str()))
    });
    compare(&data.names.names, names, "the name", problems);
    let structures = data.chapters.iter().flat_map(|chapter| &chapter.structures);
    let structures = structures.map(|structure| (structure.file.as_str(), structure.c.as_str()));
    compare(&data.names.structures, structures, "the structure", problems);
    check_bugs(&data.names, data.bugs.bug.iter().map(|bug| bug.id.as_str()), problems);
}

fn compare<'a>(
    wanted: &BTreeMap<String, Vec<String>>,
    given: impl Iterator<Item = (&'a str, &'a str)>,
    kind: &str,
    problems: &mut Problems,
) {
    let mut missing: BTreeSet<_> =
        wanted.iter().flat_map(|(file, names)| names.iter().map(|name| (file.as_str(), name.as_str()))).collect();
    let mut seen = BTreeSet::new();
    for (file, name) in given {
        if !seen.insert((file, name)) {
            problems.add(format!("{kind} {name} of {file} is there twice"));
        } else if !missing.remove(&(file, name)) {
            problems.add(format!("{kind} {name} of {file} is not in docs/book/c-names.toml"));
        }
    }
    for (file, name) in missing {
        problems.add(format!("{kind} {name} of {file} is in no chapter of docs/book"));
    }
}

fn check_bugs<'a>(names: &Names, given: impl Iterator<Item = &'a str>, problems: &mut Problems) {
    let wanted =
        names.bugs.iter().flat_map(|(letter, &count)| (1..=count).map(move |number| format!("{letter}{number}")));
    let mut missing: BTreeSet<_> = wanted.collect();
    for id in given {
        if !missing.remove(id) {
            problems.add(format!("bug {id} is there twice, or is none of docs/book/c-names.toml"));
        }
    }
    for id in missing {
        problems.add(format!("bug {id} is not in docs/book/bugs.toml"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_missing_doubled_or_unknown_are_told() {
        let wanted = BTreeMap::from([("a.c".to_owned(), vec!["one".to_owned(), "two".to_owned()])]);
        let mut problems = Problems::default();
        compare(&wanted, [("a.c", "one"), ("a.c", "one"), ("b.c", "one")].into_iter(), "the name", &mut problems);
        assert_eq!(
            problems.list(),
            [
                "the name one of a.c is there twice",
                "the name one of b.c is not in docs/book/c-names.toml",
                "the name two of a.c is in no chapter of docs/book",
            ]
        );
    }

    #[test]
    fn bugs_are_numbered_without_a_gap() {
        let bugs = BTreeMap::from([("F".to_owned(), 3)]);
        let names = Names { names: BTreeMap::new(), structures: BTreeMap::new(), bugs };
        let mut problems = Problems::default();
        check_bugs(&names, ["F1", "F3"].into_iter(), &mut problems);
        assert_eq!(problems.list(), ["bug F2 is not in docs/book/bugs.toml"]);
    }
}
