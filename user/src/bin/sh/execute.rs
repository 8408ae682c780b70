//! Walks the tree of a line: lists, pipelines, commands; makes the processes and waits for them.

use crate::control::Ending;
use crate::failure::{FAILED, Failure, Lossy};
use crate::jobs::{Job, State};
use crate::parser::{Command, Condition, List, Pipeline, Place};
use crate::redirect::Saved;
use crate::shell::Shell;
use crate::stage::{Ends, Prepared, Stage};
use crate::word::Part;
use crate::{builtins, complain, signals};
use alloc::vec::Vec;
use tusk_user::file::{self, O_CLOEXEC};
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::signal::{SIGINT, SIGPIPE, SIGTERM};
use tusk_user::{Errno, Status, eprintln, terminal};

impl Shell {
    /// Runs a list; `$?` is its status afterwards.
    pub fn run_list(&mut self, list: &List) {
        match (list.place, list.pipelines.as_slice()) {
            (Place::Foreground, _) => self.run_pipelines(list),
            (Place::Background, [(_, pipeline)]) if !pipeline.negated => {
                let stages = pipeline.commands.iter().map(Stage::Command).collect();
                self.start_in_background(stages, &list.text);
            }
            (Place::Background, _) => self.start_in_background(alloc::vec![Stage::List(list)], &list.text),
        }
    }

    /// Runs the pipelines of a list, each if its condition holds, and waits for each.
    pub fn run_pipelines(&mut self, list: &List) {
        for (index, (condition, pipeline)) in list.pipelines.iter().enumerate() {
            if self.leaving || self.interrupted {
                return;
            }
            if index == 0 || (self.status == 0) == (*condition == Condition::Success) {
                self.run_pipeline(pipeline);
            }
        }
    }

    fn run_pipeline(&mut self, pipeline: &Pipeline) {
        self.status = match pipeline.commands.as_slice() {
            [command] => self.run_command(command, &pipeline.text),
            commands => self.run_in_foreground(commands.iter().map(Stage::Command).collect(), &pipeline.text),
        };
        if pipeline.negated {
            self.status = i32::from(self.status == 0);
        }
    }

    /// Runs a command that is no part of a pipeline: builtins in this process, programs in a child.
    fn run_command(&mut self, command: &Command, text: &[u8]) -> i32 {
        let prepared = match self.prepare(command) {
            Ok(prepared) => prepared,
            Err(failure) => return failure.report(),
        };
        if prepared.arguments.is_empty() {
            return self.assign(command, &prepared);
        }
        let Some(builtin) = builtins::find(&prepared.arguments) else {
            return self.run_in_foreground(alloc::vec![Stage::Prepared(prepared, command)], text);
        };
        let mut saved = Saved::default();
        if let Err(failure) = self.redirect(&command.redirections, Some(&mut saved)) {
            return failure.report();
        }
        if prepared.assignments.is_empty() {
            return builtin.run(self, &prepared.arguments);
        }
        // What stands before the name is for this command only, as it is for a program.
        let before = self.variables.clone();
        for (name, value) in &prepared.assignments {
            self.variables.set(name, value);
        }
        let status = builtin.run(self, &prepared.arguments);
        for (name, _) in &prepared.assignments {
            self.variables.take_from(&before, name);
        }
        status
    }

    /// Expands a command's words.
    ///
    /// # Errors
    /// When a substitution cannot be run.
    pub fn prepare(&mut self, command: &Command) -> Result<Prepared, Failure> {
        let arguments = self.expand_words(&command.words)?;
        let mut assignments = Vec::new();
        for (name, value) in &command.assignments {
            assignments.push((name.clone(), self.expand_value(value)?));
        }
        Ok(Prepared { assignments, arguments })
    }

    /// A command without a name: its variables are the shell's, and its files are opened and closed again.
    fn assign(&mut self, command: &Command, prepared: &Prepared) -> i32 {
        prepared.assignments.iter().for_each(|(name, value)| self.variables.set(name, value));
        let mut saved = Saved::default();
        if let Err(failure) = self.redirect(&command.redirections, Some(&mut saved)) {
            return failure.report();
        }
        // With `X=$(command)` the command's status is what one wants to know.
        let words = command.assignments.iter().map(|assignment| &assignment.1).chain(&command.words);
        let substituted = words.flat_map(|word| &word.parts).any(|part| matches!(part, Part::Substitution(..)));
        if substituted { self.status } else { 0 }
    }

    /// Starts a job and waits for it; returns its status.
    fn run_in_foreground(&mut self, stages: Vec<Stage<'_>>, text: &[u8]) -> i32 {
        match self.start(stages, text, Place::Foreground) {
            Ok(job) => self.wait_for(job),
            Err(failure) => failure.report(),
        }
    }

    /// Starts a job and lets it run.
    fn start_in_background(&mut self, stages: Vec<Stage<'_>>, text: &[u8]) {
        self.status = match self.start(stages, text, Place::Background) {
            Ok(job) => {
                self.last_background = job.last_pid();
                self.jobs.add(job);
                if self.interactive {
                    self.jobs.print_started();
                }
                0
            }
            Err(failure) => failure.report(),
        };
    }

    /// Makes a process for each stage, with a pipe between any two.
    ///
    /// # Errors
    /// When a process or a pipe cannot be made; those that are there already are ended and waited for. We are the
    /// parent still, and nobody's child: the book's shell takes a failed fork for a pid (F11).
    fn start(&mut self, stages: Vec<Stage<'_>>, text: &[u8], place: Place) -> Result<Job, Failure> {
        let mut job = Job::new(text);
        let mut input = None;
        let mut left = stages.len();
        for stage in stages {
            left -= 1;
            let made = if left == 0 { Ok(None) } else { file::pipe(O_CLOEXEC).map(Some) };
            let forked = made.and_then(|pipe| {
                let held = self.interactive.then(signals::hold).flatten();
                linux::fork().map(|who| (pipe, who, held))
            });
            let (pipe, who, held) = match forked {
                Ok(made) => made,
                Err(error) => {
                    drop(input);
                    let _ = job.signal(SIGTERM);
                    self.wait_for(job);
                    return Err(Failure::new(format_args!("cannot make a process: {error}")));
                }
            };
            let (next_input, output) = pipe.unzip();
            match who {
                Fork::Child => {
                    drop(next_input);
                    self.become_stage(stage, Ends { input, output }, held, job.group, place)
                }
                Fork::Parent(pid) => {
                    drop(held);
                    job.add(pid);
                }
            }
            if self.control.is_some()
                && let Some(pid) = job.last_pid()
            {
                // The child does it too; whoever comes second finds it done, or the child a program already.
                let _ = terminal::set_group(pid, job.group);
            }
            input = next_input;
        }
        if let (Some(control), Place::Foreground) = (&self.control, place) {
            control.lend(job.group);
        }
        Ok(job)
    }

    /// Waits until a job ends or stops; returns its status. A stopped one goes to the others.
    pub fn wait_for(&mut self, mut job: Job) -> i32 {
        while job.state() == State::Running {
            match linux::waitpid_with(ANY_CHILD, self.wait_options()) {
                Ok((pid, status)) => {
                    if !job.update(pid, status) {
                        self.jobs.update(pid, status);
                    }
                }
                Err(Errno::EINTR) => {}
                Err(_) => job.lose(),
            }
        }

        let state = job.state();
        let killed_by = if let State::Done(status) = state { status.signal() } else { None };
        let orderly = matches!(state, State::Done(_)) && killed_by.is_none();
        if let Some(control) = &mut self.control {
            job.settings = control.reclaim(if orderly { Ending::Orderly } else { Ending::Abrupt });
        }
        match (state, killed_by) {
            (State::Stopped(_), _) => {
                eprintln!("");
                self.jobs.add(job).print('+');
                self.interrupted = true;
            }
            (_, Some(SIGINT)) if self.interactive => {
                eprintln!("");
                self.interrupted = true;
            }
            (_, None | Some(SIGINT | SIGPIPE)) => {}
            (state, _) => complain!("{}: {state}", Lossy(&job.text)),
        }
        state.shell_code()
    }

    /// Waits for one process that is in no job; returns its status.
    pub fn wait_for_process(&mut self, pid: i32) -> i32 {
        loop {
            match linux::waitpid(pid) {
                Ok((_, status)) => {
                    if status.signal() == Some(SIGINT) && self.interactive {
                        self.interrupted = true;
                    }
                    return Status::shell_code(status);
                }
                Err(Errno::EINTR) => {}
                Err(_) => return FAILED,
            }
        }
    }

    /// In a child: it is not at the terminal, has no jobs, and the keys count for it.
    pub fn become_child(&mut self) {
        if core::mem::take(&mut self.interactive) {
            signals::restore();
        }
        self.control = None;
        self.jobs.clear();
    }
}
