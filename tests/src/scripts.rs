//! Tusk's shell and its small programs: one-line scripts, and what they print and end with.
//!
//! The programs are static i386 Linux programs, so each script runs twice: on the Linux host, where a failure is the
//! program's own, and on Tusk, where it may be the kernel's too. On both it is `/tests/runner` that runs them, in a list
//! that we derive from the cases: the shell's are given to it in both the ways it takes them, as a line and as a file.

mod cases;

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use self::cases::Case;
use crate::job::{Job, Reporter};
use crate::linux;
use crate::machines::USUAL;
use crate::project;
use crate::runner::list::List;
use crate::runner::record::Case as Record;
use crate::runner::{Boots, ENDS};
use crate::verdict::Verdict;

/// Where the root filesystem's programs are on the host, below `build/`.
const PROGRAMS: &str = "root/bin";

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

/// A run of the entries, which are on the list.
type Run = fn(prefix: &str, entries: &[Entry], list: &List, reporter: &Reporter) -> Result<()>;

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
            let result = List::lay(&folder, &lines(&entries)).and_then(|list| run(&prefix, &entries, &list, reporter));
            if let Err(error) = result {
                reporter.report_rest(&Verdict::Failed(format!("{error:#}")), Duration::ZERO);
            }
        }),
    }
}

/// The entries as the runner reads them.
fn lines(entries: &[Entry]) -> String {
    let line = |entry: &Entry| format!("case: {}\n{}: {}\n", entry.name, entry.way.key, entry.case.script);
    entries.iter().map(line).collect()
}

/// On this host, with copies of the programs: a build that runs meanwhile lays the root filesystem anew.
fn on_linux(prefix: &str, entries: &[Entry], list: &List, reporter: &Reporter) -> Result<()> {
    if let Some(reason) = linux::cannot_run() {
        reporter.report_rest(&Verdict::Skipped(reason), Duration::ZERO);
        return Ok(());
    }
    let copied = Command::new("cp").arg("-RP").arg(project::built(PROGRAMS)?).arg(list.folder()).status()?;
    ensure!(copied.success(), "cannot copy build/{PROGRAMS}");
    let path = project::root().join(list.folder()).join("bin");
    list.run_here(path.as_os_str(), LIMIT, |record, time| {
        let verdict = judge(entries, &record, cannot_tell);
        reporter.report(&format!("{prefix}{}", record.name), verdict, time);
    })?;
    reporter.report(&format!("{prefix}{ENDS}"), Verdict::Passed, Duration::ZERO);
    Ok(())
}

/// Why a case tells nothing on this host: on Tusk there is nobody but root.
fn cannot_tell(case: &Case) -> Option<String> {
    (case.for_root && !rustix::process::geteuid().is_root()).then(|| "only root sees there what Tusk shows".to_owned())
}

fn on_tusk(prefix: &str, entries: &[Entry], list: &List, reporter: &Reporter) -> Result<()> {
    let boot = |number, behind: Option<&str>| list.boot(&format!("{prefix}{number}"), &USUAL, LIMIT, behind);
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
