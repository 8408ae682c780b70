//! The page of `make web`: Tusk in a browser.
//!
//! `tests/web/drive.mjs` drives it in a headless Chromium and says of each test how it ended. Nothing is watched from the
//! network but the page's own server, and that is one of the tests.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::browser::Browser;
use crate::job::{Job, Reporter};
use crate::process::{Ended, Process, Stream};
use crate::project;
use crate::verdict::Verdict;

const PREFIX: &str = "machine::web::";

/// Those of the driver, in its order.
const DRIVEN: [&str; 23] = [
    "lines_of_the_trace_are_read",
    "ranges_of_a_bitmap_are_found",
    "images_keep_what_was",
    "missing_part_is_told",
    "boots_to_a_prompt",
    "runs_what_is_typed",
    "lists_the_tasks_that_ps_lists",
    "shows_the_pcb_page_of_the_chosen_task",
    "pause_stops_the_machine",
    "reset_boots_anew",
    "is_readable_in_light_and_dark_wide_and_narrow",
    "fork_now_stops_at_a_fork",
    "before_the_fork_there_is_no_child",
    "step_a_copies_pcb_and_bitmap",
    "step_b_makes_a_directory",
    "step_c_copies_the_body",
    "step_d_builds_the_stack",
    "step_e_counts_open_files",
    "last_the_child_is_on_the_lists",
    "steps_go_back_too",
    "fork_is_readable_in_light_and_dark_wide_and_narrow",
    "machine_goes_on_and_agrees",
    "asks_nobody_else_and_nothing_complains",
];

/// Tests without the browser: of a kernel without what is asked for,
const MISSING_FIELD: &str = "missing_field_is_named";

/// And of a project whose path has to be quoted wherever it is named.
const ODD_PATH: &str = "kernel_below_an_odd_path_is_read";

/// What the page is built with, and where a distribution keeps it.
const TOOLS: [&str; 3] = ["node", "npm", "gdb"];

/// Fetching two packages, or a boot in the browser beside other machines.
const LIMIT: Duration = Duration::from_secs(300);

/// The status of `tools/web.sh` where npm cannot fetch.
const CANNOT: i32 = 77;

/// One job for all of it.
pub fn job() -> Job {
    Job {
        expected: Duration::from_secs(30),
        long: false,
        tests: DRIVEN.iter().chain([&MISSING_FIELD, &ODD_PATH]).map(|name| test_of(name)).collect(),
        body: Box::new(|reporter| {
            let started = Instant::now();
            if let Err(verdict) = run(reporter) {
                reporter.report_rest(&verdict, started.elapsed());
            }
        }),
    }
}

fn test_of(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// Builds the page and drives it. What comes back is for the tests that have no verdict then.
fn run(reporter: &Reporter) -> Result<(), Verdict> {
    let missing = TOOLS.iter().find(|tool| project::program(tool).is_none());
    if let Some(tool) = missing {
        return Err(Verdict::Skipped(format!("there is no {tool} here")));
    }
    reporter.report(&test_of(MISSING_FIELD), missing_field_is_named().into(), Duration::ZERO);
    reporter.report(&test_of(ODD_PATH), kernel_below_an_odd_path_is_read().into(), Duration::ZERO);
    build()?;
    let Some(browser) = Browser::find() else {
        return Err(Verdict::Skipped("there is no Chromium here".into()));
    };
    drive(&browser, reporter).map_err(failed)?;
    Err(Verdict::Failed("the driver said nothing of it".into()))
}

fn failed(error: anyhow::Error) -> Verdict {
    Verdict::Failed(format!("{error:#}"))
}

fn build() -> Result<(), Verdict> {
    let mut command = Command::new("tools/web.sh");
    command.arg("--build");
    let ended = finish(command).map_err(failed)?;
    match ended.status {
        0 => Ok(()),
        CANNOT => Err(Verdict::Skipped(ended.err.lines().last().unwrap_or_default().to_owned())),
        status => Err(Verdict::Failed(format!("tools/web.sh: status {status}\n{}", ended.err))),
    }
}

/// Runs the driver, and reports what it says as it says it.
fn drive(browser: &Browser, reporter: &Reporter) -> Result<()> {
    let mut command = Command::new("node");
    command.arg("tests/web/drive.mjs").arg(browser.path());
    let mut process = Process::start(command, LIMIT)?;
    process.close_input();
    let mut last = Instant::now();
    let on_line = |stream, line: &str| {
        if let (Stream::Out, Ok(said)) = (stream, serde_json::from_str::<serde_json::Value>(line)) {
            let name = said["test"].as_str().unwrap_or_default();
            let verdict = said["why"].as_str().map_or(Verdict::Passed, |why| Verdict::Failed(why.to_owned()));
            reporter.report(&test_of(name), verdict, last.elapsed());
            last = Instant::now();
        }
    };
    let ended = process.finish(on_line).map_err(|(error, ended)| error.context(ended.err))?;
    ensure!(ended.status == 0, "the driver: status {}\n{}", ended.status, ended.err);
    Ok(())
}

/// The page reads the kernel's fields by name: one that is not there any more is an error when the page is built.
fn missing_field_is_named() -> Result<()> {
    let source = project::root().join("tools/web");
    let wanted = std::fs::read_to_string(source.join("wanted.py"))?;
    let (sound, wrong) = ("\"ticks\": \"ticks\"", "\"ticks\": \"tocks\"");
    ensure!(wanted.contains(sound), "wanted.py does not ask for {sound}");
    let copy = project::build("tests/web-layout-wrong");
    std::fs::create_dir_all(&copy)?;
    std::fs::write(copy.join("wanted.py"), wanted.replace(sound, wrong)).context("cannot write a copy of wanted.py")?;
    std::fs::copy(source.join("layout.py"), copy.join("layout.py"))?;
    let mut command = Command::new("gdb");
    command.args(["-batch", "-nx", "-x"]).arg(copy.join("layout.py")).arg(project::built("tusk.elf")?);
    let ended = finish(command)?;
    ensure!(ended.status == 1, "status {}, {}", ended.status, ended.err);
    ensure!(ended.err.contains("tusk::task::task_struct::Task has no field tocks"), "{}", ended.err);
    ensure!(ended.out.is_empty(), "it wrote a layout all the same");
    Ok(())
}

fn kernel_below_an_odd_path_is_read() -> Result<()> {
    let folder = project::build("tests/web-layout a,b'ü");
    std::fs::create_dir_all(&folder)?;
    let kernel = folder.join("tusk.elf");
    std::fs::copy(project::built("tusk.elf")?, &kernel)?;
    let layout = |kernel: &std::path::Path| {
        let mut command = Command::new("gdb");
        command.args(["-batch", "-nx", "-x", "tools/web/layout.py"]).arg(kernel).current_dir(project::root());
        finish(command)
    };
    let (odd, nothing) = (layout(&kernel), layout(&folder.join("no.elf")));
    std::fs::remove_dir_all(&folder)?;
    let (odd, nothing) = (odd?, nothing?);
    ensure!(odd.status == 0, "status {}, {}", odd.status, odd.err);
    serde_json::from_str::<serde_json::Value>(&odd.out).context("no JSON")?;
    // Whatever goes wrong, it does not say that all is well.
    ensure!(nothing.status == 1, "without a kernel: status {}, {}", nothing.status, nothing.err);
    Ok(())
}

/// Runs a step on the host.
fn finish(command: Command) -> Result<Ended> {
    let mut process = Process::start(command, LIMIT)?;
    process.close_input();
    process.finish(|_, _| ()).map_err(|(error, ended)| error.context(ended.err))
}
