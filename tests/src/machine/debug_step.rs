//! What `tusk fork` has printed of a step: its rows and its counts.

use anyhow::{Context, Result, ensure};

use super::debug::section;
use crate::boot::Record;

/// Fails unless all these words are in the text.
pub fn expect(text: &str, wanted: &[&str]) -> Result<()> {
    for words in wanted {
        ensure!(text.contains(words), "{words:?} is not in\n{text}");
    }
    Ok(())
}

/// One step of the walk, from its heading to the next.
pub fn step<'a>(record: &'a Record, heading: &str) -> Result<&'a str> {
    let walk = section(record, "walk")?;
    let start = walk.find(&format!("=== {heading} ")).with_context(|| format!("no {heading:?} in\n{walk}"))?;
    let rest = &walk[start + 4..];
    Ok(rest.find("\n=== ").map_or(rest, |end| &rest[..end]))
}

/// Fails unless the row of that field of the PCB page has these words in this order.
pub fn expect_row(step: &str, field: &str, wanted: &[&str]) -> Result<()> {
    let is_row = |line: &&str| line.split_whitespace().nth(1) == Some(field);
    let row = step.lines().find(is_row).with_context(|| format!("no field {field} in\n{step}"))?;
    let mut rest = row.split_once(field).map_or("", |(_, rest)| rest);
    for words in wanted {
        rest = rest.split_once(words).with_context(|| format!("{field}: no {words:?} in {row:?}"))?.1;
    }
    Ok(())
}

/// By how much a count has changed; 0 when it is not told.
pub fn count(step: &str, name: &str) -> i32 {
    let line = step.lines().find(|line| line.trim_start().starts_with(name));
    let change = line.and_then(|line| line.rsplit_once('(')).and_then(|(_, end)| end.strip_suffix(')'));
    change.and_then(|change| change.parse().ok()).unwrap_or(0)
}

/// Fails unless the count has changed by so much.
pub fn expect_count(step: &str, name: &str, expected: i32) -> Result<()> {
    let found = count(step, name);
    ensure!(found == expected, "{name}: {found:+}, not {expected:+}, in\n{step}");
    Ok(())
}
