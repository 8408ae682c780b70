//! Puts the time of each test on its line of the report.
//!
//! libtest-mimic prints what libtest prints, without times. It can write into a file, so we let it
//! write into a pipe and pass everything on, and before the end of a line `test NAME ... ok` we add
//! ` <1.234s>`, which is how libtest's own `--report-time` looks. Bytes are passed on as they come:
//! with `--test-threads 1` one sees which test is running.

use std::io::{self, IsTerminal, PipeReader, PipeWriter, Read, Write};
use std::os::fd::AsRawFd;
use std::thread::JoinHandle;

use anyhow::Result;
use libtest_mimic::{Arguments, ColorSetting, Conclusion, Trial};

use crate::group;
use crate::job::Times;

/// How other programs end that write to nobody, as a shell counts.
const STATUS_OF_SIGPIPE: i32 = 141;

/// Runs the trials with libtest-mimic, the report on standard output with times in it.
pub fn run(arguments: &Arguments, trials: Vec<Trial>, times: Times) -> Result<Conclusion> {
    if arguments.list || arguments.logfile.is_some() {
        return Ok(libtest_mimic::run(arguments, trials));
    }
    let (reader, writer) = io::pipe()?;
    let mut arguments = arguments.clone();
    arguments.logfile = Some(format!("/dev/fd/{}", writer.as_raw_fd()));
    arguments.color = Some(color(arguments.color));

    let copier = copy_in_background(reader, times);
    let conclusion = libtest_mimic::run(&arguments, trials);
    finish(writer, copier);
    Ok(conclusion)
}

/// Colours are for terminals, unless somebody asked for them (or against them).
fn color(asked: Option<ColorSetting>) -> ColorSetting {
    match asked {
        Some(ColorSetting::Always) => ColorSetting::Always,
        Some(ColorSetting::Never) => ColorSetting::Never,
        _ if io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() => ColorSetting::Always,
        _ => ColorSetting::Never,
    }
}

fn copy_in_background(reader: PipeReader, times: Times) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let time_of = |name: &str| times.lock().unwrap().get(name).copied();
        if copy(reader, io::stdout(), time_of).is_err() {
            // Nobody reads the report any more (`make test | head`): there is no use in going on.
            group::end_all();
            std::process::exit(STATUS_OF_SIGPIPE);
        }
    })
}

/// Ends the pipe and waits until the last byte has been passed on.
fn finish(writer: PipeWriter, copier: JoinHandle<()>) {
    drop(writer);
    copier.join().expect("the copier does not panic");
}

/// Copies the report and adds the time to each line that tells how a test ended.
fn copy(
    mut from: impl Read,
    mut to: impl Write,
    time_of: impl Fn(&str) -> Option<std::time::Duration>,
) -> io::Result<()> {
    let mut line = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let length = from.read(&mut buffer)?;
        if length == 0 {
            return to.flush();
        }
        for piece in buffer[..length].split_inclusive(|byte| *byte == b'\n') {
            line.extend_from_slice(piece);
            let Some(words) = piece.strip_suffix(b"\n") else {
                to.write_all(piece)?;
                continue;
            };
            to.write_all(words)?;
            if let Some(time) = test_name(&String::from_utf8_lossy(&line)).and_then(&time_of) {
                write!(to, " <{:.3}s>", time.as_secs_f64())?;
            }
            to.write_all(b"\n")?;
            line.clear();
        }
        to.flush()?;
    }
}

/// The name on a line `test NAME   ... verdict`.
fn test_name(line: &str) -> Option<&str> {
    let (name, _verdict) = line.strip_prefix("test ")?.split_once(" ... ")?;
    Some(name.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Gives its text in pieces of three bytes: lines arrive torn.
    struct Torn<'a>(&'a [u8]);

    impl Read for Torn<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(3);
            buffer[..length].copy_from_slice(&self.0[..length]);
            self.0 = &self.0[length..];
            Ok(length)
        }
    }

    #[test]
    fn times_are_added_to_test_lines_only() {
        let report = "\nrunning 2 tests\ntest a::b  ... ok\ntest unknown ... FAILED\n\ntest result: ok. 1 passed\n";
        let mut copied = Vec::new();
        copy(Torn(report.as_bytes()), &mut copied, |name| (name == "a::b").then_some(Duration::from_millis(1234)))
            .unwrap();
        let expected = report.replace("a::b  ... ok", "a::b  ... ok <1.234s>");
        assert_eq!(String::from_utf8(copied).unwrap(), expected);
    }

    #[test]
    fn last_line_without_an_end_is_passed_on() {
        let mut copied = Vec::new();
        copy(Torn(b"test a ... "), &mut copied, |_| None).unwrap();
        assert_eq!(copied, b"test a ... ");
    }
}
