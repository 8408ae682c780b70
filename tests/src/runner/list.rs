//! A list for `/tests/runner`, which the root filesystem has: laid where it can be read, and run on Linux and on Tusk.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::Reader;
use super::record::Case;
use crate::boot::Boot;
use crate::machines::Machine;
use crate::process::Process;
use crate::project;

/// The runner on the host, below `build/`.
const RUNNER: &str = "root/tests/runner";

/// Where Tusk has the list.
const LIST: &str = "/tests/list";

/// A list in a folder of its own.
pub struct List {
    folder: PathBuf,
}

impl List {
    /// Writes a list, in the lines that the runner takes, into a folder of which nothing else is left.
    pub fn lay(folder: &Path, lines: &str) -> Result<Self> {
        if folder.exists() {
            std::fs::remove_dir_all(folder).with_context(|| format!("cannot empty {}", folder.display()))?;
        }
        let list = Self { folder: folder.to_owned() };
        list.lay_in_overlay(LIST, |file| std::fs::write(file, lines))?;
        Ok(list)
    }

    /// The list's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a file in what is laid over Tusk's root filesystem.
    pub fn lay_in_overlay(&self, path: &str, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
        let file = self.overlay().join(path.trim_start_matches('/'));
        std::fs::create_dir_all(file.parent().context("a file is in a folder")?)?;
        make(&file).with_context(|| format!("cannot make {}", file.display()))
    }

    fn overlay(&self) -> PathBuf {
        self.folder.join("overlay")
    }

    /// Runs the list on this host, with this PATH, by a copy of the runner: a build that runs meanwhile lays the root
    /// filesystem anew. `on_record` gets each record as it comes.
    pub fn run_here(&self, path: &OsStr, limit: Duration, mut on_record: impl FnMut(Case, Duration)) -> Result<()> {
        let runner = self.folder.join("runner");
        std::fs::copy(project::built(RUNNER)?, &runner).context("cannot copy the runner")?;
        let scratch = self.folder.join("scratch");
        std::fs::create_dir(&scratch)?;
        let mut command = Command::new(runner);
        command.arg(self.overlay().join(LIST.trim_start_matches('/'))).arg(&scratch).env("PATH", path);

        let mut process = Process::start(command, limit)?;
        process.close_input();
        let mut reader = Reader::default();
        let ended = process.finish(|_, line| {
            if let Some((record, time)) = reader.hear(line) {
                on_record(record, time);
            }
        });
        let ended = ended.map_err(|(error, ended)| error.context(ended.err))?;
        ensure!(ended.status == 0 && reader.is_done(), "the runner ended with status {}: {}", ended.status, ended.err);
        Ok(())
    }

    /// A boot that runs the list, or what is behind a name of it.
    pub fn boot(&self, name: &str, machine: &Machine, limit: Duration, behind: Option<&str>) -> Boot {
        let run = format!("/tests/runner {LIST} /tmp {}", behind.unwrap_or_default());
        let options = format!("--overlay '{}' --run '{run}'", self.overlay().display());
        Boot { limit, ..Boot::with_iso_options(name, machine, &options) }
    }
}
