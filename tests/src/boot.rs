//! One boot of the ISO: what to start, what came back, and how a failure of it reads.

use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};

use crate::log::{self, StackUse};
use crate::machines::Machine;
use crate::process::Process;
use crate::project;
use crate::verdict::Verdict;

/// How many lines of the log a failure shows.
const TAIL_LINES: usize = 25;

/// How much of the ring-0 stack's room every task must have left at its deepest, in percent.
const STACK_FREE_PERCENT: u32 = 25;

/// The deepest stack of each boot that told it, for the summary.
static STACKS: Mutex<Vec<(StackUse, String)>> = Mutex::new(Vec::new());

/// The emulators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emulator {
    /// Fast, and forgiving.
    Qemu,
    /// Slow, and strict.
    Bochs,
}

/// What becomes of a machine after its play.
pub enum Next {
    /// It is to end by itself.
    ReadToEnd,
    /// It has shown what it should, and is ended.
    Stop,
}

/// A boot to be made.
#[derive(Clone)]
pub struct Boot {
    /// Names it in reports and names its files.
    pub name: String,
    /// The shell command that makes it, in the project's folder; what a person types to repeat it.
    pub command: String,
    /// What must be done before.
    pub prepare: Option<fn() -> Result<()>>,
    /// What to do with the machine while it runs: type, wait.
    pub play: Option<fn(&mut Process) -> Result<Next>>,
    /// When to give up.
    pub limit: Duration,
}

/// What came back from a boot.
pub struct Record {
    boot: Boot,
    end: Result<i32, String>,
    /// What stood on the terminal (COM1): the output of programs.
    pub out: String,
    /// What stood on the other stream: the kernel's log.
    pub log: String,
    /// How long it took, emulator and all.
    pub time: Duration,
}

impl Boot {
    /// A boot made by this shell command.
    pub fn by(name: &str, command: String) -> Self {
        Self { name: name.to_owned(), command, prepare: None, play: None, limit: Duration::from_secs(90) }
    }

    /// A boot with this command line for the kernel.
    pub fn of(name: &str, machine: &Machine, command_line: &str) -> Self {
        Self::with_iso_options(name, machine, &format!("--cmdline {}", quoted(command_line)))
    }

    /// A boot in which init runs this command.
    pub fn running(name: &str, machine: &Machine, command: &str) -> Self {
        Self::with_iso_options(name, machine, &format!("--run {}", quoted(command)))
    }

    /// A boot of an ISO made with these options. It has a file of its own, as many are made at the
    /// same time.
    pub fn with_iso_options(name: &str, machine: &Machine, options: &str) -> Self {
        let script = match machine.emulator {
            Emulator::Qemu => "tools/run-qemu.sh",
            Emulator::Bochs => "tools/run-bochs.sh",
        };
        let iso = format!("build/tests/iso/{}.iso", name.replace("::", "-"));
        let command = format!(
            "tools/mkiso.sh --out {iso} {options} && {script} --iso {iso} --mem {}{}",
            machine.memory_mib, machine.options
        );
        Self::by(name, command)
    }

    /// Makes the boot. `on_line` sees each line of both streams as it arrives.
    pub fn run(self, mut on_line: impl FnMut(&str)) -> Record {
        let started = Instant::now();
        let mut record =
            Record { boot: self, end: Ok(0), out: String::new(), log: String::new(), time: Duration::ZERO };
        record.end = record
            .boot
            .start()
            .map_err(|error| format!("{error:#}"))
            .and_then(|process| record.watch(process, &mut on_line));
        record.time = started.elapsed();
        record.note_stack();
        record
    }

    fn start(&self) -> Result<Process> {
        if let Some(prepare) = self.prepare {
            prepare()?;
        }
        let temporary = project::build("tests/tmp");
        std::fs::create_dir_all(&temporary)?;
        let mut shell = Command::new("bash");
        shell.arg("-c").arg(&self.command).current_dir(project::root()).env("TMPDIR", temporary);
        Process::start(shell, self.limit)
    }
}

/// The word as the shell wants it.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

impl Record {
    /// Plays the boot's play and reads the machine to its end.
    fn watch(&mut self, mut process: Process, on_line: &mut dyn FnMut(&str)) -> Result<i32, String> {
        match self.boot.play.map_or(Ok(Next::ReadToEnd), |play| play(&mut process)) {
            Ok(Next::ReadToEnd) => {}
            Ok(Next::Stop) => {
                (self.out, self.log) = process.shown();
                return Ok(0);
            }
            Err(error) => {
                (self.out, self.log) = process.shown();
                return Err(format!("{error:#}"));
            }
        }
        let (end, ended) = match process.finish(|_, line| on_line(line)) {
            Ok(ended) => (Ok(ended.status), ended),
            Err((error, ended)) => (Err(format!("{error:#}")), ended),
        };
        (self.out, self.log) = (ended.out, ended.err);
        end
    }

    fn note_stack(&self) {
        if let Some(stack) = self.stack() {
            STACKS.lock().unwrap().push((stack, self.boot.name.clone()));
        }
    }

    /// The boot's name.
    pub fn name(&self) -> &str {
        &self.boot.name
    }

    /// The status that came back to the host, 0 from a machine that its play ended; an error when
    /// the play failed or the machine did not end.
    pub fn status(&self) -> Result<i32> {
        self.end.clone().map_err(|error| anyhow!(error))
    }

    /// Fails unless this status came back.
    pub fn expect_status(&self, expected: i32) -> Result<()> {
        let status = self.status()?;
        ensure!(status == expected, "exit status {status}, not {expected}");
        Ok(())
    }

    /// The kernel's lines, without stamps, whichever stream they came on.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        log::lines(&self.log).chain(log::lines(&self.out)).map(|line| line.text)
    }

    /// Every line of both streams, as it came: a panic's report has no stamps.
    pub fn all_lines(&self) -> impl Iterator<Item = &str> {
        self.log.lines().chain(self.out.lines())
    }

    /// Fails unless a line contains the words.
    pub fn expect_line(&self, words: &str) -> Result<&str> {
        self.all_lines().find(|line| line.contains(words)).ok_or_else(|| anyhow!("no line says {words:?}"))
    }

    /// The deepest use of a ring-0 stack that the log tells.
    pub fn stack(&self) -> Option<StackUse> {
        self.lines().filter_map(log::stack_use).max_by_key(|stack| stack.used)
    }

    /// Fails when a ring-0 stack came too near to its end, or when the log does not say.
    pub fn expect_stack_room(&self) -> Result<()> {
        let stack = self.stack().ok_or_else(|| anyhow!("the log does not tell the deepest use of the stack"))?;
        let free = stack.free_percent();
        ensure!(
            free >= STACK_FREE_PERCENT,
            "{} used {} of {} bytes of its ring-0 stack: {free} % left, {STACK_FREE_PERCENT} % are wanted",
            stack.task,
            stack.used,
            stack.room
        );
        Ok(())
    }

    /// Makes a verdict of a check; a failure gets all that is needed to look into it.
    pub fn judge(&self, result: Result<()>) -> Verdict {
        match result {
            Ok(()) => Verdict::Passed,
            Err(error) => Verdict::Failed(self.explain(&format!("{error:#}"))),
        }
    }

    /// A reason, the end of the log, where the whole log is, and how to repeat the boot.
    pub fn explain(&self, reason: &str) -> String {
        let whole = format!("{}\n--- terminal ---\n{}", self.log, self.out);
        let mut text = format!("{reason}\n  the end of the log:\n{}", log::tail(&self.log, TAIL_LINES));
        if !self.out.trim().is_empty() {
            text += &format!("  the end of the terminal:\n{}", log::tail(&self.out, TAIL_LINES));
        }
        match project::keep_log(&self.boot.name, &whole) {
            Ok(file) => text += &format!("  all of it: {}\n", file.display()),
            Err(error) => text += &format!("  (the log could not be kept: {error:#})\n"),
        }
        text + &format!("  to repeat this boot: {}", self.boot.command)
    }
}

/// The deepest ring-0 stack over all boots so far, and the boot it was in.
pub fn deepest_stack() -> Option<(StackUse, String)> {
    STACKS.lock().unwrap().iter().max_by_key(|(stack, _)| stack.used).cloned()
}
