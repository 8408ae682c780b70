//! The ring-3 cases, on one machine after the other.
//!
//! A case is a small program of its own process that prints what it saw; the kernel starts one after
//! the other and compares frames, kernel pages and pids before and after. What differs between the
//! machines below is what the kernel may have taken for granted.

use std::time::Duration;

use crate::boot::Emulator;
use crate::job::Job;
use crate::test_boot::{OF_THE_BOOT, TestBoot};

/// A machine that all the cases run on.
struct Machine {
    name: &'static str,
    emulator: Emulator,
    memory_mib: u32,
    /// More words for the kernel.
    words: &'static str,
    /// What the names of its cases begin with.
    cases: &'static str,
    /// About how long it takes there; the limit is a multiple of it.
    expected_seconds: u64,
}

/// How many times longer than expected a boot may take: other work may share the cores.
const PATIENCE: u32 = 8;

const MACHINES: [Machine; 7] = [
    qemu("qemu-32M", 32),
    // The least that is promised to work.
    qemu("qemu-16M", 16),
    qemu("qemu-64M", 64),
    // More than the book's 16-bit page counts can express.
    qemu("qemu-512M", 512),
    // More than the kernel's 1 GiB of addresses, and a hole below 4 GiB.
    qemu("qemu-3072M", 3072),
    // Every allocation inside fork fails once: for the cases that expect it.
    Machine { name: "qemu-32M-inject", words: " inject=fork", cases: "inject::", ..qemu("", 32) },
    // Checks segment limits, reserved bits and privileges that QEMU lets pass.
    Machine { name: "bochs-32M", emulator: Emulator::Bochs, expected_seconds: 150, ..qemu("", 32) },
];

const fn qemu(name: &'static str, memory_mib: u32) -> Machine {
    Machine { name, emulator: Emulator::Qemu, memory_mib, words: "", cases: "", expected_seconds: 25 }
}

/// A job for each machine.
pub fn jobs(cases: &[String]) -> impl Iterator<Item = Job> {
    MACHINES.iter().map(|machine| machine.job(cases))
}

impl Machine {
    fn job(&'static self, cases: &[String]) -> Job {
        let prefix = format!("ring3::{}::", self.name);
        let expected = Duration::from_secs(self.expected_seconds);
        let own = cases.iter().map(String::as_str).filter(|case| case.starts_with(self.cases));
        let tests = own.chain(OF_THE_BOOT).map(|test| format!("{prefix}{test}"));
        let total = cases.len();
        Job {
            expected,
            long: false,
            tests: tests.collect(),
            body: Box::new(move |reporter| {
                let wanted: Vec<_> = reporter.wanted().map(|test| test[prefix.len()..].to_owned()).collect();
                let suite = suite_word(&wanted, total);
                let command_line = format!("{suite}{} log=ttyS1", self.words);
                TestBoot {
                    name: format!("ring3-{}", self.name),
                    emulator: self.emulator,
                    memory_mib: self.memory_mib,
                    command_line,
                    limit: expected * PATIENCE,
                    kernel_prefix: "ring3::",
                    prefix,
                    word: "suite",
                }
                .run(reporter);
            }),
        }
    }
}

/// The word that selects the cases: all of them, unless a filter has left only a few.
fn suite_word(wanted: &[String], total: usize) -> String {
    /// As many names as a command line has room for.
    const FEW: usize = 4;
    let cases: Vec<_> = wanted.iter().map(String::as_str).filter(|test| !OF_THE_BOOT.contains(test)).collect();
    match cases.len() {
        1..=FEW if cases.len() < total => format!("suite={}", cases.join(",")),
        _ => "suite".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cases_are_named_and_many_are_not() {
        let names = |count: usize| (0..count).map(|number| format!("fork::case{number}")).collect::<Vec<_>>();
        assert_eq!(suite_word(&names(2), 60), "suite=fork::case0,fork::case1");
        assert_eq!(suite_word(&names(60), 60), "suite");
        assert_eq!(suite_word(&names(30), 60), "suite");
        assert_eq!(suite_word(&names(1), 1), "suite");
        assert_eq!(suite_word(&["boot_ends_by_itself".into(), "a::b".into()], 60), "suite=a::b");
        assert_eq!(suite_word(&["boot_ends_by_itself".into()], 60), "suite");
    }
}
