//! A person at busybox's shell: job control, the keys that send signals, vi and top, on the serial line.
//!
//! What is typed is echoed, so each answer that is waited for differs from the words that ask for it. A key must not come
//! before the program that it is for, however slow the host is: so the program shows that it is there first, and a key
//! that ends or stops it is pressed again where that does nothing.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::boot::{Boot, Next};
use crate::busybox;
use crate::job::Job;
use crate::machines::USUAL;
use crate::process::Process;
use crate::scene::{Check, Scene};

/// What the prompt looks like, as tools/busybox.sh lays it into /etc/profile.
const PROMPT: &str = "busybox:/# ";

/// How long a play may take; most take five seconds.
const LIMIT: Duration = Duration::from_secs(180);

/// Keys that are no letters.
const INTERRUPT: &str = "\x03";
const END_OF_FILE: &str = "\x04";
const ESCAPE: &str = "\x1b";
const SUSPEND: &str = "\x1a";
const QUIT: &str = "\x1c";

/// Each play switches the machine off at its end.
const ENDS: &[(&str, Check)] = &[("plays_to_its_end", |record| record.expect_status(0))];

const PROMPT_CHECKS: &[(&str, Check)] = &[
    ("command_is_run_and_another_shell_follows_one_that_ends", |record| record.expect_status(0)),
    ("shell_has_job_control", |record| {
        record.status()?;
        let complaint = record.all_lines().find(|line| line.contains("job control turned off"));
        ensure!(complaint.is_none(), "{complaint:?}");
        Ok(())
    }),
];

/// The plays, each a job that is skipped where there is no busybox to be had.
pub fn jobs() -> Vec<Job> {
    let scene = |name: &str, play: fn(&mut Process) -> Result<Next>| {
        let options = "--overlay build/busybox/root --cmdline \"log=ttyS1 'shell=/bin/busybox sh -l'\"";
        Scene::new(Boot { play: Some(play), limit: LIMIT, ..Boot::with_iso_options(name, &USUAL, options) }, ENDS)
    };
    // As a person gets it.
    let make = "make run BUSYBOX=1 MEM=32 ISO=build/tests/iso/busybox_prompt.iso".to_owned();
    let scenes = [
        Scene::new(Boot { play: Some(prompt), limit: LIMIT, ..Boot::by("busybox_prompt", make) }, PROMPT_CHECKS),
        scene("busybox_jobs", jobs_come_and_go),
        scene("busybox_keys", keys_send_signals),
        scene("busybox_vi", vi_edits_a_file),
        scene("busybox_top", top_shows_processes),
    ];
    scenes.into_iter().map(|scene| only_with_busybox(scene.job())).collect()
}

fn only_with_busybox(job: Job) -> Job {
    let body = job.body;
    Job {
        body: Box::new(move |reporter| match busybox::fetch() {
            Ok(_) => body(reporter),
            Err(verdict) => reporter.report_rest(&verdict, Duration::ZERO),
        }),
        ..job
    }
}

/// Types a line at the prompt, and waits for a sign of what it starts.
fn start(machine: &mut Process, line: &str, sign: &str) -> Result<()> {
    machine.type_text(&format!("{line}\r"))?;
    machine.wait_for(sign)
}

/// Types a line at the prompt, and waits for its answer and the next prompt.
fn ask(machine: &mut Process, line: &str, answer: &str) -> Result<()> {
    start(machine, line, answer)?;
    machine.wait_for(PROMPT)
}

fn leave(machine: &mut Process) -> Result<Next> {
    machine.type_text("poweroff -f\r")?;
    Ok(Next::ReadToEnd)
}

fn prompt(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    ask(machine, "echo on''e $((6*7))", "one 42")?;
    ask(machine, "x=variable; echo \"[$x]\"", "[variable]")?;
    machine.type_text(END_OF_FILE)?;
    machine.wait_for(PROMPT)?;
    ask(machine, "echo \"[$x]\"", "[]")?;
    leave(machine)
}

/// One job, in the background and the foreground, stopped and continued, ended by a key.
fn jobs_come_and_go(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    ask(machine, "sleep 100 &", "\n")?;
    ask(machine, "jobs", "Running")?;
    start(machine, "fg", "sleep 100")?;
    machine.press(SUSPEND, PROMPT)?;
    ask(machine, "jobs", "Stopped")?;
    ask(machine, "bg", "sleep 100")?;
    ask(machine, "jobs", "Running")?;
    start(machine, "fg", "sleep 100")?;
    machine.press(INTERRUPT, PROMPT)?;
    ask(machine, "echo status $?", "status 130")?;
    ask(machine, "jobs; echo no''ne", "none")?;
    leave(machine)
}

/// ^C and ^\ end what is in the foreground and nothing else, a loop of the shell's own included; ^D ends a file.
fn keys_send_signals(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    start(machine, "echo he''re; cat", "here")?;
    machine.press(INTERRUPT, PROMPT)?;
    ask(machine, "echo status $?", "status 130")?;
    start(machine, "echo he''re; sleep 500", "here")?;
    machine.press(QUIT, PROMPT)?;
    ask(machine, "echo status $?", "status 131")?;
    start(machine, "echo he''re; while :; do :; done", "here")?;
    machine.press(INTERRUPT, PROMPT)?;
    start(machine, "echo he''re; yes | cat >/dev/null", "here")?;
    machine.press(INTERRUPT, PROMPT)?;
    start(machine, "echo he''re; cat >/tmp/x", "here")?;
    machine.type_text("one\rtwo\r")?;
    machine.type_text(END_OF_FILE)?;
    machine.wait_for(PROMPT)?;
    ask(machine, "wc -l /tmp/x", "2 /tmp/x")?;
    leave(machine)
}

/// Writes a file, and opens it again to add a line. What comes at once behind an escape vi takes for the rest of a key's
/// sequence, so it is to have shown first that it has understood.
fn vi_edits_a_file(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    start(machine, "vi /tmp/file", "- /tmp/file")?;
    machine.type_text(&format!("ihello from vi{ESCAPE}"))?;
    machine.wait_for("- /tmp/file [Modified]")?;
    machine.type_text(":wq\r")?;
    machine.wait_for(PROMPT)?;
    ask(machine, "tr a-z A-Z </tmp/file", "HELLO FROM VI")?;
    start(machine, "vi /tmp/file", "hello from vi")?;
    machine.wait_for("- /tmp/file")?;
    machine.type_text(&format!("osecond line{ESCAPE}"))?;
    machine.wait_for("- /tmp/file [Modified]")?;
    machine.type_text(":x\r")?;
    machine.wait_for(PROMPT)?;
    ask(machine, "wc -l /tmp/file", "2 /tmp/file")?;
    leave(machine)
}

/// Once as a report, once on the whole screen until `q`.
fn top_shows_processes(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    start(machine, "top -b -n1", "Load average:")?;
    machine.wait_for("PPID")?;
    machine.wait_for(PROMPT)?;
    start(machine, "top", "Load average:")?;
    machine.wait_for("PPID")?;
    machine.type_text("q")?;
    machine.wait_for(PROMPT)?;
    leave(machine)
}
