//! The page directories beside each other.

use maud::html;

use crate::number::{address, grouped};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};
use crate::picture;
use crate::snapshot::Mapping;

/// The page directories beside each other.
pub fn directories(material: &Material) -> Section {
    let after = material.after();
    let child = after.child_pages.as_deref().unwrap_or_default();
    let at = |pages: &[Mapping], address: u32| pages.iter().find(|mapping| mapping.page == address).cloned();
    let mut addresses: Vec<u32> = after.parent_pages.iter().chain(child).map(|mapping| mapping.page).collect();
    addresses.sort_unstable();
    addresses.dedup();
    let told = |mapping: Option<Mapping>| {
        mapping.map_or(cell("nothing"), |mapping| code(format!("{} {}", address(mapping.frame), mapping.flags)))
    };
    let rows = addresses.iter().map(|&page| {
        let (parent, child) = (at(&after.parent_pages, page), at(child, page));
        let users = child.as_ref().map_or(0, |mapping| mapping.users);
        vec![code(address(page)), cell(material.name(page)), told(parent), told(child), cell(grouped(users.into()))]
    });
    Section {
        title: "The page directories".into(),
        words: html! {
            code { "create_page_dir" } " makes a directory whose upper quarter, the kernel's, is the same as everybody's, but for the last entry, which leads back to the directory itself. "
            "The lower three quarters are empty until " code { "copy_body_stack3" } " fills them: now " (picture::directories::summary(after)) "."
        },
        picture: Some(picture::directories::draw(&material.snapshot, after, |address| material.name(address))),
        tables: vec![Table {
            caption: "Pages of parent and child".into(),
            columns: vec![
                Column("page", false),
                Column("part", false),
                Column("parent", false),
                Column("child", false),
                Column("users of the child's frame", true),
            ],
            rows: rows.collect(),
        }],
    }
}
