//! The program `strace`: what it shows of others, and that it is what Linux's shows.
//!
//! Linux's own strace is the oracle: the same file, `helper calls`, runs under both.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::boot::{Boot, Record};
use crate::job::{Job, Reporter};
use crate::linux;
use crate::machines::USUAL;
use crate::process::Process;
use crate::project;
use crate::scene::Scene;
use crate::verdict::Verdict;

/// The program that makes the calls, below `build/`.
const HELPER: &str = "target/i686-kernel/release/helper";

/// How long Linux may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What the scene runs: each part begins with a line of its own.
const SCRIPT: &str = "cd /tmp
echo @@ family; strace -f -o f sh -c 'pwd | cat; exit 3'; echo status $?; cat f
echo @@ names; strace -o f -e trace=getcwd,close pwd; cat f
echo @@ others; strace -o f -e '!write' pwd; cat f
echo @@ counts; strace -c -o f cat missing 2> /dev/null; echo status $?; cat f
echo @@ killed; strace -e none sh -c 'kill -9 $$' 2>&1; echo status $?
echo @@ times; strace -T -e write -o f echo a; cat f
echo @@ attached; sleep 1 & strace -p $! 2>&1
echo @@ wrong; strace 2>&1; echo status $?; strace nothing 2>&1; echo status $?; strace -p 99 2>&1; strace -e , pwd 2>&1
rm f
";

/// Where the script is laid over the root filesystem, from the project's folder.
const OVERLAY: &str = "build/tests/strace/overlay";

/// One boot, in which it is tried as a person would.
pub fn scenes() -> Vec<Scene> {
    let options = format!("--overlay {OVERLAY} --run 'sh /tests/strace.sh'");
    let boot = Boot::with_iso_options("strace_program", &USUAL, &options);
    vec![Scene::new(
        Boot { prepare: Some(lay_script), ..boot },
        &[
            ("follows_children", follows_children),
            ("shows_the_calls_that_are_named", shows_the_calls_that_are_named),
            ("counts_calls_in_a_table", counts_calls_in_a_table),
            ("ends_as_the_program_does", ends_as_the_program_does),
            ("tells_how_long_calls_take", tells_how_long_calls_take),
            ("attaches_to_a_process", attaches_to_a_process),
            ("says_what_is_wrong", says_what_is_wrong),
            ("leaves_a_quarter_of_each_stack", Record::expect_stack_room),
        ],
    )]
}

fn lay_script() -> Result<()> {
    let folder = project::root().join(OVERLAY).join("tests");
    std::fs::create_dir_all(&folder)?;
    Ok(std::fs::write(folder.join("strace.sh"), SCRIPT)?)
}

/// The lines of the part with that name.
fn part<'a>(record: &'a Record, name: &str) -> Result<Vec<&'a str>> {
    let parts = record.out.split("@@ ").map(|part| part.split_once('\n').unwrap_or((part, "")));
    let found = parts.into_iter().find(|(title, _)| title.trim_end() == name);
    Ok(found.with_context(|| format!("no part {name}"))?.1.lines().map(str::trim_end).collect())
}

fn expect(lines: &[&str], wanted: &[&str]) -> Result<()> {
    for words in wanted {
        ensure!(lines.iter().any(|line| line.contains(words)), "no line has {words:?}:\n{}", lines.join("\n"));
    }
    Ok(())
}

fn follows_children(record: &Record) -> Result<()> {
    let lines = part(record, "family")?;
    expect(
        &lines,
        &["status 3", "execve(\"/bin/sh\", [\"sh\", \"-c\", \"pwd | cat; exit 3\"], 0x", "getcwd(\"/tmp\", "],
    )?;
    expect(&lines, &["execve(\"/bin/cat\", [\"cat\"], 0x", "<unfinished ...>", "<... waitpid resumed>[{WIFEXITED(s)"])?;
    expect(&lines, &["--- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=", "+++ exited with 3 +++"])?;
    let pids: BTreeSet<_> = lines.iter().filter(|line| line.contains("+++ exited")).map(|line| &line[..5]).collect();
    ensure!(pids.len() == 3, "the ends of {pids:?}");
    Ok(())
}

fn shows_the_calls_that_are_named(record: &Record) -> Result<()> {
    let lines = part(record, "names")?;
    ensure!(lines[0] == "/tmp" && lines[1] == "getcwd(\"/tmp\", 4096)                    = 5", "{lines:?}");
    ensure!(lines.len() == 3 && lines[2] == "+++ exited with 0 +++", "{lines:?}");
    let lines = part(record, "others")?;
    expect(&lines, &["execve(", "getcwd(", "exit_group(0)"])?;
    ensure!(!lines.iter().any(|line| line.starts_with("write")), "{lines:?}");
    Ok(())
}

fn counts_calls_in_a_table(record: &Record) -> Result<()> {
    let lines = part(record, "counts")?;
    expect(&lines, &["status 1", "% time     seconds  usecs/call     calls    errors syscall"])?;
    let row = |name: &str| {
        lines.iter().find(|line| line.ends_with(name)).map(|line| line.split_whitespace().collect::<Vec<_>>())
    };
    let open = row(" openat").context("no openat")?;
    ensure!(open[3..] == ["1", "1", "openat"], "{open:?}");
    let total = row(" total").context("no total")?;
    ensure!(total[0] == "100.00" && total[4] == "1", "{total:?}");
    Ok(())
}

fn ends_as_the_program_does(record: &Record) -> Result<()> {
    let lines = part(record, "killed")?;
    // The shell says so, too: strace itself ended by the signal.
    ensure!(lines[0] == "+++ killed by SIGKILL +++" && lines.last() == Some(&"status 137"), "{lines:?}");
    expect(&lines, &["Killed"])?;
    Ok(())
}

fn tells_how_long_calls_take(record: &Record) -> Result<()> {
    let lines = part(record, "times")?;
    let is_meant = |line: &&str| line.starts_with("write(1, \"a\\n\", 2) ") && line.contains(" = 2 <0.");
    ensure!(lines.iter().any(is_meant), "{lines:?}");
    Ok(())
}

fn attaches_to_a_process(record: &Record) -> Result<()> {
    expect(&part(record, "attached")?, &[" attached", "exit_group(0)", "+++ exited with 0 +++"])
}

fn says_what_is_wrong(record: &Record) -> Result<()> {
    let lines = part(record, "wrong")?;
    expect(&lines, &["strace: which program?", "usage: strace ", "status 2", "strace: nothing: ENOENT"])?;
    expect(&lines, &["strace: 99: there is no such process", "strace: ,: is not understood"])
}

/// The same calls under Linux's strace and under ours.
pub fn comparison() -> Job {
    const NAME: &str = "machine::strace_program::shows_what_linux_shows";
    Job {
        expected: Duration::from_secs(6),
        long: false,
        tests: vec![NAME.to_owned()],
        body: Box::new(|reporter: &Reporter| {
            let linux = match on_linux() {
                Ok(lines) => lines,
                Err(reason) => return reporter.report_rest(&reason, Duration::ZERO),
            };
            const RUN: &str = "sh -c 'mkdir /tmp/t; cd /tmp/t; strace -o /tmp/f /tests/helper calls; cat /tmp/f; rm -r /tmp/t /tmp/f'";
            let record = Boot::running("strace_comparison", &USUAL, RUN).run(|_| ());
            let result = compare(&linux, &comparable(&record.out)).and_then(|()| record.expect_status(0));
            reporter.report(NAME, record.judge(result), record.time);
        }),
    }
}

/// The lines of Linux's strace; why there are none otherwise.
fn on_linux() -> Result<Vec<String>, Verdict> {
    if let Some(reason) = linux::cannot_run() {
        return Err(Verdict::Skipped(reason));
    }
    let folder = project::build("tests/strace/linux");
    let (lines, work) = (folder.join("lines"), folder.join("work"));
    let failed = |error: std::io::Error| Verdict::Failed(format!("{}: {error}", folder.display()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&work).map_err(failed)?;
    let traced = |program: &Path| {
        let mut command = Command::new("strace");
        command.arg("-o").arg(&lines).arg(program).arg("calls").current_dir(&work);
        let mut process = Process::start(command, LIMIT)?;
        process.close_input();
        process.finish(|_, _| ()).map_err(|(error, _)| error)
    };
    // Whether it can trace at all is for another program to tell: that ours fails is no reason to leave the test out.
    match traced(Path::new("true")) {
        Err(error) => return Err(Verdict::Skipped(format!("no strace on this host: {error:#}"))),
        Ok(ended) if ended.status != 0 => {
            let why = ended.err.lines().next().unwrap_or_default();
            return Err(Verdict::Skipped(format!("strace cannot trace here: {why}")));
        }
        Ok(_) => {}
    }
    match traced(&project::build(HELPER)) {
        Ok(ended) if ended.status == 0 => Ok(comparable(&std::fs::read_to_string(&lines).map_err(failed)?)),
        Ok(ended) => Err(Verdict::Failed(format!("on Linux: status {}\n{}", ended.status, ended.err))),
        Err(error) => Err(Verdict::Failed(format!("on Linux: {error:#}"))),
    }
}

/// What must be the same: without addresses, pids and times. The first call is not, being another file; and when a child's
/// end is told depends on who is faster, so those lines come last.
fn comparable(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim_end).skip_while(|line| !line.starts_with("execve("));
    let lines: Vec<_> = lines.skip(1).filter(|line| !line.starts_with("strace: ")).collect();
    let pids: BTreeSet<_> = lines.iter().filter_map(|line| made_pid(line)).collect();
    let (mut ends, mut others) = (Vec::new(), Vec::new());
    for line in lines {
        let place = if line.starts_with("--- SIGCHLD") && line.contains("CLD_") { &mut ends } else { &mut others };
        place.push(plain(line, &pids));
    }
    others.append(&mut ends);
    others
}

/// The pid that a call has returned.
fn made_pid(line: &str) -> Option<&str> {
    let is_meant = ["fork(", "clone(", "getpid("].iter().any(|name| line.starts_with(name));
    line.rsplit_once("= ").filter(|_| is_meant).map(|(_, pid)| pid)
}

/// A line without what differs.
fn plain(line: &str, pids: &BTreeSet<&str>) -> String {
    let has_pids = ["fork(", "clone(", "getpid(", "wait", "kill(", "tgkill(", "--- "];
    let has_pids = has_pids.iter().any(|name| line.starts_with(name));
    let is_word = |letter: char| letter.is_ascii_alphanumeric();
    let mut plain = String::new();
    let mut rest = line;
    while let Some(start) = rest.find(is_word) {
        let end = rest[start..].find(|letter| !is_word(letter)).map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        plain.push_str(&rest[..start]);
        let is_time = plain.ends_with("si_utime=") || plain.ends_with("si_stime=");
        plain.push_str(match word {
            _ if word.starts_with("0x") && word.len() > 6 => "ADDRESS",
            _ if is_time => "TIME",
            _ if has_pids && pids.contains(word) => "PID",
            _ => word,
        });
        rest = &rest[end..];
    }
    plain.push_str(rest);
    match plain.rsplit_once(" = ") {
        Some((call, result)) => format!("{} = {result}", call.trim_end()),
        None => plain,
    }
}

fn compare(linux: &[String], tusk: &[String]) -> Result<()> {
    ensure!(linux.len() > 100, "Linux shows {} lines only", linux.len());
    let differs = linux.iter().zip(tusk).find(|(linux, tusk)| linux != tusk);
    if let Some((linux, tusk)) = differs {
        anyhow::bail!("on Linux: {linux}\n  on Tusk:  {tusk}");
    }
    ensure!(linux.len() == tusk.len(), "Linux shows {} lines, Tusk {}", linux.len(), tusk.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_taken_out() {
        let text = "execve(\"a\", [], 0x1) = 0\nfork()                 = 5\nmmap2(NULL, 5) = 0x40000000\n\
                    --- SIGCHLD {si_code=CLD_EXITED, si_pid=5, si_status=0, si_utime=5, si_stime=1} ---\nclose(5)   = 0\n";
        let expected = [
            "fork() = PID",
            "mmap2(NULL, 5) = ADDRESS",
            "close(5) = 0",
            "--- SIGCHLD {si_code=CLD_EXITED, si_pid=PID, si_status=0, si_utime=TIME, si_stime=TIME} ---",
        ];
        assert_eq!(comparable(text), expected);
    }

    #[test]
    fn a_difference_is_found() {
        let lines = |last: &str| (0..101).map(|_| "a".to_owned()).chain([last.to_owned()]).collect::<Vec<_>>();
        assert!(compare(&lines("b"), &lines("b")).is_ok());
        assert!(compare(&lines("b"), &lines("c")).is_err());
        assert!(compare(&lines("b"), &lines("b")[..50]).is_err());
    }
}
