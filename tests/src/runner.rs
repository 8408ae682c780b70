//! Runners: programs that work off a list on Tusk and print a record of each entry.
//!
//! One boot answers for a whole list, as a boot takes longer than most of the entries. When an entry takes the machine down,
//! or holds it for ever, another boot goes on behind it. What a record looks like is the runner's affair: its [`Form`].

pub mod list;
pub mod record;

use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::boot::{Boot, Record};
use crate::job::Reporter;
use crate::verdict::Verdict;

/// The record of one entry, as it grows line by line.
pub trait Form: Sized {
    /// The record that this line begins.
    fn begun_by(line: &str) -> Option<Self>;
    /// The entry's name.
    fn name(&self) -> &str;
    /// Takes a line; true when it is the record's last.
    fn hear(&mut self, line: &str) -> bool;
    /// Whether the runner says with this line that it is through.
    fn is_farewell(line: &str) -> bool;
}

/// Reads records from lines among which others may stand.
pub struct Reader<F> {
    current: Option<(F, Instant)>,
    last: Option<String>,
    done: bool,
}

impl<F> Default for Reader<F> {
    fn default() -> Self {
        Self { current: None, last: None, done: false }
    }
}

impl<F: Form> Reader<F> {
    /// Takes a line; returns the record that it ends, and how long the entry took by our clock.
    pub fn hear(&mut self, line: &str) -> Option<(F, Duration)> {
        if let Some(record) = F::begun_by(line) {
            self.last = Some(record.name().to_owned());
            self.current = Some((record, Instant::now()));
            return None;
        }
        let Some((record, _)) = &mut self.current else {
            self.done |= F::is_farewell(line);
            return None;
        };
        let is_last = record.hear(line);
        self.current.take_if(|_| is_last).map(|(record, begun)| (record, begun.elapsed()))
    }

    /// The entry that has begun and not ended.
    pub fn unfinished(&self) -> Option<&str> {
        self.current.as_ref().map(|(record, _)| record.name())
    }

    /// The entry that began last, whether it has ended or not.
    pub fn last_begun(&self) -> Option<&str> {
        self.last.as_deref()
    }

    /// Whether the runner has said that it is through.
    pub fn is_done(&self) -> bool {
        self.done
    }
}

/// The boots of a list.
pub struct Boots<'a> {
    /// What the names of the tests begin with; the entry's name follows.
    pub prefix: &'a str,
    /// How many boots to make before the entries that have no record are given up.
    pub most: usize,
    /// Makes the boot of a number, the first or the one that goes on behind an entry.
    pub boot: &'a dyn Fn(usize, Option<&str>) -> Boot,
}

/// The test of a list that is no entry.
pub const ENDS: &str = "run_ends_by_itself";

impl Boots<'_> {
    /// Boots, and boots again behind the entry that ended a boot too early. `judge` gets each record.
    pub fn until_done<F: Form>(&self, reporter: &Reporter, judge: impl Fn(&F) -> Verdict) {
        let test_of = |name: &str| format!("{}{name}", self.prefix);
        let mut behind = None;
        for number in 1..=self.most {
            let mut reader = Reader::<F>::default();
            let record = (self.boot)(number, behind.as_deref()).run(|line| {
                if let Some((entry, time)) = reader.hear(line) {
                    reporter.report(&test_of(entry.name()), judge(&entry), time);
                }
            });
            // The first boot is the one that counts: others are there for what it could not tell.
            reporter.report(&test_of(ENDS), record.judge(ends_by_itself(&record, &reader)), record.time);
            if let Some(culprit) = reader.unfinished() {
                let reason = record.explain("the machine ended within this entry, or was given up there");
                reporter.report(&test_of(culprit), Verdict::Failed(reason), record.time);
            }
            behind = reader.last_begun().filter(|_| !reader.is_done()).map(str::to_owned);
            if behind.is_none() {
                break;
            }
        }
        reporter.report_rest(&Verdict::Failed("no boot came to this entry".into()), Duration::ZERO);
    }
}

fn ends_by_itself<F: Form>(record: &Record, reader: &Reader<F>) -> Result<()> {
    record.expect_status(0)?;
    if let Some(name) = reader.unfinished() {
        bail!("it ended within {name}");
    }
    ensure!(reader.is_done(), "the runner did not come to its last line");
    record.expect_stack_room()
}
