//! `forkstorm`: forks until the kernel says no, and then shows that nothing was lost.
//!
//! All children live at once: none may end before the last fork. So each waits at a gate, a pipe that nobody ever writes
//! to, and they come out together when the parent closes it.
#![no_std]
#![no_main]

use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::{Environment, Errno, Status, entry, eprintln, file, println, usage};

entry!(main);

const HELP: &str = "usage: forkstorm [--limit N | --rounds N]
Forks until fork is refused, says with which error and how many children there were, and waits for all of them.
  --limit N   stops after N children, if no error comes first
  --rounds N  instead: forks one child, which ends at once, and waits for it, N times over
The exit status is 0 if every child that was made was also waited for (or every round went well).";

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

/// Forks children until the kernel says no, lets them go, and waits for them; returns the exit status.
fn storm(limit: u32) -> i32 {
    let (gate, key) = match file::pipe(0) {
        Ok(ends) => ends,
        Err(error) => {
            eprintln!("forkstorm: no pipe for the children to wait at: {error}");
            return 1;
        }
    };
    let mut forked = 0;
    let refused = loop {
        if forked == limit {
            break None;
        }
        match linux::fork() {
            Ok(Fork::Child) => {
                drop(key);
                // The gate's end is what it waits for; there is nothing to be read.
                let _ = linux::read(gate.number(), &mut [0]);
                linux::exit(0);
            }
            Ok(Fork::Parent(_)) => forked += 1,
            Err(error) => break Some(error),
        }
    };
    drop(key);
    report(forked, refused, reap_all())
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
fn report(forked: u32, refused: Option<Errno>, reaped: u32) -> i32 {
    match refused {
        Some(error) => println!("forkstorm: fork said no after {forked} children: {error}"),
        None => println!("forkstorm: stopped after {forked} children, without an error"),
    }
    println!("forkstorm: {reaped} of {forked} children waited for");
    i32::from(reaped != forked)
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
