//! What each step took from the machine.

use maud::html;

use super::chip;
use crate::model::step::Step;
use crate::number::grouped;
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell, code};

/// What each step took from the machine.
pub fn counts(material: &Material) -> Section {
    let mut last = material.before().counts;
    let rows = material.snapshot.moments.iter().map(|moment| {
        let now = moment.counts;
        let change = |before: u32, after: u32| html! {
            (grouped(after.into()))
            @if after != before { " " span.soft { "(" (format!("{:+}", i64::from(after) - i64::from(before))) ")" } }
        };
        let row = vec![
            moment.step.map_or(cell("before"), chip),
            code(moment.step.map_or("", Step::function)),
            change(last.kernel_frames, now.kernel_frames),
            change(last.user_frames, now.user_frames),
            change(last.tasks, now.tasks),
            change(last.ready, now.ready),
            change(last.descriptors, now.descriptors),
        ];
        last = now;
        row
    });
    let table = Table {
        caption: "What was free and what existed after each step".into(),
        columns: vec![
            Column("after", false),
            Column("", false),
            Column("free kernel frames", true),
            Column("free user frames", true),
            Column("tasks", true),
            Column("ready", true),
            Column("open descriptors", true),
        ],
        rows: rows.collect(),
    };
    Section {
        title: "What it took".into(),
        words: html! {
            "The kernel's half of memory gives the PCB page, the bitmap, the page directory and page tables; the programs' half the copies of pages. "
            "The child is counted among the tasks only when it is on the lists, so until then a fork that fails has nothing to take back but memory."
        },
        picture: None,
        tables: vec![table],
    }
}
