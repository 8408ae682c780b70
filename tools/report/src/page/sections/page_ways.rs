//! Each page's way to the child.

use maud::html;

use crate::model::page_way::How;
use crate::number::{address, counted, grouped};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};
use crate::picture;

/// Each page's way to the child.
pub fn page_ways(material: &Material) -> Section {
    let fork = &material.fork;
    let rows = fork.pages.iter().map(|way| {
        let how = match way.how {
            How::Bounce => "copied",
            How::Shared => "shared",
            How::Other => "other",
        };
        vec![
            code(address(way.page)),
            cell(material.name(way.page)),
            code(address(way.parent_frame)),
            way.through.map_or(cell("–"), |page| code(address(page))),
            code(address(way.child_frame)),
            cell(how),
            cell(grouped(way.instructions)),
        ]
    });
    Section {
        title: "Each page's way".into(),
        words: html! {
            "Parent and child have their pages at the same addresses, each in an address space of its own, and a program's frame has no address in the kernel. So "
            code { "copy_body_stack3" } " copies a page into the one bounce page, changes to the child's address space, and copies it out again. "
            "What the parent has borrowed of its program's file the child borrows too, without a copy. "
            "A page's instructions are counted from the page before; the first one's hold the way to it."
        },
        picture: Some(picture::pages::draw(fork, |address| material.name(address))),
        tables: vec![Table {
            caption: counted(fork.pages.len() as u64, "page handed on").replace("page handed ons", "pages handed on"),
            columns: vec![
                Column("page", false),
                Column("part", false),
                Column("parent's frame", false),
                Column("through", false),
                Column("child's frame", false),
                Column("how", false),
                Column("instructions", true),
            ],
            rows: rows.collect(),
        }],
    }
}
