//! What a crash looks like, and machines that Tusk refuses to run on.

use anyhow::{Result, ensure};

use super::multiboot1;
use crate::boot::{Boot, Next, Record};
use crate::machines::{BOCHS, TOO_SMALL, USUAL};
use crate::process::Process;
use crate::project;
use crate::scene::{Check, Scene};

/// What every panic must show.
const PANIC: &[(&str, Check)] = &[
    ("exits_with_3", |record| record.expect_status(3)),
    ("says_what_happened", |record| record.expect_line("tusk: panic: ").map(drop)),
    ("shows_the_registers", |record| {
        ["esp", "ebp", "cr0", "cr2", "cr3"].iter().try_for_each(|name| shows_register(record, name))
    }),
    ("backtrace_names_functions", backtrace_names_functions),
    ("names_the_running_task", |record| record.expect_line("running: ").map(drop)),
];

/// Crashes made on purpose, and impossible machines.
pub fn scenes() -> Vec<Scene> {
    let crash = |kind: &str, checks| {
        let boot = Boot::of(&format!("crash_{kind}"), &USUAL, &format!("crash={kind} log=ttyS1"));
        Scene::new(boot, checks)
    };
    let wrong_loader = multiboot1::qemu_command();
    vec![
        crash("panic", PANIC),
        crash("assert", PANIC),
        crash("doublefault", PANIC),
        // Bochs has no door for exit codes: only a machine without a person powers itself off.
        Scene::new(Boot::of("crash_bochs", &BOCHS, "crash=panic run=true log=ttyS1"), PANIC),
        Scene::new(
            Boot { play: Some(refuses_memory), ..Boot::of("too_little_memory", &TOO_SMALL, "log=ttyS1") },
            &[("is_refused_in_words", |record| record.status().map(drop))],
        ),
        Scene::new(
            Boot {
                prepare: Some(lay_large_file),
                play: Some(refuses_archive),
                ..Boot::with_iso_options("archive_too_large", &USUAL, "--overlay build/tests/large --cmdline log=ttyS1")
            },
            &[("is_refused_in_words", |record| record.status().map(drop))],
        ),
        Scene::new(
            Boot {
                prepare: Some(multiboot1::prepare),
                play: Some(refuses_loader),
                ..Boot::by("wrong_loader", wrong_loader)
            },
            &[("is_refused_in_words", |record| record.status().map(drop))],
        ),
    ]
}

/// The line of the log with this register and a number of eight digits after it.
fn shows_register(record: &Record, name: &str) -> Result<()> {
    let has_value = |line: &str| {
        line.split(name).skip(1).any(|rest| {
            let value = rest.trim_start_matches([' ', '=', ':']).trim_start_matches("0x");
            value.len() >= 8 && value.bytes().take(8).all(|byte| byte.is_ascii_hexdigit())
        })
    };
    ensure!(record.all_lines().any(has_value), "{name} is not shown");
    Ok(())
}

/// `#0 0xc0101234 tusk::main::crash+0x12`: some frames, with names of the kernel's own functions.
fn backtrace_names_functions(record: &Record) -> Result<()> {
    let frames: Vec<_> = record.all_lines().filter(|line| line.contains('#') && line.contains(" 0xc0")).collect();
    ensure!(frames.len() >= 2, "{} frames in the backtrace", frames.len());
    let named = frames.iter().filter(|line| line.contains("+0x")).count();
    ensure!(named >= 2, "only {named} of {} frames have names: {frames:?}", frames.len());
    ensure!(frames.iter().any(|line| line.contains("tusk::")), "no frame is in tusk: {frames:?}");
    Ok(())
}

/// A machine without enough memory says so and stops.
fn refuses_memory(machine: &mut Process) -> Result<Next> {
    machine.wait_for("cannot start: ")?;
    machine.wait_for("memory")?;
    Ok(Next::Stop)
}

/// Writes a file that fills more than half of the usual machine's memory, though little on the disc.
fn lay_large_file() -> Result<()> {
    const LENGTH: u64 = 18 << 20;
    let folder = project::build("tests/large");
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::File::create(folder.join("zeros"))?.set_len(LENGTH)?)
}

/// An archive that fits into memory, but not a second time as files, is told from one that does.
fn refuses_archive(machine: &mut Process) -> Result<Next> {
    machine.wait_for("cannot start: ")?;
    machine.wait_for("zeros could not be unpacked")?;
    Ok(Next::Stop)
}

/// A kernel that was started by something else than a Multiboot2 loader says so and stops.
fn refuses_loader(machine: &mut Process) -> Result<Next> {
    machine.wait_for("cannot start: ")?;
    machine.wait_for("ultiboot2")?;
    Ok(Next::Stop)
}
