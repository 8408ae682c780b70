//! A boot of `ktest` or `suite`: reads verdicts out of the log while the machine runs.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::boot::{Boot, Record};
use crate::job::Reporter;
use crate::log;
use crate::machines::Machine;
use crate::verdict::Verdict;

/// The two tests that each such boot has beside those that run in it.
pub const OF_THE_BOOT: [&str; 2] = ["boot_ends_by_itself", "boot_leaves_a_quarter_of_each_stack"];

/// A boot whose log tells verdicts.
pub struct TestBoot {
    /// Names its files.
    pub name: String,
    /// What it runs on.
    pub machine: &'static Machine,
    /// The kernel's command line.
    pub command_line: String,
    /// When to give up.
    pub limit: Duration,
    /// What the kernel puts before a test's name: `ktest::` or `ring3::`.
    pub kernel_prefix: &'static str,
    /// What the report puts there instead: it names the machine too.
    pub prefix: String,
    /// The word on the command line that selects the tests: `ktest` or `suite`.
    pub word: &'static str,
}

/// What the log has told so far.
#[derive(Default)]
struct Progress {
    /// When the test that runs now began, by the kernel's clock: at the verdict before, and the first
    /// one at the last line of the boot before it.
    since: Option<Duration>,
    /// The lines since then: what a failure shows.
    lines: Vec<String>,
    passed: usize,
    failed: usize,
    last: Option<String>,
}

impl TestBoot {
    /// Boots, reports each verdict as it comes, and then judges the boot.
    pub fn run(self, reporter: &Reporter) {
        let mut progress = Progress::default();
        let record = self.boot(&self.name, &self.command_line).run(|raw| self.hear(raw, &mut progress, reporter));
        let [ends, stacks] = OF_THE_BOOT.map(|test| format!("{}{test}", self.prefix));
        reporter.report(&ends, record.judge(progress.check_end(self.word, &record)), record.time);
        reporter.report(&stacks, record.judge(record.expect_stack_room()), record.time);
        self.report_missing(&progress, &record, reporter);
    }

    /// Reads one line of the log.
    fn hear(&self, raw: &str, progress: &mut Progress, reporter: &Reporter) {
        // What a case prints comes on the terminal's stream, and belongs to its failure too.
        progress.lines.push(raw.to_owned());
        let Some(line) = log::line(raw) else { return };
        let Some((name, verdict)) = log::verdict(line.text) else {
            if progress.last.is_none() {
                progress.since = Some(line.at);
            }
            return;
        };
        let Some(name) = name.strip_prefix(self.kernel_prefix) else { return };

        let time = line.at.saturating_sub(progress.since.unwrap_or(line.at));
        let lines = std::mem::take(&mut progress.lines);
        let verdict = match verdict {
            Verdict::Passed => {
                progress.passed += 1;
                Verdict::Passed
            }
            Verdict::Failed(reason) => {
                progress.failed += 1;
                Verdict::Failed(format!(
                    "{reason}\n  the log since the test before:\n{}  to repeat it alone: {}",
                    log::tail(&lines.join("\n"), usize::MAX),
                    self.alone(name).command
                ))
            }
            // The case said why on the terminal; the kernel only knows its status.
            Verdict::Skipped(reason) => {
                let said = lines.iter().rev().find_map(|line| line.strip_prefix("skipped: "));
                Verdict::Skipped(said.map_or(reason, |said| said.trim_end().to_owned()))
            }
        };
        reporter.report(&format!("{}{name}", self.prefix), verdict, time);
        progress.since = Some(line.at);
        progress.last = Some(name.to_owned());
    }

    fn boot(&self, name: &str, command_line: &str) -> Boot {
        Boot { limit: self.limit, ..Boot::of(name, self.machine, command_line) }
    }

    /// The same boot with one test only.
    fn alone(&self, test: &str) -> Boot {
        let words = self.command_line.split(' ').map(|word| match word.split('=').next() {
            Some(head) if head == self.word => format!("{head}={test}"),
            _ => word.to_owned(),
        });
        self.boot("one-test", &words.collect::<Vec<_>>().join(" "))
    }

    /// Fails the tests that have no verdict: at length the first, which is probably to blame.
    fn report_missing(&self, progress: &Progress, record: &Record, reporter: &Reporter) {
        let end = match record.status() {
            Ok(status) => format!("the machine ended with status {status}"),
            Err(error) => format!("{error:#}"),
        };
        let last = progress.last.as_deref().unwrap_or("none");
        let reason = format!("no verdict: {end}; the last test with a verdict was {last}");
        if let Some(test) = reporter.first_undecided() {
            reporter.report(test, Verdict::Failed(record.explain(&reason)), record.time);
        }
        reporter.report_rest(&Verdict::Failed(reason), record.time);
    }
}

impl Progress {
    /// The machine must have ended by itself, with status 1 exactly when a test failed, and must
    /// have counted as we did.
    fn check_end(&self, word: &str, record: &Record) -> Result<()> {
        record.expect_status(i32::from(self.failed > 0))?;
        record.expect_line(&format!("{word}: {} passed, {} failed", self.passed, self.failed))?;
        ensure!(self.passed + self.failed > 0, "no test ran");
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::{self, Job, Times};
    use crate::machines::USUAL;
    use libtest_mimic::{Arguments, Conclusion};

    const LOG: &str = "\
[    0.100000] timer: PIT at 100 Hz
[    0.350000] suite: test ring3::fork::tree ... ok
[    0.400000] fault: suite[4]: page fault
[    0.500000] test ring3::fork::lost ... FAILED: lost 2 frames
[    0.600000] test ring3::fpu::kept ... skipped: no FPU
[    0.600500] test ktest::not_ours ... ok
[    0.7";

    fn boot() -> TestBoot {
        TestBoot {
            name: "fake".into(),
            machine: &USUAL,
            command_line: "suite log=ttyS1".into(),
            limit: Duration::ZERO,
            kernel_prefix: "ring3::",
            prefix: "ring3::fake::".into(),
            word: "suite",
        }
    }

    fn hear_log(tests: &[&str]) -> (Conclusion, Times) {
        let job = Job {
            expected: Duration::ZERO,
            long: false,
            tests: tests.iter().map(ToString::to_string).collect(),
            body: Box::new(|reporter| {
                let mut progress = Progress::default();
                LOG.lines().for_each(|line| boot().hear(line, &mut progress, reporter));
                assert_eq!((progress.passed, progress.failed), (1, 1));
                assert_eq!(progress.last.as_deref(), Some("fpu::kept"));
            }),
        };
        let times = Times::default();
        let arguments = Arguments { logfile: Some("/dev/null".into()), test_threads: Some(1), ..Default::default() };
        let (trials, queue) = job::plan(vec![job], &arguments, &times);
        queue.start(1);
        (libtest_mimic::run(&arguments, trials), times)
    }

    #[test]
    fn verdicts_come_with_the_kernels_own_times() {
        let names =
            ["ring3::fake::fork::tree", "ring3::fake::fork::lost", "ring3::fake::fpu::kept", "ring3::fake::never"];
        let (conclusion, times) = hear_log(&names);
        assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored), (1, 2, 1));
        let times = times.lock().unwrap();
        assert_eq!(times[names[0]], Duration::from_millis(250));
        assert_eq!(times[names[1]], Duration::from_millis(150));
    }

    #[test]
    fn one_test_can_be_repeated_alone() {
        let command = boot().alone("fork::tree").command;
        assert!(command.contains("'suite=fork::tree log=ttyS1'"), "{command}");
        assert!(command.contains("--mem 32"), "{command}");
    }
}
