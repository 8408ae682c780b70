//! The state of the shell, and the loops that feed it lines.

use crate::control::{self, Control};
use crate::editor::{self, history::History};
use crate::failure::MISUSED;
use crate::input::Input;
use crate::jobs::Jobs;
use crate::variables::Variables;
use crate::{complain, parser, prompt, signals};
use alloc::vec::Vec;
use tusk_user::{Environment, linux, println, terminal};

/// Where commands are looked for when `PATH` does not say.
pub const DEFAULT_PATH: &[u8] = b"/bin:/sbin:/usr/bin";

/// The longest line that is run, in bytes: twice what the arguments of a program may have (`execve(2)`), and little
/// enough for its words to fit into the memory of a small machine.
pub const LINE_MAX: usize = 256 * 1024;

/// Everything a command can see or change.
pub struct Shell {
    /// `$NAME`.
    pub variables: Variables,
    /// `$0`, `$1` and so on.
    pub parameters: Vec<Vec<u8>>,
    /// `$?`: the last command's status.
    pub status: i32,
    /// `$$`: the shell's pid, also in its children.
    pub pid: i32,
    /// `$!`: the pid of the last job in the background.
    pub last_background: Option<i32>,
    /// The jobs that are not waited for.
    pub jobs: Jobs,
    /// The terminal, when this shell tells it who is in the foreground.
    pub control: Option<Control>,
    /// Whether a person types the lines.
    pub interactive: bool,
    /// What was typed.
    pub history: History,
    /// Set when the shell is to end, by `exit`.
    pub leaving: bool,
    /// Set when ^C ended a command: what is left of the line does not run.
    pub interrupted: bool,
    /// Set when `exit` has been refused because of stopped jobs: the next one counts.
    pub warned: bool,
}

impl Shell {
    /// A shell that reads no terminal.
    pub fn new(environment: &Environment) -> Self {
        let mut variables = Variables::default();
        environment.variables().for_each(|variable| variables.import(variable.to_bytes()));
        if variables.get(b"PATH").is_none() {
            variables.set(b"PATH", DEFAULT_PATH);
            variables.export(b"PATH");
        }
        let name = environment.arguments().next().unwrap_or(c"sh");
        Shell {
            variables,
            parameters: alloc::vec![name.to_bytes().to_vec()],
            status: 0,
            pid: linux::getpid(),
            last_background: None,
            jobs: Jobs::default(),
            control: None,
            interactive: false,
            history: History::default(),
            leaving: false,
            interrupted: false,
            warned: false,
        }
    }

    /// Sets `$0` and those behind it; without any, `$0` stays the shell's own name.
    pub fn set_parameters(&mut self, parameters: &[Vec<u8>]) {
        if !parameters.is_empty() {
            self.parameters = parameters.to_vec();
        }
    }

    /// Prepares for somebody at the terminal: keys that send signals must not end the shell.
    pub fn become_interactive(&mut self) {
        self.interactive = true;
        let foreground = control::await_foreground();
        signals::keep();
        match foreground.and_then(|()| Control::take()) {
            Ok(control) => self.control = Some(control),
            Err(error) => complain!("no job control here (^C and ^Z do not reach single jobs): {error}"),
        }
    }

    /// Reads lines from the terminal and runs them, until `exit` or the end of the input.
    pub fn converse(&mut self) {
        let mut plain = Input::from_standard_input();
        while !self.leaving {
            self.report_jobs();
            let line = if self.variables.get(b"TERM") == Some(b"dumb") {
                prompt::print();
                plain.line()
            } else {
                editor::read_line(self)
            };
            match line {
                Ok(Line::Text(text)) => {
                    self.history.add(&text);
                    self.run_text(&text);
                    self.interrupted = false;
                }
                Ok(Line::Interrupted) => self.status = signals::INTERRUPTED_STATUS,
                Ok(Line::TooLong) => self.refuse_long_line(),
                Ok(Line::End) => {
                    println!("exit");
                    self.try_to_leave();
                }
                Err(error) => {
                    complain!("cannot read what is typed: {error}");
                    self.status = MISUSED;
                    return;
                }
            }
        }
    }

    /// Runs what comes from a file or a pipe, line by line: each line counts by itself, and one that makes no sense
    /// does not stop the next.
    pub fn run_input(&mut self, input: &mut Input) {
        while !self.leaving {
            match input.line() {
                Ok(Line::Text(text)) => self.run_text(&text),
                Ok(Line::Interrupted) => {}
                Ok(Line::TooLong) => self.refuse_long_line(),
                Ok(Line::End) => return,
                Err(error) => {
                    complain!("cannot read the commands: {error}");
                    self.status = MISUSED;
                    return;
                }
            }
        }
    }

    fn refuse_long_line(&mut self) {
        complain!("a line of more than {LINE_MAX} bytes is not run");
        self.status = MISUSED;
    }

    /// Runs a text of one line or more.
    pub fn run_text(&mut self, text: &[u8]) {
        match parser::parse(text) {
            Ok(lists) => {
                for list in &lists {
                    if self.leaving || self.interrupted {
                        return;
                    }
                    self.run_list(list);
                }
            }
            Err(error) => {
                complain!("{error}");
                self.status = MISUSED;
            }
        }
    }

    /// Ends the shell, unless there are stopped jobs and this is the first time it is asked to.
    pub fn try_to_leave(&mut self) {
        if self.interactive && !self.warned && self.jobs.any_stopped() {
            complain!("there are stopped jobs (see `jobs`); once more, and they are left alone");
            self.warned = true;
            return;
        }
        self.leaving = true;
    }

    /// Gives the terminal back; returns the status to end with.
    pub fn leave(self) -> i32 {
        self.jobs.abandon();
        if let Some(control) = self.control {
            control.give_back();
        }
        self.status
    }

    /// The value of a parameter, empty when it is not set.
    pub fn parameter(&self, name: &[u8]) -> Vec<u8> {
        let number = |number: i32| alloc::format!("{number}").into_bytes();
        let rest = self.parameters.get(1..).unwrap_or(&[]);
        match name {
            b"?" => number(self.status),
            b"$" => number(self.pid),
            b"!" => self.last_background.map(number).unwrap_or_default(),
            b"#" => number(rest.len() as i32),
            b"@" | b"*" => rest.join(&b' '),
            [b'0'..=b'9', ..] => {
                let index: Option<usize> = core::str::from_utf8(name).ok().and_then(|digits| digits.parse().ok());
                index.and_then(|index| self.parameters.get(index)).cloned().unwrap_or_default()
            }
            name => self.variables.get(name).unwrap_or_default().to_vec(),
        }
    }
}

/// What came when a line was asked for.
pub enum Line {
    /// A line, without its end.
    Text(Vec<u8>),
    /// ^C: there is none, and the next may come.
    Interrupted,
    /// It was longer than [`LINE_MAX`]; none of it was kept.
    TooLong,
    /// The end of the input.
    End,
}

/// Whether standard input and output are both a terminal, so that somebody sits there.
pub fn somebody_is_there() -> bool {
    terminal::is_terminal(0) && terminal::is_terminal(1)
}
