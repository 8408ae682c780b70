//! The tests that need no machine: those inside the kernel's pure modules, our own, and those of what writes docs/.
//!
//! They are ordinary `#[test]` functions, which only rustc's own harness can find. So `cargo test`
//! builds that harness (once; it is fresh afterwards) and says where it lies, the harness lists
//! its tests, and each becomes a job's test that runs as `HARNESS --exact NAME`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::job::{Job, Reporter};
use crate::verdict::Verdict;

/// The layers: the prefix of the names, and what `cargo test` calls the target.
const LAYERS: [(&str, &str); 4] =
    [("harness", "tusk-tests"), ("pure", "pure"), ("docs", "tusk-book"), ("report", "tusk-report")];

/// One job for each layer.
pub fn jobs() -> Vec<Job> {
    match build() {
        Ok(harnesses) => harnesses.into_iter().map(|(layer, harness)| job(layer, harness)).collect(),
        Err(error) => vec![Job::broken("pure::builds_on_the_host", &error)],
    }
}

/// Builds the harnesses and finds where cargo put them.
fn build() -> Result<Vec<(&'static str, PathBuf)>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["test", "--no-run", "--quiet", "--locked", "--workspace", "--message-format=json", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .stdin(Stdio::null())
        .output()
        .context("cannot start cargo")?;
    let messages = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!(
            "cargo test --no-run: {}\n{}",
            String::from_utf8_lossy(&output.stderr).trim(),
            compiler_errors(&messages)
        );
    }
    LAYERS
        .map(|(layer, target)| {
            let harness =
                executable(&messages, target).with_context(|| format!("cargo built no harness of {target}"))?;
            Ok((layer, harness))
        })
        .into_iter()
        .collect()
}

/// Finds the test harness of a target among cargo's messages, one JSON value a line.
fn executable(messages: &str, target: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|message| {
            message["reason"] == "compiler-artifact"
                && message["target"]["name"] == target
                && message["profile"]["test"] == true
        })
        .and_then(|message| Some(PathBuf::from(message["executable"].as_str()?)))
}

/// What the compiler had to say, as people read it.
fn compiler_errors(messages: &str) -> String {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["message"]["level"] == "error")
        .filter_map(|message| message["message"]["rendered"].as_str().map(String::from))
        .collect()
}

fn job(layer: &'static str, harness: PathBuf) -> Job {
    match list(&harness) {
        Ok(tests) => Job {
            expected: Duration::from_secs(1),
            long: false,
            tests: tests.iter().map(|test| format!("{layer}::{test}")).collect(),
            body: Box::new(move |reporter| run_each(layer, &harness, reporter)),
        },
        Err(error) => Job::broken(&format!("{layer}::lists_its_tests"), &error),
    }
}

/// The names of the tests in a harness.
fn list(harness: &Path) -> Result<Vec<String>> {
    let output = Command::new(harness).args(["--list", "--format", "terse"]).output()?;
    let tests = listed(&String::from_utf8_lossy(&output.stdout));
    ensure!(output.status.success() && !tests.is_empty(), "{} lists no tests: {}", harness.display(), output.status);
    Ok(tests)
}

fn listed(text: &str) -> Vec<String> {
    text.lines().filter_map(|line| line.strip_suffix(": test")).map(String::from).collect()
}

fn run_each(layer: &str, harness: &Path, reporter: &Reporter) {
    for test in reporter.wanted() {
        let name = &test[layer.len() + "::".len()..];
        let started = Instant::now();
        let output = Command::new(harness).args(["--exact", name, "--nocapture"]).stdin(Stdio::null()).output();
        let verdict = match output {
            Ok(output) if output.status.success() => Verdict::Passed,
            Ok(output) => Verdict::Failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
            Err(error) => Verdict::Failed(error.to_string()),
        };
        reporter.report(test, verdict, started.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn harness_is_found_among_cargos_messages() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"anyhow"},"profile":{"test":false},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"pure"},"profile":{"test":false},"executable":null}
            not json at all
            {"reason":"compiler-artifact","target":{"name":"pure"},"profile":{"test":true},"executable":"/b/pure-1"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "pure"), Some(PathBuf::from("/b/pure-1")));
        assert_eq!(executable(messages, "other"), None);
    }

    #[test]
    fn list_holds_tests_only() {
        assert_eq!(
            listed("mm::bitmap::tests::a: test\nx: benchmark\n\n1 test, 1 benchmark\n"),
            ["mm::bitmap::tests::a"]
        );
    }

    #[test]
    fn errors_are_shown_as_the_compiler_wrote_them() {
        let messages = r#"{"reason":"compiler-message","message":{"level":"error","rendered":"error[E0433]: no `x`\n"}}
            {"reason":"compiler-message","message":{"level":"warning","rendered":"warning: y\n"}}"#;
        assert_eq!(compiler_errors(messages), "error[E0433]: no `x`\n");
    }
}
