//! Becoming another program, which here is the suite itself with other arguments.

use crate::check::{check, check_eq, must};
use crate::child::{run, run_well};
use crate::fpu;
use crate::program::{self, become_program};
use core::ffi::CStr;
use tusk_user::heap::Heap;
use tusk_user::launch::StringList;
use tusk_user::{Errno, Status, linux, on_tusk};

/// Calls execve with a path and lists that are in order, expecting it to fail.
fn execve(path: &CStr) -> Errno {
    let list = must!(StringList::new([c"suite", c"--list"]));
    linux::execve(path, list.strings(), list.strings())
}

/// Arguments and variables arrive as they were given, odd ones too.
pub fn arguments_and_variables_arrive() {
    check_eq!(run(|| become_program("strings", program::ODD_STRINGS)), Status(0), "the program's end");
}

/// Many of them, more than a page full.
pub fn long_arguments_arrive() {
    static LONG: [u8; 1001] = {
        let mut text = [b'x'; 1001];
        text[1000] = 0;
        text
    };
    let long = CStr::from_bytes_until_nul(&LONG).unwrap_or_default();
    check_eq!(run(|| become_program("long", &[long; 20])), Status(0), "the program's end");
}

/// The stack, the registers and the auxiliary vector at the first instruction.
pub fn program_begins_as_the_abi_says() {
    check_eq!(run(|| become_program("entry", &[])), Status(0), "the program's end");
}

/// The process stays the same: its number, its parent, its children.
pub fn process_stays_the_same() {
    run_well(|| {
        let child = crate::child::start(|| 5);
        let [pid, parent, child] = [linux::getpid(), linux::getppid(), child].map(program::number_as_text);
        linux::exit(become_program("identity", &[&pid, &parent, &child].map(program::Text::as_c_str)));
    });
}

/// A program finds its floating-point unit empty, whatever was in it before.
pub fn floating_point_unit_is_reset() {
    let status = run(|| {
        fpu::leave_traces();
        become_program("fpu", &[])
    });
    check_eq!(status, Status(0), "the program's end");
}

/// Twenty times in a row, in one process.
pub fn process_may_change_its_program_many_times() {
    check_eq!(run(|| become_program("chain", &[c"20"])), Status(0), "the end of the last program");
}

/// The parent does not notice what its child becomes.
pub fn parent_is_not_touched_by_its_childs_exec() {
    let mut heap = must!(Heap::new(4));
    heap.bytes().fill(0x77);
    check_eq!(run(|| become_program("bss", &[])), Status(0), "the program's end");
    check!(heap.bytes().iter().all(|&byte| byte == 0x77), "the parent's heap has changed");
}

/// No such file, or no name at all.
pub fn missing_file_is_enoent() {
    for path in [c"/no/such/program", c"/nix", c"", c"nix"] {
        check_eq!(execve(path), Errno::ENOENT, "execve of {path:?}");
    }
}

/// A directory is no program.
pub fn directory_is_eacces() {
    for path in if on_tusk() { [c"/", c"/tests", c"/bin/"] } else { [c"/", c"/proc", c"/proc/"] } {
        check_eq!(execve(path), Errno::EACCES, "execve of {path:?}");
    }
}

/// A file is no directory.
pub fn path_through_a_file_is_enotdir() {
    let path = if on_tusk() { c"/tests/suite/x" } else { c"/proc/self/exe/x" };
    check_eq!(execve(path), Errno::ENOTDIR, "execve of {path:?}");
}

/// A text is no program.
pub fn text_file_is_refused() {
    let path = if on_tusk() { c"/tests/cases" } else { c"/proc/self/maps" };
    let error = execve(path);
    check!(matches!(error, Errno::ENOEXEC | Errno::EACCES), "execve of {path:?}: {error:?}");
}

/// Paths longer than any path can be.
pub fn too_long_path_is_enametoolong() {
    let mut heap = must!(Heap::new(2));
    heap.bytes().fill(b'/');
    heap.bytes()[5000] = 0;
    let path = CStr::from_bytes_until_nul(heap.bytes()).unwrap_or_default();
    check_eq!(execve(path), Errno::ENAMETOOLONG, "execve of a path of 5000 bytes");
}

/// More bytes in one argument than any program takes.
pub fn too_long_argument_is_e2big() {
    let mut heap = must!(Heap::new(50));
    let end = heap.bytes().len() - 1;
    heap.bytes().fill(b'x');
    heap.bytes()[end] = 0;
    let argument = CStr::from_bytes_until_nul(heap.bytes()).unwrap_or_default();
    let list = must!(StringList::new([c"suite", argument]));
    let error = linux::execve(program::path(), list.strings(), must!(StringList::new([])).strings());
    check_eq!(error, Errno::E2BIG, "execve with an argument of 200 KiB");
}

/// Pointers that point nowhere: the path, the lists, a string in a list.
pub fn bad_pointers_are_efault() {
    let path = program::path().as_ptr().addr();
    let list = [program::path().as_ptr().addr(), 0];
    let list = list.as_ptr().addr();
    for bad in [1usize, 0x1000, 0xffff_f000] {
        let bad_list = [path, bad, 0];
        let bad_list = bad_list.as_ptr().addr();
        let calls =
            [(bad, list, list), (path, bad, list), (path, list, bad), (path, bad_list, list), (path, list, bad_list)];
        for (path, arguments, variables) in calls {
            let error = linux::execve_at(path, arguments, variables);
            check_eq!(error, Errno::EFAULT, "execve({path:#x}, {arguments:#x}, {variables:#x}) with {bad:#x} in it");
        }
    }
    check_eq!(linux::execve_at(0, list, list), Errno::EFAULT, "execve of a null path");
}

/// A list, or a string, that runs on to where memory ends.
pub fn lists_without_an_end_are_efault() {
    let mut heap = must!(Heap::new(1));
    let path = program::path().as_ptr().addr();
    for pointer in heap.bytes().chunks_exact_mut(4) {
        pointer.copy_from_slice(&path.to_ne_bytes());
    }
    let (list, end) = (heap.start() + 4000, [0usize; 1]);
    check_eq!(linux::execve_at(path, list, end.as_ptr().addr()), Errno::EFAULT, "execve with an endless list");

    heap.bytes().fill(b'/');
    let list = [path, heap.start() + 4000, 0];
    let error = linux::execve_at(path, list.as_ptr().addr(), end.as_ptr().addr());
    check_eq!(error, Errno::EFAULT, "execve with an endless string");
    check_eq!(
        linux::execve_at(heap.start() + 4000, list.as_ptr().addr(), end.as_ptr().addr()),
        Errno::EFAULT,
        "execve of an endless path"
    );
}
