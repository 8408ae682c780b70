//! What happens in a child, from the fork to the program's first instruction, or to the message why there is none.
//!
//! Nothing here comes back to the shell's loops: whatever goes wrong, the child ends. The book's shell returns after
//! a failed exec, and then there are two of it (X7).

use crate::failure::{FAILED, Lossy, NOT_FOUND, NOT_RUNNABLE};
use crate::input::Input;
use crate::parser::{Command, List, Place};
use crate::redirect::place;
use crate::shell::{DEFAULT_PATH, Shell};
use crate::signals::Held;
use crate::{builtins, complain, signals};
use alloc::ffi::CString;
use alloc::vec::Vec;
use core::ffi::{CStr, c_char};
use core::ptr::null;
use tusk_user::file::{self, Descriptor, O_CLOEXEC, O_RDONLY};
use tusk_user::stat::{self, Kind};
use tusk_user::{Errno, linux, terminal};

/// A command whose words are expanded.
pub struct Prepared {
    /// Variables for this command only.
    pub assignments: Vec<(Vec<u8>, Vec<u8>)>,
    /// Its name and arguments.
    pub arguments: Vec<Vec<u8>>,
}

/// What a process of a job is to do.
pub enum Stage<'a> {
    /// A command, to be expanded in the child.
    Command(&'a Command),
    /// A command that is expanded already; its redirections are not done.
    Prepared(Prepared, &'a Command),
    /// A whole list: `a && b &`.
    List(&'a List),
}

/// The pipes of a process.
pub struct Ends {
    /// What 0 is to be.
    pub input: Option<Descriptor>,
    /// What 1 is to be.
    pub output: Option<Descriptor>,
}

impl Shell {
    /// In the child: does what the stage says, and ends. `group` is the job's, or 0 for its first process.
    pub fn become_stage(&mut self, stage: Stage<'_>, ends: Ends, held: Option<Held>, group: i32, place: Place) -> ! {
        self.join(group, place, ends.input.is_some());
        self.become_child();
        drop(held);
        let status = match connect(ends) {
            Ok(()) => self.run_stage(stage),
            Err(error) => {
                complain!("cannot connect a pipe: {error}");
                FAILED
            }
        };
        linux::exit_group(status)
    }

    /// Joins the job's process group; without job control, a job in the background at least leaves keys and standard
    /// input to the others.
    fn join(&self, group: i32, place: Place, has_input: bool) {
        match (&self.control, place) {
            (Some(control), _) => {
                // The parent does both too, and it does not matter who comes first.
                let _ = terminal::set_group(0, group);
                if place == Place::Foreground {
                    control.lend(if group == 0 { linux::getpid() } else { group });
                }
            }
            (None, Place::Background) => {
                signals::ignore_keys();
                if !has_input && let Ok(nothing) = file::open(c"/dev/null", O_RDONLY | O_CLOEXEC) {
                    // If it stays as it was, the job shares the input, which is no reason not to run.
                    let _ = crate::redirect::place(nothing, 0);
                }
            }
            (None, Place::Foreground) => {}
        }
    }

    fn run_stage(&mut self, stage: Stage<'_>) -> i32 {
        match stage {
            Stage::List(list) => {
                self.run_pipelines(list);
                self.status
            }
            Stage::Command(command) => match self.prepare(command) {
                Ok(prepared) => self.run_prepared(&prepared, command),
                Err(failure) => failure.report(),
            },
            Stage::Prepared(prepared, command) => self.run_prepared(&prepared, command),
        }
    }

    fn run_prepared(&mut self, prepared: &Prepared, command: &Command) -> i32 {
        if let Err(failure) = self.redirect(&command.redirections, None) {
            return failure.report();
        }
        for (name, value) in &prepared.assignments {
            self.variables.set(name, value);
            self.variables.export(name);
        }
        let Some(name) = prepared.arguments.first() else { return 0 };
        match builtins::find(&prepared.arguments) {
            Some(builtin) => builtin.run(self, &prepared.arguments),
            None => self.become_program(name, &prepared.arguments),
        }
    }

    /// Becomes a program; returns the status of the failure when there is none.
    fn become_program(&mut self, name: &[u8], arguments: &[Vec<u8>]) -> i32 {
        let mut error = Errno::ENOENT;
        for path in self.candidates(name) {
            let reason = self.execute(&path, arguments);
            match reason {
                // Perhaps the next directory has it.
                Errno::ENOENT | Errno::ENOTDIR => {}
                Errno::EACCES => error = reason,
                Errno::ENOEXEC if is_text(&path) => return self.become_script(&path, arguments),
                _ => {
                    error = reason;
                    break;
                }
            }
        }
        let is_path = name.contains(&b'/');
        if error == Errno::ENOENT
            && let Some(builtin) = builtins::named(name)
        {
            // There is no such program after all: it is for the builtin to say what is wrong.
            return builtin.run(self, arguments);
        }
        match error {
            Errno::ENOENT if !is_path => complain!("{}: not found", Lossy(name)),
            Errno::EACCES if is_path && is_directory(name) => complain!("{}: is a directory", Lossy(name)),
            error => complain!("{}: {error}", Lossy(name)),
        }
        if error == Errno::ENOENT { NOT_FOUND } else { NOT_RUNNABLE }
    }

    /// The paths a command's name may mean: itself when there is a slash in it, else one in each directory of `PATH`.
    fn candidates(&self, name: &[u8]) -> Vec<CString> {
        if name.contains(&b'/') || name.is_empty() {
            return CString::new(name).into_iter().collect();
        }
        let path = self.variables.get(b"PATH").unwrap_or(DEFAULT_PATH);
        let directories = path.split(|&byte| byte == b':');
        let paths = directories.filter_map(|directory| {
            let directory = if directory.is_empty() { b"." } else { directory };
            CString::new([directory, b"/", name].concat()).ok()
        });
        paths.collect()
    }

    /// Tries to become this file; returns why it did not work.
    fn execute(&self, path: &CStr, arguments: &[Vec<u8>]) -> Errno {
        let arguments: Vec<CString> =
            arguments.iter().filter_map(|argument| CString::new(argument.as_slice()).ok()).collect();
        let variables: Vec<CString> = self.variables.exported().collect();
        let (arguments, variables) = (pointers(&arguments), pointers(&variables));
        linux::execve_at(path.as_ptr().addr(), arguments.as_ptr().addr(), variables.as_ptr().addr())
    }

    /// Runs a file of commands that does not say by `#!` what it is for: POSIX has the shell do that.
    fn become_script(&mut self, path: &CStr, arguments: &[Vec<u8>]) -> i32 {
        match file::open(path, O_RDONLY | O_CLOEXEC) {
            Ok(descriptor) => {
                self.set_parameters(arguments);
                self.run_input(&mut Input::from_file(descriptor));
                self.status
            }
            Err(error) => {
                complain!("{}: {error}", Lossy(path.to_bytes()));
                NOT_RUNNABLE
            }
        }
    }
}

/// Makes the pipes 0 and 1.
fn connect(ends: Ends) -> Result<(), Errno> {
    ends.input.map_or(Ok(()), |input| place(input, 0))?;
    ends.output.map_or(Ok(()), |output| place(output, 1))
}

/// The list that `execve` wants.
fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|string| string.as_ptr()).chain([null()]).collect()
}

fn is_directory(path: &[u8]) -> bool {
    CString::new(path).is_ok_and(|path| stat::stat(&path).is_ok_and(|stat| stat.kind() == Kind::Directory))
}

/// Whether a file looks like text: there is no byte of value 0 in its beginning.
fn is_text(path: &CStr) -> bool {
    let mut beginning = [0; 128];
    let Ok(descriptor) = file::open(path, O_RDONLY | O_CLOEXEC) else { return false };
    linux::read(descriptor.number(), &mut beginning).is_ok_and(|length| !beginning[..length].contains(&0))
}
