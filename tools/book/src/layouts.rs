//! A structure of the C kernel beside ours, field by field.

use std::fmt::Write;

use crate::book::{Sources, cell, check_structure_alias, reason};
use crate::data::{Field, Structure};
use crate::items::Layout;
use crate::places::short;
use crate::problems::Problems;

/// Ours, as far as the tables want it.
struct Ours<'a> {
    path: &'a str,
    name: &'a str,
    file: &'a str,
    layout: &'a Layout,
}

/// Writes the section of a structure.
pub fn write(text: &mut String, sources: &Sources, structure: &Structure, problems: &mut Problems) {
    let called = format!("struct {}", structure.c);
    check_offsets(&called, structure, problems);
    let _ = write!(text, "\n### `{called}` ({}), {} bytes", structure.file, structure.size);
    if structure.ours.is_empty() {
        let _ = write!(
            text,
            "\n\nNone of ours: {}\n\n| at | C | type |\n|--|--|--|\n",
            reason(sources.data, &structure.none)
        );
        for field in &structure.fields {
            let _ = writeln!(text, "| {} | `{}` | `{}` |", field.at, field.c, cell(&field.of));
        }
        return;
    }
    let Some(ours) = find(sources, &called, structure, problems) else { return };
    check_structure_alias(sources, &structure.c, ours.path, problems);
    let place = sources.places.find(ours.path).map_or_else(|_| String::new(), |place| place.link());
    let _ = write!(text, "\n\nOurs: {place}");
    let _ = write!(text, ", {}", about_order(sources, structure, &ours, problems));
    if !structure.note.is_empty() {
        let _ = write!(text, " {}", structure.note.trim());
    }
    text.push_str("\n\n| at | C | type | at | ours | type | |\n|--|--|--|--|--|--|--|\n");
    for field in &structure.fields {
        write_field(text, sources, structure, field, &ours, problems);
    }
    write_own(text, sources, structure, &ours);
}

fn find<'a>(
    sources: &Sources<'a>,
    called: &str,
    structure: &'a Structure,
    problems: &mut Problems,
) -> Option<Ours<'a>> {
    let items = sources.places.items();
    let item = items.find(&structure.ours);
    let layout = items.layout(&structure.ours);
    let (Some(item), Some(layout)) = (item, layout) else {
        problems.add(format!("{called}: there is no structure {} in src/", structure.ours));
        return None;
    };
    Some(Ours { path: &structure.ours, name: &item.name, file: &item.file, layout })
}

/// What is to be said of sizes and offsets; for a layout that is kept, that the source asserts it.
fn about_order(sources: &Sources, structure: &Structure, ours: &Ours, problems: &mut Problems) -> String {
    if structure.kept {
        let condition = format!("size_of::<{}>() == {}", ours.name, structure.size);
        check_assertion(sources, ours, &condition, problems);
        return "the same layout, asserted at compile time.".to_owned();
    }
    if !ours.layout.is_in_order {
        return "its fields in the order that the compiler chooses.".to_owned();
    }
    match sources.structures.get(ours.path) {
        Some(found) => format!("{} bytes.", found.size),
        None => {
            problems.add(format!("{} is not in the debug information of build/tusk.elf", ours.path));
            String::new()
        }
    }
}

fn check_assertion(sources: &Sources, ours: &Ours, condition: &str, problems: &mut Problems) {
    if !sources.places.items().asserts(ours.file, condition) {
        problems.add(format!("{} wants `const _: () = assert!({condition});`", ours.file));
    }
}

fn write_field(
    text: &mut String,
    sources: &Sources,
    structure: &Structure,
    field: &Field,
    ours: &Ours,
    problems: &mut Problems,
) {
    let called = format!("struct {}: {}", structure.c, field.c);
    let (at, name, type_text) = if field.ours.is_empty() {
        if field.note.is_empty() {
            problems.add(format!("{called}: wants `ours`, or a `note` that says why there is none"));
        }
        (String::new(), "―".to_owned(), String::new())
    } else if field.ours.contains("::") {
        let path = sources.places.find(&field.ours);
        if let Err(error) = &path {
            problems.add(format!("{called}: {error}"));
        }
        let type_text = sources.places.items().field(&field.ours).map_or("", |item| &item.type_text);
        (String::new(), format!("`{}`", short(&field.ours)), type_text.to_owned())
    } else {
        let path = format!("{}::{}", ours.path, field.ours);
        let Some(item) = sources.places.items().field(&path) else {
            problems.add(format!("{called}: {} has no field {}", ours.path, field.ours));
            return;
        };
        if structure.kept {
            check_assertion(
                sources,
                ours,
                &format!("offset_of!({}, {}) == {}", ours.name, field.ours, field.at),
                problems,
            );
        }
        (offset(sources, structure, ours, &field.ours), format!("`{}`", field.ours), item.type_text.clone())
    };
    if !field.asserted.is_empty() {
        check_assertion(sources, ours, &field.asserted, problems);
    }
    let type_text = if type_text.is_empty() { type_text } else { format!("`{}`", cell(&type_text)) };
    let note = match (field.note.as_str(), field.asserted.is_empty()) {
        (note, true) => cell(note),
        ("", false) => "asserted at compile time".to_owned(),
        (note, false) => format!("{}; asserted at compile time", cell(note)),
    };
    let _ = writeln!(
        text,
        "| {} | `{}` | `{}` | {at} | {name} | {type_text} | {note} |",
        field.at,
        field.c,
        cell(&field.of)
    );
}

/// Where our field lies, if that is ours to say.
fn offset(sources: &Sources, structure: &Structure, ours: &Ours, field: &str) -> String {
    if structure.kept {
        let kept = structure.fields.iter().find(|other| other.ours == field);
        return kept.map_or_else(String::new, |field| field.at.to_string());
    }
    if !ours.layout.is_in_order {
        return String::new();
    }
    let found = sources.structures.get(ours.path).and_then(|found| found.offsets.get(field));
    found.map_or_else(String::new, u64::to_string)
}

/// The fields of ours that C does not have.
fn write_own(text: &mut String, sources: &Sources, structure: &Structure, ours: &Ours) {
    let is_own = |name: &&String| structure.fields.iter().all(|field| field.ours != **name);
    for name in ours.layout.fields.iter().filter(is_own) {
        let item = sources.places.items().field(&format!("{}::{name}", ours.path));
        let type_text = item.map_or("", |item| &item.type_text);
        let summary = item.map_or("", |item| &item.summary);
        let at = offset(sources, structure, ours, name);
        let _ = writeln!(text, "| | | | {at} | `{name}` | `{}` | {} |", cell(type_text), cell(summary));
    }
}

/// The fields go up, and end within the size.
fn check_offsets(called: &str, structure: &Structure, problems: &mut Problems) {
    for pair in structure.fields.windows(2) {
        if pair[0].at >= pair[1].at {
            problems.add(format!("{called}: {} does not lie behind {}", pair[1].c, pair[0].c));
        }
    }
    if structure.fields.last().is_none_or(|last| last.at >= structure.size) {
        problems.add(format!("{called}: its fields do not fill {} bytes", structure.size));
    }
}
