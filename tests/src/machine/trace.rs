//! The trace: lines for every step of fork, on the host by `make run TRACE=…` and on Tusk in /proc/trace.

use anyhow::{Context, Result, ensure};

use super::trace_line::Line;
use crate::boot::{Boot, Record};
use crate::machines::USUAL;
use crate::project;
use crate::scene::Scene;

/// What a fork of a process must show, in this order; the pages handed on come within copy_body_stack3.
const STEPS: [&str; 17] = [
    "> fork:sys_fork",
    ". fork:pcb_page",
    "> fork:copy_process",
    ". fork:bounce_page",
    "> fork:copy_pcb_vaddrbitmap_stack0",
    "< fork:copy_pcb_vaddrbitmap_stack0",
    "> fork:create_page_dir",
    "< fork:create_page_dir",
    "> fork:copy_body_stack3",
    "< fork:copy_body_stack3",
    "> fork:build_child_stack",
    "< fork:build_child_stack",
    "> fork:update_inode_open_cnts",
    "< fork:update_inode_open_cnts",
    "< fork:copy_process",
    ". fork:ready",
    "< fork:sys_fork",
];

/// The traced boots.
pub fn scenes() -> Vec<Scene> {
    vec![
        Scene::new(
            make("make_trace", "TRACE=fork,exec,exit RUN='forktree 1'"),
            &[
                ("exits_with_0", |record| record.expect_status(0)),
                ("says_where_the_lines_are", says_where_the_lines_are),
                ("tells_each_fork_step_by_step", tells_each_fork_step_by_step),
                ("tells_each_page_within_copy_body_stack3", tells_each_page),
                ("tells_the_pids_that_the_program_saw", tells_the_pids),
                ("tells_the_program_and_how_it_ended", tells_the_program),
            ],
        ),
        Scene::new(
            make("make_trace_all", "TRACE=all RUN='forktree 2'"),
            &[("steps_nest_and_times_grow", steps_nest), ("leaves_a_quarter_of_each_stack", Record::expect_stack_room)],
        ),
        Scene::new(
            make("make_trace_unknown", "TRACE=fork,forks RUN=true"),
            &[("is_refused_with_the_groups_there_are", |record| {
                record.expect_line(
                    "'forks' is no group of events; there are fork clone exec exit fault sched syscall alloc",
                )?;
                record.expect_status(1)
            })],
        ),
        Scene::new(
            Boot::of("trace_unknown", &USUAL, "trace=fork,forks log=ttyS1 run=true"),
            &[("is_reported_as_an_unknown_option", |record| {
                record.expect_line("unknown option \"trace=fork,forks\"").map(drop)
            })],
        ),
        Scene::new(
            Boot::running(
                "trace_shell",
                &USUAL,
                "sh -c 'head -1 /proc/trace; echo fork >/proc/trace; /bin/true; cat /proc/trace'",
            ),
            &[("fork_is_read_at_the_shell", fork_is_read_at_the_shell)],
        ),
        Scene::new(
            Boot::of("trace_panic", &USUAL, "trace=alloc crash=panic log=ttyS1"),
            &[("panic_shows_the_last_events", |record| {
                record.expect_line("the last events")?;
                record.expect_line(" . alloc:").map(drop)
            })],
        ),
        Scene::new(
            Boot::by("make_trace_bochs", command("make_trace_bochs", "bochs", "TRACE=fork RUN='forktree 1'")),
            &[("tells_each_fork_step_by_step", tells_each_fork_step_by_step)],
        ),
    ]
}

fn make(name: &str, words: &str) -> Boot {
    Boot::by(name, command(name, "run", words))
}

/// Each with a file for the lines of its own: many boots are made at the same time.
fn command(name: &str, goal: &str, words: &str) -> String {
    format!("TUSK_TRACE_FILE=build/tests/{name}.txt make {goal} MEM=32 ISO=build/tests/iso/{name}.iso {words}")
}

/// The lines that the boot left on the host.
fn lines(record: &Record) -> Result<Vec<Line>> {
    let file = record.name().to_owned() + ".txt";
    let text = std::fs::read_to_string(project::build("tests").join(&file)).with_context(|| file)?;
    let lines = text.lines().map(Line::read).collect::<Result<Vec<_>>>()?;
    ensure!(!lines.is_empty(), "there are no lines");
    Ok(lines)
}

/// The lines of each fork, from its beginning to its end.
fn forks(lines: &[Line]) -> Vec<Vec<&Line>> {
    let mut forks = Vec::new();
    for (index, begin) in lines.iter().enumerate().filter(|(_, line)| line.title() == "> fork:sys_fork") {
        let own = lines[index..].iter().filter(|line| line.pid == begin.pid && line.name.starts_with("fork:"));
        let mut fork = Vec::new();
        for line in own {
            fork.push(line);
            if line.title() == "< fork:sys_fork" {
                break;
            }
        }
        forks.push(fork);
    }
    forks
}

fn says_where_the_lines_are(record: &Record) -> Result<()> {
    let said = record.expect_line(" traced events are in ")?;
    let count = lines(record)?.len();
    ensure!(said.contains(&format!(" {count} ")), "{count} lines, and {said:?}");
    Ok(())
}

fn tells_each_fork_step_by_step(record: &Record) -> Result<()> {
    let lines = lines(record)?;
    let forks = forks(&lines);
    // Init's, the one that forktree explains, and those of the tree, 1 deep.
    ensure!(forks.len() == 4, "{} forks", forks.len());
    for fork in forks {
        let steps: Vec<_> = fork.iter().map(|line| line.title()).filter(|title| title != ". fork:page").collect();
        ensure!(steps == STEPS, "the steps were {steps:?}");
    }
    Ok(())
}

/// Each page stands between the beginning and the end of copy_body_stack3, once; what is shared goes through nothing, and
/// what is copied through the bounce page, to a frame that nobody else has got.
fn tells_each_page(record: &Record) -> Result<()> {
    let lines = lines(record)?;
    for fork in forks(&lines) {
        let place = |title: &str| fork.iter().position(|line| line.title() == title).context("no such step");
        let (begin, end) = (place("> fork:copy_body_stack3")?, place("< fork:copy_body_stack3")?);
        let bounce = fork[place(". fork:bounce_page")?].word("page")?;
        let pages: Vec<_> = fork.iter().filter(|line| line.name == "fork:page").collect();
        ensure!(end - begin - 1 == pages.len(), "pages outside copy_body_stack3");
        let addresses: Vec<_> = pages.iter().map(|line| hex(line.word("page")?)).collect::<Result<_>>()?;
        ensure!(addresses.is_sorted_by(|one, next| one < next), "not in order, or twice: {addresses:x?}");
        let mut copied = 0;
        for page in pages {
            let [parent, through, child] = ["parent_frame", "through", "child_frame"].map(|key| page.word(key));
            let (parent, through, child) = (parent?, through?, child?);
            match page.word("how")? {
                "shared" => ensure!(parent == child && through == "0x0", "{parent} -> {through} -> {child}"),
                "bounce" => {
                    copied += 1;
                    ensure!(parent != child && through == bounce, "{parent} -> {through} -> {child}");
                }
                how => anyhow::bail!("how={how}"),
            }
        }
        ensure!(copied > 0, "nothing was copied, not even the stack");
    }
    Ok(())
}

fn hex(word: &str) -> Result<u64> {
    Ok(u64::from_str_radix(word.strip_prefix("0x").context("not in base 16")?, 16)?)
}

/// "pid 3: fork returned 4 in me" and `fork:ready parent=3 pid=4`.
fn tells_the_pids(record: &Record) -> Result<()> {
    let lines = lines(record)?;
    let returned = |line: &Line| -> Result<bool> {
        let (parent, child) = (line.word("parent")?, line.word("pid")?);
        Ok(record.out.contains(&format!("pid {parent}: fork returned {child} in me")))
    };
    let ready: Vec<_> = lines.iter().filter(|line| line.name == "fork:ready").map(returned).collect::<Result<_>>()?;
    ensure!(ready.contains(&true), "no fork that the program tells of:\n{}", record.out);
    Ok(())
}

fn tells_the_program(record: &Record) -> Result<()> {
    let lines = lines(record)?;
    let has = |name: &str, key: &str, value: &str| {
        lines.iter().any(|line| line.name == name && line.word(key).is_ok_and(|found| found == value))
    };
    for (name, key, value) in [
        ("exec:opened", "path", "\"/bin/forktree\""),
        ("exec:program", "name", "\"forktree\""),
        ("exit:ended", "status", "7"),
        ("exit:collected", "status", "7"),
    ] {
        ensure!(has(name, key, value), "no {name} {key}={value}");
    }
    Ok(())
}

/// Of each task what begins last ends first, and no line is older than the one before it.
fn steps_nest(record: &Record) -> Result<()> {
    let lines = lines(record)?;
    ensure!(lines.is_sorted_by_key(|line| line.cycles), "the times go back");
    let mut open: std::collections::HashMap<u64, Vec<&str>> = Default::default();
    for line in &lines {
        let open = open.entry(line.pid).or_default();
        match line.mark {
            '>' => open.push(&line.name),
            '<' => {
                let last = open.pop();
                ensure!(last == Some(&line.name), "process {}: {} ends within {last:?}", line.pid, line.name);
            }
            _ => {}
        }
    }
    let groups = ["fork", "clone", "exec", "exit", "fault", "sched", "syscall", "alloc"];
    let missing: Vec<_> =
        groups.iter().filter(|group| !lines.iter().any(|line| line.name.starts_with(&format!("{group}:")))).collect();
    ensure!(missing.is_empty(), "nothing of {missing:?}");
    Ok(())
}

fn fork_is_read_at_the_shell(record: &Record) -> Result<()> {
    let mut lines = record.out.lines();
    let first = lines.next().unwrap_or_default();
    ensure!(first.starts_with("# on: nothing; turn on with echo "), "at first: {first:?}");
    ensure!(lines.next().is_some_and(|line| line == "# on: fork"), "then: {:?}", record.out);
    let lines = lines.map(Line::read).collect::<Result<Vec<_>>>()?;
    let forks = forks(&lines);
    ensure!(forks.len() == 2, "{} forks", forks.len());
    record.expect_status(0)
}
