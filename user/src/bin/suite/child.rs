//! Children for the cases: made, waited for, and never left behind.
//!
//! The suite also runs on a kernel that was booted with `inject=fork`, where the first fork in a row fails at its
//! first allocation, the next at its second, until one gets through. A case then sees what it would see anyway, only
//! after a hundred error paths: so here fork is tried again, but only on such a kernel. Everywhere else the first
//! error is a failure.

use crate::check::{check, check_eq, fail, must};
use core::panic::Location;
use core::sync::atomic::{AtomicU8, Ordering};
use core::time::Duration;
use tusk_user::linux::{self, Fork};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, file, on_tusk};

/// Whether forks fail on purpose; found out by the first fork of a case, which on a sound kernel cannot fail.
static INJECTION: AtomicU8 = AtomicU8::new(UNKNOWN);
const UNKNOWN: u8 = 0;
const OFF: u8 = 1;
const ON: u8 = 2;

/// More than any fork has allocations.
const SWEEP_MAX: u32 = 10_000;

/// How a child ends that was expected not to come that far.
pub const SURVIVED: i32 = 88;

/// Forks, through whatever failures were injected.
///
/// # Errors
/// Those of fork that nobody injected.
pub fn try_fork() -> Result<Fork, Errno> {
    let first = linux::fork();
    if INJECTION.load(Ordering::Relaxed) == UNKNOWN {
        let injected = first == Err(Errno::ENOMEM) && on_tusk();
        INJECTION.store(if injected { ON } else { OFF }, Ordering::Relaxed);
    }
    if INJECTION.load(Ordering::Relaxed) == OFF {
        return first;
    }
    (0..SWEEP_MAX).fold(first, |result, _| if result == Err(Errno::ENOMEM) { linux::fork() } else { result })
}

/// Whether this kernel makes forks fail on purpose.
pub fn is_injecting() -> bool {
    if INJECTION.load(Ordering::Relaxed) == UNKNOWN {
        run(|| 0);
    }
    INJECTION.load(Ordering::Relaxed) == ON
}

/// Makes a child by another call than fork, through whatever failures were injected.
///
/// # Errors
/// Those of the call that nobody injected.
pub fn insist(mut make: impl FnMut() -> Result<usize, Errno>) -> Result<usize, Errno> {
    // Asked before, as the answer takes a fork.
    let injecting = is_injecting();
    loop {
        match make() {
            Err(Errno::ENOMEM) if injecting => {}
            result => return result,
        }
    }
}

/// How often to do something, where each time costs a fork: less often when every fork fails many times first.
pub fn rounds(usual: u32) -> u32 {
    if is_injecting() { usual.div_ceil(50) } else { usual }
}

/// Forks; the case fails when that does.
#[track_caller]
pub fn fork() -> Fork {
    match try_fork() {
        Ok(fork) => fork,
        Err(error) => fail(Location::caller(), format_args!("fork: {error:?}")),
    }
}

/// Starts a child that ends with the status `body` returns; gives its pid.
#[track_caller]
pub fn start(body: impl FnOnce() -> i32) -> i32 {
    match fork() {
        Fork::Child => linux::exit(body()),
        Fork::Parent(child) => child,
    }
}

/// A child that lives until it is let go, however long that takes, and then ends with a code.
pub struct HeldChild {
    /// Its pid.
    pub pid: i32,
    leash: file::Descriptor,
}

impl HeldChild {
    /// Starts it.
    #[track_caller]
    pub fn start(code: i32) -> HeldChild {
        let (reader, leash) = must!(file::pipe(0));
        let pid = start(|| {
            must!(file::close(leash.number()));
            // The end of the pipe is when the parent has no leash any more.
            check_eq!(linux::read(reader.number(), &mut [0]), Ok(0), "read of the leash");
            code
        });
        HeldChild { pid, leash }
    }

    /// Lets it go.
    pub fn release(self) {
        drop(self.leash);
    }
}

/// Waits for one child.
#[track_caller]
pub fn wait(child: i32) -> Status {
    let (ended, status) = must!(linux::waitpid(child));
    check_eq!(ended, child, "the pid that waitpid({child}) returned");
    status
}

/// Waits for one child, but no longer than `limit`: then the case fails.
#[track_caller]
pub fn wait_at_most(child: i32, limit: Duration) -> Status {
    let end = now() + limit;
    loop {
        if let Some((_, status)) = must!(linux::try_waitpid(child)) {
            return status;
        }
        check!(now() < end, "child {child} still lives after {} ms", limit.as_millis());
        sleep(Duration::from_millis(5));
    }
}

/// Runs `body` in a child and waits for it.
#[track_caller]
pub fn run(body: impl FnOnce() -> i32) -> Status {
    wait(start(body))
}

/// Runs `body` in a child, which must end with status 0: its own checks see to the rest.
#[track_caller]
pub fn run_well(body: impl FnOnce()) {
    let status = run(|| {
        body();
        0
    });
    check_eq!(status, Status(0), "the child's end");
}

/// Runs `body` in a child, which must be killed by `signal`.
#[track_caller]
pub fn dies_of(signal: u32, body: impl FnOnce() -> i32) {
    let status = run(body);
    check_eq!(status.signal(), Some(signal), "the signal that killed the child ({status})");
}

/// Waits for all children there are, however they end.
pub fn collect_all() {
    while linux::waitpid(linux::ANY_CHILD).is_ok() {}
}

/// Checks that there is no child left.
#[track_caller]
pub fn none_left() {
    check_eq!(linux::waitpid_with(linux::ANY_CHILD, linux_raw_sys::general::WNOHANG), Err(Errno::ECHILD), "waitpid");
}
