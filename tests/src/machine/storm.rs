//! Fork until it fails, and fork very often: nothing may get lost on the way.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::boot::{Boot, Record};
use crate::machines::USUAL;
use crate::scene::{Check, Scene};

/// The kernel compares what is free before init with what is free after it.
const NOTHING_LOST: (&str, Check) = ("frames_pages_pids_and_files_are_as_before", |record| {
    record.expect_line("counts: all frames, kernel pages, pids and open files are back").map(drop)
});

/// Rounds of fork, exit and wait.
const ROUNDS: &[(&str, Check)] = &[
    ("all_rounds_go_well", |record| {
        record.expect_status(0)?;
        ensure!(record.out.contains("rounds of fork, exit and wait"), "the program did not say that it is done");
        Ok(())
    }),
    NOTHING_LOST,
    ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
];

/// The storms.
pub fn scenes() -> Vec<Scene> {
    let rounds = |name: &str, count: u32, expected_seconds: u64| {
        let boot = Boot::running(name, &USUAL, &format!("forkstorm --rounds {count}"));
        Scene {
            expected: Duration::from_secs(expected_seconds),
            ..Scene::new(Boot { limit: Duration::from_secs(expected_seconds * 10), ..boot }, ROUNDS)
        }
    };
    let until_refused = Boot { limit: Duration::from_secs(300), ..Boot::running("forkstorm", &USUAL, "forkstorm") };
    vec![
        Scene::new(
            until_refused,
            &[
                ("fork_says_no_with_an_error", |record| {
                    ensure!(record.out.contains("fork said no after"), "fork never said no");
                    Ok(())
                }),
                ("every_child_is_reaped", every_child_is_reaped),
                NOTHING_LOST,
                ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
            ],
        ),
        rounds("forkstorm_5000", 5_000, 10),
        Scene { long: true, ..rounds("forkstorm_100000", 100_000, 180) },
    ]
}

/// `forkstorm: 170 of 170 children waited for`.
fn every_child_is_reaped(record: &Record) -> Result<()> {
    let line = record.out.lines().find(|line| line.contains("children waited for"));
    let line = line.context("forkstorm did not count its children")?;
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<u32>().ok());
    let (reaped, forked) = (numbers.next().context("no number")?, numbers.next().context("no number")?);
    ensure!(reaped == forked, "{reaped} of {forked} children were reaped");
    ensure!(forked > 10, "only {forked} children fit into 32 MiB");
    record.expect_status(0)
}
