//! A boot as the kernel's log tells it: its stages in instructions, and what lies where in memory.

use anyhow::{Context, Result, bail};
use serde::Serialize;

/// What comes after the stages of main.rs.
pub const LAST_STAGE: &str = "processes";

/// A stage of the boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// What it was for, in the kernel's words.
    pub name: String,
    /// When it began, in cycles worked since the kernel's first instruction.
    pub begin: u64,
    /// When it was over.
    pub end: u64,
}

impl Stage {
    /// What it took.
    pub fn instructions(&self) -> u64 {
        self.end - self.begin
    }
}

/// A range of physical memory, end exclusive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// Its first byte.
    pub start: u32,
    /// One past its last.
    pub end: u32,
    /// What is there.
    pub name: String,
}

/// A boot from power-on to the prompt.
#[derive(Clone, Debug, Serialize)]
pub struct Boot {
    /// What BIOS and loader took before the kernel's first instruction, in cycles, waiting included.
    pub loader: u64,
    /// The stages, the last of which ends with the prompt.
    pub stages: Vec<Stage>,
    /// Until the last terminal's first wait for input: what `tools/measure-prompt.sh` tells.
    pub total: u64,
    /// What the BIOS says can be used.
    pub usable: Vec<(u32, u32)>,
    /// What the kernel has made of it, by address.
    pub parts: Vec<Part>,
    /// The log's lines until the prompt: microseconds, who speaks, and what.
    pub lines: Vec<(u64, String, String)>,
}

/// Reads a boot from its log.
///
/// # Errors
/// It does not tell what it should: the machine did not come to the prompt, or was not powered off from there.
pub fn read(log: &str) -> Result<Boot> {
    let lines: Vec<_> = log.lines().filter_map(line).collect();
    let told = |target: &str, before: &str, after: &str| {
        let inside = |text: &str| {
            text.strip_prefix(before)?.split_once(after).map(|(left, right)| (left.to_owned(), right.to_owned()))
        };
        lines.iter().filter(|(_, who, _)| who == target).filter_map(|(_, _, text)| inside(text)).collect::<Vec<_>>()
    };

    let waits = lines.iter().filter_map(|(_, _, text)| text.split_once(" first waited for input after "));
    let total = waits.filter_map(|(_, rest)| rest.split(' ').next()?.parse::<u64>().ok()).max();
    let total = total.context("the log does not tell when a program first waited for input: no prompt was reached")?;
    let loader = told("boot", "the kernel began after ", " cycles").first().and_then(|(cycles, _)| cycles.parse().ok());

    let mut stages: Vec<Stage> = Vec::new();
    for (cycles, name) in told("boot", "stage over after ", " cycles: ") {
        let end = cycles.parse().with_context(|| format!("stage '{name}' ends after '{cycles}' cycles"))?;
        stages.push(Stage { name, begin: stages.last().map_or(0, |stage| stage.end), end });
    }
    let Some(last) = stages.last() else {
        bail!("the log tells of no stage: was the machine powered off from its prompt?")
    };
    stages.push(Stage { name: LAST_STAGE.into(), begin: last.end, end: total });

    let usable = lines.iter().filter_map(|(_, _, text)| range(text.strip_prefix("usable memory ")?)).collect();
    let mut parts: Vec<Part> = told("boot", "frames ", ": ")
        .into_iter()
        .filter_map(|(words, name)| range(&words).map(|(start, end)| Part { start, end, name }))
        .collect();
    parts.sort_by_key(|part| part.start);
    let end_of_boot = |text: &str| text.contains("first waited for input");
    let until = lines.iter().position(|(_, _, text)| end_of_boot(text)).unwrap_or(lines.len());
    Ok(Boot {
        loader: loader.context("the log does not tell when the kernel began")?,
        stages,
        total,
        usable,
        parts,
        lines: lines[..until].to_vec(),
    })
}

/// A line's parts: microseconds, who speaks, and what.
fn line(text: &str) -> Option<(u64, String, String)> {
    let (stamp, rest) = text.trim_end().strip_prefix('[')?.split_once("] ")?;
    let (seconds, micros) = stamp.trim().split_once('.')?;
    let (target, words) = rest.split_once(": ")?;
    Some((seconds.parse::<u64>().ok()? * 1_000_000 + micros.parse::<u64>().ok()?, target.into(), words.into()))
}

/// `0x…..0x…`
fn range(words: &str) -> Option<(u32, u32)> {
    let (start, end) = words.split_once("..")?;
    let number = |text: &str| u32::from_str_radix(text.trim().strip_prefix("0x")?, 16).ok();
    Some((number(start)?, number(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
[    0.001000] tusk: version 0.1.0, an i386 kernel in Rust\r
[    0.001029] boot: usable memory 0x00100000..0x03fe0000
[    0.911763] boot: tty1 first waited for input after 900 cycles of work
[    0.921763] boot: ttyS0 first waited for input after 1000 cycles of work
[    0.921805] boot: the kernel began after 281253389 cycles of BIOS and loader
[    0.921848] boot: stage over after 100 cycles: screen, serial lines, clock
[    0.921923] boot: stage over after 700 cycles: memory
[    0.922288] boot: frames 0x001d0000..0x021e9000: the kernel's pool
[    0.922245] boot: frames 0x00100000..0x001ae000: the kernel's image
[    0.922372] tusk: exit status 0
";

    #[test]
    fn stages_follow_each_other_to_the_later_prompt() {
        let boot = read(LOG).unwrap();
        let told: Vec<_> = boot.stages.iter().map(|stage| (stage.name.as_str(), stage.instructions())).collect();
        assert_eq!(told, [("screen, serial lines, clock", 100), ("memory", 600), (LAST_STAGE, 300)]);
        assert_eq!((boot.total, boot.loader), (1000, 281_253_389));
        assert_eq!(boot.stages.iter().map(Stage::instructions).sum::<u64>(), boot.total);
    }

    #[test]
    fn memory_is_told_by_address() {
        let boot = read(LOG).unwrap();
        assert_eq!(boot.usable, [(0x10_0000, 0x3fe_0000)]);
        assert_eq!(boot.parts.iter().map(|part| part.start).collect::<Vec<_>>(), [0x10_0000, 0x1d_0000]);
        assert_eq!(boot.lines.len(), 2);
    }

    #[test]
    fn a_log_without_a_prompt_is_refused() {
        let error = read("[    0.001000] tusk: version 0.1.0\n").unwrap_err().to_string();
        assert!(error.contains("no prompt was reached"), "{error}");
        let half: String = LOG.split_inclusive('\n').filter(|line| !line.contains("stage")).collect();
        assert!(read(&half).unwrap_err().to_string().contains("no stage"));
    }
}
