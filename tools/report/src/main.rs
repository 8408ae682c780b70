//! Draws what a trace and a debugger have seen of Tusk: one HTML page, and its pictures as SVG files.
//!
//! `tools/fork-report.sh` and `tools/boot-report.sh` boot the machine, record, and call this. It reads lines (trace),
//! puts them together (model), draws (picture), and lays out (page); nothing of it asks the network for anything.

mod model;
mod number;
mod page;
mod picture;
#[cfg(test)]
mod sample;
mod snapshot;
mod trace;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Draws what a trace and a debugger have seen of Tusk.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    report: Report,
}

#[derive(Subcommand)]
enum Report {
    /// One fork: its steps, its pages, and what it changed
    Fork(ForkArguments),
    /// The way from power-on to the prompt: its stages, memory, and the first processes
    Boot(BootArguments),
}

/// Of what, and where to.
#[derive(clap::Args)]
pub struct ForkArguments {
    /// What the kernel sent to port 0xe9: groups fork, exec, exit and sched
    #[arg(long)]
    pub trace: PathBuf,
    /// What gdb saw at each step (tools/gdb/record.py)
    #[arg(long)]
    pub snapshot: PathBuf,
    /// The command that was run: the program whose fork it is comes first
    #[arg(long)]
    pub command: String,
    /// Which of that program's forks
    #[arg(long, default_value_t = 1)]
    pub fork: usize,
    /// How the page says that it was made
    #[arg(long, default_value = "make fork-report")]
    pub made_by: String,
    /// The folder for index.html and the pictures
    #[arg(long)]
    pub out: PathBuf,
}

/// Of what, and where to.
#[derive(clap::Args)]
pub struct BootArguments {
    /// The log of a boot that was not traced
    #[arg(long)]
    pub log: PathBuf,
    /// The trace of another one: groups fork, exec, exit and sched
    #[arg(long)]
    pub trace: PathBuf,
    /// How the page says that it was made
    #[arg(long, default_value = "make boot-report")]
    pub made_by: String,
    /// The folder for index.html and the pictures
    #[arg(long)]
    pub out: PathBuf,
}

fn main() -> Result<()> {
    match Arguments::parse().report {
        Report::Fork(arguments) => page::fork::write(&arguments),
        Report::Boot(arguments) => page::boot::write(&arguments),
    }
}
