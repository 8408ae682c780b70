//! A program runs, prints, and ends: `make run RUN=…`.

use anyhow::{Result, ensure};

use super::tiny_elf;
use crate::boot::{Boot, Record};
use crate::log;
use crate::machines::{BOCHS, USUAL};
use crate::project;
use crate::scene::{Check, Scene};
use crate::tree;

/// What holds for every run of a program that ends well.
const FORKTREE: &[(&str, Check)] = &[
    ("exits_with_status_0", |record| record.expect_status(0)),
    ("fifteen_processes_form_the_tree", |record| tree::check(&record.out, 3, None)),
    ("output_stands_alone_on_stdout", output_stands_alone),
    ("log_is_on_stderr_to_its_last_line", log_is_on_stderr),
    ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
];

/// Programs, forktree first: in QEMU, through make, in Bochs; then statuses.
pub fn scenes() -> Vec<Scene> {
    let through_make = |name: &str, goal: &str| Boot::by(name, make(name, goal, "'forktree 3'"));
    let mut scenes = vec![
        Scene::new(Boot::running("forktree", &USUAL, "forktree 3"), FORKTREE),
        Scene::new(through_make("make_run", "run"), FORKTREE),
        Scene::new(through_make("make_bochs", "bochs"), FORKTREE),
    ];
    scenes.extend(statuses());
    scenes
}

/// The command of a boot through make.
fn make(name: &str, goal: &str, run: &str) -> String {
    format!("make {goal} MEM=32 ISO=build/tests/iso/{name}.iso RUN={run}")
}

/// Ways for a program to end, and what the host must hear of it.
fn statuses() -> [Scene; 7] {
    [
        Scene::new(Boot::running("run_true", &USUAL, "true"), &[("exits_with_0", |record| record.expect_status(0))]),
        Scene::new(Boot::running("run_false", &USUAL, "false"), &[("exits_with_1", |record| record.expect_status(1))]),
        Scene::new(
            Boot::running("run_false_bochs", &BOCHS, "false"),
            &[("exits_with_1", |record| record.expect_status(1))],
        ),
        Scene::new(
            Boot::running("run_echo", &USUAL, r#"echo one "two  words" 'it''s'"#),
            &[("quotes_arrive_as_words", |record| {
                let printed = record.out.replace('\r', "");
                ensure!(printed == "one two  words its\n", "the program printed {printed:?}");
                record.expect_status(0)
            })],
        ),
        Scene::new(
            Boot::running("run_unknown", &USUAL, "no-such-program"),
            &[("exits_with_127_and_says_why", |record| {
                ensure!(record.out.contains("no-such-program"), "not a word about no-such-program");
                record.expect_status(127)
            })],
        ),
        // Through make, which by itself knows no statuses but 0, 1 and 2.
        Scene::new(
            Boot {
                prepare: Some(lay_programs),
                ..Boot::by("make_run_exit_200", make("exit_200", "run", "run_exit_200 OVERLAY=build/tests/overlay"))
            },
            &[("status_above_127_arrives_whole", |record| record.expect_status(200))],
        ),
        Scene::new(
            own_program("run_segfault"),
            &[
                ("exits_with_139", |record| record.expect_status(139)),
                ("log_names_the_fault", |record| record.expect_line("fault: run_segfault").map(drop)),
            ],
        ),
    ]
}

/// A boot that runs one of our own little programs, laid over the root filesystem.
fn own_program(name: &str) -> Boot {
    let options = format!("--overlay build/tests/overlay --run {name}");
    Boot { prepare: Some(lay_programs), ..Boot::with_iso_options(name, &USUAL, &options) }
}

/// Writes the little programs into the overlay; each boot does, and they are the same each time.
fn lay_programs() -> Result<()> {
    let folder = project::build("tests/overlay/bin");
    std::fs::create_dir_all(&folder)?;
    // mov eax, 1 (exit); mov ebx, 200; int 0x80
    tiny_elf::write(&folder.join("run_exit_200"), &[0xb8, 1, 0, 0, 0, 0xbb, 200, 0, 0, 0, 0xcd, 0x80])?;
    // xor eax, eax; mov [eax], eax
    tiny_elf::write(&folder.join("run_segfault"), &[0x31, 0xc0, 0x89, 0x00])
}

/// The program's output is all that stands on standard output, from its first byte to its last.
fn output_stands_alone(record: &Record) -> Result<()> {
    let stamped = record.out.lines().find(|line| log::line(line).is_some());
    ensure!(stamped.is_none(), "a line of the log: {stamped:?}");
    ensure!(record.out.starts_with("One fork, two processes"), "it starts with something else");
    let last = record.out.trim_end().lines().last().unwrap_or_default();
    ensure!(last == "15 processes, every one with its own copy", "the last line is {last:?}");
    Ok(())
}

/// The log is complete on standard error: from the first stamp to the exit status.
fn log_is_on_stderr(record: &Record) -> Result<()> {
    let lines: Vec<_> = log::lines(&record.log).collect();
    ensure!(lines.len() > 5, "only {} lines", lines.len());
    let last = lines.last().and_then(|line| log::exit_status(line.text));
    ensure!(last == Some(0), "the last line is not the exit status: {:?}", lines.last());
    ensure!(lines.is_sorted_by_key(|line| line.at), "the stamps go back in time");
    Ok(())
}
