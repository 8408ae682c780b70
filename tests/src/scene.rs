//! A scene: one boot, and the checks that are made of what came back.
//!
//! Each check is a test of its own with a name that says what is expected. They share the boot and
//! show its time.

use std::time::Duration;

use anyhow::Result;

use crate::boot::{Boot, Record};
use crate::job::Job;

/// Judges what came back from a boot.
pub type Check = fn(&Record) -> Result<()>;

/// One boot and its checks.
pub struct Scene {
    /// The boot. Its name becomes the middle of the tests' names: `machine::NAME::CHECK`.
    pub boot: Boot,
    /// About how long it takes.
    pub expected: Duration,
    /// Whether it is played only when the long tests are asked for.
    pub long: bool,
    /// The checks by name.
    pub checks: &'static [(&'static str, Check)],
}

impl Scene {
    /// A scene that takes a few seconds.
    pub fn new(boot: Boot, checks: &'static [(&'static str, Check)]) -> Self {
        Self { boot, expected: Duration::from_secs(5), long: false, checks }
    }

    /// The scene as a job.
    pub fn job(self) -> Job {
        let prefix = format!("machine::{}::", self.boot.name);
        Job {
            expected: self.expected,
            long: self.long,
            tests: self.checks.iter().map(|(name, _)| format!("{prefix}{name}")).collect(),
            body: Box::new(move |reporter| {
                let record = self.boot.run(|_| ());
                for (name, check) in self.checks {
                    reporter.report(&format!("{prefix}{name}"), record.judge(check(&record)), record.time);
                }
            }),
        }
    }
}
