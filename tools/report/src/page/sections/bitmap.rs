//! The bitmap of user addresses.

use maud::html;

use crate::number::{address, grouped};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};
use crate::picture;
use crate::picture::bitmap::taken;

/// The bitmap of user addresses.
pub fn bitmap(material: &Material) -> Section {
    let (snapshot, after) = (&material.snapshot, material.after());
    let child = after.child_bitmap.as_deref().unwrap_or_default();
    let is_same = child == after.parent_bitmap;
    let taken = taken(child, &snapshot.user);
    let rows = taken.iter().map(|one| {
        let with_frame = after
            .child_pages
            .as_deref()
            .unwrap_or_default()
            .iter()
            .filter(|page| (one.range.0..one.range.1).contains(&page.page))
            .count();
        vec![
            cell(&one.name),
            code(address(one.range.0)),
            code(address(one.range.1)),
            cell(grouped(one.pages().into())),
            cell(grouped(with_frame as u64)),
        ]
    });
    Section {
        title: "The bitmap of user addresses".into(),
        words: html! {
            "Which addresses a program has taken is a bitmap, one bit a page from 0x08048000 to 0xc0000000: "
            (grouped(snapshot.user.bytes.into())) " bytes, copied whole by " code { "copy_pcb_vaddrbitmap_stack0" } ". "
            @if is_same { "The child's is the same as the parent's, bit for bit. " } @else { "The child's differs from the parent's. " }
            "A bit set says that an address is taken; whether there is a frame behind it the page tables say."
        },
        picture: Some(picture::bitmap::draw(snapshot, after)),
        tables: vec![Table {
            caption: "What is taken in the child's bitmap".into(),
            columns: vec![
                Column("what", false),
                Column("from", false),
                Column("to", false),
                Column("pages", true),
                Column("with a frame", true),
            ],
            rows: rows.collect(),
        }],
    }
}
