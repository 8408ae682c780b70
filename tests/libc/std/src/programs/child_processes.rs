//! Programs started from here: output, pipes both ways, environment, status, signals; several from several threads.

use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;

fn shell(script: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    command.arg("-c").arg(script);
    command
}

pub fn run() {
    let output = shell("echo words; echo errors >&2; exit 3").output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    println!("{:?} {:?} {:?}", text(&output.stdout), text(&output.stderr), output.status.code());

    let mut child = shell("cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    // More than a pipe holds: both ends must be served.
    let writing = thread::spawn(move || (0..20_000).try_for_each(|number| writeln!(input, "{number}")).is_ok());
    let mut back = String::new();
    child.stdout.take().unwrap().read_to_string(&mut back).unwrap();
    let written = writing.join().unwrap();
    println!("{written} {} lines, {:?}", back.lines().count(), child.wait().unwrap().code());

    let output = shell("echo $WORD $HOME; cd /dev; pwd").env_clear().env("WORD", "given").output().unwrap();
    println!("{:?}", text(&output.stdout));
    println!("{:?}", shell("kill -KILL $$").status().unwrap().signal());
    println!("{:?}", Command::new("/does/not/exist").spawn().unwrap_err().kind());

    let mut sleeper = shell("sleep 1000").spawn().unwrap();
    println!("still there: {}", sleeper.try_wait().unwrap().is_none());
    sleeper.kill().unwrap();
    println!("killed: {:?}", sleeper.wait().unwrap().signal());

    let codes: Vec<_> = thread::scope(|scope| {
        let handles: Vec<_> =
            (0..4).map(|code| scope.spawn(move || shell(&format!("exit {code}")).status().unwrap().code())).collect();
        handles.into_iter().map(|handle| handle.join().unwrap()).collect()
    });
    println!("{codes:?}");
}
