//! Bad pointers given to system calls: the answer is EFAULT, and nobody is hurt.

use crate::call::sys;
use crate::check::{check, check_eq, must};
use linux_raw_sys::general::CLOCK_MONOTONIC;
use tusk_user::heap::{Heap, PAGE_SIZE};
use tusk_user::{Errno, linux, on_tusk};

/// Where nothing of a program can be, on Linux or on Tusk.
const NOWHERE: [usize; 5] = [0, 1, 0xfff, 0xffff_f000, 0xffff_ffff];
/// Tusk's own addresses: its first page, its heap, its page tables.
const KERNEL: [usize; 5] = [0xc000_0000, 0xc009_e000, 0xc010_0000, 0xc100_0000, 0xffc0_0000];

/// The addresses that no program may pass, here.
fn bad_addresses() -> impl Iterator<Item = usize> {
    NOWHERE.into_iter().chain(KERNEL.into_iter().filter(|_| on_tusk()))
}

/// Reading from there.
pub fn write_from_bad_addresses_is_efault() {
    for address in bad_addresses() {
        check_eq!(linux::write_at(1, address, 1), Err(Errno::EFAULT), "write from {address:#x}");
        check_eq!(linux::write_at(1, address, 1 << 20), Err(Errno::EFAULT), "a long write from {address:#x}");
    }
}

/// Nothing is read when nothing is asked for.
pub fn write_of_nothing_needs_no_address() {
    check_eq!(linux::write_at(1, 0, 0), Ok(0), "write of nothing");
}

/// The part that can be read may be written; what is beyond cannot.
pub fn write_stops_where_memory_ends() {
    let mut heap = must!(Heap::new(1));
    heap.bytes().fill(b'.');
    let last_ten = heap.start() + PAGE_SIZE - 10;
    for length in [11, 4096, 1 << 20, 0x7fff_ffff, 0xffff_ffff] {
        let result = linux::write_at(1, last_ten, length);
        let is_fine = matches!(result, Ok(0..=10) | Err(Errno::EFAULT | Errno::EINVAL));
        check!(is_fine, "write of {length:#x} bytes of which ten are there: {result:?}");
    }
    check_eq!(linux::write_at(1, last_ten, 10), Ok(10), "write of the ten bytes");
    heap.bytes().fill(b'\n');
    check_eq!(linux::write_at(1, last_ten, 1), Ok(1), "write of a line end");
}

/// Writing to there.
pub fn results_to_bad_addresses_are_efault() {
    for address in bad_addresses() {
        check_eq!(sys!(__NR_uname, address), Err(Errno::EFAULT), "uname to {address:#x}");
        check_eq!(
            sys!(__NR_clock_gettime, CLOCK_MONOTONIC, address),
            Err(Errno::EFAULT),
            "clock_gettime to {address:#x}"
        );
    }
}

/// Structures read from there.
pub fn requests_at_bad_addresses_are_efault() {
    for address in bad_addresses() {
        check_eq!(sys!(__NR_nanosleep, address, 0), Err(Errno::EFAULT), "nanosleep at {address:#x}");
    }
}

/// Memory that may be read but not written: a program's own text.
pub fn results_to_read_only_memory_are_efault() {
    static CONSTANT: [u8; 512] = [7; 512];
    for address in [CONSTANT.as_ptr().addr(), results_to_read_only_memory_are_efault as fn() as usize] {
        check_eq!(sys!(__NR_uname, address), Err(Errno::EFAULT), "uname to {address:#x}");
    }
    check!(core::hint::black_box(&CONSTANT).iter().all(|&byte| byte == 7), "the constant has changed");
}

/// A structure of which only the first part has room.
pub fn results_that_run_out_of_memory_are_efault() {
    let heap = must!(Heap::new(1));
    for room in [1, 4, 64, 389] {
        let address = heap.start() + PAGE_SIZE - room;
        check_eq!(sys!(__NR_uname, address), Err(Errno::EFAULT), "uname with room for {room} bytes");
    }
    let address = heap.start() + PAGE_SIZE - 390;
    check_eq!(sys!(__NR_uname, address), Ok(0), "uname with just enough room");
}

/// Structures need not be aligned, nor lie on one page.
pub fn results_may_lie_anywhere_in_memory() {
    let heap = must!(Heap::new(2));
    for address in [heap.start() + 1, heap.start() + PAGE_SIZE - 3, heap.start() + PAGE_SIZE - 200] {
        check_eq!(sys!(__NR_uname, address), Ok(0), "uname to {address:#x}");
        check_eq!(sys!(__NR_clock_gettime, CLOCK_MONOTONIC, address), Ok(0), "clock_gettime to {address:#x}");
    }
}

/// A descriptor that is not open is found out before the address is looked at.
pub fn unopened_descriptor_is_ebadf_first() {
    for descriptor in [99, -1, i32::MIN] {
        check_eq!(sys!(__NR_write, descriptor, 0, 1), Err(Errno::EBADF), "write to descriptor {descriptor}");
    }
}

/// With nobody to wait for, the pointers do not matter.
pub fn nobody_to_wait_for_is_echild_first() {
    check_eq!(sys!(__NR_wait4, -1, 0xffff_f000u32, 0, 0xffff_f000u32), Err(Errno::ECHILD), "wait4");
}
