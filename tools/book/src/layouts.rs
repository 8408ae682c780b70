//! A structure of the C kernel beside ours, field by field.

use std::fmt::Write;

use crate::book::{Sources, cell, check_structure_alias, reason};
use crate::data::{Field, Structure};
use crate::items::Layout;
use crate::places::short;
use crate::problems::Problems;

/// Writes the section of a structure.
pub fn write(text: &mut String, sources: &Sources, structure: &Structure, problems: &mut Problems) {
    let called = format!("struct {}", structure.c);
    check_offsets(&called, structure, problems);
    let _ = write!(text, "\n### `{called}` ({}), {} bytes\n\n", structure.file, structure.size);
    if structure.ours.is_empty() {
        write_without_ours(text, sources, structure);
        return;
    }
    match Beside::find(sources, structure) {
        Some(beside) => beside.write(text, problems),
        None => problems.add(format!("{called}: there is no structure {} in src/", structure.ours)),
    }
}

fn write_without_ours(text: &mut String, sources: &Sources, structure: &Structure) {
    let why = reason(sources.data, &structure.none);
    let _ = write!(text, "None of ours: {why}\n\n| at | C | type |\n|--|--|--|\n");
    for field in &structure.fields {
        let _ = writeln!(text, "| {} | `{}` | `{}` |", field.at, field.c, cell(&field.of));
    }
}

/// The fields go up, and the last begins within the size.
fn check_offsets(called: &str, structure: &Structure, problems: &mut Problems) {
    for pair in structure.fields.windows(2) {
        if pair[0].at >= pair[1].at {
            problems.add(format!("{called}: {} does not lie behind {}", pair[1].c, pair[0].c));
        }
    }
    if structure.fields.last().is_none_or(|last| last.at >= structure.size) {
        problems.add(format!("{called}: its fields do not fit {} bytes", structure.size));
    }
}

/// A structure of C's and ours.
struct Beside<'a> {
    sources: &'a Sources<'a>,
    structure: &'a Structure,
    /// The name of ours, its file, and its fields.
    name: &'a str,
    file: &'a str,
    layout: &'a Layout,
}

/// What stands beside a field of C's.
#[derive(Default)]
struct Counterpart {
    at: String,
    name: String,
    type_text: String,
}

impl<'a> Beside<'a> {
    fn find(sources: &'a Sources, structure: &'a Structure) -> Option<Self> {
        let items = sources.places.items();
        let item = items.find(&structure.ours)?;
        let layout = items.layout(&structure.ours)?;
        Some(Self { sources, structure, name: &item.name, file: &item.file, layout })
    }

    fn write(&self, text: &mut String, problems: &mut Problems) {
        check_structure_alias(self.sources, &self.structure.c, &self.structure.ours, problems);
        let link = self.sources.places.find(&self.structure.ours).map_or_else(|error| error, |place| place.link());
        let _ = write!(text, "Ours: {link}, {}", self.about_order(problems));
        if !self.structure.note.is_empty() {
            let _ = write!(text, " {}", self.structure.note.trim());
        }
        text.push_str("\n\n| at | C | type | at | ours | type | |\n|--|--|--|--|--|--|--|\n");
        for field in &self.structure.fields {
            self.write_field(text, field, problems);
        }
        self.write_own(text);
    }

    /// What is to be said of sizes and offsets; for a layout that is kept, that the source asserts it.
    fn about_order(&self, problems: &mut Problems) -> String {
        if self.structure.kept {
            self.check_assertion(&format!("size_of::<{}>() == {}", self.name, self.structure.size), problems);
            return "the same layout, asserted at compile time.".to_owned();
        }
        if !self.layout.is_in_order {
            return "its fields in the order that the compiler chooses.".to_owned();
        }
        if let Some(found) = self.sources.structures.get(&self.structure.ours) {
            return format!("{} bytes.", found.size);
        }
        problems.add(format!("{} is not in the debug information of build/tusk.elf", self.structure.ours));
        String::new()
    }

    fn check_assertion(&self, condition: &str, problems: &mut Problems) {
        if !self.sources.places.items().asserts(self.file, condition) {
            problems.add(format!("{} wants `const _: () = assert!({condition});`", self.file));
        }
    }

    fn write_field(&self, text: &mut String, field: &Field, problems: &mut Problems) {
        let ours = self.counterpart(field, problems).unwrap_or_else(|error| {
            problems.add(format!("struct {}: {}: {error}", self.structure.c, field.c));
            Counterpart::default()
        });
        let mut remarks = vec![cell(&field.note)];
        if !field.asserted.is_empty() {
            self.check_assertion(&field.asserted, problems);
            remarks.push("asserted at compile time".to_owned());
        }
        remarks.retain(|remark| !remark.is_empty());
        let _ = writeln!(
            text,
            "| {} | `{}` | `{}` | {} | {} | {} | {} |",
            field.at,
            field.c,
            cell(&field.of),
            ours.at,
            ours.name,
            quoted(&ours.type_text),
            remarks.join("; ")
        );
    }

    fn counterpart(&self, field: &Field, problems: &mut Problems) -> Result<Counterpart, String> {
        let items = self.sources.places.items();
        if field.ours.is_empty() {
            if field.note.is_empty() {
                return Err("wants `ours`, or a `note` that says why there is none".to_owned());
            }
            return Ok(Counterpart { name: "―".to_owned(), ..Counterpart::default() });
        }
        if field.ours.contains("::") {
            self.sources.places.find(&field.ours)?;
            let type_text = items.field(&field.ours).map_or_else(String::new, |item| item.type_text.clone());
            return Ok(Counterpart { name: quoted(&short(&field.ours)), type_text, ..Counterpart::default() });
        }
        let path = format!("{}::{}", self.structure.ours, field.ours);
        let item = items.field(&path).ok_or_else(|| format!("{} has no field {}", self.structure.ours, field.ours))?;
        if self.structure.kept {
            self.check_assertion(&format!("offset_of!({}, {}) == {}", self.name, field.ours, field.at), problems);
        }
        let (at, name) = (self.offset(&field.ours), quoted(&field.ours));
        Ok(Counterpart { at, name, type_text: item.type_text.clone() })
    }

    /// Where our field lies, if that is ours to say.
    fn offset(&self, field: &str) -> String {
        let at = if self.structure.kept {
            self.structure.fields.iter().find(|other| other.ours == field).map(|field| field.at)
        } else if self.layout.is_in_order {
            let found = self.sources.structures.get(&self.structure.ours);
            found.and_then(|found| found.offsets.get(field).copied())
        } else {
            None
        };
        at.map_or_else(String::new, |at| at.to_string())
    }

    /// The fields of ours that C does not have.
    fn write_own(&self, text: &mut String) {
        let is_own = |name: &&String| self.structure.fields.iter().all(|field| field.ours != **name);
        for name in self.layout.fields.iter().filter(is_own) {
            let Some(item) = self.sources.places.items().field(&format!("{}::{name}", self.structure.ours)) else {
                continue;
            };
            let (at, summary) = (self.offset(name), cell(&item.summary));
            let _ = writeln!(text, "| | | | {at} | `{name}` | {} | {summary} |", quoted(&item.type_text));
        }
    }
}

/// As code; nothing of nothing.
fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", cell(text)) }
}
