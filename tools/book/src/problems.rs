//! What is wrong, collected: one run tells everything.

use std::fmt::Write;

/// A list of sentences, each saying what is wrong and where.
#[derive(Debug, Default)]
pub struct Problems(Vec<String>);

impl Problems {
    /// Adds one.
    pub fn add(&mut self, problem: impl Into<String>) {
        self.0.push(problem.into());
    }

    /// Nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, one a line.
    pub fn text(&self) -> String {
        self.0.iter().fold(String::new(), |mut text, problem| {
            let _ = writeln!(text, "* {problem}");
            text
        })
    }

    /// All of them.
    #[cfg(test)]
    pub fn list(&self) -> &[String] {
        &self.0
    }
}
