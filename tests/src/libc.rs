//! Programs with a C library, and with Rust's: what they do on Linux they must do on Tusk.
//!
//! `tests/libc` has their sources and `tools/libc.sh` builds them, all of one library as one file: with musl, with glibc, and
//! with Rust's std. They are about what a library asks of a kernel and a lone process does not: threads, futexes, signals
//! between them, timers, processes that end with threads in them. `/tests/runner` runs each, on the host and on Tusk.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::boot::Emulator;
use crate::job::{Job, Reporter};
use crate::linux;
use crate::machines::Machine;
use crate::process::Process;
use crate::project;
use crate::runner::list::List;
use crate::runner::record::Case;
use crate::runner::{Boots, ENDS};
use crate::verdict::Verdict;

/// What `make run` gives a machine.
const MACHINE: Machine = Machine { name: "qemu-64M", emulator: Emulator::Qemu, memory_mib: 64, options: "" };

/// Fetching packages and compiling a standard library may take this long.
const BUILD_LIMIT: Duration = Duration::from_secs(900);

/// How long a program may take, in seconds: most take less than one, and a few in an emulator some.
const PROGRAM_LIMIT: u32 = 120;

/// When to give up a run of all the programs.
const LIMIT: Duration = Duration::from_secs(900);

/// How many boots to make before the programs that have no record are given up.
const BOOTS_MAX: usize = 6;

/// The status of `tools/libc.sh` where something cannot be had.
const CANNOT: i32 = 77;

/// Statuses with which a program ends that finds something wrong: as its checks do, as one that is not there, as a panic.
const WRONG: [i32; 3] = [1, 2, 101];

/// A library, and where the sources of its programs are: each file is one.
struct Library {
    name: &'static str,
    sources: &'static str,
    extension: &'static str,
}

const LIBRARIES: [Library; 3] = [
    Library { name: "musl", sources: "tests/libc/programs", extension: ".c" },
    Library { name: "glibc", sources: "tests/libc/programs", extension: ".c" },
    Library { name: "std", sources: "tests/libc/std/src/programs", extension: ".rs" },
];

/// A job for each library.
pub fn jobs() -> Vec<Job> {
    LIBRARIES.iter().map(job).collect()
}

fn job(library: &'static Library) -> Job {
    let programs = match programs(library) {
        Ok(programs) => programs,
        Err(error) => return Job::broken(&format!("libc::{}::programs_are_there", library.name), &error),
    };
    let prefix = format!("libc::{}::", library.name);
    Job {
        expected: Duration::from_secs(60),
        long: false,
        tests: programs.iter().map(String::as_str).chain([ENDS]).map(|test| format!("{prefix}{test}")).collect(),
        body: Box::new(move |reporter| {
            let is_wanted = |program: &String| reporter.wanted().any(|test| test == format!("{prefix}{program}"));
            let wanted: Vec<_> = programs.into_iter().filter(is_wanted).collect();
            if let Err(reason) = compare(library, &prefix, &wanted, reporter) {
                reporter.report_rest(&reason, Duration::ZERO);
            }
        }),
    }
}

/// The names of the programs, which are those of their sources.
fn programs(library: &Library) -> Result<Vec<String>> {
    let folder = project::root().join(library.sources);
    let files = std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for file in files {
        let name = file?.file_name().to_string_lossy().into_owned();
        names.extend(name.strip_suffix(library.extension).filter(|name| *name != "mod").map(str::to_owned));
    }
    ensure!(!names.is_empty(), "{} has none", folder.display());
    names.sort();
    Ok(names)
}

/// Runs the programs here and there, and reports each. What comes back is for the tests that have no verdict then.
fn compare(library: &Library, prefix: &str, wanted: &[String], reporter: &Reporter) -> Result<(), Verdict> {
    if let Some(reason) = linux::cannot_run() {
        return Err(Verdict::Skipped(reason));
    }
    build(library)?;
    let failed = |error: anyhow::Error| Verdict::Failed(format!("{error:#}"));
    let expected = on_linux(library, wanted).map_err(failed)?;
    let list = lay(library, "tusk", &format!("/libc/{}", library.name), wanted).map_err(failed)?;
    let program = built(library);
    list.lay_in_overlay(&format!("libc/{}", library.name), |to| std::fs::copy(program, to).map(|_| ()))
        .map_err(failed)?;

    let boot = |number, behind: Option<&str>| list.boot(&format!("{prefix}{number}"), &MACHINE, LIMIT, behind);
    Boots { prefix, most: BOOTS_MAX, boot: &boot }.until_done(reporter, |tusk: &Case| {
        expected
            .get(&tusk.name)
            .map_or_else(|| Verdict::Failed("Linux gave no record of it".into()), |linux| judge(library, linux, tusk))
    });
    Ok(())
}

/// The file with all the programs, as `tools/libc.sh` leaves it.
fn built(library: &Library) -> PathBuf {
    project::build("libc").join(library.name)
}

fn build(library: &Library) -> Result<(), Verdict> {
    let mut command = Command::new("tools/libc.sh");
    command.arg(library.name);
    let ended = Process::start(command, BUILD_LIMIT).and_then(|mut process| {
        process.close_input();
        process.finish(|_, _| ()).map_err(|(error, ended)| error.context(ended.err))
    });
    match ended {
        Ok(ended) if ended.status == 0 => Ok(()),
        Ok(ended) if ended.status == CANNOT => {
            Err(Verdict::Skipped(ended.err.trim_end().lines().last().unwrap_or_default().to_owned()))
        }
        Ok(ended) => Err(Verdict::Failed(format!("tools/libc.sh: exit status {}\n{}", ended.status, ended.err))),
        Err(error) => Err(Verdict::Failed(format!("tools/libc.sh: {error:#}"))),
    }
}

/// Lays the list of the programs for a system, which has them in this file.
fn lay(library: &Library, system: &str, file: &str, wanted: &[String]) -> Result<List> {
    let folder = PathBuf::from(format!("build/tests/libc/{}-{system}", library.name));
    let line = |name: &String| format!("case: {name}\nlimit: {PROGRAM_LIMIT}\nexec: {file} {name}\n");
    List::lay(&folder, &wanted.iter().map(line).collect::<String>())
}

/// The records of Linux, by name.
fn on_linux(library: &Library, wanted: &[String]) -> Result<HashMap<String, Case>> {
    let file = built(library);
    let mut records = HashMap::new();
    lay(library, "linux", &file.display().to_string(), wanted)?.run_here(usual_path(), LIMIT, |record, _| {
        records.insert(record.name.clone(), record);
    })?;
    Ok(records)
}

/// A PATH that begins where the host's own shell is.
fn usual_path() -> &'static OsStr {
    OsStr::new(if Path::new("/bin/sh").exists() { "/bin:/usr/bin" } else { "/usr/bin" })
}

/// Compares what Linux and Tusk recorded.
fn judge(library: &Library, linux: &Case, tusk: &Case) -> Verdict {
    let how = if WRONG.contains(&linux.status) || linux.status >= 124 {
        format!("on Linux it ends with status {}:\n    {}\n", linux.status, linux.lines.join("\n    "))
    } else if let Some(how) = linux.differs(tusk) {
        how
    } else {
        return Verdict::Passed;
    };
    let (name, program) = (library.name, &tusk.name);
    Verdict::Failed(format!(
        "{how}  to repeat it: make run OVERLAY=build/tests/libc/{name}-tusk/overlay RUN='/libc/{name} {program}'\n  \
         and on Linux: build/libc/{name} {program}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_is_a_program() {
        for library in &LIBRARIES {
            assert!(programs(library).unwrap().len() >= 10);
        }
        let listed = std::fs::read_to_string(project::root().join("tests/libc/std/src/programs/mod.rs")).unwrap();
        for name in programs(&LIBRARIES[2]).unwrap() {
            assert!(listed.contains(&format!("    {name},\n")), "{name} is not listed");
        }
    }

    #[test]
    fn what_is_wrong_on_linux_is_wrong() {
        let case = |status| Case { name: "a".into(), lines: vec!["1|x$".into()], status };
        assert_eq!(judge(&LIBRARIES[0], &case(7), &case(7)), Verdict::Passed);
        assert!(
            matches!(judge(&LIBRARIES[0], &case(1), &case(1)), Verdict::Failed(how) if how.contains("on Linux it ends"))
        );
        assert!(matches!(judge(&LIBRARIES[0], &case(0), &case(7)), Verdict::Failed(how) if how.contains("status 7")));
    }
}
