//! What a session leaves behind: processes of this host that it should have ended.

use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::boot::Record;
use crate::project;

/// How long a process may take to be gone after it was ended.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ISO of a session. By its full path: another run of the tests, in another folder, may be at work meanwhile.
pub fn iso(name: &str) -> String {
    project::build("tests/iso").join(name).with_extension("iso").display().to_string()
}

/// Looks for processes that know the session's ISO or the folder of its sockets, which gdb was told.
pub fn nothing_is_left(record: &Record) -> Result<()> {
    let folder = record.out.lines().find_map(|line| line.strip_prefix("Remote debugging using "));
    nothing_knows(&[Some(iso(record.name()).as_str()), folder].into_iter().flatten().collect::<Vec<_>>())
}

/// Waits until no process has one of these words in its command line.
pub fn nothing_knows(words: &[&str]) -> Result<()> {
    let begun = Instant::now();
    loop {
        let left: Vec<_> = words.iter().flat_map(|words| processes_with(words)).collect();
        if left.is_empty() {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "still there: {left:#?}");
        sleep(Duration::from_millis(100));
    }
}

/// The command lines, of all processes of this host, in which the words occur.
fn processes_with(words: &str) -> Vec<String> {
    let folders = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = folders.filter_map(|folder| std::fs::read(folder.path().join("cmdline")).ok());
    let texts = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    texts.filter(|line| line.contains(words)).collect()
}
