//! Threads for the cases: on a stack of their own, joined by futex, as libraries make them.
//!
//! The same serves for processes that share their maker's memory (`CLONE_VM` without `CLONE_THREAD`): those, too, need a
//! stack of their own. What runs there has to be `'static`, so what several of them use is in statics; each case is a
//! process of its own and finds them fresh.
//!
//! ```text
//! end of the stack -> word: the number while it runs, 0 afterwards | body | 0 | place of body | run   <- esp
//! ```

use super::word::Word;
use crate::check::{check, fail};
use crate::child::insist;
use crate::mapping::pages::{anonymous, unmap};
use core::arch::naked_asm;
use core::panic::Location;
use core::ptr;
use linux_raw_sys::general::{
    __NR_clone, CLONE_CHILD_CLEARTID, CLONE_FILES, CLONE_FS, CLONE_PARENT_SETTID, CLONE_SIGHAND, CLONE_SYSVSEM,
    CLONE_THREAD, CLONE_VM,
};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::syscall::check as checked;
use tusk_user::{Errno, linux};

/// What libraries make threads with, but for the segment.
pub const THREAD: u32 = CLONE_THREAD | SHARING_ALL | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
/// All that a process may share with another.
pub const SHARING_ALL: u32 = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND;
/// What makes a [`Running`] joinable.
pub const JOINABLE: u32 = CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;

/// Pages of a stack: only those that are used take memory.
const STACK_PAGES: usize = 8;

/// Pages that one thread has for its calls; they go when this is dropped.
pub struct Stack(usize);

impl Stack {
    /// A new one.
    #[track_caller]
    pub fn new() -> Self {
        Stack(anonymous(STACK_PAGES))
    }

    /// Its first address and its length.
    pub fn range(&self) -> (usize, usize) {
        (self.0, STACK_PAGES * PAGE_SIZE)
    }

    /// The first address behind it.
    pub fn end(&self) -> usize {
        self.0 + STACK_PAGES * PAGE_SIZE
    }

    /// Lays words at its end, the first of them lowest; returns where that is.
    pub fn lay<const COUNT: usize>(&self, end: usize, words: [usize; COUNT]) -> usize {
        let place = end - size_of::<[usize; COUNT]>();
        // SAFETY: the place is within the stack, whose pages nobody has a reference to and on which nobody runs yet.
        unsafe { ptr::with_exposed_provenance_mut::<[usize; COUNT]>(place).write(words) };
        place
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        let (start, length) = self.range();
        let _ = unmap(start, length);
    }
}

/// A thread, or a process in its maker's memory. Dropping this waits for its end.
pub struct Running {
    word: &'static Word,
    /// Its number: gettid's.
    pub number: i32,
    _stack: Stack,
}

/// Starts a thread.
#[track_caller]
pub fn start(body: impl FnOnce() + Send + 'static) -> Running {
    let body = || {
        body();
        0
    };
    match try_start(THREAD, 0, body) {
        Ok(thread) => thread,
        Err(error) => fail(Location::caller(), format_args!("clone of a thread: {error:?}")),
    }
}

/// Starts something that shares the memory at least, by `clone` with these flags and this segment; it ends with the
/// status that `body` returns. `JOINABLE` must be among the flags.
///
/// # Errors
/// Those of `clone(2)`.
pub fn try_start<B: FnOnce() -> i32 + Send + 'static>(flags: u32, tls: usize, body: B) -> Result<Running, Errno> {
    let flags = flags | CLONE_VM | JOINABLE;
    start_by(body, |esp, word| {
        // SAFETY: esp is that of `start_by`.
        unsafe { clone_onto([flags as usize, esp, word, tls, word]) }
    })
}

/// Starts it by `clone`, a call that gets the stack pointer and the address of the word, which is to be `CLEARTID`'s.
///
/// # Errors
/// Those of `clone`.
pub fn start_by<B: FnOnce() -> i32 + Send + 'static>(
    body: B,
    mut clone: impl FnMut(usize, usize) -> Result<usize, Errno>,
) -> Result<Running, Errno> {
    let stack = Stack::new();
    let word_at = stack.lay(stack.end(), [u32::MAX as usize]);
    // Room for the body, and a start for it that suits any type.
    let body_at = (word_at - size_of::<B>()) & !63;
    let body_pointer = ptr::with_exposed_provenance_mut::<B>(body_at);
    // SAFETY: the place is within the stack, below the word, and is aligned for any type; nobody else knows of it.
    unsafe { body_pointer.write(body) };
    // A call's argument lies at a multiple of 16; below it lies the address to return to, which there is none.
    let esp = stack.lay(body_at - 16 + 4, [run::<B> as *const () as usize, 0, body_at]);
    // SAFETY: the word is on the stack, which lives as long as anybody who knows this reference: `Running` and the new
    // thread, and who keeps `Running` from being dropped keeps the stack, too. It was initialised above.
    let word = unsafe { Word::at(word_at) };
    match insist(|| clone(esp, word_at)) {
        Ok(number) => Ok(Running { word, number: number as i32, _stack: stack }),
        Err(error) => {
            // SAFETY: it was written above, and nobody has taken it.
            drop(unsafe { body_pointer.read() });
            Err(error)
        }
    }
}

/// Where a thread begins.
extern "C" fn run<B: FnOnce() -> i32>(body: *const B) -> ! {
    // SAFETY: `start_by` has put it there, and nobody else takes it.
    let body = unsafe { body.read() };
    linux::exit(body())
}

impl Running {
    /// Waits for its end.
    pub fn join(self) {}

    /// Says whether it has ended, or begun another program.
    pub fn has_ended(&self) -> bool {
        self.word.get() == 0
    }

    /// Lets go of it: it never ends, or nobody cares. Its stack stays until the process ends.
    pub fn leave(self) -> i32 {
        let number = self.number;
        core::mem::forget(self);
        number
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        loop {
            let word = self.word.get();
            if word == 0 {
                return;
            }
            // The kernel wakes those who sleep in shared scope.
            let woken = self.word.wait_in(super::word::Scope::Shared, word);
            check!(woken != Err(Errno::EFAULT), "the word of thread {} is gone", self.number);
        }
    }
}

/// `clone`, whose child goes on at the address that lies at its new stack pointer; returns its number.
///
/// # Errors
/// Those of the call.
///
/// # Safety
/// The arguments are `clone`'s: flags, stack pointer, parent_tid, tls, child_tid. At the stack pointer lies the address of
/// code that does not return, on pages that are the child's alone; the numbers are stored where nobody else writes.
pub unsafe fn clone_onto(arguments: [usize; 5]) -> Result<usize, Errno> {
    // SAFETY: passed on to the caller.
    checked(unsafe { call_onto(__NR_clone as usize, &arguments) })
}

/// Any call that makes a thread, with five arguments.
///
/// # Safety
/// As for [`clone_onto`].
#[unsafe(naked)]
pub unsafe extern "C" fn call_onto(number: usize, arguments: &[usize; 5]) -> usize {
    naked_asm!(
        "push edi",
        "push esi",
        "push ebx",
        // Below the three saved registers and the return address.
        "mov eax, [esp + 16]",
        "mov edi, [esp + 20]",
        "mov ebx, [edi]",
        "mov ecx, [edi + 4]",
        "mov edx, [edi + 8]",
        "mov esi, [edi + 12]",
        "mov edi, [edi + 16]",
        "int 0x80",
        "test eax, eax",
        "jz 2f",
        "pop ebx",
        "pop esi",
        "pop edi",
        "2:",
        // The child's stack begins with where it is to go.
        "ret",
    )
}
