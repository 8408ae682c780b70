//! Becoming another program, which here is the suite itself with other arguments.

use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{run, run_well};
use crate::fpu;
use crate::program::{self, ARGUMENTS_MAX, become_program};
use core::ffi::CStr;
use tusk_user::heap::{Heap, PAGE_SIZE};
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

/// A list of one string.
fn list(string: &CStr) -> StringList<'_> {
    must!(StringList::new([string]))
}

/// A string of `length` bytes, its NUL among them, that ends `before_end` bytes before the end of `memory`.
fn long_string(memory: &mut [u8], length: usize, before_end: usize) -> &CStr {
    let end = memory.len() - before_end;
    let string = &mut memory[end - length..end];
    string.fill(b'x');
    string[length - 1] = 0;
    CStr::from_bytes_until_nul(string).unwrap_or_default()
}

/// One argument of 128 KiB, where it may lie in any way, and nothing else: as much as Linux takes in one string.
pub fn longest_argument_arrives() {
    let mut heap = must!(Heap::new(ARGUMENTS_MAX / PAGE_SIZE + 2));
    for before_end in [0, 1, 31, 32, 63, PAGE_SIZE] {
        let name = long_string(heap.bytes(), ARGUMENTS_MAX, before_end);
        let status = run(|| {
            let error = linux::execve(program::path(), list(name).strings(), must!(StringList::new([])).strings());
            check!(false, "execve with an argument that ends {before_end} bytes before memory does: {error:?}");
            0
        });
        check_eq!(status, Status((program::LONGEST_NAME as u32) << 8), "the program's end");
    }
    let name = long_string(heap.bytes(), ARGUMENTS_MAX + 1, 0);
    let error = linux::execve(program::path(), list(name).strings(), must!(StringList::new([])).strings());
    check_eq!(error, Errno::E2BIG, "execve with an argument that is one byte longer");
}

/// Many arguments, all of them empty: their pointers take more room than they do.
pub fn ten_thousand_arguments_arrive() {
    const COUNT: usize = 10_000;
    let first = [c"suite", c"--program", c"many", c"10000"].map(|argument| argument.as_ptr().addr());
    let mut heap = must!(Heap::new((COUNT + 5) * size_of::<usize>() / PAGE_SIZE + 1));
    let pointers = first.into_iter().chain(core::iter::repeat_n(c"".as_ptr().addr(), COUNT)).chain([0]);
    for (place, pointer) in heap.bytes().chunks_exact_mut(size_of::<usize>()).zip(pointers) {
        place.copy_from_slice(&pointer.to_ne_bytes());
    }
    let (path, list) = (program::path().as_ptr().addr(), heap.start());
    let status = run(|| {
        let error = linux::execve_at(path, list, 0);
        check!(false, "execve with {COUNT} arguments: {error:?}");
        0
    });
    check_eq!(status, Status(0), "the program's end");
}

/// Becomes the program `total` with arguments and variables of `total` bytes, of which `in_variables` are in the one
/// variable; returns only when that failed, with the reason.
fn become_total(memory: &mut [u8], total: usize, in_variables: usize) -> Errno {
    let number = program::number_as_text(total as i32);
    let first = [c"suite", c"--program", c"total", number.as_c_str()];
    let rest = total - first.iter().map(|argument| argument.count_bytes() + 1).sum::<usize>() - in_variables;
    // A list without a long string, and a long string of no byte, are not what is meant here.
    check!(in_variables != 1 && rest > 20, "{rest} bytes are left for the arguments");
    let (lower, upper) = memory.split_at_mut(memory.len() / 2);
    let variable = (in_variables > 0).then(|| long_string(upper, in_variables, 7));
    let long = long_string(lower, rest, 0);
    let arguments = must!(StringList::new(first.into_iter().chain([long])));
    let variables = must!(StringList::new(variable));
    linux::execve(program::path(), arguments.strings(), variables.strings())
}

/// How the bytes are shared out below: all in the arguments, most in the variables, and between.
const IN_VARIABLES: [usize; 6] = [0, 20, 63, 64, 65_536, ARGUMENTS_MAX - 100];

/// Room for the strings of `become_total`.
const TOTAL_PAGES: usize = 2 * (ARGUMENTS_MAX / PAGE_SIZE + 1);

/// All strings together, to the last byte that Tusk takes. (Linux takes more, but not in one string.)
pub fn arguments_up_to_the_limit_arrive() {
    let mut heap = must!(Heap::new(TOTAL_PAGES));
    for (index, in_variables) in IN_VARIABLES.into_iter().enumerate() {
        let total = ARGUMENTS_MAX - index % 2;
        let status = run(|| {
            let error = become_total(heap.bytes(), total, in_variables);
            check!(false, "execve with {total} bytes, {in_variables} of them in the variables: {error:?}");
            0
        });
        check_eq!(status, Status(0), "the program's end");
    }
}

/// And one byte more, wherever it is.
pub fn arguments_beyond_the_limit_are_e2big() {
    only_on_tusk();
    let mut heap = must!(Heap::new(TOTAL_PAGES));
    for in_variables in IN_VARIABLES {
        let error = become_total(heap.bytes(), ARGUMENTS_MAX + 1, in_variables);
        check_eq!(error, Errno::E2BIG, "execve with a byte too many, {in_variables} in the variables");
    }
}

/// Without a list of arguments, or with an empty one, a program gets a single empty argument (Linux since 5.18): many
/// take for granted that there is one.
pub fn no_arguments_become_one_empty_one() {
    let (path, empty) = (program::path().as_ptr().addr(), [0usize]);
    for list in [0, empty.as_ptr().addr()] {
        let status = run(|| {
            let error = linux::execve_at(path, list, list);
            check!(false, "execve without arguments: {error:?}");
            0
        });
        check_eq!(status, Status((program::EMPTY_NAME as u32) << 8), "the end of the program without arguments");
    }
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

/// Nor is a program one: a slash behind it asks for a directory.
pub fn program_is_no_directory_whatever_follows_it() {
    let paths: [&CStr; 4] = if on_tusk() {
        [c"/tests/suite/", c"/tests/suite/.", c"/tests/suite//", c"/tests/suite/./"]
    } else {
        [c"/proc/self/exe/", c"/proc/self/exe/.", c"/proc/self/exe//", c"/proc/self/exe/./"]
    };
    for path in paths {
        check_eq!(execve(path), Errno::ENOTDIR, "execve of {path:?}");
    }
}

/// A text is no program.
pub fn text_file_is_refused() {
    let path = if on_tusk() { c"/tests/cases" } else { c"/proc/self/maps" };
    let error = execve(path);
    check!(matches!(error, Errno::ENOEXEC | Errno::EACCES), "execve of {path:?}: {error:?}");
}

/// Lays a path of `length` bytes and a NUL into `memory`, beginning with slashes and ending with `name`; the NUL is
/// `before_end` bytes before the end.
fn long_path<'a>(memory: &'a mut [u8], length: usize, name: &CStr, before_end: usize) -> &'a CStr {
    let end = memory.len() - before_end;
    let path = &mut memory[end - length - 1..end];
    let (slashes, last) = path.split_at_mut(length - name.count_bytes());
    slashes.fill(b'/');
    last.copy_from_slice(name.to_bytes_with_nul());
    CStr::from_bytes_until_nul(path).unwrap_or_default()
}

/// 4,095 bytes may be a path's, wherever it lies, up to the last byte there is; 4,096 may not.
pub fn longest_path_works_at_any_alignment() {
    const LONGEST: usize = 4095;
    let mut heap = must!(Heap::new(3));
    for before_end in 0..=64 {
        let path = long_path(heap.bytes(), LONGEST, c"nix", before_end);
        check_eq!(execve(path), Errno::ENOENT, "execve of 4095 bytes that end {before_end} bytes before memory does");
        let path = long_path(heap.bytes(), LONGEST + 1, c"nix", before_end);
        check_eq!(execve(path), Errno::ENAMETOOLONG, "execve of 4096 bytes, {before_end} before the end of memory");
    }
    for before_end in [0, 1, 31, 63] {
        let path = long_path(heap.bytes(), LONGEST, program::path(), before_end);
        let status = run(|| {
            let error = linux::execve_at(path.as_ptr().addr(), 0, 0);
            check!(false, "execve of 4095 bytes that end {before_end} bytes before memory does: {error:?}");
            0
        });
        check_eq!(status.exit_code(), Some(program::EMPTY_NAME as u8), "the exit code of the program");
    }
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
