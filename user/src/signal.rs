//! Signals: sending, catching, ignoring, holding back, and their names.
//!
//! A handler is always installed with `SA_SIGINFO`, although ours only look at the number: this way the kernel builds
//! one kind of frame only, the one that `rt_sigreturn` takes away. i386 has no return code of its own in the process,
//! so the address of ours goes with every handler (`SA_RESTORER`, see `sigreturn(2)`).

use crate::errno::Errno;
use crate::status::Status;
use crate::syscall::{check, syscall0, syscall3, syscall6};
use core::arch::naked_asm;
use linux_raw_sys::general;

pub use linux_raw_sys::general::{
    SA_RESTART, SIGABRT, SIGALRM, SIGBUS, SIGCHLD, SIGCONT, SIGFPE, SIGHUP, SIGILL, SIGINT, SIGKILL, SIGPIPE, SIGQUIT,
    SIGSEGV, SIGSTOP, SIGTERM, SIGTRAP, SIGTSTP, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGWINCH,
};

/// Bytes in a set of signals, as the `rt_` calls want to be told.
const SET_SIZE: usize = size_of::<SignalSet>();

/// What a process does when a signal comes.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// What `signal(7)` says: end, stop, go on, or nothing.
    Default,
    /// Nothing. This survives `execve`.
    Ignore,
    /// Calls the function with the signal's number; calls that were waiting begin again or return EINTR, as `flags`
    /// says ([`SA_RESTART`]). `execve` makes this the default again.
    Call(extern "C" fn(i32), u32),
}

/// What the kernel knows as `struct sigaction`, the one of the `rt_` calls.
#[repr(C)]
struct KernelAction {
    handler: usize,
    flags: usize,
    restorer: usize,
    mask: SignalSet,
}

/// Says what is to happen when `signal` comes.
///
/// # Errors
/// EINVAL for what is no signal, and for SIGKILL and SIGSTOP, which nobody can catch.
pub fn set_action(signal: u32, action: Action) -> Result<(), Errno> {
    let (handler, flags) = match action {
        Action::Default => (0, 0),
        Action::Ignore => (1, 0),
        Action::Call(function, flags) => (function as usize, flags | general::SA_SIGINFO),
    };
    let action = KernelAction {
        handler,
        flags: (flags | general::SA_RESTORER) as usize,
        restorer: return_from_handler as *const () as usize,
        mask: SignalSet::EMPTY,
    };
    let arguments = [signal as usize, (&raw const action).addr(), 0, SET_SIZE, 0, 0];
    // SAFETY: the action is read; a handler is a function of this program, which takes what it is called with.
    check(unsafe { syscall6(general::__NR_rt_sigaction as usize, arguments) }).map(drop)
}

/// Where a handler returns to: the stack pointer is at the frame that the kernel takes everything back from.
#[unsafe(naked)]
extern "C" fn return_from_handler() -> ! {
    naked_asm!(
        "mov eax, {number}",
        "int 0x80",
        "ud2",
        number = const general::__NR_rt_sigreturn,
    )
}

/// Sends a signal to a process, or to a group when `pid` is its negative number; signal 0 only asks whether one could.
///
/// # Errors
/// ESRCH when there is nobody; EINVAL for what is no signal.
pub fn kill(pid: i32, signal: u32) -> Result<(), Errno> {
    // SAFETY: the call touches no memory; what a handler of ours does is its own promise.
    check(unsafe { syscall3(general::__NR_kill as usize, [pid as usize, signal as usize, 0]) }).map(drop)
}

/// A set of signals.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalSet(u64);

impl SignalSet {
    /// No signal.
    pub const EMPTY: SignalSet = SignalSet(0);

    /// The set with `signal` (1..=64) in it too.
    pub const fn with(self, signal: u32) -> Self {
        SignalSet(self.0 | 1 << ((signal - 1) & 63))
    }

    /// Whether `signal` (1..=64) is in it.
    pub const fn has(self, signal: u32) -> bool {
        self.0 & 1 << ((signal - 1) & 63) != 0
    }
}

/// Holds back the signals of `set`, and no others; returns those that were held back before.
///
/// # Errors
/// None for what can be said here.
pub fn set_mask(set: SignalSet) -> Result<SignalSet, Errno> {
    let mut before = SignalSet::EMPTY;
    let arguments = [general::SIG_SETMASK as usize, (&raw const set).addr(), (&raw mut before).addr(), SET_SIZE, 0, 0];
    // SAFETY: one set is read and the other written; both outlive the call.
    check(unsafe { syscall6(general::__NR_rt_sigprocmask as usize, arguments) })?;
    Ok(before)
}

/// Waits for a signal while only those of `set` are held back; always comes back with EINTR, after the handler.
pub fn suspend(set: SignalSet) -> Errno {
    let arguments = [(&raw const set).addr(), SET_SIZE, 0];
    // SAFETY: the set is read.
    check(unsafe { syscall3(general::__NR_rt_sigsuspend as usize, arguments) }).err().unwrap_or(Errno::EINTR)
}

/// Waits until a signal is handled.
pub fn pause() {
    // SAFETY: the call touches no memory.
    unsafe { syscall0(general::__NR_pause as usize) };
}

/// The signal that stopped a child, when that is what the wait call reported (WIFSTOPPED, WSTOPSIG).
pub fn stop_signal(status: Status) -> Option<u32> {
    (status.0 & 0xff == 0x7f).then_some(status.0 >> 8 & 0xff)
}

/// The signals by number, each with its name without `SIG`, and with what shells say when it ended a program.
const NAMES: [(u32, &str, &str); 25] = [
    (SIGHUP, "HUP", "Hangup"),
    (SIGINT, "INT", "Interrupt"),
    (SIGQUIT, "QUIT", "Quit"),
    (SIGILL, "ILL", "Illegal instruction"),
    (SIGTRAP, "TRAP", "Trap"),
    (SIGABRT, "ABRT", "Aborted"),
    (SIGBUS, "BUS", "Bus error"),
    (SIGFPE, "FPE", "Arithmetic error"),
    (SIGKILL, "KILL", "Killed"),
    (SIGUSR1, "USR1", "User signal 1"),
    (SIGSEGV, "SEGV", "Segmentation fault"),
    (SIGUSR2, "USR2", "User signal 2"),
    (SIGPIPE, "PIPE", "Broken pipe"),
    (SIGALRM, "ALRM", "Alarm clock"),
    (SIGTERM, "TERM", "Terminated"),
    (SIGCHLD, "CHLD", "Child changed"),
    (SIGCONT, "CONT", "Continued"),
    (SIGSTOP, "STOP", "Stopped"),
    (SIGTSTP, "TSTP", "Stopped"),
    (SIGTTIN, "TTIN", "Stopped (wants to read)"),
    (SIGTTOU, "TTOU", "Stopped (wants to write)"),
    (general::SIGXCPU, "XCPU", "Out of processor time"),
    (general::SIGXFSZ, "XFSZ", "File too large"),
    (SIGWINCH, "WINCH", "Window changed"),
    (general::SIGSYS, "SYS", "Bad system call"),
];

/// The signals that have a name, as (number, name without `SIG`).
pub fn names() -> impl Iterator<Item = (u32, &'static str)> {
    NAMES.iter().map(|&(number, name, _)| (number, name))
}

/// A signal's name, without `SIG`.
pub fn name(signal: u32) -> Option<&'static str> {
    NAMES.iter().find(|entry| entry.0 == signal).map(|entry| entry.1)
}

/// What became of a program that the signal ended or stopped, in words.
pub fn description(signal: u32) -> Option<&'static str> {
    NAMES.iter().find(|entry| entry.0 == signal).map(|entry| entry.2)
}

/// The signal that somebody named: a number, or a name with or without `SIG`, in capitals or not.
pub fn from_name(text: &str) -> Option<u32> {
    if let Ok(number) = text.parse::<u32>() {
        return (number <= 64).then_some(number);
    }
    let bare = match text.get(..3) {
        Some(prefix) if prefix.eq_ignore_ascii_case("SIG") => &text[3..],
        _ => text,
    };
    NAMES.iter().find(|entry| entry.1.eq_ignore_ascii_case(bare)).map(|entry| entry.0)
}
