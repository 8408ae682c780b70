//! Jobs: one run of one machine each, that decides many tests.
//!
//! A boot takes seconds and answers for sixty tests at once, so tests and runs are kept apart.
//! A [`Job`] names its tests beforehand and reports each verdict as the machine prints it; for
//! libtest-mimic each test is a `Trial` of its own that waits for its verdict. As many jobs run at
//! once as there are cores, and only those a filter has left something to do.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Completion, Trial};

use crate::verdict::{Outcome, Verdict};

/// The time each test took, by name, for the report to print beside it.
pub type Times = Arc<Mutex<HashMap<String, Duration>>>;

/// What a job does.
type Body = Box<dyn FnOnce(&Reporter) + Send>;

/// One run of one machine.
pub struct Job {
    /// About how long it takes.
    pub expected: Duration,
    /// Whether it runs only when the long tests are asked for.
    pub long: bool,
    /// The names of its tests.
    pub tests: Vec<String>,
    /// The run. A test it does not report has failed.
    pub body: Body,
}

impl Job {
    /// A job with one test that fails: what was to make the tests did not work.
    pub fn broken(test: &str, error: &anyhow::Error) -> Self {
        let reason = format!("{error:#}");
        Self {
            expected: Duration::ZERO,
            long: false,
            tests: vec![test.to_owned()],
            body: Box::new(move |reporter| reporter.report_rest(&Verdict::Failed(reason), Duration::ZERO)),
        }
    }
}

/// Where a job reports its verdicts.
pub struct Reporter {
    /// The tests that were asked for, in the job's order, and where their trials wait.
    wanted: Vec<(String, Sender<Outcome>)>,
    decided: RefCell<HashSet<String>>,
}

impl Reporter {
    /// The tests that were asked for, in the job's order.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(|(test, _)| test.as_str())
    }

    /// Reports a verdict. One that nobody asked for is dropped, and so is a second one for a test.
    pub fn report(&self, test: &str, verdict: Verdict, time: Duration) {
        if let Some((_, sender)) = self.wanted.iter().find(|(name, _)| name == test)
            && self.decided.borrow_mut().insert(test.to_owned())
        {
            // Its trial waits; it does not when the whole run is being interrupted.
            let _ = sender.send(Outcome { verdict, time });
        }
    }

    /// The first test that has no verdict yet.
    pub fn first_undecided(&self) -> Option<&str> {
        self.wanted().find(|test| !self.decided.borrow().contains(*test))
    }

    /// Reports the same verdict for all the tests that have none yet: for a run that broke off.
    pub fn report_rest(&self, verdict: &Verdict, time: Duration) {
        for test in self.wanted() {
            self.report(test, verdict.clone(), time);
        }
    }
}

/// A job that takes no longer is quick.
const QUICK: Duration = Duration::from_secs(5);

/// Jobs that wait for a free core: the quick ones first, since they tell most per second, then the
/// longest before the shorter, so that no core stands idle at the end.
pub struct Queue {
    jobs: VecDeque<(Body, Reporter)>,
}

/// Makes a trial of each test, in the order in which the jobs will run, and a queue of the jobs that
/// somebody wants.
pub fn plan(mut jobs: Vec<Job>, arguments: &Arguments, times: &Times) -> (Vec<Trial>, Queue) {
    jobs.sort_by_key(|job| (job.expected > QUICK).then_some(Reverse(job.expected)));
    let mut trials = Vec::new();
    let mut queue = VecDeque::new();
    for job in jobs {
        let mut reporter = Reporter { wanted: Vec::new(), decided: RefCell::default() };
        for test in job.tests {
            let (sender, receiver) = channel();
            let trial = trial(&test, receiver, times).with_ignored_flag(job.long);
            if !arguments.is_filtered_out(&trial) && !arguments.is_ignored(&trial) {
                reporter.wanted.push((test, sender));
            }
            trials.push(trial);
        }
        if !reporter.wanted.is_empty() {
            queue.push_back((job.body, reporter));
        }
    }
    (trials, Queue { jobs: queue })
}

/// A trial that waits for the test's verdict.
fn trial(test: &str, verdict: Receiver<Outcome>, times: &Times) -> Trial {
    let (name, times) = (test.to_owned(), Arc::clone(times));
    Trial::ignorable_test(test, move || {
        let Outcome { verdict, time } = verdict.recv().map_err(|_| "the run ended without a word about this test")?;
        times.lock().unwrap().insert(name, time);
        match verdict {
            Verdict::Passed => Ok(Completion::Completed),
            Verdict::Skipped(reason) => Ok(Completion::ignored_with(reason)),
            Verdict::Failed(reason) => Err(reason.into()),
        }
    })
}

impl Queue {
    /// How many trials must be able to wait at once for each to be reported when it is decided: those
    /// of the jobs that run, and of the one that begins while their last verdicts are being printed.
    pub fn waiting_trials(&self, workers: usize) -> usize {
        let mut counts: Vec<_> = self.jobs.iter().map(|(_, reporter)| reporter.wanted.len()).collect();
        counts.sort_by_key(|count| Reverse(*count));
        counts.iter().take(workers + 1).sum()
    }

    /// Runs all the jobs on `workers` threads, behind the caller's back.
    pub fn start(self, workers: usize) {
        let jobs = Arc::new(Mutex::new(self.jobs));
        for _ in 0..workers {
            let jobs = Arc::clone(&jobs);
            thread::spawn(move || {
                loop {
                    let Some((body, reporter)) = jobs.lock().unwrap().pop_front() else { break };
                    run(body, &reporter);
                }
            });
        }
    }
}

/// Runs one job. One that panics fails its tests and no others.
fn run(body: Body, reporter: &Reporter) {
    let started = Instant::now();
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(reporter))) {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
        reporter.report_rest(&Verdict::Failed(format!("the test itself panicked: {words}")), started.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use libtest_mimic::FormatSetting;

    const INSTANT: Duration = Duration::from_millis(7);

    fn job(tests: &[&str], long: bool, body: impl FnOnce(&Reporter) + Send + 'static) -> Job {
        Job { expected: INSTANT, long, tests: tests.iter().map(ToString::to_string).collect(), body: Box::new(body) }
    }

    fn conclude(jobs: Vec<Job>, mut arguments: Arguments) -> (libtest_mimic::Conclusion, Times) {
        let times = Times::default();
        arguments.logfile = Some("/dev/null".into());
        arguments.format = Some(FormatSetting::Pretty);
        let (trials, queue) = plan(jobs, &arguments, &times);
        queue.start(2);
        (libtest_mimic::run(&arguments, trials), times)
    }

    #[test]
    fn each_verdict_becomes_a_test() {
        let jobs = vec![job(&["a", "b", "c", "silent"], false, |reporter| {
            reporter.report("a", Verdict::Passed, INSTANT);
            reporter.report("b", Verdict::Failed("no".into()), INSTANT);
            reporter.report("c", Verdict::Skipped("not here".into()), INSTANT);
            reporter.report("unheard of", Verdict::Passed, INSTANT);
        })];
        let (conclusion, times) = conclude(jobs, Arguments::default());
        assert_eq!((conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored), (1, 2, 1));
        assert_eq!(times.lock().unwrap()["a"], INSTANT);
    }

    #[test]
    fn filtered_jobs_do_not_run() {
        let jobs = vec![
            job(&["x::one", "x::two"], false, |reporter| {
                assert_eq!(reporter.wanted().collect::<Vec<_>>(), ["x::two"]);
                reporter.report_rest(&Verdict::Passed, INSTANT);
            }),
            job(&["y::three"], false, |_| unreachable!("nobody asked for it")),
            job(&["x::two_long"], true, |_| unreachable!("it is a long one")),
        ];
        let arguments = Arguments { filter: Some("two".into()), ..Default::default() };
        let (conclusion, _) = conclude(jobs, arguments);
        assert_eq!((conclusion.num_passed, conclusion.num_ignored, conclusion.num_filtered_out), (1, 1, 2));
    }

    #[test]
    fn panicking_job_fails_its_own_tests_only() {
        let jobs = vec![
            job(&["a", "b"], false, |reporter| {
                reporter.report("a", Verdict::Passed, INSTANT);
                panic!("oh")
            }),
            job(&["c"], false, |reporter| reporter.report("c", Verdict::Passed, INSTANT)),
        ];
        let (conclusion, _) = conclude(jobs, Arguments::default());
        assert_eq!((conclusion.num_passed, conclusion.num_failed), (2, 1));
    }
}
