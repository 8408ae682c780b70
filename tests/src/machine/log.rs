//! The boot log: what a person reads to see how the machine came up.

use anyhow::{Context, Result, ensure};

use crate::boot::{Boot, Record};
use crate::log;
use crate::machines::USUAL;
use crate::scene::Scene;

/// One plain boot, read closely.
pub fn scenes() -> Vec<Scene> {
    vec![
        Scene::new(
            Boot::running("boot", &USUAL, "true"),
            &[
                ("stages_have_times", stages_have_times),
                ("tells_the_frames_of_each_pool", |record| tells(record, &["frames", "kernel's pool", "programs'"])),
                ("tells_the_sizes_of_the_bitmaps", |record| tells(record, &["bytes", "bitmap"])),
                ("tells_where_the_root_archive_is", |record| tells(record, &["root archive", "bytes"])),
                ("gives_the_archives_memory_back", gives_the_archives_memory_back),
                ("takes_less_than_a_second", takes_less_than_a_second),
                ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
                ("has_the_pcb_page_that_the_documents_draw", has_the_pcb_page_that_the_documents_draw),
            ],
        ),
        Scene::new(
            Boot::of("quiet", &USUAL, "quiet log=ttyS1 run=true"),
            &[("says_next_to_nothing", |record| {
                let lines: Vec<_> = record.lines().collect();
                ensure!(lines.len() <= 3, "{} lines: {lines:?}", lines.len());
                record.expect_status(0)
            })],
        ),
        Scene::new(
            Boot::by("power_on", "tools/measure-prompt.sh".to_owned()),
            &[("prompt_comes_within_20_million_instructions", |record| record.expect_status(0))],
        ),
        Scene::new(
            Boot::of("strace", &USUAL, "strace=1 log=ttyS1 suite=handler::handler_is_told_who_sent_the_signal"),
            &[
                ("shows_what_calls_return", shows_what_calls_return),
                ("shows_no_result_of_what_does_not_return", shows_no_result_of_what_does_not_return),
                ("shows_signals_and_ends", shows_signals_and_ends),
                ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
            ],
        ),
    ]
}

/// The calls that the log shows: what stands after the process, as `kill(5, 10) = 0`.
fn calls(record: &Record) -> impl Iterator<Item = &str> {
    record.lines().filter_map(|line| Some(line.split_once("strace: ")?.1.split_once(": ")?.1))
}

/// A call that returns is shown once, with its result.
fn shows_what_calls_return(record: &Record) -> Result<()> {
    let kills: Vec<_> = calls(record).filter(|call| call.starts_with("kill(")).collect();
    ensure!(!kills.is_empty() && kills.iter().all(|call| call.ends_with(") = 0")), "{kills:?}");
    record.expect_status(0)
}

/// `exit` leaves no result; what `sigreturn` leaves is the eax of what goes on, as strace shows it.
fn shows_no_result_of_what_does_not_return(record: &Record) -> Result<()> {
    let found = |name| calls(record).filter(move |call| call.starts_with(name)).collect::<Vec<_>>();
    let (exits, returns) = (found("exit"), found("rt_sigreturn("));
    ensure!(!exits.is_empty() && exits.iter().all(|call| call.ends_with(") = ?")), "{exits:?}");
    ensure!(!returns.is_empty() && returns.iter().all(|call| call.starts_with("rt_sigreturn({mask=[")), "{returns:?}");
    Ok(())
}

/// What comes between the calls is there, too.
fn shows_signals_and_ends(record: &Record) -> Result<()> {
    for begins in ["--- SIG", "+++ exited with 0 +++"] {
        ensure!(calls(record).any(|line| line.starts_with(begins)), "no line begins with {begins}");
    }
    Ok(())
}

/// Each subsystem that comes up says so in a line of its own, with a stamp.
fn stages_have_times(record: &Record) -> Result<()> {
    let mut stages: Vec<_> = log::lines(&record.log).filter_map(|line| Some(line.text.split_once(": ")?.0)).collect();
    stages.dedup();
    ensure!(stages.len() >= 6, "the log tells of {stages:?} only");
    ensure!(log::lines(&record.log).is_sorted_by_key(|line| line.at), "the stamps go back in time");
    Ok(())
}

/// One line has all the words, and a number.
fn tells(record: &Record, words: &[&str]) -> Result<()> {
    let found = record.lines().any(|line| {
        words.iter().all(|word| line.contains(word)) && line.contains(|character: char| character.is_ascii_digit())
    });
    ensure!(found, "no line has a number and all of {words:?}");
    Ok(())
}

/// All pages of the root archive are free again but those at its ends, which it may share.
fn gives_the_archives_memory_back(record: &Record) -> Result<()> {
    let number_before = |words: &str| {
        let line = record.lines().find(|line| line.contains("root") && line.contains(words))?;
        line[..line.find(words)?].split_whitespace().last()?.parse::<u32>().ok()
    };
    let bytes = number_before(" bytes").context("no line tells the size of the archive")?;
    let pages = number_before(" pages of the archive given back").context("no line tells what was given back")?;
    ensure!(pages + 1 >= bytes / 4096, "{pages} pages of {bytes} bytes");
    Ok(())
}

/// From the kernel's first instruction to the last line, by its own clock.
fn takes_less_than_a_second(record: &Record) -> Result<()> {
    let last = log::lines(&record.log).last().context("the log is empty")?;
    ensure!(last.at.as_secs_f64() < 1.0, "{:.3} s", last.at.as_secs_f64());
    Ok(())
}

/// The sizes of the task and of the stack's room, as they are and as docs/ gives them.
fn has_the_pcb_page_that_the_documents_draw(record: &Record) -> Result<()> {
    let room = record.stack().context("the log tells of no stack")?.room;
    let (task, room) = (4096 - room, format!("{},{:03}", room / 1000, room % 1000));
    for (document, words) in [
        ("docs/memory.md", format!("Task, {task} bytes")),
        ("docs/memory.md", format!("{room} bytes of ring-0 stack")),
        ("docs/fork.md", format!("{task} bytes")),
        ("docs/fork.zh.md", format!("{task} 字节")),
    ] {
        let text = std::fs::read_to_string(document).with_context(|| format!("cannot read {document}"))?;
        ensure!(text.contains(&words), "{document} does not say {words:?}");
    }
    Ok(())
}
