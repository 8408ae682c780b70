//! `forkstorm`: forks until the kernel says no, and then shows that nothing was lost.
//!
//! All children live at once: none may end before the last fork. There is no way yet to tell a process anything once
//! it has been forked (no signals, no pipes), so each is told before: it sleeps until a moment that the parent chose.
//! When the storm took longer than that, it is done again with more time.
#![no_std]
#![no_main]

use core::time::Duration;
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::time::{now, sleep_until};
use tusk_user::{Environment, Errno, Status, entry, eprintln, println, usage};

entry!(main);

const HELP: &str = "usage: forkstorm [--limit N | --rounds N]
Forks until fork is refused, says with which error and how many children there were, and waits for all of them.
  --limit N   stops after N children, if no error comes first
  --rounds N  instead: forks one child, which ends at once, and waits for it, N times over
The exit status is 0 if every child that was made was also waited for (or every round went well).";

/// How long children live in the first storm; each further one doubles it.
const FIRST_HOLD: Duration = Duration::from_secs(2);
/// No storm takes longer than this.
const LONGEST_HOLD: Duration = Duration::from_secs(256);

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let number = environment.argument(2).map(str::parse::<u32>);
    match (environment.arguments().len(), environment.argument(1), number) {
        (1, _, _) => storm(u32::MAX),
        (3, Some("--limit"), Some(Ok(limit))) => storm(limit),
        (3, Some("--rounds"), Some(Ok(count))) => rounds(count),
        _ => usage::refuse(HELP, format_args!("forkstorm: it takes --limit or --rounds, and a number")),
    }
}

/// What came of one storm.
struct Storm {
    /// Children that were made.
    forked: u32,
    /// Why there were no more; `None` when the limit was reached.
    refused: Option<Errno>,
    /// Whether all of them lived when the last was made.
    all_at_once: bool,
}

/// Storms until all children live at once; returns the exit status.
fn storm(limit: u32) -> i32 {
    let mut hold = FIRST_HOLD;
    loop {
        let storm = fork_until_refused(limit, hold);
        let reaped = reap_all();
        if !storm.all_at_once && reaped == storm.forked && hold < LONGEST_HOLD {
            hold *= 2;
            println!("forkstorm: some children ended before the last was made; again, with {} s", hold.as_secs());
            continue;
        }
        return report(&storm, reaped);
    }
}

/// Forks children that sleep for `hold` from now.
fn fork_until_refused(limit: u32, hold: Duration) -> Storm {
    let release = now() + hold;
    let mut forked = 0;
    let refused = loop {
        if forked == limit {
            break None;
        }
        match linux::fork() {
            Ok(Fork::Child) => {
                sleep_until(release);
                linux::exit(0);
            }
            Ok(Fork::Parent(_)) => forked += 1,
            Err(error) => break Some(error),
        }
        // Too slow for this hold: it makes no sense to go on.
        if now() >= release {
            break None;
        }
    };
    Storm { forked, refused, all_at_once: now() < release }
}

/// Waits for children until there are none; returns how many there were.
fn reap_all() -> u32 {
    let mut reaped = 0;
    while let Ok((child, status)) = linux::waitpid(ANY_CHILD) {
        reaped += 1;
        // A kernel that copies on write may run out of memory after the fork, and then has to kill.
        if status != Status(0) {
            eprintln!("forkstorm: child {child} did not end by itself: {status}");
        }
    }
    reaped
}

/// Says what happened; returns the exit status.
fn report(storm: &Storm, reaped: u32) -> i32 {
    match storm.refused {
        Some(error) => println!("forkstorm: fork said no after {} children: {error}", storm.forked),
        None => println!("forkstorm: stopped after {} children, without an error", storm.forked),
    }
    if !storm.all_at_once {
        eprintln!("forkstorm: but not all of them lived at once, this machine is too slow for that");
    }
    println!("forkstorm: {reaped} of {} children waited for", storm.forked);
    i32::from(reaped != storm.forked)
}

/// Forks and waits, one child at a time; returns the exit status.
fn rounds(count: u32) -> i32 {
    for round in 1..=count {
        if let Err(why) = one_round() {
            eprintln!("forkstorm: round {round} of {count}: {why}");
            return 1;
        }
        // A line for every tenth of the way.
        let tenths = |round: u32| u64::from(round) * 10 / u64::from(count);
        if tenths(round) != tenths(round - 1) {
            println!("forkstorm: {round} rounds ({} %)", tenths(round) * 10);
        }
    }
    println!("forkstorm: {count} rounds of fork, exit and wait");
    0
}

/// What can go wrong in a round.
enum Failure {
    Fork(Errno),
    Wait(Errno),
    Child(Status),
}

impl core::fmt::Display for Failure {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Failure::Fork(error) => write!(out, "fork: {error}"),
            Failure::Wait(error) => write!(out, "wait: {error}"),
            Failure::Child(status) => write!(out, "the child ended with {status}"),
        }
    }
}

/// Forks one child, which ends at once, and waits for it.
fn one_round() -> Result<(), Failure> {
    match linux::fork().map_err(Failure::Fork)? {
        Fork::Child => linux::exit(0),
        Fork::Parent(child) => match linux::waitpid(child).map_err(Failure::Wait)? {
            (ended, Status(0)) if ended == child => Ok(()),
            (_, status) => Err(Failure::Child(status)),
        },
    }
}
