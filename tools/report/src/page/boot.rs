//! The report of a boot: from power-on to the prompt.

use anyhow::{Context, Result};
use maud::html;
use serde_json::json;

use super::sections::process_table;
use super::table::{Column, Table, cell, code};
use super::{Page, Section};
use crate::BootArguments;
use crate::model::boot::{self, Boot};
use crate::model::process::{Process, idle, processes};
use crate::model::schedule::{Run, runs};
use crate::number::{address, counted, grouped, percent};
use crate::picture;
use crate::trace::{self, Event};

/// Makes the report, and says where it is.
///
/// # Errors
/// What cannot be read or written.
pub fn write(arguments: &BootArguments) -> Result<()> {
    let file = &arguments.log;
    let log = std::fs::read(file).with_context(|| format!("cannot read the log {}", file.display()))?;
    let boot = boot::read(&String::from_utf8_lossy(&log)).with_context(|| format!("in the log {}", file.display()))?;
    let events = until_the_prompt(trace::read(&arguments.trace)?);
    let runs = runs(&events);
    let processes = processes(&events, &runs)?;
    page(&boot, &events, &runs, &processes, arguments).write(&arguments.out)?;
    println!("{}", arguments.out.join("index.html").display());
    Ok(())
}

/// The events until the last shell first waits for input: afterwards somebody types.
fn until_the_prompt(mut events: Vec<Event>) -> Vec<Event> {
    let shells: Vec<_> = events
        .iter()
        .filter(|event| event.is("exec", "program") && event.text("name") == Some("sh"))
        .map(|event| (event.pid, event.cycles))
        .collect();
    let waits = shells.iter().filter_map(|&(pid, begin)| {
        events.iter().position(|event| {
            event.pid == pid
                && event.cycles >= begin
                && event.is("sched", "block")
                && event.text("status") == Some("blocked")
        })
    });
    if let Some(last) = waits.max() {
        events.truncate(last + 1);
    }
    events
}

/// What a stage does, for somebody who sees it for the first time.
fn says(stage: &str) -> &'static str {
    match stage {
        "screen, serial lines, clock" => {
            "console::init, clock::begin: the cycle counter is compared with the timer for a millisecond, which is most of it."
        }
        "what the loader tells" => {
            "boot_information::read, read_options: GRUB's memory map, the archive's place, the command line."
        }
        "descriptor tables, interrupts" => {
            "tss, gdt, idt, pic: what the processor needs before anything may interrupt it."
        }
        "memory" => {
            "mm::init, the book's mem_init: page tables, the two pools of frames, the bitmap of kernel addresses, arenas."
        }
        "tasks" => "task::init, the book's thread_init: the stack that boots becomes a task.",
        "timer, terminals" => "clock::start_ticking, tty::init: 100 ticks a second, keyboard and serial line.",
        "root file system" => {
            "root::init: the files of the archive are copied into the ramfs, and its memory given back."
        }
        "init's program" => "process_execute: the first process is made of /sbin/init.",
        boot::LAST_STAGE => "init greets, starts a shell on each terminal, and the shells print their prompts.",
        _ => "",
    }
}

fn page(boot: &Boot, events: &[Event], runs: &[Run], processes: &[Process], arguments: &BootArguments) -> Page {
    let facts = [
        ("instructions to the prompt", grouped(boot.total)),
        ("cycles of BIOS and loader before", grouped(boot.loader)),
        ("processes until then", grouped(processes.len() as u64)),
    ];
    Page {
        title: "From power-on to the prompt".into(),
        lead: html! {
            p {
                "What the kernel does between its first instruction and the moment in which the shells wait for a line. Times are instructions of the guest; time in which the processor was halted is not in the stages. "
                "Before the kernel's first instruction lie BIOS and GRUB, with their waiting for the disc and for a key."
            }
            dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
        },
        choice: html! {},
        sections: vec![time_line(boot), memory(boot), first_processes(events, runs, processes), log(boot)],
        foot: html! { p { "Made by " code { (arguments.made_by) } " of the boot that " code { "tools/measure-prompt.sh" } " counts (its log lies beside it: " code { "log.txt" } ") and of a second, traced one (" code { "trace.txt" } ")." } },
        numbers: json!({ "boot": boot, "processes": processes }),
    }
}

fn time_line(boot: &Boot) -> Section {
    let rows = boot.stages.iter().map(|stage| {
        vec![
            cell(&stage.name),
            cell(grouped(stage.instructions())),
            cell(percent(stage.instructions(), boot.total)),
            cell(grouped(stage.end)),
            cell(says(&stage.name)),
        ]
    });
    Section {
        title: "The time line".into(),
        words: html! { "The boot order is " code { "kmain" } " in " code { "src/main.rs" } ", from top to bottom; each stage is noted when it is over." },
        picture: Some(picture::stages::draw(boot, says)),
        tables: vec![Table {
            caption: format!("Stages, of {}", counted(boot.total, "instruction")),
            columns: vec![
                Column("stage", false),
                Column("instructions", true),
                Column("share", true),
                Column("over after", true),
                Column("what it does", false),
            ],
            rows: rows.collect(),
        }],
    }
}

fn memory(boot: &Boot) -> Section {
    let parts = picture::memory::parts(boot);
    let rows = parts.iter().map(|part| {
        vec![
            code(address(part.start)),
            code(address(part.end)),
            cell(grouped(u64::from(part.end - part.start) / 1024)),
            cell(&part.name),
        ]
    });
    Section {
        title: "Memory".into(),
        words: html! {
            "As in the book, usable memory is split in halves: one for the kernel's pages, one for programs', so that programs that take all memory cannot keep the kernel from serving them. "
            "In front lies the kernel as GRUB loaded it, then what " code { "mm::init" } " made to keep the books."
        },
        picture: Some(picture::memory::draw(boot)),
        tables: vec![Table {
            caption: "Physical memory".into(),
            columns: vec![Column("from", false), Column("to", false), Column("KiB", true), Column("what", false)],
            rows: rows.collect(),
        }],
    }
}

fn first_processes(events: &[Event], runs: &[Run], processes: &[Process]) -> Section {
    let range = (events.first().map_or(0, |event| event.cycles), events.last().map_or(0, |event| event.cycles));
    let scene = picture::processes::Scene {
        processes,
        idle: &idle(processes, runs),
        range,
        fork: None,
        title: format!("{} until the prompt", counted(processes.len() as u64, "process")),
    };
    Section {
        title: "The first processes".into(),
        words: html! { "The first process, pid 1, is made by the kernel; all others by fork. This is a boot with the trace on, whose own time is taken off." },
        picture: Some(picture::processes::draw(&scene)),
        tables: vec![process_table(processes)],
    }
}

fn log(boot: &Boot) -> Section {
    let rows = boot.lines.iter().map(|(micros, who, words)| vec![cell(grouped(*micros)), cell(who), code(words)]);
    Section {
        title: "What the log says".into(),
        words: html! { "The kernel's own words of this boot, up to the prompt." },
        picture: None,
        tables: vec![Table {
            caption: "The log".into(),
            columns: vec![Column("µs", true), Column("who", false), Column("what", false)],
            rows: rows.collect(),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trace::parse;

    #[test]
    fn the_boot_ends_when_the_last_shell_waits() {
        let events = parse(concat!(
            "1 2 . exec:program name=\"sh\"\n2 3 . exec:program name=\"sh\"\n3 3 . sched:block status=waiting\n",
            "4 3 . sched:block status=blocked\n5 2 . sched:block status=blocked\n6 2 . sched:block status=blocked\n",
        ))
        .unwrap();
        assert_eq!(until_the_prompt(events).last().unwrap().cycles, 5);
    }
}
