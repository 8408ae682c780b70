//! The terminals: each has a shell, in a session of its own, for as long as the machine runs.

use super::command::{become_line, run};
use super::prompt::prompt;
use core::ffi::CStr;
use core::time::Duration;
use linux_raw_sys::general;
use tusk_user::launch::{StringList, reap_until, spawn};
use tusk_user::print::Lossy;
use tusk_user::time::{now, sleep};
use tusk_user::{Environment, Errno, Status, eprintln, file, linux, println, terminal};

/// What is started on the terminals unless the kernel's command line says otherwise.
const SHELL: &CStr = c"/bin/sh";
/// A shell that ends sooner than this is not started again at once.
const SHORT_LIFE: Duration = Duration::from_secs(1);

/// How long to wait before a process is asked for again that could not be had.
const RETRY: Duration = Duration::from_millis(20);

/// A terminal with a shell.
struct Terminal {
    path: &'static CStr,
    /// What programs are told of it.
    kind: &'static CStr,
}

/// What is on a terminal.
#[derive(Clone, Copy)]
struct Shell {
    /// Its pid; `None` while there is none, be it for want of memory.
    pid: Option<i32>,
    /// When it was started.
    started: Duration,
    /// How long the next one waits before it begins.
    pause: Duration,
}

/// The screen with the keyboard, and the first serial line.
const TERMINALS: [Terminal; 2] =
    [Terminal { path: c"/dev/tty1", kind: c"TERM=linux" }, Terminal { path: c"/dev/ttyS0", kind: c"TERM=vt100" }];

/// Shows what this kernel is about on each terminal, and keeps a shell on each; returns only when waiting is impossible.
pub fn keep_shells(environment: &Environment, command: Option<&CStr>) -> Result<Status, Errno> {
    for terminal in &TERMINALS {
        // Without room for one process more there is no welcome; it is the shells that matter.
        if let Ok(child) = spawn(|| welcome(environment, terminal)) {
            reap_until(child)?;
        }
    }
    let none = Shell { pid: None, started: Duration::ZERO, pause: Duration::ZERO };
    let mut shells = [none; TERMINALS.len()];
    loop {
        for (shell, terminal) in shells.iter_mut().zip(&TERMINALS).filter(|(shell, _)| shell.pid.is_none()) {
            // The pause is the new child's: init must not sleep while others end.
            shell.pid = spawn(|| begin_session(environment, terminal, command, shell.pause)).ok();
            shell.started = now();
        }
        let everyone_is_there = shells.iter().all(|shell| shell.pid.is_some());
        let ended = match linux::waitpid_with(linux::ANY_CHILD, if everyone_is_there { 0 } else { general::WNOHANG }) {
            Ok((0, _)) | Err(Errno::ECHILD) => {
                // No process could be made, as somebody else has too many. That must not be the end of init.
                sleep(RETRY);
                continue;
            }
            Ok((ended, _)) => ended,
            Err(Errno::EINTR) => continue,
            Err(error) => return Err(error),
        };
        for shell in shells.iter_mut().filter(|shell| shell.pid == Some(ended)) {
            shell.pid = None;
            shell.pause = if now() - shell.started < SHORT_LIFE { SHORT_LIFE } else { Duration::ZERO };
        }
    }
}

/// In a child: shows on the terminal what there is to see.
fn welcome(environment: &Environment, terminal: &Terminal) -> i32 {
    if let Err(error) = use_terminal(terminal) {
        eprintln!("init: cannot open {}: {error}", Lossy(terminal.path.to_bytes()));
        return 1;
    }
    println!();
    println!("This is Tusk, a small kernel that shows how a process comes to be.");
    println!("Its first process, init, is pid {}. It will now run the command: forktree 2", linux::getppid());
    println!();
    if let Err(error) = run(environment, b"forktree 2") {
        eprintln!("init: cannot make a process: {error}");
    }
    println!();
    println!("Your turn. `poweroff` switches the machine off; in QEMU's and Bochs' terminal, so does Ctrl-A x.");
    0
}

/// In a child: begins a session on the terminal, and becomes its shell.
fn begin_session(environment: &Environment, terminal: &Terminal, command: Option<&CStr>, pause: Duration) -> i32 {
    sleep(pause);
    let begun = terminal::begin_session().and_then(|_| use_terminal(terminal));
    if let Err(error) = begun.and_then(|()| terminal::take_terminal(0)) {
        eprintln!("init: no session on {}: {error}", Lossy(terminal.path.to_bytes()));
        return 1;
    }
    let variables = [c"HOME=/", c"PATH=/bin:/sbin:/usr/bin", terminal.kind];
    let variables = StringList::new(variables).expect("three are not too many");
    let command = command.or_else(|| is_there(SHELL).then_some(SHELL));
    if let Some(command) = command {
        become_line(variables.strings(), command.to_bytes());
    }
    prompt(environment)
}

/// Makes the terminal descriptors 0 to 2.
fn use_terminal(terminal: &Terminal) -> Result<(), Errno> {
    let opened = file::open(terminal.path, general::O_RDWR)?;
    (0..3).try_for_each(|number| file::duplicate_to(opened.number(), number))
}

/// Says whether there is such a file.
fn is_there(path: &CStr) -> bool {
    file::open(path, general::O_RDONLY).is_ok()
}
