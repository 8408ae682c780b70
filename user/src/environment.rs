//! What a program was started with: arguments, environment variables, the auxiliary vector.

use crate::launch::Strings;
use core::ffi::{CStr, c_char};
use core::marker::PhantomData;

/// The strings and numbers the kernel laid on the stack before the first instruction.
pub struct Environment {
    arguments: &'static [*const c_char],
    variables: &'static [*const c_char],
    auxiliary: *const [usize; 2],
    entry_edx: usize,
}

impl Environment {
    /// Reads the picture that begins with `argc` at `stack`.
    ///
    /// # Safety
    /// `stack` is the stack pointer a process began with, under a kernel that follows the System V ABI, and nothing
    /// has written above it.
    pub(crate) unsafe fn from_stack(stack: *const usize, entry_edx: usize) -> Self {
        // SAFETY: the picture begins with argc, then that many pointers and a null one (the caller's promise).
        unsafe {
            let count = stack.read();
            let arguments = stack.add(1).cast::<*const c_char>();
            let variables = arguments.add(count + 1);
            let mut variable_count = 0;
            while !variables.add(variable_count).read().is_null() {
                variable_count += 1;
            }
            Environment {
                arguments: core::slice::from_raw_parts(arguments, count),
                variables: core::slice::from_raw_parts(variables, variable_count),
                auxiliary: variables.add(variable_count + 1).cast(),
                entry_edx,
            }
        }
    }

    /// The arguments; the first is the program's name.
    pub fn arguments(&self) -> impl ExactSizeIterator<Item = &'static CStr> + Clone {
        strings(self.arguments)
    }

    /// The `index`-th argument as text; `None` when there is none, or when it is not UTF-8.
    pub fn argument(&self, index: usize) -> Option<&'static str> {
        self.arguments().nth(index)?.to_str().ok()
    }

    /// The environment variables, each `NAME=value`.
    pub fn variables(&self) -> impl ExactSizeIterator<Item = &'static CStr> + Clone {
        strings(self.variables)
    }

    /// The environment variables as they are, to hand on to another program.
    pub fn variables_as_given(&self) -> Strings<'static> {
        Strings { address: self.variables.as_ptr().addr(), strings: PhantomData }
    }

    /// The stack pointer before the first instruction.
    pub fn entry_esp(&self) -> usize {
        self.arguments.as_ptr().addr() - size_of::<usize>()
    }

    /// edx before the first instruction: a function to call at the end, where there is a run-time linker; else 0.
    pub fn entry_edx(&self) -> usize {
        self.entry_edx
    }

    /// The value the auxiliary vector has for `kind` (an `AT_…` number), if it names it at all.
    pub fn auxiliary(&self, kind: usize) -> Option<usize> {
        let mut entry = self.auxiliary;
        loop {
            // SAFETY: the vector begins behind the environment's null pointer and ends with a pair of type 0, where
            // this loop ends.
            let [this_kind, value] = unsafe { entry.read() };
            if this_kind == kind {
                return Some(value);
            }
            if this_kind == 0 {
                return None;
            }
            // SAFETY: this pair was not the last.
            entry = unsafe { entry.add(1) };
        }
    }
}

/// The strings behind pointers of the stack picture.
fn strings(pointers: &'static [*const c_char]) -> impl ExactSizeIterator<Item = &'static CStr> + Clone {
    pointers.iter().map(|&pointer| {
        // SAFETY: the kernel made each pointer that is counted point to a NUL-terminated string above the picture.
        unsafe { CStr::from_ptr(pointer) }
    })
}
