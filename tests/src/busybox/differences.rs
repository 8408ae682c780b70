//! The commands that are known to differ: a list for the tests, and the same list for people in `docs/CAVEATS.md`.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};

use super::commands::Commands;
use crate::project;

const LIST: &str = "tests/busybox/differences.txt";
const CAVEATS: &str = "docs/CAVEATS.md";
const HEADING: &str = "## Busybox commands that differ";

/// The reason by name.
pub type Differences = BTreeMap<String, String>;

/// Reads the tests' list.
pub fn read() -> Result<Differences> {
    let text = read_file(LIST)?;
    listed(text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned))
}

/// Fails unless both lists are the same and name commands that there are.
pub fn check(commands: &Commands) -> Result<()> {
    let ours = read()?;
    let told = listed(caveats(&read_file(CAVEATS)?))?;
    for name in ours.keys() {
        ensure!(commands.names().any(|command| command == name), "{LIST}: there is no command {name}");
    }
    ensure!(ours == told, "{LIST} and {CAVEATS} below \"{HEADING}\" differ:\n  {ours:?}\n  {told:?}");
    Ok(())
}

fn read_file(path: &str) -> Result<String> {
    std::fs::read_to_string(project::root().join(path)).with_context(|| format!("cannot read {path}"))
}

/// Takes lines `NAME: REASON` apart. The document may set a name in backticks.
fn listed(lines: impl Iterator<Item = String>) -> Result<Differences> {
    lines
        .map(|line| {
            let (name, reason) = line.split_once(": ").with_context(|| format!("no name and reason: {line}"))?;
            Ok((name.trim_matches('`').to_owned(), reason.to_owned()))
        })
        .collect()
}

/// The items below our heading in the document, each on one line.
fn caveats(text: &str) -> impl Iterator<Item = String> {
    let section = text.lines().skip_while(|line| *line != HEADING).skip(1).take_while(|line| !line.starts_with("## "));
    let mut items: Vec<String> = Vec::new();
    for line in section {
        if let Some(item) = line.strip_prefix("* ") {
            items.push(item.to_owned());
        } else if let (Some(more), Some(item)) = (line.strip_prefix("  "), items.last_mut()) {
            *item += &format!(" {more}");
        }
    }
    items.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_below_the_heading_count() {
        let text = format!(
            "# Caveats\n* x: no\n\n{HEADING}\n\nWords.\n\n* `a`: one\n  and more\n* b: two\n\n## Next\n* y: no\n"
        );
        let told = listed(caveats(&text)).unwrap();
        assert_eq!(told, listed(["a: one and more".to_owned(), "b: two".to_owned()].into_iter()).unwrap());
        assert_eq!(caveats("# Caveats\n").count(), 0);
    }

    #[test]
    fn the_projects_lists_agree() {
        check(&Commands::read().unwrap()).unwrap();
    }
}
