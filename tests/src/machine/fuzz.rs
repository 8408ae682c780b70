//! Programs that do at random what they should not: the kernel's accounts must be even afterwards.
//!
//! `--long` takes more children and other seeds. What a seed finds, it finds again.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::boot::{Boot, Record};
use crate::machines::{BOCHS, Machine, USUAL};
use crate::scene::{Check, Scene};

const CHECKS: &[(&str, Check)] = &[
    ("every_child_ends", |record| {
        record.expect_status(0)?;
        ensure!(record.out.contains("children have ended"), "the program did not say that it is done");
        Ok(())
    }),
    ("nothing_is_lost", |record| {
        record.expect_line("counts: all frames, kernel pages, pids and open files are back").map(drop)
    }),
    ("the_kernel_does_not_panic", no_panic),
    ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
];

/// The fuzzing boots.
pub fn scenes() -> Vec<Scene> {
    let fuzz = |name: &str, machine: &Machine, rounds: u32, seed: u32, expected_seconds: u64| {
        let boot = Boot::running(name, machine, &format!("fuzz --rounds {rounds} --seed {seed}"));
        Scene {
            expected: Duration::from_secs(expected_seconds),
            ..Scene::new(Boot { limit: Duration::from_secs(expected_seconds * 20), ..boot }, CHECKS)
        }
    };
    vec![
        fuzz("fuzz", &USUAL, 300, 1, 10),
        fuzz("fuzz_in_bochs", &BOCHS, 50, 2, 30),
        Scene { long: true, ..fuzz("fuzz_3000", &USUAL, 3000, 3, 60) },
    ]
}

fn no_panic(record: &Record) -> Result<()> {
    ensure!(record.expect_line("tusk: panic: ").is_err(), "the kernel panicked");
    Ok(())
}
