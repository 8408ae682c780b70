//! `$(…)`: the output of commands, as text.

use crate::failure::Failure;
use crate::shell::Shell;
use crate::signals;
use alloc::vec::Vec;
use tusk_user::Errno;
use tusk_user::file::{self, O_CLOEXEC};
use tusk_user::linux::{self, Fork};

impl Shell {
    /// Runs commands in a child, and returns what they print, without the line ends at its end; `$?` is their status.
    ///
    /// # Errors
    /// When there is no process or no pipe for it.
    pub fn substitute(&mut self, script: &[u8]) -> Result<Vec<u8>, Failure> {
        let failure = |error: Errno| Failure::new(format_args!("cannot run what is in $(…): {error}"));
        let (output, input) = file::pipe(O_CLOEXEC).map_err(failure)?;
        let held = self.interactive.then(signals::hold).flatten();
        match linux::fork().map_err(failure)? {
            Fork::Child => {
                drop(output);
                self.become_child();
                drop(held);
                if let Err(error) = crate::redirect::place(input, 1) {
                    linux::exit_group(failure(error).report());
                }
                self.run_text(script);
                linux::exit_group(self.status)
            }
            Fork::Parent(pid) => {
                drop(held);
                drop(input);
                let mut text = read_to_end(output.number());
                drop(output);
                self.status = self.wait_for_process(pid);
                text.truncate(text.iter().rposition(|&byte| byte != b'\n').map_or(0, |last| last + 1));
                // No argument can hold it.
                text.retain(|&byte| byte != 0);
                Ok(text)
            }
        }
    }
}

/// Reads until nothing more comes.
fn read_to_end(descriptor: i32) -> Vec<u8> {
    let mut text = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        match linux::read(descriptor, &mut buffer) {
            Ok(0) => return text,
            Ok(length) => text.extend_from_slice(&buffer[..length]),
            Err(Errno::EINTR) => {}
            Err(_) => return text,
        }
    }
}
