//! A person at busybox's shell: job control, the keys that send signals, vi and top, on the serial line.
//!
//! What is typed is echoed, so each answer that is waited for differs from the words that ask for it. Pauses stand where a
//! key must not come before the program that it is for.

use std::thread::sleep;
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

/// How long a program may take to be there, and to be in the foreground.
const PAUSE: Duration = Duration::from_millis(500);

/// Keys that are no letters.
const INTERRUPT: &str = "\x03";
const END_OF_FILE: &str = "\x04";
const ESCAPE: &str = "\x1b";
const SUSPEND: &str = "\x1a";
const QUIT: &str = "\x1c";

/// The shell is the last command of each play, and the machine ends as it does.
const ENDS: &[(&str, Check)] = &[("plays_to_its_end", |record| record.expect_status(0))];

const PROMPT_CHECKS: &[(&str, Check)] = &[
    ("command_is_run_and_end_of_file_powers_off", |record| record.expect_status(0)),
    ("shell_has_job_control", |record| {
        let complaint = record.all_lines().find(|line| line.contains("job control turned off"));
        ensure!(complaint.is_none(), "{complaint:?}");
        Ok(())
    }),
];

/// The plays, each a job that is skipped where there is no busybox to be had.
pub fn jobs() -> Vec<Job> {
    let scene = |name: &str, play: fn(&mut Process) -> Result<Next>| {
        let options = "--overlay build/busybox/root --cmdline \"log=ttyS1 'shell=/bin/busybox sh -l'\"";
        Scene::new(Boot { play: Some(play), ..Boot::with_iso_options(name, &USUAL, options) }, ENDS)
    };
    // As a person gets it.
    let make = "make run BUSYBOX=1 MEM=32 ISO=build/tests/iso/busybox_prompt.iso".to_owned();
    let scenes = [
        Scene::new(Boot { play: Some(prompt), ..Boot::by("busybox_prompt", make) }, PROMPT_CHECKS),
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

/// Types a line at the next prompt.
fn command(machine: &mut Process, line: &str) -> Result<()> {
    machine.wait_for(PROMPT)?;
    machine.type_text(&format!("{line}\r"))
}

/// The same, and waits for its answer.
fn ask(machine: &mut Process, line: &str, answer: &str) -> Result<()> {
    command(machine, line)?;
    machine.wait_for(answer)
}

/// Gives a program time to be there, and then types for it.
fn type_later(machine: &mut Process, text: &str) -> Result<()> {
    sleep(PAUSE);
    machine.type_text(text)
}

fn leave(machine: &mut Process) -> Result<Next> {
    command(machine, "exit 0")?;
    Ok(Next::ReadToEnd)
}

fn prompt(machine: &mut Process) -> Result<Next> {
    ask(machine, "echo on''e $((6*7))", "one 42")?;
    machine.wait_for(PROMPT)?;
    machine.type_text(END_OF_FILE)?;
    Ok(Next::ReadToEnd)
}

/// One job, in the background and the foreground, stopped and continued, ended by a key.
fn jobs_come_and_go(machine: &mut Process) -> Result<Next> {
    command(machine, "sleep 100 &")?;
    ask(machine, "jobs", "Running")?;
    machine.wait_for("sleep 100")?;
    ask(machine, "fg", "sleep 100")?;
    type_later(machine, SUSPEND)?;
    machine.wait_for("Stopped")?;
    ask(machine, "jobs", "Stopped")?;
    ask(machine, "bg", "sleep 100")?;
    ask(machine, "fg", "sleep 100")?;
    type_later(machine, INTERRUPT)?;
    ask(machine, "echo status $?", "status 130")?;
    ask(machine, "jobs; echo no''ne", "none")?;
    leave(machine)
}

/// ^C and ^\ end what is in the foreground and nothing else, a loop of the shell's own included; ^D ends a file.
fn keys_send_signals(machine: &mut Process) -> Result<Next> {
    command(machine, "cat")?;
    type_later(machine, INTERRUPT)?;
    ask(machine, "echo status $?", "status 130")?;
    command(machine, "sleep 50")?;
    type_later(machine, QUIT)?;
    ask(machine, "echo status $?", "status 131")?;
    command(machine, "while :; do :; done")?;
    type_later(machine, INTERRUPT)?;
    command(machine, "yes | cat >/dev/null")?;
    type_later(machine, INTERRUPT)?;
    command(machine, "cat >/tmp/x")?;
    type_later(machine, "one\rtwo\r")?;
    type_later(machine, END_OF_FILE)?;
    ask(machine, "wc -l /tmp/x", "2 /tmp/x")?;
    leave(machine)
}

/// Writes a file, and opens it again to add a line.
fn vi_edits_a_file(machine: &mut Process) -> Result<Next> {
    command(machine, "vi /tmp/file")?;
    type_later(machine, "ihello from vi")?;
    type_later(machine, ESCAPE)?;
    type_later(machine, ":wq\r")?;
    ask(machine, "tr a-z A-Z </tmp/file", "HELLO FROM VI")?;
    ask(machine, "vi /tmp/file", "hello from vi")?;
    type_later(machine, "osecond line")?;
    type_later(machine, ESCAPE)?;
    type_later(machine, ":x\r")?;
    ask(machine, "wc -l /tmp/file", "2 /tmp/file")?;
    leave(machine)
}

/// Once as a report, once on the whole screen until `q`.
fn top_shows_processes(machine: &mut Process) -> Result<Next> {
    ask(machine, "top -b -n1", "Load average:")?;
    machine.wait_for("PPID")?;
    ask(machine, "top", "Load average:")?;
    type_later(machine, "q")?;
    leave(machine)
}
