//! Debian's busybox, unmodified: the same shell commands on Linux and on Tusk.
//!
//! `tests/busybox/commands.txt` lists the commands, each a test. `run.sh` beside it runs them, under the same busybox, from
//! the same archive, in a namespace of the host and on Tusk, and prints records that are compared one by one. One boot
//! answers for all; when a command takes the machine down, or holds it for ever, another boot goes on behind it.

mod commands;
mod differences;

use std::collections::HashMap;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use self::commands::Commands;
use crate::boot::{Boot, Emulator};
use crate::job::{Job, Reporter};
use crate::machines::Machine;
use crate::process::{Ended, Process};
use crate::project;
use crate::runner::record::Case;
use crate::runner::{Boots, ENDS, Reader};
use crate::verdict::Verdict;

/// What `make run` gives a machine.
const MACHINE: Machine = Machine { name: "qemu-64M", emulator: Emulator::Qemu, memory_mib: 64, options: "" };

/// Where Linux and Tusk have the runner and its list, and where that is laid before it goes into the archive.
const FOLDER: &str = "/tests/busybox";
const OVERLAY: &str = "build/tests/busybox/overlay";
const ARCHIVE: &str = "build/tests/busybox/root.cpio";

/// Fetching a package may take this long, and so may each other step on the host.
const STEP_LIMIT: Duration = Duration::from_secs(120);

/// When to give up a boot. Most of the time is spent in the commands' own sleeps; one that hangs costs 20 s.
const BOOT_LIMIT: Duration = Duration::from_secs(600);

/// How many boots to make before those that have no record are given up.
const BOOTS_MAX: usize = 5;

/// As many names as a command line surely has room for.
const FEW: usize = 16;

/// The status of `on-linux.sh` where it cannot do what it is for.
const CANNOT: i32 = 77;

/// What the names of the tests begin with.
const PREFIX: &str = "busybox::";

/// A test that is no command.
const CAVEATS: &str = "differences_are_in_caveats";

/// One job for all the commands.
pub fn job() -> Job {
    let commands = match Commands::read() {
        Ok(commands) => commands,
        Err(error) => return Job::broken("busybox::commands_are_listed", &error),
    };
    let tests = commands.names().chain([ENDS, CAVEATS]).map(test_of).collect();
    Job {
        expected: Duration::from_secs(120),
        long: false,
        tests,
        body: Box::new(move |reporter| {
            reporter.report(&test_of(CAVEATS), differences::check(&commands).into(), Duration::ZERO);
            if let Err(reason) = compare(&commands, reporter) {
                reporter.report_rest(&reason, Duration::ZERO);
            }
        }),
    }
}

fn test_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Runs the commands here and there, and reports each. What comes back is for the tests that have no verdict then.
fn compare(commands: &Commands, reporter: &Reporter) -> Result<(), Verdict> {
    let wanted: Vec<_> = commands.names().filter(|name| reporter.wanted().any(|test| test == test_of(name))).collect();
    let differences = differences::read().map_err(failed)?;
    let busybox = fetch()?;
    prepare(&busybox).map_err(failed)?;
    let expected = on_linux(&wanted)?;
    let judge = |case: &Case| match expected.get(&case.name) {
        Some(linux) => judge(commands, linux, case, differences.get(&case.name).map(String::as_str)),
        None => Verdict::Failed("Linux gave no record of it".into()),
    };
    boot_until_done(&busybox, &wanted, reporter, judge);
    Ok(())
}

fn failed(error: anyhow::Error) -> Verdict {
    Verdict::Failed(format!("{error:#}"))
}

/// Fetches busybox, or takes the one that `make test BUSYBOX=FILE` names; returns its folder. A host without apt or without
/// a network has none.
pub fn fetch() -> Result<String, Verdict> {
    let which = std::env::var("TUSK_BUSYBOX").ok().filter(|which| !which.is_empty());
    let mut command = Command::new("tools/busybox.sh");
    command.arg(which.as_deref().unwrap_or("1"));
    match (run(command), which) {
        (Ok(ended), _) if ended.status == 0 => Ok(ended.out.trim_end().to_owned()),
        (Ok(ended), Some(_)) => Err(Verdict::Failed(ended.err)),
        (Err(error), Some(_)) => Err(failed(error)),
        (Ok(ended), None) => Err(Verdict::Skipped(last_line(&ended.err))),
        (Err(error), None) => Err(Verdict::Skipped(format!("{error:#}"))),
    }
}

/// Lays runner and list where the ISO takes them from, and packs the archive that Linux unpacks.
fn prepare(busybox: &str) -> Result<()> {
    let folder = project::root().join(OVERLAY).join(FOLDER.trim_start_matches('/'));
    std::fs::create_dir_all(&folder)?;
    for file in ["run.sh", "commands.txt"] {
        std::fs::copy(project::root().join("tests/busybox").join(file), folder.join(file)).context(file)?;
    }
    let mut command = Command::new("tools/mkroot.sh");
    command.args(["--overlay", busybox, OVERLAY, ARCHIVE]);
    let ended = run(command)?;
    ensure!(ended.status == 0, "tools/mkroot.sh: {}", ended.err);
    Ok(())
}

/// The records of Linux, by name.
fn on_linux(wanted: &[&str]) -> Result<HashMap<String, Case>, Verdict> {
    let mut command = Command::new("tests/busybox/on-linux.sh");
    command.arg(ARCHIVE);
    if wanted.len() <= FEW {
        command.args(wanted);
    }
    let ended = run(command).map_err(failed)?;
    match ended.status {
        0 => {}
        CANNOT => return Err(Verdict::Skipped(last_line(&ended.err))),
        status => return Err(Verdict::Failed(format!("on Linux: exit status {status}\n{}", ended.err))),
    }
    let mut reader = Reader::<Case>::default();
    let cases = ended.out.lines().filter_map(|line| reader.hear(line)).map(|(case, _)| (case.name.clone(), case));
    Ok(cases.collect())
}

/// Runs a step on the host.
fn run(command: Command) -> Result<Ended> {
    let name = command.get_program().display().to_string();
    let mut process = Process::start(command, STEP_LIMIT)?;
    process.close_input();
    process.finish(|_, _| ()).map_err(|(error, ended)| error.context(format!("{name}: {}", last_line(&ended.err))))
}

fn last_line(text: &str) -> String {
    text.trim_end().lines().last().unwrap_or_default().to_owned()
}

fn boot_until_done(busybox: &str, wanted: &[&str], reporter: &Reporter, judge: impl Fn(&Case) -> Verdict) {
    let boot = |number, behind: Option<&str>| {
        let arguments = behind.map_or_else(|| start(wanted), |name| format!(" --after {name}"));
        let run = format!("/bin/busybox sh {FOLDER}/run.sh{arguments}");
        let options = format!("--overlay '{busybox}' --overlay {OVERLAY} --run '{run}'");
        Boot { limit: BOOT_LIMIT, ..Boot::with_iso_options(&format!("busybox-{number}"), &MACHINE, &options) }
    };
    Boots { prefix: PREFIX, most: BOOTS_MAX, boot: &boot }.until_done(reporter, judge);
}

/// The runner's arguments for the first boot: a few names, or none for all the commands.
fn start(wanted: &[&str]) -> String {
    let few = if wanted.len() <= FEW { wanted } else { &[] };
    few.iter().map(|name| format!(" {name}")).collect()
}

/// Compares what Linux and Tusk recorded.
fn judge(commands: &Commands, linux: &Case, tusk: &Case, difference: Option<&str>) -> Verdict {
    match (linux.differs(tusk), difference) {
        (None, None) => Verdict::Passed,
        (None, Some(_)) => Verdict::Failed("it differs no longer: the lists of differences are to say so".into()),
        (Some(_), Some(reason)) => Verdict::Skipped(format!("known to differ: {reason}")),
        (Some(how), None) => Verdict::Failed(format!(
            "{how}  the command:\n{}  to repeat it: make run BUSYBOX=1 OVERLAY={OVERLAY} \
             RUN='/bin/busybox sh {FOLDER}/run.sh {}'",
            commands.text(&tusk.name),
            tusk.name
        )),
    }
}
