//! How a test ended.

use std::time::Duration;

/// How a test ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should.
    Passed,
    /// Not as it should; why.
    Failed(String),
    /// It could not run here; why.
    Skipped(String),
}

/// A verdict and how long the test took.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// How it ended.
    pub verdict: Verdict,
    /// How long it took.
    pub time: Duration,
}

impl From<anyhow::Result<()>> for Verdict {
    fn from(result: anyhow::Result<()>) -> Self {
        match result {
            Ok(()) => Self::Passed,
            Err(error) => Self::Failed(format!("{error:#}")),
        }
    }
}
