//! Addresses that no program may give to the kernel, or use itself.

use crate::call::{call, input};
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run, wait};
use crate::mapping::pages::{anonymous, fill, unmap};
use crate::probe;
use linux_raw_sys::general::{__NR_execve, __NR_open, __NR_pipe, __NR_read, __NR_unlink, __NR_waitpid, SIGSEGV};
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::{Errno, file, linux};

/// Where nothing of a program's ever is: at 0, far up, at the very end.
const NOWHERE: [usize; 5] = [0, 0x1000, 0xffff_0000, 0xffff_f000, 0xffff_ffff];

/// What is to be read from there cannot be.
pub fn copyin() {
    let (_reader, writer) = must!(file::pipe(0));
    for address in NOWHERE {
        check_eq!(linux::write_at(writer.number(), address, 8192), Err(Errno::EFAULT), "write from {address:#x}");
    }
}

/// What is to be written there cannot be, and what was to be read stays.
pub fn copyout() {
    let (reader, writer) = must!(file::pipe(0));
    must!(linux::write(writer.number(), b"x"));
    for address in NOWHERE {
        let result = call(__NR_read, [reader.number() as usize, address, 8192]);
        check_eq!(result, Err(Errno::EFAULT), "read to {address:#x}");
    }
    check_eq!(linux::read(reader.number(), &mut [0; 4]), Ok(1), "read of what is left");
}

/// Names that lie nowhere.
pub fn copyinstr1() {
    for address in NOWHERE {
        check_eq!(call(__NR_open, [address, 0]), Err(Errno::EFAULT), "open of a name at {address:#x}");
        check_eq!(call(__NR_unlink, [address]), Err(Errno::EFAULT), "unlink of a name at {address:#x}");
    }
}

/// Names and arguments that are too long are refused, and not cut off.
pub fn copyinstr2() {
    let pages = anonymous(40);
    fill(pages, 40 * PAGE_SIZE - 1, b'x');
    check_eq!(call(__NR_open, [pages, 0]), Err(Errno::ENAMETOOLONG), "open of a name without an end");
    let arguments = [pages, 0];
    let path = c"/tests/suite".as_ptr().expose_provenance();
    let result = call(__NR_execve, [path, input(&arguments), input(&0usize)]);
    check!(matches!(result, Err(Errno::E2BIG | Errno::ENOENT)), "execve with an argument of 40 pages is {result:?}");
}

/// A name whose end lies where there is no memory any more.
pub fn copyinstr3() {
    let pages = anonymous(2);
    must!(unmap(pages + PAGE_SIZE, PAGE_SIZE));
    fill(pages + PAGE_SIZE - 4, 4, b'x');
    let name = pages + PAGE_SIZE - 4;
    check_eq!(call(__NR_open, [name, 0]), Err(Errno::EFAULT), "open of a name without an end");
    check_eq!(call(__NR_unlink, [name]), Err(Errno::EFAULT), "unlink of a name without an end");
    check_eq!(call(__NR_execve, [name, input(&0usize), 0]), Err(Errno::EFAULT), "execve of a name without an end");
}

/// Argument lists with addresses in them that lead nowhere: refused each time, and nothing is used up.
pub fn badarg() {
    let path = crate::program::path().as_ptr().expose_provenance();
    for _ in 0..500 {
        let arguments = [0xffff_f000usize, 0];
        check_eq!(call(__NR_execve, [path, input(&arguments), 0]), Err(Errno::EFAULT), "execve with a bad argument");
    }
}

/// `execve` in a process that has taken much memory either succeeds or leaves it as it is.
pub fn execout() {
    for pages in [4, 64, 256] {
        let status = run(|| {
            let mut heap = must!(Heap::new(pages));
            heap.touch();
            crate::program::become_program("bss", &[])
        });
        check_eq!(status.exit_code(), Some(0), "the end of the program after {pages} pages");
    }
}

/// The kernel's memory is out of reach, every part of it.
pub fn kernmem() {
    for address in (0xc000_0000usize..0xffff_0000).step_by(0x0400_0000) {
        dies_of(SIGSEGV, || probe::read(address));
    }
}

/// Calls with an address in each part of the address space: none of them hurts anybody.
pub fn validatetest() {
    for address in (0..0x1100_0000usize).step_by(0x0011_0000) {
        let child = crate::child::start(|| {
            let _ = call(__NR_pipe, [0xffff_0000 + (address & 0xf000)]);
            let _ = call(__NR_waitpid, [usize::MAX, 0xffff_0000 | address >> 16, 0]);
            check_eq!(call(__NR_pipe, [0x10]), Err(Errno::EFAULT), "pipe to the first page");
            0
        });
        check_eq!(wait(child).exit_code(), Some(0), "the child's end");
    }
}
