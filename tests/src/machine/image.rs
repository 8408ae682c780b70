//! The ISO as a file, and building it.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use crate::job::Job;
use crate::process::Process;
use crate::project;
use crate::verdict::Verdict;

/// Bochs and the emulators in a browser read the image slowly.
const LARGEST_ISO_BYTES: u64 = 2_000_000;

/// What a build makes, below `build/`.
const PRODUCTS: [&str; 4] = ["tusk.iso", "tusk.elf", "tusk-boot.elf", "root.cpio"];

/// When a build in which there is nothing to do must be over, on a machine with other work.
const BUILD_LIMIT: Duration = Duration::from_secs(120);

/// Tests that boot nothing.
pub fn jobs() -> [Job; 2] {
    [
        job("machine::image::is_smaller_than_2_MB", is_small),
        job("machine::image::second_build_makes_nothing_new", second_build_makes_nothing_new),
    ]
}

fn job(name: &'static str, check: fn() -> Result<()>) -> Job {
    Job {
        expected: Duration::from_secs(2),
        long: false,
        tests: vec![name.to_owned()],
        body: Box::new(move |reporter| {
            let started = Instant::now();
            let verdict = Verdict::from(check());
            reporter.report(name, verdict, started.elapsed());
        }),
    }
}

fn is_small() -> Result<()> {
    let size = project::built("tusk.iso")?.metadata()?.len();
    ensure!(size < LARGEST_ISO_BYTES, "{size} bytes");
    Ok(())
}

/// `make iso` after `make iso` compiles nothing and leaves every product as it was.
fn second_build_makes_nothing_new() -> Result<()> {
    let written = || PRODUCTS.iter().map(|product| project::written(product)).collect::<Result<Vec<_>>>();
    make_iso()?;
    let before = written()?;
    let said = make_iso()?;
    ensure!(!said.contains("Compiling"), "something was compiled:\n{said}");
    for ((product, before), after) in PRODUCTS.iter().zip(before).zip(written()?) {
        ensure!(before == after, "build/{product} was made anew:\n{said}");
    }
    Ok(())
}

/// Builds the ISO; returns what the build said.
fn make_iso() -> Result<String> {
    let mut make = Command::new("make");
    make.arg("iso").current_dir(project::root());
    let ended = Process::start(make, BUILD_LIMIT)?.finish(|_, _| ()).map_err(|(error, _)| error)?;
    ensure!(ended.status == 0, "make iso: status {}\n{}", ended.status, ended.err);
    Ok(ended.err)
}
