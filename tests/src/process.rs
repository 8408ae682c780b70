//! A child process, read line by line until it ends.
//!
//! Both of its output streams are read by threads, so that neither can fill up while we wait for the
//! other; they send what arrives, and the end of both is the end.

use std::io::{Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::group::Group;
use crate::text::Text;
use anyhow::{Context, Result, bail};

/// More output than this is a machine gone mad, not a test.
const OUTPUT_LIMIT_BYTES: usize = 64 << 20;

/// How long a stream may stay open after the child has ended. Something the child left behind may
/// hold it; what it has to say no longer counts.
const GRACE: Duration = Duration::from_secs(2);

/// How often a silent child is looked at.
const POLL: Duration = Duration::from_millis(100);

/// After this time a key is pressed again.
const KEY_PATIENCE: Duration = Duration::from_secs(1);

/// One of the two streams a child writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output: what programs print.
    Out,
    /// Standard error: the kernel's log and the words of the scripts.
    Err,
}

/// How a child ended and what it wrote.
#[derive(Debug)]
pub struct Ended {
    /// Its exit status; 128 + signal when a signal killed it, as a shell counts.
    pub status: i32,
    /// All of its standard output.
    pub out: String,
    /// All of its standard error.
    pub err: String,
}

/// A child that runs. Dropping it kills its group.
pub struct Process {
    child: Child,
    group: Group,
    input: Option<ChildStdin>,
    arrivals: Receiver<(Stream, Vec<u8>)>,
    out: Text,
    err: Text,
    started: Instant,
    limit: Duration,
    /// When we first saw that the child has ended.
    ended: Option<Instant>,
}

/// What came of waiting for output.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Arrival {
    Bytes,
    NothingYet,
    /// No more will come.
    End,
}

impl Process {
    /// Starts the command; it may run for `limit`.
    pub fn start(mut command: Command, limit: Duration) -> Result<Self> {
        // Inside `make test` there is a make above us: what it told its children, the variables of its command line
        // among it, is not for those that a test starts.
        for variable in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"] {
            command.env_remove(variable);
        }
        for (variable, _) in std::env::vars_os() {
            if variable.to_string_lossy().starts_with("TUSK_") {
                command.env_remove(variable);
            }
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let group = Group::of(&child);

        let (sender, arrivals) = channel();
        forward(Stream::Out, child.stdout.take().context("no standard output")?, sender.clone());
        forward(Stream::Err, child.stderr.take().context("no standard error")?, sender);
        Ok(Self {
            input: child.stdin.take(),
            child,
            group,
            arrivals,
            out: Text::default(),
            err: Text::default(),
            started: Instant::now(),
            limit,
            ended: None,
        })
    }

    /// Types the text on the child's standard input.
    pub fn type_text(&mut self, text: &str) -> Result<()> {
        let input = self.input.as_mut().context("standard input is closed")?;
        input.write_all(text.as_bytes())?;
        Ok(input.flush()?)
    }

    /// Closes the child's standard input: it will read the end of file.
    pub fn close_input(&mut self) {
        self.input = None;
    }

    /// Waits until one of the streams shows the text, past the place where the last wait ended.
    pub fn wait_for(&mut self, text: &str) -> Result<()> {
        while !self.shows(text, self.limit)? {}
        Ok(())
    }

    /// The same, but for no longer than `patience`; whether it has come.
    pub fn shows(&mut self, text: &str, patience: Duration) -> Result<bool> {
        let begun = Instant::now();
        loop {
            if self.out.find(text) || self.err.find(text) {
                return Ok(true);
            }
            if begun.elapsed() > patience {
                return Ok(false);
            }
            if self.receive().with_context(|| format!("waiting for {text:?}"))? == Arrival::End {
                bail!("the machine ended before it showed {text:?}");
            }
        }
    }

    /// Types a key until the text shows: one that comes before the program that it is for does nothing.
    pub fn press(&mut self, key: &str, text: &str) -> Result<()> {
        loop {
            self.type_text(key)?;
            if self.shows(text, KEY_PATIENCE)? {
                return Ok(());
            }
        }
    }

    /// Reads to the end and gives each whole line to `on_line` as it arrives.
    pub fn finish(mut self, mut on_line: impl FnMut(Stream, &str)) -> Result<Ended, (anyhow::Error, Ended)> {
        let result = loop {
            match self.receive() {
                Ok(arrival) => {
                    for stream in [Stream::Out, Stream::Err] {
                        while let Some(line) = self.stream(stream).next_line() {
                            on_line(stream, &line);
                        }
                    }
                    if arrival == Arrival::End {
                        break self.child.wait().map_err(anyhow::Error::from);
                    }
                }
                Err(error) => break Err(error),
            }
        };
        let mut ended = Ended { status: -1, out: self.out.all(), err: self.err.all() };
        match result {
            Ok(status) => {
                ended.status = shell_status(status);
                Ok(ended)
            }
            Err(error) => Err((error, ended)),
        }
    }

    /// What both streams have shown so far, the log after the output.
    pub fn shown(&self) -> (String, String) {
        (self.out.all(), self.err.all())
    }

    fn stream(&mut self, stream: Stream) -> &mut Text {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }

    /// Takes the next piece of output, if it comes soon.
    fn receive(&mut self) -> Result<Arrival> {
        if self.started.elapsed() > self.limit {
            bail!("still running after {} s", self.limit.as_secs());
        }
        match self.arrivals.recv_timeout(POLL) {
            Ok((stream, bytes)) => {
                let text = self.stream(stream);
                text.push(&bytes);
                if text.len() > OUTPUT_LIMIT_BYTES {
                    bail!("more than {} MiB of output", OUTPUT_LIMIT_BYTES >> 20);
                }
                Ok(Arrival::Bytes)
            }
            Err(RecvTimeoutError::Disconnected) => Ok(Arrival::End),
            Err(RecvTimeoutError::Timeout) => {
                let has_ended = self.child.try_wait()?.is_some();
                let is_over = has_ended && self.ended.get_or_insert_with(Instant::now).elapsed() > GRACE;
                Ok(if is_over { Arrival::End } else { Arrival::NothingYet })
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.group.end(&mut self.child);
    }
}

/// Sends what arrives on a pipe into the channel until the pipe ends.
fn forward(stream: Stream, mut pipe: impl Read + Send + 'static, to: Sender<(Stream, Vec<u8>)>) {
    thread::spawn(move || {
        let mut buffer = [0; 16 << 10];
        while let Ok(length @ 1..) = pipe.read(&mut buffer) {
            if to.send((stream, buffer[..length].to_vec())).is_err() {
                break;
            }
        }
    });
}

fn shell_status(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start(command, limit).unwrap()
    }

    const LONG: Duration = Duration::from_secs(20);

    #[test]
    fn output_and_log_stay_apart() {
        let mut lines = Vec::new();
        let process = shell("echo one; echo two >&2; exit 7", LONG);
        let ended = process.finish(|stream, line| lines.push((stream, line.to_owned()))).unwrap();
        assert_eq!((ended.status, ended.out.as_str(), ended.err.as_str()), (7, "one\n", "two\n"));
        assert!(lines.contains(&(Stream::Out, "one".into())) && lines.contains(&(Stream::Err, "two".into())));
    }

    #[test]
    fn limit_kills_the_whole_group() {
        let file = std::env::temp_dir().join(format!("tusk-tests-{}", std::process::id()));
        let script = format!("(sleep 5; touch {}) & wait", file.display());
        let (error, _) = shell(&script, Duration::from_millis(300)).finish(|_, _| ()).unwrap_err();
        assert!(error.to_string().contains("still running"), "{error}");
        thread::sleep(Duration::from_secs(5));
        assert!(!file.exists(), "a grandchild lived on");
    }

    #[test]
    fn child_left_behind_does_not_hold_us() {
        let process = shell("sleep 30 & echo done", LONG);
        assert_eq!(process.finish(|_, _| ()).unwrap().out, "done\n");
    }

    #[test]
    fn typed_text_is_answered() {
        let mut process = shell("read line; echo \"got $line\"; cat", LONG);
        process.type_text("hello\n").unwrap();
        process.wait_for("got hello").unwrap();
        process.close_input();
        assert_eq!(process.finish(|_, _| ()).unwrap().status, 0);
    }

    #[test]
    fn waiting_for_what_never_comes_fails() {
        let mut process = shell("echo something else", LONG);
        assert!(process.wait_for("hello").is_err());
    }

    #[test]
    fn waiting_may_be_short() {
        let mut process = shell("echo one; read line; echo two", LONG);
        assert!(process.shows("one", LONG).unwrap());
        assert!(!process.shows("two", Duration::from_millis(200)).unwrap());
        process.close_input();
        assert!(process.shows("two", LONG).unwrap());
    }

    #[test]
    fn death_by_signal_counts_like_in_a_shell() {
        assert_eq!(shell("kill -SEGV $$", LONG).finish(|_, _| ()).unwrap().status, 139);
    }
}
