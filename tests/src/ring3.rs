//! The ring-3 cases, on one machine after the other.
//!
//! A case is a small program of its own process that prints what it saw; the kernel starts one after
//! the other and compares frames, kernel pages and pids before and after.

use std::time::Duration;

use crate::boot::Emulator;
use crate::job::Job;
use crate::machines::{BOCHS, BOCHS_PENTIUM, COUNTING, MACHINES, Machine, USUAL};
use crate::test_boot::{OF_THE_BOOT, TestBoot};

/// How many times longer than expected a boot may take: other work may share the cores.
const PATIENCE: u32 = 8;

/// How the names of the cases begin that are for a kernel whose forks fail on purpose.
const INJECTED: &[&str] = &[
    "inject::",
    "trace_events::failed_",
    "births::",
    "clone3::",
    "common_",
    "exit_signals::",
    "members::",
    "replacing::",
    "siblings::",
    "vforks::",
];

/// And of those for one in which other calls do.
const SHORT_OF_MEMORY: &[&str] = &["shortage::"];

/// And of those that count instructions.
const COUNTED: &[&str] = &["bugs::f9_", "bugs::m6_", "trace_events::times_"];

/// And of those in which an old processor differs from a new one.
const OF_THE_PROCESSOR: &[&str] = &["fpu::", "exceptions::x87_", "exceptions::pending_"];

/// A job for each machine; one each for a kernel in whose forks, and in whose other calls, every allocation fails once;
/// one for a machine that counts instructions; one for a strict one with an old processor. The whole suite runs in Bochs,
/// but for the two cases that count instructions, which it does not count one by one.
pub fn jobs(cases: &[String]) -> Vec<Job> {
    let mut jobs: Vec<_> = MACHINES.iter().map(|machine| job(machine, machine.name, "", cases, &[""])).collect();
    jobs.push(job(&USUAL, "qemu-32M-inject", " inject=fork", cases, INJECTED));
    jobs.push(job(&USUAL, "qemu-32M-shortage", " inject=calls", cases, SHORT_OF_MEMORY));
    jobs.push(job(&COUNTING, COUNTING.name, "", cases, COUNTED));
    // Of those that such a kernel is for, the ones that mean nothing without it: so that every case has run in Bochs, too.
    jobs.push(job(&BOCHS, "bochs-32M-inject", " inject=fork", cases, &INJECTED[..1]));
    jobs.push(job(&BOCHS, "bochs-32M-shortage", " inject=calls", cases, SHORT_OF_MEMORY));
    jobs.push(job(&BOCHS_PENTIUM, BOCHS_PENTIUM.name, "", cases, OF_THE_PROCESSOR));
    jobs
}

/// A boot of this machine, with more words on the kernel's command line, for those of the cases whose
/// names begin with one of the prefixes.
fn job(machine: &'static Machine, name: &'static str, words: &'static str, cases: &[String], prefixes: &[&str]) -> Job {
    let prefix = format!("ring3::{name}::");
    let own: Vec<_> = cases
        .iter()
        .filter(|case| prefixes.iter().any(|prefix| case.starts_with(prefix)))
        .map(String::as_str)
        .collect();
    let total = cases.len();
    // With all the cases, most of the time is spent asleep, or in Bochs. All run, too, where too many are wanted to be named.
    let seconds = match machine.emulator {
        _ if own.len() <= FEW && own.len() < total => 10,
        Emulator::Qemu => 40,
        Emulator::Bochs => 100,
    };
    let expected = Duration::from_secs(seconds);
    Job {
        expected,
        long: false,
        tests: own.into_iter().chain(OF_THE_BOOT).map(|test| format!("{prefix}{test}")).collect(),
        body: Box::new(move |reporter| {
            let wanted: Vec<_> = reporter.wanted().map(|test| test[prefix.len()..].to_owned()).collect();
            TestBoot {
                name: format!("ring3-{name}"),
                machine,
                command_line: format!("{}{words} log=ttyS1", suite_word(&wanted, total)),
                limit: expected * PATIENCE,
                kernel_prefix: "ring3::",
                prefix,
                word: "suite",
            }
            .run(reporter);
        }),
    }
}

/// As many names of cases as a command line surely has room for.
const FEW: usize = 16;

/// The word that selects the cases: all of them, unless there are only a few.
fn suite_word(wanted: &[String], total: usize) -> String {
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
