//! `vfork` and `clone`: children that share their parent's memory until they become somebody else.
//!
//! This is how `posix_spawn` and `system` start programs: a child on a stack of its own in its parent's memory, while
//! the parent sleeps.

use super::image::{self, PAUSE};
use super::programs::execute;
use crate::call::{Argument, sys};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, insist, wait};
use crate::mapping::scratch::Scratch;
use crate::signals::masks::pending;
use core::arch::{asm, naked_asm};
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_clone, __NR_vfork, CLONE_CHILD_CLEARTID, CLONE_CHILD_SETTID, CLONE_FILES, CLONE_PARENT_SETTID, CLONE_SIGHAND,
    CLONE_THREAD, CLONE_VFORK, CLONE_VM, SIGCHLD, SIGKILL, SIGTERM, SIGUSR1,
};
use tusk_user::signal::{SignalSet, kill, set_mask};
use tusk_user::syscall::check as checked;
use tusk_user::time::now;
use tusk_user::{Errno, Status, file, linux};

/// What the child leaves for its parent, where both have the same memory.
static LEFT: AtomicU32 = AtomicU32::new(0);

/// The child's stack.
#[repr(align(16))]
struct Stack([AtomicU32; 4096]);
static STACK: Stack = Stack([const { AtomicU32::new(0) }; 4096]);

/// Where the child's stack begins: at its upper end.
fn stack() -> usize {
    STACK.0.as_ptr_range().end.expose_provenance()
}

/// `clone` with memory shared: the child runs `body` on `STACK` while its parent sleeps; returns the child's pid.
fn clone_sharing(flags: u32, body: extern "C" fn() -> !) -> Result<usize, Errno> {
    insist(|| {
        // SAFETY: the child has the static stack for itself: only one of these lives at a time, as the parent sleeps
        // until it is somebody else or gone. It does not return.
        checked(unsafe { clone_raw(flags | CLONE_VM | CLONE_VFORK, stack(), body) })
    })
}

/// The call; the child's first instructions are on its new stack.
#[unsafe(naked)]
unsafe extern "C" fn clone_raw(flags: u32, stack: usize, body: extern "C" fn() -> !) -> usize {
    naked_asm!(
        "push ebx",
        "push ebp",
        "mov ebx, [esp + 12]",
        "mov ecx, [esp + 16]",
        "mov ebp, [esp + 20]",
        "mov eax, {number}",
        "int 0x80",
        "test eax, eax",
        "jnz 2f",
        "call ebp",
        "ud2",
        "2:",
        "pop ebp",
        "pop ebx",
        "ret",
        number = const __NR_clone,
    )
}

/// `vfork`, whose child writes 77 to `LEFT` and ends with status 5, after a sleep of `ms` milliseconds.
fn vfork_and_exit(ms: i32) -> Result<usize, Errno> {
    let request = [0, ms * 1_000_000];
    insist(|| {
        let result: usize;
        // SAFETY: the child has its parent's stack, and so uses none of it: it makes two calls and is gone. ebx is
        // the compiler's and comes back by way of the stack.
        unsafe {
            asm!(
                "push ebx",
                "mov ebx, edx",
                "int 0x80",
                "test eax, eax",
                "jnz 2f",
                "mov dword ptr [edi], 77",
                "mov eax, 162",
                "xor ecx, ecx",
                "int 0x80",
                "mov eax, 1",
                "mov ebx, 5",
                "int 0x80",
                "2:",
                "pop ebx",
                inout("eax") __NR_vfork as usize => result,
                in("edx") &request,
                in("edi") &LEFT,
                out("ecx") _,
            );
        }
        checked(result)
    })
}

/// The parent of `vfork` sleeps until the child is gone, and finds what it wrote.
pub fn vfork_shares_memory_and_waits() {
    let begin = now();
    let child = must!(vfork_and_exit(60)) as i32;
    check!(now() - begin >= Duration::from_millis(60), "vfork returned before its child had ended");
    check_eq!(LEFT.load(Relaxed), 77, "what the child has left");
    check_eq!(wait(child), Status(5 << 8), "the child's end");
    for _ in 0..20 {
        let child = must!(vfork_and_exit(0)) as i32;
        check_eq!(wait(child), Status(5 << 8), "the child's end");
    }
}

extern "C" fn signal_the_parent() -> ! {
    let sent = kill(linux::getppid(), LEFT.load(Relaxed));
    linux::exit(i32::from(sent.is_err()))
}

/// Signals come to who sleeps in `vfork`, and wait until the child is gone.
pub fn signals_reach_the_parent_of_vfork() {
    LEFT.store(SIGUSR1, Relaxed);
    must!(set_mask(SignalSet::EMPTY.with(SIGUSR1)));
    let child = must!(clone_sharing(SIGCHLD, signal_the_parent)) as i32;
    check_eq!(wait(child), Status(0), "the child's end");
    check!(pending().has(SIGUSR1), "SIGUSR1 has been lost");

    LEFT.store(SIGTERM, Relaxed);
    dies_of(SIGTERM, || clone_sharing(SIGCHLD, signal_the_parent).map_or(1, |_| 0));
}

/// The path that the child below becomes; it has its parent's memory and can find it there.
static PATH: AtomicU32 = AtomicU32::new(0);

extern "C" fn become_the_path() -> ! {
    LEFT.store(linux::getpid() as u32, Relaxed);
    let path: *const core::ffi::c_char = core::ptr::with_exposed_provenance(PATH.load(Relaxed) as usize);
    // SAFETY: the parent, which sleeps meanwhile, keeps the path alive.
    let error = execute(unsafe { core::ffi::CStr::from_ptr(path) });
    linux::exit(100 + i32::from(error.0))
}

/// The child writes to its parent's memory, and becomes another program, which the parent does not notice but by its
/// going on.
pub fn clone_as_posix_spawn_does_it() {
    let scratch = Scratch::with_mode(b'p', 0o755, &image::program(PAUSE));
    PATH.store(scratch.path().as_ptr().expose_provenance() as u32, Relaxed);
    let begin = now();
    let child = must!(clone_sharing(SIGCHLD, become_the_path)) as i32;
    check!(now() - begin < Duration::from_secs(5), "clone has waited for the program's end");
    check_eq!(LEFT.load(Relaxed), child as u32, "what the child has left");
    check_eq!(linux::try_waitpid(child), Ok(None), "waitpid while the program runs");
    must!(kill(child, SIGKILL));
    check_eq!(wait(child), Status(SIGKILL), "the program's end");
    PATH.store(c"/no/such/program".as_ptr().expose_provenance() as u32, Relaxed);
    let child = must!(clone_sharing(SIGCHLD, become_the_path)) as i32;
    check_eq!(wait(child), Status((100 + u32::from(Errno::ENOENT.0)) << 8), "the end of who found no program");
}

extern "C" fn die_of_a_fault() -> ! {
    crate::probe::write(0)
}

/// A fault in the shared memory is the child's death only.
pub fn death_of_a_sharing_child_is_its_own() {
    let child = must!(clone_sharing(SIGCHLD, die_of_a_fault)) as i32;
    check_eq!(wait(child).signal(), Some(linux_raw_sys::general::SIGSEGV), "the signal that killed the child");
    crate::child::run_well(|| {});
}

/// `clone` without sharing anything is fork.
pub fn clone_without_sharing_is_fork() {
    LEFT.store(1, Relaxed);
    let child = must!(insist(|| sys!(__NR_clone, SIGCHLD))) as i32;
    if child == 0 {
        LEFT.store(2, Relaxed);
        linux::exit(8);
    }
    check_eq!(wait(child), Status(8 << 8), "the child's end");
    check_eq!(LEFT.load(Relaxed), 1, "the parent's memory");
}

/// The child's number, where it was asked for: in the parent's memory, or in the child's, or both.
pub fn clone_stores_the_number_where_asked() {
    let [mut in_parent, mut in_child] = [0i32; 2];
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD;
    let places = [&mut in_parent, &mut in_child].map(Argument::word);
    let child = must!(insist(|| sys!(__NR_clone, flags, 0, places[0], 0, places[1]))) as i32;
    if child == 0 {
        check_eq!(core::hint::black_box(in_child), linux::getpid(), "the number in the child's memory");
        linux::exit(0);
    }
    check_eq!(core::hint::black_box((in_parent, in_child)), (child, 0), "the numbers in the parent's memory");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// With `CLONE_FILES`, what one closes is closed.
pub fn clone_may_share_descriptors() {
    let (reader, writer) = must!(file::pipe(0));
    let child = must!(insist(|| sys!(__NR_clone, SIGCHLD | CLONE_FILES))) as i32;
    if child == 0 {
        linux::exit(file::close(writer.number()).is_err().into());
    }
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(linux::write(writer.into_number(), b"x"), Err(Errno::EBADF), "write to what the child has closed");
    check_eq!(linux::read(reader.number(), &mut [0; 1]), Ok(0), "read from a pipe without a writer");
}

/// Flags that need others.
pub fn impossible_flags_are_einval() {
    for flags in [CLONE_SIGHAND, CLONE_THREAD, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_SIGHAND] {
        let result = sys!(__NR_clone, flags | SIGCHLD, 0);
        if result == Ok(0) {
            linux::exit(1);
        }
        check_eq!(result, Err(Errno::EINVAL), "clone with flags {flags:#x}");
    }
    crate::child::none_left();
}
