//! Boots the Tusk ISO in QEMU and in Bochs and judges what comes back.
//!
//! Every test is named `LAYER::…`; README.md beside this crate's Cargo.toml tells the layers. The
//! order of the report is the order in which verdicts arrive, while the machines are running.

#![forbid(unsafe_code)]

mod allegations;
mod book_programs;
mod boot;
mod browser;
mod busybox;
mod docs;
mod group;
mod job;
mod ktest;
mod libc;
mod linux;
mod log;
mod machine;
mod machines;
mod options;
mod process;
mod project;
mod pure;
mod report;
mod ring3;
mod runner;
mod scene;
mod scripts;
mod test_boot;
mod text;
mod tree;
mod variables;
mod verdict;

use std::num::NonZero;
use std::process::ExitCode;
use std::thread::available_parallelism;

use anyhow::{Context, Result, bail};
use job::{Job, Times};
use libtest_mimic::{Conclusion, FormatSetting};

fn main() -> ExitCode {
    match run() {
        Ok(status) => status,
        Err(error) => {
            eprintln!("tusk-tests: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<ExitCode> {
    ctrlc::set_handler(|| {
        group::end_all();
        std::process::exit(130);
    })
    .context("cannot watch for Ctrl-C")?;

    std::env::set_current_dir(project::root()).context("cannot go to the project's folder")?;

    let mut arguments = options::parse(std::env::args_os(), options::long_in_environment());
    let workers = arguments.test_threads.unwrap_or_else(|| available_parallelism().map_or(1, NonZero::get));
    let times = Times::default();
    let jobs = jobs();
    let (trials, queue) = job::plan(jobs, &arguments, &times);
    if arguments.test_threads != Some(1) {
        // Here a thread of libtest-mimic only sleeps until a verdict comes.
        arguments.test_threads = Some(queue.waiting_trials(workers).max(2));
    }
    if !arguments.list {
        queue.start(workers);
    }
    let conclusion = report::run(&arguments, trials, times)?;
    group::end_all();
    if !arguments.list && arguments.format != Some(FormatSetting::Json) {
        close(&conclusion);
    }
    if !arguments.list && conclusion.num_passed + conclusion.num_failed + conclusion.num_ignored == 0 {
        bail!("no test has that name: `make test T=--list` lists them");
    }
    Ok(conclusion.exit_code())
}

/// All the jobs.
fn jobs() -> Vec<Job> {
    let mut jobs = pure::jobs();
    jobs.extend(ktest::jobs());
    jobs.extend(machine::jobs());
    jobs.extend(scripts::jobs());
    jobs.push(busybox::job());
    jobs.push(book_programs::job());
    jobs.extend(libc::jobs());
    match project::cases() {
        Ok(cases) => {
            jobs.push(linux::job(&cases));
            jobs.extend(ring3::jobs(&cases));
        }
        Err(error) => jobs.push(Job::broken("ring3::cases_are_listed", &error)),
    }
    jobs
}

/// The lines after libtest's own last one.
fn close(conclusion: &Conclusion) {
    if let Some((stack, boot)) = boot::deepest_stack() {
        println!(
            "deepest ring-0 stack: {} of {} bytes, {} % free ({}, {boot})",
            stack.used,
            stack.room,
            stack.free_percent(),
            stack.task
        );
    }
    println!("{} passed, {} failed", conclusion.num_passed, conclusion.num_failed);
}
