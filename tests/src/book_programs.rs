//! The C programs of the book's API on Tusk: what each prints, and what it ends with.
//!
//! `user/c/programs/cases` lists them, and NAME.expected beside it what the terminal then shows. They are built by
//! `tools/build-c.sh` and laid into `/book`; `tests/book/run.c`, a program to the book's API too, runs one after the other
//! and prints a record of each. One boot answers for all; when a program takes the machine down, or holds it for ever,
//! another boot goes on behind it.

mod record;

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use self::record::Ran;
use crate::boot::Boot;
use crate::job::{Job, Reporter};
use crate::machines::USUAL;
use crate::process::Process;
use crate::project;
use crate::runner::{Boots, ENDS};
use crate::verdict::Verdict;

/// Where the sources lie, the runner's and the programs', and what is laid over the root filesystem.
const RUNNER: &str = "tests/book/run.c";
const PROGRAMS: &str = "user/c/programs";
const OVERLAY: &str = "build/tests/book/overlay";

/// Compiling all of it may take this long, on a machine with other work.
const BUILD_LIMIT: Duration = Duration::from_secs(120);

/// When to give up a boot, which takes two seconds.
const BOOT_LIMIT: Duration = Duration::from_secs(60);

/// How many boots to make before the programs that have no record are given up.
const BOOTS_MAX: usize = 4;

/// The status of `tools/build-c.sh` where there is no compiler for it.
const CANNOT: i32 = 77;

/// What the names of the tests begin with.
const PREFIX: &str = "book::";

/// A program as the list has it.
#[derive(Debug, PartialEq, Eq)]
struct Case {
    name: String,
    status: i32,
}

/// One job for all the programs.
pub fn job() -> Job {
    let cases = match list() {
        Ok(cases) => cases,
        Err(error) => return Job::broken("book::programs_are_listed", &error),
    };
    Job {
        expected: Duration::from_secs(8),
        long: false,
        tests: cases
            .iter()
            .map(|case| case.name.as_str())
            .chain([ENDS])
            .map(|test| format!("{PREFIX}{test}"))
            .collect(),
        body: Box::new(move |reporter| match prepare(&cases) {
            Ok(()) => boot_until_done(&cases, reporter),
            Err(verdict) => reporter.report_rest(&verdict, Duration::ZERO),
        }),
    }
}

fn list() -> Result<Vec<Case>> {
    let file = project::root().join(PROGRAMS).join("cases");
    parse(&std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?)
}

/// Reads a list: lines of NAME STATUS COMMAND.
fn parse(text: &str) -> Result<Vec<Case>> {
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| case(line).with_context(|| format!("no name, status and command: {line}"))).collect()
}

fn case(line: &str) -> Option<Case> {
    let mut words = line.splitn(3, ' ');
    let case = Case { name: words.next()?.to_owned(), status: words.next()?.parse().ok()? };
    words.next().map(|_command| case)
}

/// Builds programs and runner, and lays them where the ISO takes them from.
fn prepare(cases: &[Case]) -> Result<(), Verdict> {
    let failed = |error: anyhow::Error| Verdict::Failed(format!("{error:#}"));
    let folder = format!("{OVERLAY}/book");
    build(&[])?;
    build(&["-o", &format!("{folder}/run"), RUNNER])?;
    let programs = cases.iter().map(|case| (format!("build/c/{}", case.name), case.name.clone()));
    let files = ["cases", "cat.expected"].map(|name| (format!("{PROGRAMS}/{name}"), name.to_owned()));
    for (from, name) in programs.chain(files) {
        let to = format!("{folder}/{name}");
        std::fs::copy(project::root().join(&from), project::root().join(to)).context(from).map_err(failed)?;
    }
    Ok(())
}

/// Runs `tools/build-c.sh`.
fn build(arguments: &[&str]) -> Result<(), Verdict> {
    let mut command = Command::new("tools/build-c.sh");
    command.args(arguments);
    let ended = Process::start(command, BUILD_LIMIT).and_then(|mut process| {
        process.close_input();
        process.finish(|_, _| ()).map_err(|(error, ended)| error.context(ended.err))
    });
    match ended {
        Ok(ended) if ended.status == 0 => Ok(()),
        Ok(ended) if ended.status == CANNOT => Err(Verdict::Skipped(ended.err.trim_end().to_owned())),
        Ok(ended) => Err(Verdict::Failed(format!("tools/build-c.sh: exit status {}\n{}", ended.status, ended.err))),
        Err(error) => Err(Verdict::Failed(format!("tools/build-c.sh: {error:#}"))),
    }
}

fn boot_until_done(cases: &[Case], reporter: &Reporter) {
    let boot = |number, behind: Option<&str>| {
        let options = format!("--overlay {OVERLAY} --run '/book/run {}'", behind.unwrap_or_default());
        Boot { limit: BOOT_LIMIT, ..Boot::with_iso_options(&format!("book-{number}"), &USUAL, &options) }
    };
    Boots { prefix: PREFIX, most: BOOTS_MAX, boot: &boot }.until_done(reporter, |ran: &Ran| {
        match cases.iter().find(|case| case.name == ran.name) {
            Some(case) => judge(case, ran).into(),
            None => Verdict::Failed("the list does not have it".into()),
        }
    });
}

/// Compares what a program printed and ended with to what it should.
fn judge(case: &Case, ran: &Ran) -> Result<()> {
    let file = format!("{PROGRAMS}/{}.expected", case.name);
    let expected =
        std::fs::read_to_string(project::root().join(&file)).with_context(|| format!("cannot read {file}"))?;
    if let Some(difference) = ran.differs(&expected) {
        bail!("it does not print what {file} says: {difference}\n{}", repeat(case));
    }
    ensure!(ran.status == case.status, "exit status {}, not {}\n{}", ran.status, case.status, repeat(case));
    Ok(())
}

fn repeat(case: &Case) -> String {
    format!(
        "  to repeat it: make run OVERLAY={OVERLAY} RUN=COMMAND, where {PROGRAMS}/cases has {}'s command",
        case.name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_cases() {
        let cases = parse("# words\n\ncat 66 /book/cat x\nfirst 0 /book/first\n").unwrap();
        let case = |name: &str, status| Case { name: name.into(), status };
        assert_eq!(cases, [case("cat", 66), case("first", 0)]);
        assert!(parse("cat 66\n").is_err() && parse("cat x /book/cat\n").is_err());
    }

    #[test]
    fn the_projects_list_names_every_program() {
        let mut listed: Vec<_> = list().unwrap().into_iter().map(|case| case.name).collect();
        let files = std::fs::read_dir(project::root().join(PROGRAMS)).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut programs: Vec<_> = names.filter_map(|name| Some(name.strip_suffix(".c")?.to_owned())).collect();
        listed.sort();
        programs.sort();
        assert_eq!(listed, programs);
    }
}
