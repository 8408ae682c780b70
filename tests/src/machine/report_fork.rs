//! The numbers of `make fork-report`, recomputed from the trace and the snapshots that it was made from.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::report::{folder, grouped, numbers, page, says_where};
use super::report_page::asks_no_network;
use super::trace_line::Line;
use crate::boot::Record;
use crate::scene::Check;

const NAME: &str = "fork_report";

/// What holds for the report of `forktree 1`'s first fork.
pub const FORK_CHECKS: &[(&str, Check)] = &[
    ("says_where_it_is", |record| says_where(record, NAME)),
    ("steps_are_those_of_the_trace", |_| steps()),
    ("pages_are_those_of_the_trace", |_| pages()),
    ("processes_are_those_of_the_trace", |_| processes()),
    ("memory_is_what_the_debugger_saw", |_| memory()),
    ("asks_no_network", |_: &Record| asks_no_network(NAME)),
];

/// The trace's lines.
fn trace() -> Result<Vec<Line>> {
    let text = std::fs::read_to_string(folder(NAME).join("trace.txt"))?;
    text.lines().map(Line::read).collect()
}

/// The lines of forktree's first fork.
fn fork(lines: &[Line]) -> Result<&[Line]> {
    let program = lines
        .iter()
        .position(|line| line.name == "exec:program" && line.rest.contains("\"forktree\""))
        .context("no forktree")?;
    let pid = lines[program].pid;
    let find = |from: usize, mark| {
        lines[from..]
            .iter()
            .position(|line| line.pid == pid && line.mark == mark && line.name == "fork:sys_fork")
            .map(|at| from + at)
    };
    let begin = find(program, '>').context("it did not fork")?;
    let end = find(begin, '<').context("its fork has no end")?;
    Ok(&lines[begin..=end])
}

/// What a function of the fork took.
fn took(fork: &[Line], function: &str) -> Result<u64> {
    let name = format!("fork:{function}");
    let at = |mark| fork.iter().find(|line| line.mark == mark && line.name == name).map(|line| line.cycles);
    Ok(at('<').context("no end")? - at('>').context("no begin")?)
}

/// Each step's instructions are the difference of two lines of the trace, and the page shows them.
fn steps() -> Result<()> {
    let lines = trace()?;
    let fork = fork(&lines)?;
    ensure!(fork.iter().all(|line| line.name != "sched:switch"), "somebody else ran in the midst of this fork");
    let (numbers, page) = (numbers(NAME)?, page(NAME)?);
    let whole = took(fork, "sys_fork")?;
    ensure!(numbers["fork"]["whole"]["instructions"] == whole, "sys_fork took {whole}");
    let steps = numbers["fork"]["steps"].as_array().context("no steps")?;
    ensure!(steps.len() == 5, "{} steps", steps.len());
    let mut sum = 0;
    for step in steps {
        let function = step[1]["function"].as_str().context("a step without a function")?;
        let expected = took(fork, function)?;
        ensure!(step[1]["instructions"] == expected, "{function} took {expected}, not {}", step[1]["instructions"]);
        ensure!(page.contains(&format!(">{}<", grouped(expected))), "the page does not show {function}'s {expected}");
        sum += expected;
    }
    let rest = |key: &str| numbers[key].as_u64().context("a rest is missing");
    let (inner, outer) = (rest("rest_of_copy_process")?, rest("rest_of_sys_fork")?);
    ensure!(sum + inner == took(fork, "copy_process")? && sum + inner + outer == whole, "the parts do not add up");
    ensure!(page.contains(&format!(">{}<", grouped(whole))), "the page does not show the whole, {whole}");
    Ok(())
}

/// Each page's frames and cost are those of its line.
fn pages() -> Result<()> {
    let lines = trace()?;
    let fork = fork(&lines)?;
    let mut before =
        fork.iter().find(|line| line.mark == '>' && line.name == "fork:copy_body_stack3").context("no step c")?.cycles;
    let told: Vec<&Line> = fork.iter().filter(|line| line.name == "fork:page").collect();
    let numbers = numbers(NAME)?;
    let shown = numbers["fork"]["pages"].as_array().context("no pages")?;
    ensure!(shown.len() == told.len() && told.len() > 3, "{} pages shown, {} told", shown.len(), told.len());
    for (line, shown) in told.iter().zip(shown) {
        for key in ["page", "parent_frame", "child_frame"] {
            ensure!(shown[key].as_u64() == line.value(key), "{key} of '{}' is shown as {}", line.rest, shown[key]);
        }
        let through = line.value("through").filter(|&page| page != 0);
        ensure!(shown["through"].as_u64() == through, "'{}' is shown as going through {}", line.rest, shown["through"]);
        ensure!(shown["instructions"] == line.cycles - before, "'{}' took {}", line.rest, line.cycles - before);
        before = line.cycles;
    }
    Ok(())
}

/// All processes with their parents and statuses.
fn processes() -> Result<()> {
    let lines = trace()?;
    let made: Vec<_> = lines
        .iter()
        .filter(|line| line.name == "fork:ready")
        .map(|line| (line.value("parent"), line.value("pid")))
        .collect();
    let ended: Vec<_> =
        lines.iter().filter(|line| line.name == "exit:ended").map(|line| (line.pid, line.value("status"))).collect();
    let numbers = numbers(NAME)?;
    let shown = numbers["processes"].as_array().context("no processes")?;
    let shown_made: Vec<_> = shown
        .iter()
        .filter(|process| !process["parent"].is_null())
        .map(|process| (process["parent"].as_u64(), process["pid"].as_u64()))
        .collect();
    ensure!(shown_made == made && made.len() >= 4, "{made:?} were made, {shown_made:?} are shown");
    for (pid, status) in ended {
        let process =
            shown.iter().find(|process| process["pid"] == pid).with_context(|| format!("pid {pid} is not shown"))?;
        ensure!(process["status"].as_u64() == status, "pid {pid} ended with {status:?}, not {}", process["status"]);
    }
    let child = fork(&lines)?.iter().find(|line| line.name == "fork:ready").and_then(|line| line.value("pid"));
    ensure!(numbers["fork"]["child"].as_u64() == child, "the child is {child:?}");
    Ok(())
}

/// Bytes, bitmap and counts are those of the snapshots.
fn memory() -> Result<()> {
    let seen: Value = serde_json::from_str(&std::fs::read_to_string(folder(NAME).join("snapshot.json"))?)?;
    let moments = seen["moments"].as_array().context("no moments")?;
    let (before, last) = (&moments[0], moments.last().context("no moments")?);
    let numbers = numbers(NAME)?;

    ensure!(
        numbers["bitmap"]["bytes"] == 94_199 && seen["user"]["bytes"] == 94_199,
        "the bitmap has not the book's size"
    );
    let pages = |ranges: &Value, from: &str, to: &str| -> Option<u64> {
        ranges
            .as_array()?
            .iter()
            .map(|range| Some(at(range, to)? - at(range, from)?))
            .sum::<Option<u64>>()
            .map(|bytes| bytes / 4096)
    };
    let taken = pages(&last["child_bitmap"], "0", "1").context("no bitmap")?;
    ensure!(taken > 3 && pages(&numbers["bitmap"]["taken"], "from", "to") == Some(taken), "{taken} pages are taken");

    // eax lies 32 bytes into the trap frame, the last 76 bytes: fork returns 0 in the child, which nobody else changes.
    let eax = |page: &Value| page.as_str().map(|page| page[2 * (4096 - 76 + 32)..2 * (4096 - 76 + 36)].to_owned());
    ensure!(
        eax(&last["child_pcb"]).as_deref() == Some("00000000"),
        "eax of the child is {:?}",
        eax(&last["child_pcb"])
    );
    ensure!(eax(&before["parent_pcb"]).as_deref() == Some("02000000"), "eax of the parent is not fork's number");
    let by_step = numbers["pcb_bytes"].as_object().context("no bytes")?;
    ensure!(by_step["d"].as_u64() > Some(4) && by_step["a"].as_u64() > Some(1), "bytes by step: {by_step:?}");

    let counts = |moment: &Value, name: &str| moment["counts"][name].as_u64();
    let copied =
        numbers["fork"]["pages"].as_array().context("no pages")?.iter().filter(|page| page["how"] == "bounce").count()
            as u64;
    let frames = counts(before, "user_frames").zip(counts(last, "user_frames")).map(|(before, after)| before - after);
    ensure!(frames == Some(copied), "{copied} pages were copied, {frames:?} frames taken");
    ensure!(counts(last, "tasks") == counts(before, "tasks").map(|count| count + 1), "there is not one task more");
    Ok(())
}

/// An element of an array or an object.
fn at(value: &Value, key: &str) -> Option<u64> {
    key.parse::<usize>().map_or_else(|_| &value[key], |index| &value[index]).as_u64()
}
