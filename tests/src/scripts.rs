//! Tusk's shell and its small programs: one-line scripts, and what they print and end with.
//!
//! The programs are static i386 Linux programs, so each script runs twice: on the Linux host, where a failure is the
//! program's own, and on Tusk, where it may be the kernel's too. On both it is `/tests/runner` that runs them, in a list
//! that we derive from the cases: the shell's are given to it in both the ways it takes them, as a line and as a file.

mod cases;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use self::cases::Case;
use crate::boot::Boot;
use crate::job::{Job, Reporter};
use crate::linux;
use crate::machines::USUAL;
use crate::process::Process;
use crate::project;
use crate::runner::record::Case as Record;
use crate::runner::{Boots, ENDS, Reader};
use crate::verdict::Verdict;

/// Where the root filesystem's programs are on the host, below `build/`.
const PROGRAMS: &str = "root/bin";
const RUNNER: &str = "root/tests/runner";

/// Where Tusk has the list.
const LIST: &str = "/tests/list";

/// When to give up a run: of the scripts, which all take seconds, each is ended after 20 s.
const LIMIT: Duration = Duration::from_secs(240);

/// How many boots to make before the scripts that have no record are given up.
const BOOTS_MAX: usize = 4;

/// How the shell gets a script.
#[derive(Clone, Copy)]
struct Way {
    /// What the runner calls it in a list.
    key: &'static str,
    /// What it puts before a case's name.
    prefix: &'static str,
}

const AS_A_LINE: Way = Way { key: "run", prefix: "line::" };
const AS_A_FILE: Way = Way { key: "file", prefix: "file::" };

/// A file of cases.
#[derive(Clone, Copy)]
struct Layer {
    name: &'static str,
    ways: &'static [Way],
}

const LAYERS: [Layer; 2] = [
    Layer { name: "shell", ways: &[AS_A_LINE, AS_A_FILE] },
    // What a small program does has nothing to do with how the shell got its line.
    Layer { name: "tools", ways: &[Way { prefix: "", ..AS_A_LINE }] },
];

/// A script as the runner gets it: a case in one of its ways.
struct Entry {
    name: String,
    way: Way,
    case: Case,
}

/// For each file of cases a job on Linux and one on Tusk.
pub fn jobs() -> Vec<Job> {
    LAYERS.into_iter().flat_map(jobs_of).collect()
}

fn jobs_of(layer: Layer) -> Vec<Job> {
    let cases = match cases::read(layer.name) {
        Ok(cases) => cases,
        Err(error) => return vec![Job::broken(&format!("{}::cases_are_listed", layer.name), &error)],
    };
    let entries = || -> Vec<_> {
        let of = |way: Way| {
            cases.iter().map(move |case| Entry {
                name: format!("{}{}", way.prefix, case.name),
                way,
                case: case.clone(),
            })
        };
        layer.ways.iter().copied().flat_map(of).collect()
    };
    vec![job(layer, "linux", 4, entries(), on_linux), job(layer, "tusk", 20, entries(), on_tusk)]
}

/// A run of the entries: their list lies in the folder, which is new.
type Run = fn(layer: &str, entries: &[Entry], folder: &Path, reporter: &Reporter) -> Result<()>;

fn job(layer: Layer, system: &str, seconds: u64, entries: Vec<Entry>, run: Run) -> Job {
    let prefix = format!("{}::{system}::", layer.name);
    // Counted from the project's folder, where we are: a boot's command is shown.
    let folder = PathBuf::from(format!("build/tests/scripts/{}-{system}", layer.name));
    Job {
        expected: Duration::from_secs(seconds),
        long: false,
        tests: entries
            .iter()
            .map(|entry| entry.name.as_str())
            .chain([ENDS])
            .map(|test| format!("{prefix}{test}"))
            .collect(),
        body: Box::new(move |reporter| {
            let is_wanted = |entry: &Entry| reporter.wanted().any(|test| test == format!("{prefix}{}", entry.name));
            let entries: Vec<_> = entries.into_iter().filter(is_wanted).collect();
            let result = lay_list(&folder, &entries).and_then(|()| run(&prefix, &entries, &folder, reporter));
            if let Err(error) = result {
                reporter.report_rest(&Verdict::Failed(format!("{error:#}")), Duration::ZERO);
            }
        }),
    }
}

/// Writes the list of these entries into the folder, where nothing else is left.
fn lay_list(folder: &Path, entries: &[Entry]) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let list: String = entries
        .iter()
        .map(|entry| format!("case: {}\n{}: {}\n", entry.name, entry.way.key, entry.case.script))
        .collect();
    let file = overlay(folder).join(LIST.trim_start_matches('/'));
    std::fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
    Ok(std::fs::write(file, list)?)
}

fn overlay(folder: &Path) -> PathBuf {
    folder.join("overlay")
}

/// On this host, with copies of the programs: a build that runs meanwhile lays the root filesystem anew.
fn on_linux(prefix: &str, entries: &[Entry], folder: &Path, reporter: &Reporter) -> Result<()> {
    if let Some(reason) = linux::cannot_run() {
        reporter.report_rest(&Verdict::Skipped(reason), Duration::ZERO);
        return Ok(());
    }
    for from in [PROGRAMS, RUNNER] {
        let copied = Command::new("cp").arg("-RP").arg(project::built(from)?).arg(folder).status()?;
        ensure!(copied.success(), "cannot copy build/{from}");
    }
    let scratch = folder.join("scratch");
    std::fs::create_dir(&scratch)?;
    let mut command = Command::new(folder.join("runner"));
    command
        .arg(overlay(folder).join(LIST.trim_start_matches('/')))
        .arg(&scratch)
        .env("PATH", project::root().join(folder).join("bin"));

    let mut process = Process::start(command, LIMIT)?;
    process.close_input();
    let mut reader = Reader::default();
    let ended = process.finish(|_, line| {
        if let Some((record, time)) = reader.hear(line) {
            let verdict = judge(entries, &record, cannot_tell);
            reporter.report(&format!("{prefix}{}", record.name), verdict, time);
        }
    });
    let ended = ended.map_err(|(error, ended)| error.context(ended.err))?;
    ensure!(ended.status == 0 && reader.is_done(), "the runner ended with status {}: {}", ended.status, ended.err);
    reporter.report(&format!("{prefix}{ENDS}"), Verdict::Passed, Duration::ZERO);
    Ok(())
}

/// Why a case tells nothing on this host: on Tusk there is nobody but root.
fn cannot_tell(case: &Case) -> Option<String> {
    (case.for_root && !rustix::process::geteuid().is_root()).then(|| "only root sees there what Tusk shows".to_owned())
}

fn on_tusk(prefix: &str, entries: &[Entry], folder: &Path, reporter: &Reporter) -> Result<()> {
    let overlay = overlay(folder);
    let boot = |number, behind: Option<&str>| {
        let run = format!("/tests/runner {LIST} /tmp {}", behind.unwrap_or_default());
        let options = format!("--overlay '{}' --run '{run}'", overlay.display());
        Boot { limit: LIMIT, ..Boot::with_iso_options(&format!("{prefix}{number}"), &USUAL, &options) }
    };
    let boots = Boots { prefix, most: BOOTS_MAX, boot: &boot };
    boots.until_done(reporter, |record: &Record| judge(entries, record, |_| None));
    Ok(())
}

/// Compares what a script did with what its case says.
fn judge(entries: &[Entry], record: &Record, cannot_tell: impl Fn(&Case) -> Option<String>) -> Verdict {
    let Some(entry) = entries.iter().find(|entry| entry.name == record.name) else {
        return Verdict::Failed("the list does not have it".into());
    };
    match (cannot_tell(&entry.case), entry.case.differs(record)) {
        (Some(reason), _) => Verdict::Skipped(reason),
        (None, None) => Verdict::Passed,
        (None, Some(how)) => Verdict::Failed(format!("{how}  the script: {}", entry.case.script)),
    }
}
