//! `fuzz`: children that do at random what programs should not, and a parent that must not notice.
//!
//! Whatever a child does, it may harm itself alone: each must end, by itself or by a signal, and the kernel's accounts
//! must be even at the end. The same seed gives the same children. One that sleeps, or runs for ever, is killed.
#![no_std]
#![no_main]

mod child;
mod machine;
mod random;

use child::Child;
use core::time::Duration;
use linux_raw_sys::general;
use random::Random;
use tusk_user::linux::{self, Fork};
use tusk_user::{Environment, Status, entry, eprintln, println, signal, terminal, time, usage};

entry!(main);

const HELP: &str = "usage: fuzz [--seed N] [--rounds N]
Forks a child in each round, which makes random calls with random arguments, damages its heap, its segments, its stack
and its floating-point registers, and runs random instructions; and waits for it.
  --seed N    another number, other children (1)
  --rounds N  how many (300)
The exit status is 0 if every child has ended.";

/// A child that has not ended after this long is killed; then it must end.
const PATIENCE: Duration = Duration::from_millis(300);
/// A child that has not ended after this long hangs, killed or not.
const LIMIT: Duration = Duration::from_secs(60);
/// All processes but init and the caller.
const EVERYBODY: i32 = -1;
/// Forks within one child, each of whose children may fork again, one less deep.
const FORKS: u32 = 2;
const DEPTH: u32 = 2;

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let (mut seed, mut rounds) = (1, 300);
    for index in (1..environment.arguments().len()).step_by(2) {
        match (environment.argument(index), environment.argument(index + 1).map(str::parse::<u32>)) {
            (Some("--seed"), Some(Ok(number))) => seed = number,
            (Some("--rounds"), Some(Ok(number))) => rounds = number,
            _ => return usage::refuse(HELP, format_args!("fuzz: it takes --seed and --rounds, each with a number")),
        }
    }
    let argv = environment.entry_esp() + size_of::<usize>();
    let (mut exits, mut signals) = (0, [0u32; 32]);
    for round in 1..=rounds {
        match one_round(Random::new(seed, round), argv).map(Status::signal) {
            Some(None) => exits += 1,
            Some(Some(signal)) => signals[signal as usize % 32] += 1,
            None => {
                eprintln!("fuzz: seed {seed}: the child of round {round} does not end");
                return 1;
            }
        }
        let tenths = |round: u32| u64::from(round) * 10 / u64::from(rounds);
        if tenths(round) != tenths(round - 1) {
            let of = |signal| signals[signal as usize];
            let [ill, trap, bus] = [general::SIGILL, general::SIGTRAP, general::SIGBUS].map(of);
            let [fpe, kill, segv] = [general::SIGFPE, general::SIGKILL, general::SIGSEGV].map(of);
            println!(
                "\nfuzz: seed {seed}, {round} rounds: {exits} exits; \
                 ILL {ill} TRAP {trap} BUS {bus} FPE {fpe} KILL {kill} SEGV {segv}"
            );
        }
    }
    // Grandchildren whose parents have ended are init's; they too end.
    let _ = signal::kill(EVERYBODY, general::SIGKILL);
    time::sleep(Duration::from_millis(500));
    println!("fuzz: seed {seed}: all {rounds} children have ended");
    0
}

/// Forks one child and waits for it; `None` when it does not end.
fn one_round(random: Random, argv: usize) -> Option<Status> {
    let start = time::now();
    let deadline = start + LIMIT;
    let child = loop {
        match linux::fork() {
            Ok(Fork::Child) => {
                // So that what it leaves behind can be told from others.
                let _ = terminal::begin_session();
                linux::exit(Child { random, argv, forks: FORKS, depth: DEPTH }.run())
            }
            Ok(Fork::Parent(child)) => break child,
            // Orphans may have the memory still.
            Err(_) if time::now() < deadline => time::sleep(Duration::from_millis(10)),
            Err(_) => return None,
        }
    };
    for turn in 0.. {
        match linux::try_waitpid(child) {
            Ok(Some((_, status))) => {
                // Its children, one of which may run for ever.
                let _ = signal::kill(-child, general::SIGKILL);
                return Some(status);
            }
            Ok(None) if turn < 100 && time::now() < start + PATIENCE => linux::sched_yield().ok()?,
            Ok(None) if time::now() < deadline => {
                if time::now() > start + PATIENCE {
                    // It may have ended in the meantime.
                    let _ = signal::kill(child, general::SIGKILL);
                }
                time::sleep(Duration::from_millis(10));
            }
            _ => return None,
        }
    }
    None
}
