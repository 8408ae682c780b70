//! The child's PCB page beside its parent's.

use std::collections::BTreeMap;

use maud::html;

use super::chip;
use crate::model::pcb::Byte;
use crate::number::{address, counted, grouped};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};
use crate::picture;
use crate::snapshot::Layout;

/// The child's page beside its parent's.
pub fn pcb_page(material: &Material) -> Section {
    let snapshot = &material.snapshot;
    let mut tables = vec![fields(material, &snapshot.task)];
    tables.extend(snapshot.stack.iter().map(|layout| fields(material, layout)));
    Section {
        title: "The PCB page".into(),
        words: html! {
            "A process is one page: its " code { "Task" } " at the bottom, its ring-0 stack growing down from the top. "
            code { "copy_pcb_vaddrbitmap_stack0" } " copies the parent's page whole, then each step makes some of it the child's own. "
            "The colours say which step did; what is grey is as it was copied."
        },
        picture: Some(picture::pcb::draw(snapshot, &material.bytes, material.before(), material.after())),
        tables,
    }
}

/// The fields of a structure in the page: parent's, child's, and who made them differ.
fn fields(material: &Material, layout: &Layout) -> Table {
    let (before, after) = (material.before(), material.after());
    let is_task = layout.offset == 0;
    let (told_of_parent, told_of_child) = (&material.snapshot.parent.values, &material.snapshot.child.values);
    let told = |values: &BTreeMap<String, String>, name: &str, bytes: &[u8]| match values.get(name) {
        Some(words) if is_task => words.clone(),
        _ => value(bytes),
    };
    let rows = layout.fields.iter().filter(|field| field.size > 0).map(|field| {
        let range = (layout.offset + field.offset) as usize..(layout.offset + field.offset + field.size) as usize;
        // The parent's stack goes on while the child's is what was copied.
        let parent = if is_task { &before.parent_pcb[range.clone()] } else { &after.parent_pcb[range.clone()] };
        let mut steps: Vec<_> = material.bytes[range.clone()]
            .iter()
            .filter_map(|byte| if let Byte::By(step) = byte { Some(*step) } else { None })
            .collect();
        steps.sort();
        steps.dedup();
        vec![
            code(&field.name),
            code(format!("{:#05x}", range.start)),
            cell(grouped(field.size.into())),
            code(told(told_of_parent, &field.name, parent)),
            code(told(told_of_child, &field.name, &after.child_pcb[range])),
            html! { @for step in steps { (chip(step)) " " } },
        ]
    });
    Table {
        caption: format!("{}, {}", layout.name, counted(layout.size.into(), "byte")),
        columns: vec![
            Column("field", false),
            Column("offset", false),
            Column("bytes", true),
            Column("parent", false),
            Column("child", false),
            Column("set by", false),
        ],
        rows: rows.collect(),
    }
}

/// A word of the stack as a number, and what is no word as bytes.
fn value(bytes: &[u8]) -> String {
    match bytes {
        [a, b, c, d] => {
            let number = u32::from_le_bytes([*a, *b, *c, *d]);
            if number < 0x1_0000 { number.to_string() } else { address(number) }
        }
        _ => picture::pcb::hexadecimal(bytes),
    }
}
