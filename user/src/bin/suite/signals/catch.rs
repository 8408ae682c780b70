//! Handlers as the kernel knows them, with both kinds of frame.
//!
//! The runtime's own `signal` builds one kind of frame and never looks into it. Here the frames are what is tested: the
//! plain one, which `sigreturn` takes away, and the one with `SA_SIGINFO`, which `rt_sigreturn` does (`sigreturn(2)`).
//! What handlers have seen, they leave in [`SEEN`], as a handler has no other way to tell.

use crate::call::sys;
use crate::check::must;
use core::arch::naked_asm;
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use linux_raw_sys::general::{
    __NR_rt_sigreturn, __NR_sigreturn, __kernel_old_itimerval, __kernel_old_timeval, ITIMER_REAL, SA_RESTORER,
    SA_SIGINFO,
};
use tusk_user::Errno;
use tusk_user::signal::SignalSet;

/// Bytes in a set of signals.
pub const SET_SIZE: usize = size_of::<SignalSet>();

/// `struct sigaction` of the `rt_` calls.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Action {
    /// The handler's address, or 0 for the default, or 1 for nothing at all.
    pub handler: usize,
    /// `SA_…`.
    pub flags: u32,
    /// Where the handler returns to.
    pub restorer: usize,
    /// What is held back meanwhile, besides the signal itself.
    pub mask: SignalSet,
}

impl Action {
    /// What `signal(7)` says.
    pub const DEFAULT: Action = Action { handler: 0, flags: 0, restorer: 0, mask: SignalSet::EMPTY };
    /// Nothing.
    pub const IGNORE: Action = Action { handler: 1, ..Action::DEFAULT };

    /// Calls `handler`, in a plain frame.
    pub fn plain(handler: extern "C" fn(u32), flags: u32) -> Action {
        let restorer = return_from_plain as *const () as usize;
        Action { handler: handler as usize, flags: flags | SA_RESTORER, restorer, mask: SignalSet::EMPTY }
    }

    /// Calls `handler`, in a frame that says where the signal comes from and what was going on.
    pub fn informed(handler: extern "C" fn(u32, &Information, &mut Context), flags: u32) -> Action {
        let restorer = return_from_informed as *const () as usize;
        let flags = flags | SA_RESTORER | SA_SIGINFO;
        Action { handler: handler as usize, flags, restorer, mask: SignalSet::EMPTY }
    }

    /// The same, with more signals held back meanwhile.
    pub fn masking(self, mask: SignalSet) -> Action {
        Action { mask, ..self }
    }
}

/// Where plain handlers return to: the signal's number is still on the stack, and the rest of the frame above it.
#[unsafe(naked)]
extern "C" fn return_from_plain() -> ! {
    naked_asm!("pop eax", "mov eax, {number}", "int 0x80", "ud2", number = const __NR_sigreturn)
}

/// Where the others return to: all three arguments are still on the stack.
#[unsafe(naked)]
extern "C" fn return_from_informed() -> ! {
    naked_asm!("mov eax, {number}", "int 0x80", "ud2", number = const __NR_rt_sigreturn)
}

/// `siginfo_t`, as the signals of these cases fill it in: 128 bytes.
#[repr(C)]
pub struct Information {
    /// The signal.
    pub signal: u32,
    /// Always 0 on Linux.
    pub errno: u32,
    /// Who sent it (`SI_USER` …), or what the processor found.
    pub code: i32,
    /// The sender's pid, the child's, or the address of a bad access.
    pub pid_or_address: u32,
    /// Its user.
    pub user: u32,
    /// A child's exit code or signal.
    pub status: u32,
    rest: [u32; 26],
}

/// `struct ucontext`, and the registers in it: `sigcontext` of i386.
#[repr(C)]
pub struct Context {
    /// Flags and a link that is not used.
    head: [u32; 2],
    /// The alternate stack: address, flags, size.
    pub stack: [u32; 3],
    /// gs, fs, es, ds.
    pub data_segments: [u32; 4],
    /// edi, esi, ebp, esp, ebx, edx, ecx, eax, as `pusha` orders them.
    pub general: [u32; 8],
    /// The exception's number and error code.
    pub exception: [u32; 2],
    /// Where the process goes on.
    pub eip: u32,
    /// The code segment.
    pub cs: u32,
    /// The flags.
    pub eflags: u32,
    /// esp once more.
    pub esp_at_signal: u32,
    /// The stack segment.
    pub ss: u32,
    /// Where the state of the floating-point unit is.
    pub floating_point: u32,
    /// The first 32 signals that were held back.
    pub old_mask: u32,
    /// The address of a page fault.
    pub cr2: u32,
    /// All signals that were held back.
    pub mask: SignalSet,
}

/// Says what is to happen when `signal` comes; returns what was to happen before.
///
/// # Errors
/// EINVAL for what is no signal, or none that can be caught.
pub fn exchange(signal: u32, action: &Action) -> Result<Action, Errno> {
    let mut old = Action::DEFAULT;
    sys!(__NR_rt_sigaction, signal, action, &mut old, SET_SIZE)?;
    Ok(old)
}

/// Asks what is to happen when `signal` comes.
///
/// # Errors
/// EINVAL for what is no signal.
pub fn action_of(signal: u32) -> Result<Action, Errno> {
    let mut action = Action::DEFAULT;
    sys!(__NR_rt_sigaction, signal, 0, &mut action, SET_SIZE)?;
    Ok(action)
}

/// [`exchange`] where it has to succeed.
#[track_caller]
pub fn set(signal: u32, action: &Action) {
    must!(exchange(signal, action));
}

/// What [`note`] and others have seen: the signals by the order of their coming, and how many they were.
pub struct Seen {
    count: AtomicU32,
    signals: [AtomicU32; 16],
}

/// The one there is: handlers cannot be given another.
pub static SEEN: Seen = Seen { count: AtomicU32::new(0), signals: [const { AtomicU32::new(0) }; 16] };

impl Seen {
    /// Adds a signal, or any other number a handler wants to leave.
    pub fn add(&self, signal: u32) {
        let index = self.count.fetch_add(1, Relaxed) as usize;
        if let Some(place) = self.signals.get(index) {
            place.store(signal, Relaxed);
        }
    }

    /// How many they were.
    pub fn count(&self) -> u32 {
        self.count.load(Relaxed)
    }

    /// The first `COUNT` of them; 0 where there was none.
    pub fn first<const COUNT: usize>(&self) -> [u32; COUNT] {
        core::array::from_fn(|index| self.signals.get(index).map_or(0, |place| place.load(Relaxed)))
    }

    /// Forgets them all.
    pub fn clear(&self) {
        self.count.store(0, Relaxed);
        self.signals.iter().for_each(|place| place.store(0, Relaxed));
    }
}

/// A handler that leaves the signal's number in [`SEEN`].
pub extern "C" fn note(signal: u32) {
    SEEN.add(signal);
}

/// Has SIGALRM come after `first_ms` milliseconds, and then every `interval_ms`; 0 stops it.
#[track_caller]
pub fn set_timer(first_ms: i32, interval_ms: i32) {
    let time = |ms: i32| __kernel_old_timeval { tv_sec: ms / 1000, tv_usec: ms % 1000 * 1000 };
    let value = __kernel_old_itimerval { it_interval: time(interval_ms), it_value: time(first_ms) };
    must!(sys!(__NR_setitimer, ITIMER_REAL, &value, 0));
}
