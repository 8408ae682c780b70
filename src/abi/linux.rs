//! Linux's system calls for i386: numbers below 0x8000.
//!
//! Structures, errors and semantics are Linux's, so that unmodified static programs run. What is
//! not in the table is ENOSYS.

use super::call::{Table, calls};
use super::{file, memory, process, system, time};
use linux_raw_sys::general as nr;

/// Numbers that the table can hold; Linux 6.1 ends at 450.
const NUMBERS: usize = 512;

/// The table, one line a call.
pub static LINUX: Table<NUMBERS> = Table::new(calls! {
    nr::__NR_exit, exit(status: Int) => process::exit;
    nr::__NR_fork, fork() => process::fork;
    nr::__NR_read, read(fd: Descriptor, buf: Address, count: Size) => file::read;
    nr::__NR_write, write(fd: Descriptor, buf: Address, count: Size) => file::write;
    nr::__NR_waitpid, waitpid(pid: Int, status: Address, options: Flags) => process::waitpid;
    nr::__NR_execve, execve(path: String, argv: Address, envp: Address) => process::execve;
    nr::__NR_getpid, getpid() => process::getpid;
    nr::__NR_brk, brk(address: Address) => memory::brk;
    nr::__NR_getppid, getppid() => process::getppid;
    nr::__NR_reboot, reboot(magic: Flags, magic2: Flags, op: Flags, arg: Address) => system::reboot;
    nr::__NR_wait4, wait4(pid: Int, status: Address, options: Flags, rusage: Address) => process::wait4;
    nr::__NR_uname, uname(buf: Address) => system::uname;
    nr::__NR_sched_yield, sched_yield() => process::sched_yield;
    nr::__NR_nanosleep, nanosleep(request: Address, remaining: Address) => time::nanosleep;
    nr::__NR_gettid, gettid() => process::getpid;
    nr::__NR_exit_group, exit_group(status: Int) => process::exit;
    nr::__NR_clock_gettime, clock_gettime(clock: Int, time: Address) => time::clock_gettime;
    nr::__NR_clock_gettime64, clock_gettime64(clock: Int, time: Address) => time::clock_gettime64;
});
