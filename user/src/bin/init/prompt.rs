//! The prompt of init's own, where there is no shell: words, and programs by name.

use super::command::{COMMAND_MAX, run};
use linux_raw_sys::general;
use tusk_user::signal::{self, Action};
use tusk_user::{Environment, Errno, eprintln, linux, print, println};

/// Reads command lines and runs them until `exit` or the end of the input; returns the status to end with.
pub fn prompt(environment: &Environment) -> i32 {
    // The keys that end a command must not end the prompt: calls return EINTR, and programs get the default back.
    for signal in [general::SIGINT, general::SIGQUIT] {
        let _ = signal::set_action(signal, Action::Call(on_key, 0));
    }
    let mut buffer = [0; COMMAND_MAX];
    let mut last = 0;
    loop {
        print!("tusk# ");
        let line = match read_line(&mut buffer) {
            Ok(Some(line)) => line,
            Ok(None) => return last,
            Err(Errno::EINTR) => {
                println!();
                continue;
            }
            Err(error) => {
                eprintln!("init: cannot read the keyboard: {error}");
                return 1;
            }
        };
        match line.trim_ascii() {
            [] => continue,
            b"exit" => return last,
            b"help" => {
                println!("Programs: forktree, forkstorm, bench, ps, echo, true, false, poweroff, /tests/suite.");
                println!("`exit` ends this prompt, and init starts another.");
            }
            command => match run(environment, command) {
                Ok(status) => {
                    last = status.shell_code();
                    if last != 0 {
                        println!("[{status}]");
                    }
                }
                Err(error) => eprintln!("cannot make a process: {error}"),
            },
        }
    }
}

/// It is enough that it was called.
extern "C" fn on_key(_signal: i32) {}

/// Reads a line from the terminal, without its end; `None` at the end of the input.
///
/// Byte by byte: what is behind the line belongs to the next, or to the program that this line starts.
fn read_line(buffer: &mut [u8; COMMAND_MAX]) -> Result<Option<&[u8]>, Errno> {
    let mut length = 0;
    loop {
        let mut byte = [0];
        match (linux::read(0, &mut byte)?, byte) {
            (0, _) if length == 0 => return Ok(None),
            (0, _) | (_, [b'\n']) => return Ok(Some(&buffer[..length])),
            _ if length < COMMAND_MAX => {
                buffer[length] = byte[0];
                length += 1;
            }
            // Longer than any command: what is too much is left out, and the command will say so itself.
            _ => {}
        }
    }
}
