//! The prompt: what is typed on the serial line and on the keyboard becomes commands.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::boot::{Boot, Next};
use crate::process::Process;
use crate::scene::{Check, Scene};

/// QEMU's monitor listens here. The path counts from the project's folder, where we and QEMU are: a
/// socket's path may have a hundred bytes and no more.
const MONITOR: &str = "build/tests/monitor.sock";

/// What the prompt looks like.
const PROMPT: &str = "tusk# ";

/// Time between two keys. A person is slower.
const KEY_INTERVAL: Duration = Duration::from_millis(60);

const ANSWERS: &[(&str, Check)] = &[
    ("command_is_run", |record| {
        record.status()?;
        ensure!(record.out.lines().any(|line| line.trim() == "hello from outside"), "echo's own line is missing");
        Ok(())
    }),
    ("exit_powers_off", |record| record.expect_status(0)),
];

/// A prompt on the serial line, and one on the keyboard.
pub fn scenes() -> Vec<Scene> {
    let iso = "tools/run-qemu.sh --iso build/tusk.iso --mem 32";
    let monitor = format!("{iso} -- -monitor unix:{MONITOR},server,nowait");
    vec![
        Scene::new(Boot { play: Some(type_on_serial_line), ..Boot::by("prompt", iso.to_owned()) }, ANSWERS),
        Scene::new(Boot { play: Some(type_on_keyboard), ..Boot::by("keyboard", monitor) }, ANSWERS),
    ]
}

/// Types a mistake and corrects it, as people do: the line discipline is the kernel's.
fn type_on_serial_line(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    machine.type_text("echo hello from oops\x7f\x7f\x7f\x7foutside\r")?;
    machine.wait_for("hello from outside")?;
    machine.wait_for(PROMPT)?;
    machine.type_text("exit\r")?;
    Ok(Next::ReadToEnd)
}

/// Presses keys, as QEMU's monitor calls them.
fn type_on_keyboard(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    let mut monitor = UnixStream::connect(MONITOR).context("QEMU's monitor does not answer")?;
    press(&mut monitor, "echo hello from outside\n")?;
    machine.wait_for(PROMPT)?;
    press(&mut monitor, "exit\n")?;
    Ok(Next::ReadToEnd)
}

fn press(monitor: &mut UnixStream, text: &str) -> Result<()> {
    for character in text.chars() {
        let key = match character {
            '\n' => "ret".to_owned(),
            ' ' => "spc".to_owned(),
            letter => letter.to_string(),
        };
        writeln!(monitor, "sendkey {key} 20")?;
        sleep(KEY_INTERVAL);
    }
    Ok(())
}
