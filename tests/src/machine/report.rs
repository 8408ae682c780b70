//! `make fork-report` and `make boot-report`: their numbers are those of trace, memory and log, and the pages can be seen.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::left_behind;
use super::report_fork::FORK_CHECKS;
use super::report_page::{self, Looks};
use crate::boot::{Boot, Record, quoted};
use crate::browser::Browser;
use crate::job::{Job, Reporter};
use crate::project;
use crate::scene::{Check, Scene};
use crate::verdict::Verdict;

/// Two boots, and building what draws.
const LIMIT: Duration = Duration::from_secs(240);

/// The report of a boot.
const BOOT_CHECKS: &[(&str, Check)] = &[
    ("says_where_it_is", |record| says_where(record, "boot_report")),
    ("total_is_what_the_measurement_tells", total_is_the_measurements),
    ("asks_no_network", |_| report_page::asks_no_network("boot_report")),
];

/// What must be on each page.
const FORK_SECTIONS: &[&str] = &[
    "The time line",
    "The PCB page",
    "The bitmap of user addresses",
    "Each page's way",
    "The page directories",
    "What it took",
    "The processes over time",
];
const BOOT_SECTIONS: &[&str] = &["The time line", "Memory", "The first processes", "What the log says"];

/// All the jobs.
pub fn jobs() -> Vec<Job> {
    let errors = [
        Scene::new(
            reported("fork_report_of_true", "TUSK_PROG=true tools/fork-report.sh"),
            &[("says_who_did_fork", |record| {
                record.expect_status(1)?;
                record.expect_line("true did not fork; those who did: init (1)").map(drop)
            })],
        ),
        Scene::new(
            Boot { limit: LIMIT, ..Boot::by("boot_report_ended", ended_in_the_midst()) },
            &[("ends_all_that_it_has_started", |record| {
                record.expect_status(143)?;
                left_behind::nothing_knows(&[&folder("boot_report_ended").display().to_string()])
            })],
        ),
        Scene::new(
            reported("fork_report_of_none", "TUSK_PROG=nosuchprogram tools/fork-report.sh"),
            &[("says_that_there_is_no_such_program", |record| {
                record.expect_status(1)?;
                ensure!(record.log.contains("cannot run nosuchprogram: ENOENT"), "{}", record.log);
                Ok(())
            })],
        ),
        Scene::new(
            reported("fork_report_third", "TUSK_FORK=3 TUSK_MEM=32 tools/fork-report.sh"),
            &[("is_of_the_fork_that_was_asked_for", |record| {
                record.expect_status(0)?;
                ensure!(numbers("fork_report_third")?["fork"]["child"] == 6, "its child is not pid 6");
                Ok(())
            })],
        ),
    ];
    let mut jobs = vec![
        job("fork_report", "tools/fork-report.sh", FORK_CHECKS, FORK_SECTIONS),
        job("boot_report", "tools/boot-report.sh", BOOT_CHECKS, BOOT_SECTIONS),
    ];
    jobs.extend(errors.map(Scene::job));
    jobs
}

/// A run of one of the scripts, with a folder of its own for the report.
fn reported(name: &str, script: &str) -> Boot {
    Boot { limit: LIMIT, ..Boot::by(name, format!("{script} --out {}", quoted(&folder(name).display().to_string()))) }
}

/// A report that is ended by TERM in the midst of its second boot, which it alone is told of.
fn ended_in_the_midst() -> String {
    let folder = quoted(&folder("boot_report_ended").display().to_string());
    format!(
        "rm -rf {folder}; tools/boot-report.sh --out {folder} & report=$!
         until [ -s {folder}/trace.txt ] || ! kill -0 $report; do sleep 0.1; done; kill -TERM $report; wait $report"
    )
}

/// Where a report goes.
pub fn folder(name: &str) -> PathBuf {
    project::build("tests/report").join(name)
}

/// Makes a report, checks it, and looks at its page.
fn job(
    name: &'static str,
    script: &'static str,
    checks: &'static [(&'static str, Check)],
    sections: &'static [&'static str],
) -> Job {
    let prefix = format!("machine::{name}::");
    let looks = report_page::LOOKS.iter().map(|(look, _)| *look);
    Job {
        expected: Duration::from_secs(30),
        long: false,
        tests: checks.iter().map(|(check, _)| *check).chain(looks).map(|test| format!("{prefix}{test}")).collect(),
        body: Box::new(move |reporter: &Reporter| {
            let record = reported(name, script).run(|_| ());
            for (check, judge) in checks {
                reporter.report(&format!("{prefix}{check}"), record.judge(judge(&record)), record.time);
            }
            let browser = Browser::find();
            for (look, judge) in report_page::LOOKS {
                let started = Instant::now();
                let verdict = match &browser {
                    None => Verdict::Skipped("no Chromium here".into()),
                    Some(browser) => {
                        record.judge(judge(&Looks { browser, page: folder(name).join("index.html"), sections }))
                    }
                };
                reporter.report(&format!("{prefix}{look}"), verdict, started.elapsed());
            }
        }),
    }
}

/// The last thing on standard output is the page's path, and the page is there.
pub fn says_where(record: &Record, name: &str) -> Result<()> {
    record.expect_status(0)?;
    let page = folder(name).join("index.html");
    ensure!(record.out.trim_end() == page.display().to_string(), "it says {:?}", record.out);
    ensure!(page.metadata()?.len() > 10_000, "the page is small");
    Ok(())
}

/// The page of a report.
pub fn page(name: &str) -> Result<String> {
    let file = folder(name).join("index.html");
    std::fs::read_to_string(&file).with_context(|| format!("no page {}", file.display()))
}

/// The numbers that a report's page carries as JSON.
pub fn numbers(name: &str) -> Result<Value> {
    let page = page(name)?;
    let (_, rest) =
        page.split_once(r#"<script type="application/json" id="numbers">"#).context("the page has no numbers")?;
    let (json, _) = rest.split_once("</script>").context("the numbers have no end")?;
    Ok(serde_json::from_str(json)?)
}

/// A number with commas, as the page shows it.
pub fn grouped(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// The total is the number that measure-prompt.sh printed in this very run, and the stages add up to it.
fn total_is_the_measurements(record: &Record) -> Result<()> {
    let said = record.expect_line("From the kernel's first instruction to the shell's prompt: ")?;
    let measured: u64 =
        said.split(": ").nth(1).and_then(|rest| rest.split(' ').next()).context("no number")?.parse()?;
    let numbers = numbers("boot_report")?;
    ensure!(numbers["boot"]["total"] == measured, "{} on the page, {measured} measured", numbers["boot"]["total"]);
    let stages = numbers["boot"]["stages"].as_array().context("no stages")?;
    ensure!(stages.len() >= 8, "only {} stages", stages.len());
    let instructions = |stage: &Value| Some(stage["end"].as_u64()? - stage["begin"].as_u64()?);
    let sum: u64 = stages.iter().filter_map(instructions).sum();
    ensure!(sum == measured, "the stages add up to {sum}, not to {measured}");
    let page = page("boot_report")?;
    for number in stages.iter().filter_map(instructions).chain([measured]) {
        ensure!(page.contains(&grouped(number)), "the page does not show {}", grouped(number));
    }
    Ok(())
}
