//! The ring-3 cases on Linux, which is the oracle.
//!
//! The suite is a static i386 program that speaks Linux's own system calls, so the host can run
//! the very file that Tusk runs. A case that fails here asks for something Linux does not promise.

use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::job::{Job, Reporter};
use crate::log;
use crate::process::Process;
use crate::project;
use crate::verdict::Verdict;

/// The program, below `build/`: as the compiler left it, since a build that runs meanwhile lays the
/// root filesystem anew.
const SUITE: &str = "target/i686-kernel/release/suite";

/// A case may take this long.
const LIMIT: Duration = Duration::from_secs(60);

/// The status with which a case says that it does not apply where it runs.
const SKIPPED: i32 = 77;

/// One job that runs all the cases.
pub fn job(cases: &[String]) -> Job {
    Job {
        expected: Duration::from_secs(5),
        long: false,
        tests: cases.iter().map(|case| format!("linux::{case}")).collect(),
        body: Box::new(|reporter| {
            if let Some(reason) = cannot_run() {
                reporter.report_rest(&Verdict::Skipped(reason), Duration::ZERO);
                return;
            }
            run_each(reporter);
        }),
    }
}

/// Why this host cannot run the program; `None` when it can.
pub fn cannot_run() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("the host is not Linux".into());
    }
    let status = Command::new(project::build(SUITE)).arg("--help").output().map(|output| output.status);
    match status {
        Err(error) => Some(format!("this Linux does not run i386 programs: {error}")),
        // A kernel without the 32-bit entry point kills the program at its first system call.
        Ok(status) if status.signal().is_some() => Some(format!("this Linux does not run i386 programs: {status}")),
        Ok(_) => None,
    }
}

fn run_each(reporter: &Reporter) {
    for test in reporter.wanted() {
        let case = test.trim_start_matches("linux::");
        let mut command = Command::new(project::build(SUITE));
        command.arg(case).current_dir("/");
        let started = Instant::now();
        let result = Process::start(command, LIMIT).map_err(|error| (error, None)).and_then(|mut process| {
            process.close_input();
            process.finish(|_, _| ()).map_err(|(error, ended)| (error, Some(ended)))
        });
        let verdict = match result {
            Ok(ended) if ended.status == 0 => Verdict::Passed,
            Ok(ended) if ended.status == SKIPPED => Verdict::Skipped(skip_reason(&ended.out)),
            Ok(ended) => failed(case, &format!("exit status {}", ended.status), &(ended.out + &ended.err)),
            Err((error, ended)) => {
                failed(case, &format!("{error:#}"), &ended.map_or(String::new(), |ended| ended.out + &ended.err))
            }
        };
        reporter.report(test, verdict, started.elapsed());
    }
}

/// `skipped: REASON`, the last line of a case that does not apply.
fn skip_reason(text: &str) -> String {
    let last = text.trim_end().lines().last().unwrap_or_default();
    last.trim_start_matches("skipped: ").to_owned()
}

fn failed(case: &str, reason: &str, output: &str) -> Verdict {
    Verdict::Failed(format!("{reason}\n{}  to repeat it: build/{SUITE} {case}", log::tail(output, 20)))
}
