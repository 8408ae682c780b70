//! `bench`: what fork costs, for bodies of different sizes, beside what it costs elsewhere.
//!
//! A body is what a process has to be copied with: pages above the program break, each written once. The process'
//! own text, data and stack (about a dozen pages) come on top and are in every figure.
#![no_std]
#![no_main]

use tusk_user::cpu::ticks;
use tusk_user::heap::Heap;
use tusk_user::linux::{self, Fork};
use tusk_user::measure::{self, Unit, median};
use tusk_user::{Environment, Errno, Status, entry, on_tusk, println, usage};

entry!(main);

const HELP: &str = "usage: bench
Measures fork, and fork with exit and wait, for bodies of 0 to 4096 pages; then two of the smallest system calls.
Under `qemu-system-i386 -icount shift=0,sleep=off` the figures are instructions and repeat from run to run; then, on
Tusk, the exit status tells whether fork kept within its limits (0) or not (1).";

/// The bodies measured, in pages.
const BODIES: [usize; 6] = [0, 16, 64, 256, 1024, 4096];
/// Runs for each body; the middle one counts.
const RUNS: usize = 9;

/// What a fork may cost here, in instructions: so many, and so many for each page.
const LIMIT: u64 = 60_000;
const LIMIT_PER_PAGE: u64 = 2_300;
/// The book's kernel, compiled with -O2: fork of a body of 4 pages, and each page more.
const BOOK: u64 = 1_420_000;
const BOOK_PER_PAGE: u64 = 26_400;
/// Linux 6.1 under the same emulator: fork, and fork + exit + wait, for the same bodies, in thousands.
const LINUX: [(u64, u64); BODIES.len()] = [(57, 92), (61, 106), (65, 121), (81, 188), (148, 460), (413, 1_546)];

/// What one body costs, in ticks.
#[derive(Clone, Copy)]
struct Cost {
    pages: usize,
    /// From the call of fork to its return in the parent.
    fork: u64,
    /// The same, and on to the return of waitpid, the child exiting at once.
    round_trip: u64,
}

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    if environment.arguments().len() > 1 {
        return usage::refuse(HELP, format_args!("bench: it takes no argument"));
    }
    let unit = measure::unit();
    print_heading(unit);

    let mut costs = [None; BODIES.len()];
    for ((cost, pages), linux) in costs.iter_mut().zip(BODIES).zip(LINUX) {
        *cost = measure_body(pages).ok();
        print_row(pages, *cost, linux, unit);
    }
    print_slope(&costs);
    print_small_calls();

    let too_slow = costs.iter().flatten().any(|cost| cost.fork > limit(cost.pages));
    i32::from(too_slow && unit == Unit::Instructions && on_tusk())
}

/// Says what is measured, and names the columns.
fn print_heading(unit: Unit) {
    match unit {
        Unit::Instructions => println!("Figures are instructions: this machine counts them."),
        Unit::Cycles => println!("Figures are cycles and vary; for instructions boot with -icount shift=0,sleep=off."),
    }
    println!("Medians of {RUNS}. The columns of the book (fork, -O2) and of Linux 6.1 are thousands of instructions.");
    println!();
    println!(
        "{:>5}{:>11}{:>10}{:>9}{:>16}{:>9}{:>9}{:>10}",
        "pages", "fork", "limit", "verdict", "fork+exit+wait", "book", "Linux", "with wait"
    );
}

/// Prints what one body costs, if it could be measured.
fn print_row(pages: usize, cost: Option<Cost>, linux: (u64, u64), unit: Unit) {
    let Some(cost) = cost else {
        println!("{pages:>5}  does not fit into this machine's memory");
        return;
    };
    let verdict = match unit {
        Unit::Cycles => "-",
        Unit::Instructions if cost.fork <= limit(pages) => "ok",
        Unit::Instructions => "TOO SLOW",
    };
    let book = (BOOK + BOOK_PER_PAGE * pages as u64) / 1000;
    println!(
        "{pages:>5}{:>11}{:>10}{verdict:>9}{:>16}{book:>8}k{:>8}k{:>9}k",
        cost.fork,
        limit(pages),
        cost.round_trip,
        linux.0,
        linux.1
    );
}

/// What a fork with this body may cost.
fn limit(pages: usize) -> u64 {
    LIMIT + LIMIT_PER_PAGE * pages as u64
}

/// Prints what a page more costs: between the smallest and the largest body that were measured.
fn print_slope(costs: &[Option<Cost>]) {
    let mut measured = costs.iter().flatten();
    let (Some(least), Some(most)) = (measured.next(), measured.next_back()) else {
        return;
    };
    let pages = (most.pages - least.pages) as u64;
    println!();
    println!(
        "A page more costs {} in fork and {} in fork+exit+wait (limit {LIMIT_PER_PAGE}; book {BOOK_PER_PAGE}; Linux, \
         which copies on write, 86 and 353).",
        most.fork.saturating_sub(least.fork) / pages,
        most.round_trip.saturating_sub(least.round_trip) / pages,
    );
}

/// Measures fork with a body of so many pages.
///
/// ENOMEM when either the body or its copy does not fit into memory.
fn measure_body(pages: usize) -> Result<Cost, Errno> {
    let mut body = Heap::new(pages)?;
    body.touch();
    // The first one fills caches and the kernel's pools, and may meet a full memory.
    fork_once()?;
    let (mut forks, mut round_trips) = ([0; RUNS], [0; RUNS]);
    for (fork, round_trip) in forks.iter_mut().zip(&mut round_trips) {
        (*fork, *round_trip) = fork_once()?;
    }
    Ok(Cost { pages, fork: median(&mut forks), round_trip: median(&mut round_trips) })
}

/// Forks a child that ends at once, and waits for it; returns the ticks until fork's and until waitpid's return.
fn fork_once() -> Result<(u64, u64), Errno> {
    let start = ticks();
    let Fork::Parent(child) = linux::fork()? else { linux::exit(0) };
    let forked = ticks();
    let (_, status) = linux::waitpid(child)?;
    let ended = ticks();
    assert!(status == Status(0), "the child ended with {status}");
    Ok((forked - start, ended - start))
}

/// Prints what a system call costs that does next to nothing.
fn print_small_calls() {
    let getpid = cost_of_call(|| {
        linux::getpid();
    });
    let sched_yield = cost_of_call(|| {
        let _ = linux::sched_yield();
    });
    println!("getpid {getpid} (book 63, Linux 335); sched_yield with nobody to yield to {sched_yield} (Linux 1008).");
}

/// The ticks of one call, the loop around it included: the middle one of several, each the mean of a hundred.
fn cost_of_call(call: impl Fn()) -> u64 {
    const CALLS: u64 = 100;
    let mut samples = [0; RUNS];
    for sample in &mut samples {
        let start = ticks();
        (0..CALLS).for_each(|_| call());
        *sample = (ticks() - start) / CALLS;
    }
    median(&mut samples)
}
