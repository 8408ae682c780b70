//! The terminals: a shell on the serial line, and one on screen and keyboard.
//!
//! The shell's editor shows the line again with each key, its prompt included; so what is waited for is an answer that
//! differs from the words that ask for it.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::boot::{Boot, Next};
use crate::machines::USUAL;
use crate::process::Process;
use crate::scene::{Check, Scene};

/// QEMU's monitor listens here. The path counts from the project's folder, where we and QEMU are: a
/// socket's path may have a hundred bytes and no more.
const MONITOR: &str = "build/tests/monitor.sock";

/// What the prompt looks like.
const PROMPT: &str = "[root@tusk /]$ ";

/// Time between two keys. A person is slower.
const KEY_INTERVAL: Duration = Duration::from_millis(60);

/// How often the screen is looked at, and how many times.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);
const LOOKS: usize = 100;

/// The screen's characters and their colours, in bytes.
const SCREEN_BYTES: usize = 4000;
const ROW_BYTES: usize = 160;

const INTERRUPT: &str = "\x03";

/// More bytes in a line than a page and the terminal's buffers have; more than a program's arguments may have.
const LONG: usize = 5000;
const TOO_LONG: usize = 140_000;

/// More processes than fit into 32 MiB.
const TOO_MANY: usize = 600;

const SERIAL: &[(&str, Check)] = &[
    ("command_is_run", |record| {
        record.status()?;
        ensure!(record.out.lines().any(|line| line.trim() == "hello from outside"), "echo's own line is missing");
        Ok(())
    }),
    ("interrupt_ends_a_job_exit_a_shell_and_poweroff_the_machine", |record| record.expect_status(0)),
];

const NONSENSE: &[(&str, Check)] = &[("shell_says_what_is_wrong_and_goes_on", |record| record.expect_status(0))];

const KEYBOARD: &[(&str, Check)] = &[
    ("command_is_run_and_shown_on_the_screen_and_the_serial_shell_answers_too", |record| record.expect_status(0)),
    ("serial_line_shows_nothing_of_it", |record| {
        record.status()?;
        ensure!(record.out.contains(PROMPT), "there is no shell on the serial line");
        ensure!(!record.out.contains("hello"), "what was typed on the keyboard came over the serial line");
        Ok(())
    }),
];

const FULL: &[(&str, Check)] = &[("init_tries_until_there_is_a_shell", |record| record.status().map(drop))];

/// A person at the serial line, and one at the keyboard; and one at a machine where most forks fail.
pub fn scenes() -> Vec<Scene> {
    let iso = "tools/run-qemu.sh --iso build/tusk.iso --mem 32";
    let monitor = format!("{iso} -- -monitor unix:{MONITOR},server,nowait");
    vec![
        Scene::new(Boot { play: Some(type_on_serial_line), ..Boot::by("prompt", iso.to_owned()) }, SERIAL),
        Scene::new(Boot { play: Some(type_nonsense), ..Boot::by("nonsense", iso.to_owned()) }, NONSENSE),
        Scene::new(Boot { play: Some(type_on_keyboard), ..Boot::by("keyboard", monitor) }, KEYBOARD),
        Scene::new(
            Boot { play: Some(ask_the_shell), ..Boot::of("prompt_without_memory", &USUAL, "inject=fork") },
            FULL,
        ),
    ]
}

/// Types what the book's shell does not survive: lines without a command or with too many words, programs that cannot
/// start, more processes than there is memory for, a signal before its time. Each time there is a message, and the same shell goes on.
fn type_nonsense(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    let mut ask = |line: &str, answer: &str| {
        machine.type_text(&format!("{line}\r"))?;
        machine.wait_for(answer)
    };
    ask("x=same", PROMPT)?;
    ask("", PROMPT)?;
    ask("   \t ", PROMPT)?;
    ask("ls |", "sh: a command is missing behind `|`")?;
    ask("echo 'abc", "sh: a ' is not closed")?;
    ask("echo sta''tus $?", "status 2")?;
    ask("nosuchcommand", "sh: nosuchcommand: not found")?;
    ask("/etc", "sh: /etc: is a directory")?;
    ask("echo garb''age > /tmp/f; chmod 755 /tmp/f; hexdump -C /tmp/f", "garbage")?;
    ask("/tmp/f", "sh: garbage: not found")?;
    for count in [17, 100] {
        ask(&format!("echo{} | wc -w; echo co''unted", " x".repeat(count)), &format!("\n{count}\r\ncounted"))?;
    }
    ask(&format!("echo {} | wc -c; echo lo''ng", "x".repeat(LONG)), &format!("\n{}\r\nlong", LONG + 1))?;
    ask(&format!("echo \"$(yes | head -c {TOO_LONG})\""), "sh: echo: E2BIG")?;
    ask(&format!("{}sleep 600", "sleep 600 | ".repeat(TOO_MANY)), "sh: cannot make a process: ENOMEM")?;
    ask("sleep 600 & kill $!; wait $!; echo sta''tus $?", "status 143")?;
    ask("echo the $x sh''ell; exit", "the same shell")?;
    // Had one of the children become a second shell, this would be one of those.
    machine.wait_for(PROMPT)?;
    machine.type_text("echo an''other [$x]\r")?;
    machine.wait_for("another []")?;
    machine.type_text("poweroff\r")?;
    Ok(Next::ReadToEnd)
}

/// Types a mistake and corrects it, as people do; ends a program that would run for too long, and the shell, which
/// another follows.
fn type_on_serial_line(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    machine.type_text("echo hello from oops\x7f\x7f\x7f\x7fout''side\r")?;
    machine.wait_for("hello from outside")?;
    machine.type_text("echo he''re; /tests/helper sleep 600000\r")?;
    machine.wait_for("here")?;
    machine.press(INTERRUPT, PROMPT)?;
    machine.type_text("echo sta''tus $?\r")?;
    machine.wait_for("status 130")?;
    machine.type_text("echo la''st; exit\r")?;
    machine.wait_for("last")?;
    machine.wait_for(PROMPT)?;
    machine.type_text("echo an''other\r")?;
    machine.wait_for("another")?;
    machine.type_text("poweroff\r")?;
    Ok(Next::ReadToEnd)
}

/// Asks what the shell can tell without another process.
fn ask_the_shell(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    machine.type_text("help\r")?;
    machine.wait_for("The shell's own commands:")?;
    Ok(Next::Stop)
}

/// Presses keys, as QEMU's monitor calls them, and looks at the screen; the shell on the serial line answers meanwhile.
fn type_on_keyboard(machine: &mut Process) -> Result<Next> {
    machine.wait_for(PROMPT)?;
    wait_for_row(PROMPT.trim())?;
    press("echo hello from outside\n")?;
    wait_for_row("hello from outside")?;
    machine.type_text("echo ser''ial\r")?;
    machine.wait_for("serial")?;
    let rows = screen()?;
    ensure!(!rows.iter().any(|row| row.contains("ser")), "what was typed on the serial line is on the screen");
    press("poweroff\n")?;
    Ok(Next::ReadToEnd)
}

fn press(text: &str) -> Result<()> {
    let mut monitor = connect()?;
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

/// Waits until a row of the screen is this text.
fn wait_for_row(text: &str) -> Result<()> {
    let mut rows = Vec::new();
    for _ in 0..LOOKS {
        rows = screen()?;
        if rows.iter().any(|row| row.trim() == text) {
            return Ok(());
        }
        sleep(LOOK_INTERVAL);
    }
    bail!("no row of the screen is {text:?}:\n{}", rows.join("\n"))
}

/// The rows of the screen, from its memory: each character is followed by its colours.
fn screen() -> Result<Vec<String>> {
    let mut monitor = connect()?;
    writeln!(monitor, "xp /{SCREEN_BYTES}bx 0xb8000")?;
    let answer = read_to_prompt(&mut monitor)?;
    let values =
        answer.lines().filter_map(|line| line.split_once(": ")).flat_map(|(_, bytes)| bytes.split_whitespace());
    let bytes: Vec<_> = values.filter_map(|byte| u8::from_str_radix(byte.strip_prefix("0x")?, 16).ok()).collect();
    ensure!(bytes.len() == SCREEN_BYTES, "the monitor showed {} bytes of the screen", bytes.len());
    let row = |row: &[u8]| row.iter().step_by(2).map(|&byte| char::from(byte)).collect();
    Ok(bytes.chunks(ROW_BYTES).map(row).collect())
}

fn connect() -> Result<UnixStream> {
    let mut monitor = UnixStream::connect(MONITOR).context("QEMU's monitor does not answer")?;
    monitor.set_read_timeout(Some(Duration::from_secs(5)))?;
    read_to_prompt(&mut monitor)?;
    Ok(monitor)
}

/// What the monitor says until it waits for the next command.
fn read_to_prompt(monitor: &mut UnixStream) -> Result<String> {
    let mut text = Vec::new();
    let mut piece = [0; 4096];
    while !text.ends_with(b"(qemu) ") {
        let length = monitor.read(&mut piece).context("QEMU's monitor is silent")?;
        ensure!(length > 0, "QEMU's monitor has hung up");
        text.extend_from_slice(&piece[..length]);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}
