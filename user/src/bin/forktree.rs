//! `forktree`: a tree of processes, each of which shows that its memory is its own.
//!
//! One variable, at one address, is written by every process. If a write in one reached another, the process it
//! reached would see it: each checks its variable after all others have written theirs, and ends with status 1 if
//! anything but its own value is there.
//!
//! Processes of one tree cannot talk to each other yet (there are no pipes), and their lines should come in the order
//! of the tree. So every process has a moment of its own at which it prints, agreed on before the first fork.
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};
use core::time::Duration;
use tusk_user::linux::{self, Fork};
use tusk_user::time::{now, sleep, sleep_until};
use tusk_user::{Environment, Errno, Status, entry, eprintln, println, usage};

entry!(main);

const HELP: &str = "usage: forktree [DEPTH]
Forks until there is a full binary tree of processes, DEPTH levels below the first (0 to 8; 3 if not given, which makes
15 processes), and draws it. Each process writes its own number to one and the same variable, and looks later whether
it is still there. The exit status is 0 if that was so in all of them.";

/// The depth without an argument, and the largest one: 511 processes.
const USUAL_DEPTH: u32 = 3;
const LARGEST_DEPTH: u32 = 8;
/// What the child of the first fork ends with when it saw what it should.
const FIRST_CHILD_STATUS: u8 = 7;
/// Time that a process gets to come to life, and to print its line.
const BIRTH: Duration = Duration::from_millis(20);
const TURN: Duration = Duration::from_millis(20);

/// The variable every process writes: one address, and in each process another memory behind it.
static VALUE: AtomicU32 = AtomicU32::new(0);

fn main(environment: &Environment) -> i32 {
    if usage::help_was_asked(environment, HELP) {
        return 0;
    }
    let depth = match (environment.arguments().len(), environment.argument(1).map(str::parse)) {
        (1, _) => USUAL_DEPTH,
        (2, Some(Ok(depth @ 0..=LARGEST_DEPTH))) => depth,
        _ => return usage::refuse(HELP, format_args!("forktree: the depth must be a number from 0 to 8")),
    };
    let outcome = first_fork().and_then(|()| tree(depth));
    outcome.unwrap_or_else(|error| {
        eprintln!("forktree: fork was refused: {error}");
        1
    })
}

/// Forks once, and has both sides say in words what they see.
fn first_fork() -> Result<(), Errno> {
    VALUE.store(100, Ordering::Relaxed);
    println!("One fork, two processes");
    println!("  pid {}: I am about to call fork. My variable at {:p} holds 100.", linux::getpid(), &VALUE);

    match linux::fork()? {
        Fork::Child => linux::exit(first_child()),
        Fork::Parent(child) => {
            // We write before the child has looked, and speak after it: so this reads in one order only.
            VALUE.store(300, Ordering::Relaxed);
            let (_, status) = linux::waitpid(child)?;
            let (pid, value) = (linux::getpid(), VALUE.load(Ordering::Relaxed));
            println!("  pid {pid}: fork returned {child} in me: I am the parent, and {child} is my child.");
            println!("  pid {pid}: at {:p} I wrote 300 after the fork, and find {value}. My child: {status}.", &VALUE);
            println!();
            if value != 300 || status.exit_code() != Some(FIRST_CHILD_STATUS) {
                eprintln!("forktree: a write of parent or child reached the other");
                linux::exit(1);
            }
            Ok(())
        }
    }
}

/// The first child's side; returns its exit status.
fn first_child() -> i32 {
    // Long enough for the parent to write.
    sleep(BIRTH * 2);
    let (pid, parent) = (linux::getpid(), linux::getppid());
    let found = VALUE.swap(200, Ordering::Relaxed);
    println!("  pid {pid}: fork returned 0 in me: I am the child, and my parent is {parent}.");
    println!("  pid {pid}: at {:p} I found {found}, as it was at the fork, and wrote 200.", &VALUE);
    if found == 100 { i32::from(FIRST_CHILD_STATUS) } else { 1 }
}

/// Grows the tree and returns the exit status of the whole.
fn tree(depth: u32) -> Result<i32, Errno> {
    let count = processes_in(depth);
    println!("The whole tree, {depth} deep. Each process found what its parent had written, and wrote its own number.");
    println!("{:<26}{:>6}{:>7}{:>8}{:>8}  {}", "process", "pid", "parent", "found", "wrote", "the variable's address");

    let root = Node { depth, level: 0, path: 1, turn: 0, start: now() + BIRTH * (count + 5) };
    VALUE.store(0, Ordering::Relaxed);
    let status = root.live();

    println!();
    match status {
        0 if count == 1 => println!("1 process, with its own copy"),
        0 => println!("{count} processes, every one with its own copy"),
        _ => println!("something went wrong in this tree, see above"),
    }
    Ok(status)
}

/// How many processes a full tree has.
fn processes_in(depth: u32) -> u32 {
    (2 << depth) - 1
}

/// One process of the tree, as it knows itself.
#[derive(Clone, Copy)]
struct Node {
    /// Levels of the tree below this process.
    depth: u32,
    /// Levels above it.
    level: u32,
    /// The way from the root, a bit for each fork (0 the first, 1 the second child), with a 1 in front. As a number,
    /// it is the value this process writes: no two are the same.
    path: u32,
    /// Which line of the drawing is ours.
    turn: u32,
    /// When the first line is printed.
    start: Duration,
}

impl Node {
    /// The life of one process: write, fork, print, check, wait. Returns its exit status.
    fn live(self) -> i32 {
        let found = VALUE.swap(self.path, Ordering::Relaxed);
        let children = [self.child(0), self.child(1)].map(|child| child.and_then(Node::be_born));

        sleep_until(self.start + TURN * self.turn);
        println!(
            "{:<26}{:>6}{:>7}{:>8}{:>8}  {:p}",
            Drawing(self),
            linux::getpid(),
            linux::getppid(),
            found,
            self.path,
            &VALUE,
        );

        // By now every other process has written too, at this very address.
        sleep_until(self.start + TURN * processes_in(self.level + self.depth));
        let value = VALUE.load(Ordering::Relaxed);
        let mut good = value == self.path && found == self.path >> 1;
        if !good {
            eprintln!("forktree: pid {}: found {found}, wrote {}, and now it is {value}", linux::getpid(), self.path);
        }
        for child in children.into_iter().flatten() {
            good &= child.and_then(linux::waitpid).is_ok_and(|(_, status)| status == Status(0));
        }
        i32::from(!good)
    }

    /// What the `bit`-th child will be; none at the lowest level.
    fn child(&self, bit: u32) -> Option<Node> {
        let depth = self.depth.checked_sub(1)?;
        Some(Node {
            depth,
            level: self.level + 1,
            path: self.path << 1 | bit,
            // A process comes before its first child's whole tree, and that before the second's.
            turn: self.turn + 1 + bit * processes_in(depth),
            start: self.start,
        })
    }

    /// Forks: the child lives and ends as this node, the parent gets its pid.
    fn be_born(self) -> Option<Result<i32, Errno>> {
        match linux::fork() {
            Ok(Fork::Child) => linux::exit(self.live()),
            Ok(Fork::Parent(child)) => Some(Ok(child)),
            Err(error) => {
                eprintln!("forktree: pid {}: fork was refused: {error}", linux::getpid());
                Some(Err(error))
            }
        }
    }
}

/// A node's place in the tree, drawn: the branches that lead to it, then its path.
struct Drawing(Node);

impl core::fmt::Display for Drawing {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Node { level, path, .. } = self.0;
        let mut text = [b' '; 64];
        let mut length = 0;
        let mut put = |piece: &[u8]| {
            text[length..length + piece.len()].copy_from_slice(piece);
            length += piece.len();
        };
        // A first child has a brother below it, to whom the line goes on.
        for ancestor in 1..=level {
            let is_first = path >> (level - ancestor) & 1 == 0;
            put(match (ancestor == level, is_first) {
                (true, true) => b"|-- ",
                (true, false) => b"`-- ",
                (false, true) => b"|   ",
                (false, false) => b"    ",
            });
        }
        put(b"0");
        for step in (0..level).rev() {
            put(if path >> step & 1 == 0 { b"0" } else { b"1" });
        }
        out.pad(core::str::from_utf8(&text[..length]).unwrap_or("?"))
    }
}
