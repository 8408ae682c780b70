//! The report of one fork: reads, checks that trace and snapshots tell of the same fork, and writes the page.

use anyhow::{Context, Result, bail, ensure};
use maud::{Markup, html};
use serde_json::json;

use super::{Page, Section, sections};
use crate::ForkArguments;
use crate::model::fork::{Fork, find_fork};
use crate::model::page_way::How;
use crate::model::pcb::{Byte, compare, count};
use crate::model::process::{Process, idle, processes};
use crate::model::schedule::runs;
use crate::model::span::spans;
use crate::model::step::Step;
use crate::number::{counted, grouped};
use crate::picture::bitmap::taken;
use crate::snapshot::{Moment, Snapshot};
use crate::trace;

/// All that the sections are made of.
pub struct Material {
    /// The fork, by the trace.
    pub fork: Fork,
    /// The fork, by gdb.
    pub snapshot: Snapshot,
    /// Each byte of the child's PCB page, judged.
    pub bytes: Vec<Byte>,
    /// All processes.
    pub processes: Vec<Process>,
    /// When none of them ran.
    pub idle: Vec<(u64, u64)>,
    /// The first and the last event.
    pub range: (u64, u64),
}

impl Material {
    /// The machine before the fork.
    pub fn before(&self) -> &Moment {
        self.snapshot.before().expect("checked when it was read")
    }

    /// The machine after it.
    pub fn after(&self) -> &Moment {
        self.snapshot.after(Step::Ready).expect("checked when it was read")
    }

    /// What lies at a user address.
    pub fn name(&self, address: u32) -> String {
        let label = self.snapshot.user.labels.iter().find(|label| (label.start..label.end).contains(&address));
        label.map_or(String::new(), |label| label.name.clone())
    }
}

/// Makes the report, and says where it is.
///
/// # Errors
/// What cannot be read or written; there is no such fork; trace and snapshots do not tell of the same one.
pub fn write(arguments: &ForkArguments) -> Result<()> {
    let material = read(arguments)?;
    page(&material, arguments).write(&arguments.out)?;
    println!("{}", arguments.out.join("index.html").display());
    Ok(())
}

fn read(arguments: &ForkArguments) -> Result<Material> {
    let program = program_of(&arguments.command)?;
    let events = trace::read(&arguments.trace)?;
    let runs = runs(&events);
    let processes = processes(&events, &runs)?;
    let fork = find_fork(&events, &spans(&events)?, &runs, &processes, program, arguments.fork)?;
    let snapshot = Snapshot::read(&arguments.snapshot)?;
    check(&fork, &snapshot).context("the trace and the snapshots are of two different forks")?;
    let bytes = compare(&snapshot)?;
    let idle = idle(&processes, &runs);
    let range = (events[0].cycles, events[events.len() - 1].cycles);
    Ok(Material { fork, snapshot, bytes, processes, idle, range })
}

/// The name that the command's program has as a task, which keeps 15 bytes of it.
fn program_of(command: &str) -> Result<&str> {
    let word = command.split_whitespace().next().context("there is no command: PROG=\"forktree 1\" is one")?;
    let name = word.rsplit('/').next().unwrap_or(word);
    Ok(&name[..name.floor_char_boundary(15)])
}

/// Fails unless both tell of one fork: the same processes, the same page, the same frames at the same addresses.
fn check(fork: &Fork, snapshot: &Snapshot) -> Result<()> {
    let pids = (snapshot.parent.pid, snapshot.child.pid);
    ensure!(pids == (fork.parent, fork.child), "pids {pids:?} by gdb, {:?} by the trace", (fork.parent, fork.child));
    let name = &snapshot.parent.name;
    ensure!(*name == fork.program, "the program is {name} by gdb, {} by the trace", fork.program);
    let (by_gdb, by_trace) = (snapshot.child.pcb, fork.pcb_page);
    ensure!(by_gdb == by_trace, "the child's page is {by_gdb:#x} by gdb, {by_trace:#x} by the trace");

    let after = snapshot.after(Step::C)?;
    let child = after.child_pages.as_deref().context("gdb saw no directory of the child's after step c")?;
    for way in &fork.pages {
        let frame =
            |pages: &[crate::snapshot::Mapping]| pages.iter().find(|page| page.page == way.page).map(|page| page.frame);
        let seen = (frame(&after.parent_pages), frame(child));
        if seen != (Some(way.parent_frame), Some(way.child_frame)) {
            bail!(
                "page {:#x} is in frames {:x?} by gdb, in {:#x} and {:#x} by the trace",
                way.page,
                seen,
                way.parent_frame,
                way.child_frame
            );
        }
    }
    ensure!(
        child.len() == fork.pages.len(),
        "the child has {} pages by gdb, {} by the trace",
        child.len(),
        fork.pages.len()
    );
    Ok(())
}

fn page(material: &Material, arguments: &ForkArguments) -> Page {
    let fork = &material.fork;
    Page {
        title: format!("A fork of {}: pid {} makes pid {}", fork.program, fork.parent, fork.child),
        lead: lead(material),
        choice: choice(),
        sections: all_sections(material),
        foot: foot(arguments),
        numbers: numbers(material),
    }
}

fn all_sections(material: &Material) -> Vec<Section> {
    vec![
        sections::time_line(material),
        sections::pcb_page(material),
        sections::bitmap(material),
        sections::page_ways(material),
        sections::directories(material),
        sections::counts(material),
        sections::processes(material),
    ]
}

fn lead(material: &Material) -> Markup {
    let fork = &material.fork;
    let copied = fork.pages.iter().filter(|way| way.how == How::Bounce).count() as u64;
    let shared = fork.pages.iter().filter(|way| way.how == How::Shared).count() as u64;
    let (before, after) = (material.before().counts, material.after().counts);
    let frames = (before.kernel_frames + before.user_frames).saturating_sub(after.kernel_frames + after.user_frames);
    let differ: usize = count(&material.bytes).iter().map(|(_, count)| count).sum();
    let facts = [
        ("instructions in all", grouped(fork.whole.instructions)),
        ("pages copied", grouped(copied)),
        ("pages shared", grouped(shared)),
        ("frames taken", grouped(frames.into())),
        ("bytes of the PCB page made the child's own", grouped(differ as u64)),
    ];
    html! {
        p {
            "The kernel's own trace tells when each step of the book's " code { "fork" } " began and ended, and a debugger, in a "
            "second run of the same machine, read the memory of parent and child after each. "
            "Times are instructions of the guest, so they repeat to the last one."
        }
        dl.facts { @for (name, value) in facts { div { dt { (name) } dd { (value) } } } }
    }
}

/// The steps, of which one can be chosen: the others step back in the pictures.
fn choice() -> Markup {
    html! {
        fieldset.steps {
            legend { "Show" }
            label { input type="radio" name="step" id="choose-all" checked; span.chip { "all" } }
            @for step in Step::ALL {
                label title=(step.says()) {
                    input type="radio" name="step" id=(format!("choose-{}", step.letter()));
                    span class=(format!("chip {}", step.class())) { (step.letter()) }
                    @if step != Step::Ready { " " code.says { (step.function()) } }
                }
            }
        }
    }
}

fn foot(arguments: &ForkArguments) -> Markup {
    html! {
        p { "Made by " code { (arguments.made_by) } ". The trace it was made from lies beside it: " code { "trace.txt" }
            ", with one event a line (docs/trace.md), and " code { "snapshot.json" } ", what gdb saw." }
    }
}

/// All numbers of the page, for programs: the tests recompute them from the trace.
fn numbers(material: &Material) -> serde_json::Value {
    let fork = &material.fork;
    let ranges = |moment: &Moment| taken(moment.child_bitmap.as_deref().unwrap_or_default(), &material.snapshot.user);
    json!({
        "fork": fork,
        "rest_of_copy_process": fork.rest_of_copy_process(),
        "rest_of_sys_fork": fork.rest_of_sys_fork(),
        "pcb_bytes": count(&material.bytes).iter().map(|(step, count)| (step.letter(), *count)).collect::<std::collections::BTreeMap<_, _>>(),
        "bitmap": {
            "bytes": material.snapshot.user.bytes,
            "taken": ranges(material.after()).iter().map(|one| json!({ "name": one.name, "from": one.range.0, "to": one.range.1 })).collect::<Vec<_>>(),
        },
        "counts": material.snapshot.moments.iter().map(|moment| json!({ "after": moment.step, "counts": moment.counts })).collect::<Vec<_>>(),
        "processes": material.processes,
        "summary": format!("{} in {}", counted(fork.pages.len() as u64, "page"), counted(fork.whole.instructions, "instruction")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;
    use crate::snapshot::Mapping;

    fn sample_fork() -> Fork {
        let events = trace::parse(sample::TRACE).unwrap();
        let runs = runs(&events);
        let processes = processes(&events, &runs).unwrap();
        find_fork(&events, &spans(&events).unwrap(), &runs, &processes, "forktree", 1).unwrap()
    }

    /// Snapshots that agree with the sample's trace.
    fn sample_snapshot(fork: &Fork) -> Snapshot {
        let mut snapshot = sample::snapshot();
        let page = |page, frame| Mapping { page, frame, flags: "rw".into(), users: 1 };
        for moment in &mut snapshot.moments {
            moment.parent_pages = fork.pages.iter().map(|way| page(way.page, way.parent_frame)).collect();
            moment.child_pages = Some(fork.pages.iter().map(|way| page(way.page, way.child_frame)).collect());
        }
        snapshot
    }

    #[test]
    fn two_views_of_one_fork_agree() {
        let fork = sample_fork();
        check(&fork, &sample_snapshot(&fork)).unwrap();
    }

    #[test]
    fn snapshots_of_another_fork_are_refused() {
        let fork = sample_fork();
        let mut other = sample_snapshot(&fork);
        other.child.pid = 9;
        assert!(check(&fork, &other).unwrap_err().to_string().contains("pids (2, 9) by gdb"));

        let mut other = sample_snapshot(&fork);
        other.moments[3].child_pages.as_mut().unwrap()[1].frame += 4096;
        assert!(check(&fork, &other).unwrap_err().to_string().contains("page 0x804d000"));

        let mut other = sample_snapshot(&fork);
        other.child.pcb += 4096;
        assert!(check(&fork, &other).unwrap_err().to_string().contains("the child's page"));
    }

    #[test]
    fn the_program_is_the_first_word_of_the_command() {
        assert_eq!(program_of("/bin/forktree 1").unwrap(), "forktree");
        assert_eq!(program_of("a_very_long_name_indeed").unwrap(), "a_very_long_nam");
        assert!(program_of(" ").is_err());
    }
}
