//! One call of a tool: its arguments, its output, and what has gone wrong so far.
//!
//! A tool that cannot do one of its operands says so, goes on with the next, and ends with another status. So troubles
//! are told to the call, which prints them as `NAME: PATH: reason` and keeps the status; `?` is left for what ends the
//! whole call.

use crate::input::Input;
use crate::options::{OptionError, Options};
use crate::output::Output;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::ffi::CStr;
use core::fmt;
use tusk_user::print::{STANDARD_ERROR, STANDARD_OUTPUT};
use tusk_user::{Environment, Errno, usage};

/// A program among the tools.
pub struct Tool {
    /// What it is called by.
    pub name: &'static str,
    /// What `--help` prints; the first line is `usage: NAME …`.
    pub help: &'static str,
    /// Its main function.
    pub main: fn(&mut Call) -> Result<(), Stop>,
}

/// Why a call ends early: the exit status. What there is to say has been said.
pub struct Stop(pub i32);

/// The call.
pub struct Call {
    tool: &'static Tool,
    /// What stands behind the name.
    pub arguments: Vec<&'static CStr>,
    /// The environment variables.
    pub variables: Vec<&'static CStr>,
    /// Standard output.
    pub out: Output,
    /// The exit status as it is to be, should nothing more happen.
    pub status: i32,
    /// The status after trouble: 1, but some tools need the 1 to say something else.
    pub trouble: i32,
}

impl Call {
    /// Begins a call of `tool`, whose name is the argument of number `place`.
    pub fn new(tool: &'static Tool, environment: &Environment, place: usize) -> Self {
        Call {
            tool,
            arguments: environment.arguments().skip(place + 1).collect(),
            variables: environment.variables().collect(),
            out: Output::new(STANDARD_OUTPUT, tool.name),
            status: 0,
            trouble: 1,
        }
    }

    /// Runs it to its end and returns the exit status.
    pub fn run(mut self) -> i32 {
        if self.arguments.first().is_some_and(|first| *first == c"--help") {
            self.help();
        } else if let Err(Stop(status)) = (self.tool.main)(&mut self) {
            self.status = status;
        }
        self.out.flush();
        self.status
    }

    /// Prints what the tool is for.
    fn help(&mut self) {
        self.out.text(self.tool.help);
        self.out.byte(b'\n');
    }

    /// The tool's name.
    pub fn name(&self) -> &'static str {
        self.tool.name
    }

    /// Parts the arguments into options and operands; see [`Options::parse`].
    ///
    /// They stay until the process ends, as the arguments do: there is one call in a process, and no tool has to carry
    /// the code that would take them apart again.
    #[inline(never)]
    pub fn options(&mut self, letters: &str) -> Result<&'static Options, Stop> {
        match Options::parse(&self.arguments, letters) {
            Ok(options) => Ok(Box::leak(Box::new(options))),
            Err(OptionError::Help) => {
                self.help();
                Err(Stop(0))
            }
            Err(why) => Err(self.misuse(format_args!("{why}"))),
        }
    }

    /// Says that the arguments make no sense.
    #[inline(never)]
    pub fn misuse(&mut self, why: fmt::Arguments<'_>) -> Stop {
        self.out.flush();
        Stop(usage::refuse(self.tool.help, format_args!("{}: {why}", self.tool.name)))
    }

    /// The same about one argument, which need not be text.
    #[inline(never)]
    pub fn misuse_of(&mut self, argument: &CStr, why: &str) -> Stop {
        self.say(argument.to_bytes(), format_args!("{why}"));
        Stop(usage::USAGE_STATUS)
    }

    /// Says what went wrong with a file, and remembers that something did.
    #[inline(never)]
    pub fn complain(&mut self, path: &CStr, error: Errno) {
        self.object(path, format_args!("{error}"));
    }

    /// The same with a reason of our own.
    #[inline(never)]
    pub fn object(&mut self, path: &CStr, why: fmt::Arguments<'_>) {
        self.say(path.to_bytes(), why);
        self.status = self.trouble;
    }

    /// Says what went wrong where there is no file to name, and ends the call.
    #[inline(never)]
    pub fn fail(&mut self, what: &str, error: Errno) -> Stop {
        self.say(what.as_bytes(), format_args!("{error}"));
        Stop(self.trouble)
    }

    /// Says what is no trouble on standard error: `NAME: what`.
    pub fn note(&mut self, what: fmt::Arguments<'_>) {
        let mut line = Output::new(STANDARD_ERROR, self.tool.name);
        line.format(format_args!("{}: {what}\n", self.tool.name));
        line.flush();
    }

    /// Prints `NAME: what: why` on standard error, after all that was printed before.
    fn say(&mut self, what: &[u8], why: fmt::Arguments<'_>) {
        self.out.flush();
        let mut line = Output::new(STANDARD_ERROR, self.tool.name);
        line.text(self.tool.name);
        line.text(": ");
        line.bytes(what);
        line.format(format_args!(": {why}\n"));
        line.flush();
    }

    /// Reads each of `paths` in turn, `-` being standard input and so what is read when there is none.
    #[inline(never)]
    pub fn each_input(
        &mut self,
        paths: &[&'static CStr],
        body: &mut dyn FnMut(&mut Call, &'static CStr, &mut Input) -> Result<(), Errno>,
    ) {
        let paths = if paths.is_empty() { &[c"-"] } else { paths };
        for &path in paths {
            let result = Input::open(path).and_then(|mut input| body(self, path, &mut input));
            if let Err(error) = result {
                self.complain(path, error);
            }
        }
    }
}
