//! The processes over time.

use maud::html;

use crate::number::{counted, grouped};
use crate::page::Section;
use crate::page::fork::Material;
use crate::page::table::{Column, Table, cell};
use crate::picture;

/// The processes over time.
pub fn processes(material: &Material) -> Section {
    let fork = &material.fork;
    let scene = picture::processes::Scene {
        processes: &material.processes,
        idle: &material.idle,
        range: material.range,
        fork: Some((fork.parent, fork.child, fork.ready)),
        title: format!("{} from the first to the last", counted(material.processes.len() as u64, "process")),
    };
    Section {
        title: "The processes over time".into(),
        words: html! {
            "Who made whom, and who had the processor when. The fork of this page is that of pid " (fork.parent) ", green; its child is pid " (fork.child) ", blue. "
            "A fork returns twice: in the parent when it is done, in the child when it first gets the processor."
        },
        picture: Some(picture::processes::draw(&scene)),
        tables: vec![process_table(&material.processes)],
    }
}

/// All processes as a table.
pub fn process_table(processes: &[crate::model::process::Process]) -> Table {
    let rows = processes.iter().map(|process| {
        vec![
            cell(process.pid.to_string()),
            cell(process.parent.map_or("–".into(), |parent| parent.to_string())),
            cell(process.programs.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>().join(" → ")),
            cell(grouped(process.begin)),
            cell(process.end.map_or("–".into(), grouped)),
            cell(grouped(process.ran())),
            cell(process.status.map_or("–".into(), |status| status.to_string())),
        ]
    });
    Table {
        caption: "Processes, with times in cycles since the kernel's first instruction".into(),
        columns: vec![
            Column("pid", true),
            Column("parent", true),
            Column("programs", false),
            Column("made at", true),
            Column("ended at", true),
            Column("ran for", true),
            Column("status", true),
        ],
        rows: rows.collect(),
    }
}
