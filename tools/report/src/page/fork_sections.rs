//! The sections of the report of a fork: words for newcomers, a picture, its numbers.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Section;
use super::fork::Material;
use super::table::{Column, Table, cell, code};
use crate::model::page_way::How;
use crate::model::pcb::Byte;
use crate::model::step::Step;
use crate::number::{address, counted, grouped, percent};
use crate::picture::{self, bitmap::taken};
use crate::snapshot::{Layout, Mapping};

/// The sign of a step, as it stands in all tables.
fn chip(step: Step) -> Markup {
    html! { span class=(format!("chip {}", step.class())) { (step.letter()) } }
}

/// How long each step took.
pub fn time_line(material: &Material) -> Section {
    let fork = &material.fork;
    let whole = fork.whole.instructions;
    let row = |sign: Markup, function: Markup, instructions: u64, words: &str| {
        vec![sign, function, cell(grouped(instructions)), cell(percent(instructions, whole)), cell(words)]
    };
    let mut rows: Vec<_> = fork
        .steps
        .iter()
        .map(|(step, timed)| row(chip(*step), code(step.function()), timed.instructions, step.says()))
        .collect();
    rows.push(row(
        cell(""),
        code("copy_process"),
        fork.rest_of_copy_process(),
        "its own work: the bounce page taken and given back, the child's address space",
    ));
    rows.push(row(
        cell(""),
        code("sys_fork"),
        fork.rest_of_sys_fork(),
        "its own work: the child's page, its place in the family, the lists",
    ));
    rows.push(row(cell(""), cell("all"), whole, ""));
    Section {
        title: "The time line".into(),
        words: html! {
            "fork is five steps inside " code { "copy_process" } ", which " code { "sys_fork" } " calls; when they are done the child goes on the lists. "
            "A process is a page, a bitmap and its memory, so what a step costs is mostly what it copies."
        },
        picture: Some(picture::steps::draw(fork)),
        tables: vec![Table {
            caption: format!("Instructions of each step, of {}", grouped(whole)),
            columns: vec![
                Column("step", false),
                Column("function", false),
                Column("instructions", true),
                Column("share", true),
                Column("what it does", false),
            ],
            rows,
        }],
    }
}

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
            (table.markup())
        },
        picture: None,
        tables: Vec::new(),
    }
}

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
