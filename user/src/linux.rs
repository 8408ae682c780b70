//! Linux' system calls, those of them that Tusk has, under their own names.
//!
//! Numbers and structures are those of `linux-raw-sys`; errors are [`Errno`]. A call that can only read this process'
//! memory is safe with whatever arguments it gets, since it is the kernel that has to look before it touches.

use crate::errno::Errno;
use crate::launch::Strings;
use crate::status::Status;
use crate::syscall::{check, syscall0, syscall3, syscall6};
use core::ffi::{CStr, c_char};
use linux_raw_sys::{general, system};

/// What `fork` returned, and so who we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fork {
    /// We are the new process: the call returned 0.
    Child,
    /// We are the old one: the call returned this pid.
    Parent(i32),
}

/// `waitpid`'s pid for "whichever child ends".
pub const ANY_CHILD: i32 = -1;

/// Ends this thread, at once and for good; with the last one its process ends.
pub fn exit(status: i32) -> ! {
    // SAFETY: the call does not return, so nobody is left to miss anything.
    unsafe { syscall3(general::__NR_exit as usize, [status as usize, 0, 0]) };
    unreachable!("exit came back")
}

/// Ends every thread of this process.
pub fn exit_group(status: i32) -> ! {
    // SAFETY: as in `exit`.
    unsafe { syscall3(general::__NR_exit_group as usize, [status as usize, 0, 0]) };
    unreachable!("exit_group came back")
}

/// Makes a second process out of this one; both go on from here.
///
/// # Errors
/// ENOMEM when there is no memory for the copy, EAGAIN when there is no pid; then there is no child.
pub fn fork() -> Result<Fork, Errno> {
    // SAFETY: the child gets a copy of all memory and the parent keeps its own, so no reference dangles in either.
    match check(unsafe { syscall0(general::__NR_fork as usize) })? {
        0 => Ok(Fork::Child),
        pid => Ok(Fork::Parent(pid as i32)),
    }
}

/// Waits until a child ends and returns its pid and how it ended. `pid` names one child, or [`ANY_CHILD`].
///
/// # Errors
/// ECHILD when there is no such child.
pub fn waitpid(pid: i32) -> Result<(i32, Status), Errno> {
    waitpid_with(pid, 0)
}

/// Looks whether a child has ended: `None` when it lives still.
///
/// # Errors
/// ECHILD when there is no such child.
pub fn try_waitpid(pid: i32) -> Result<Option<(i32, Status)>, Errno> {
    let (ended, status) = waitpid_with(pid, general::WNOHANG)?;
    Ok((ended != 0).then_some((ended, status)))
}

/// The call itself, with options (`WNOHANG` …). The pid is 0 when WNOHANG found no child that has ended.
///
/// # Errors
/// ECHILD; EINVAL for options nobody knows.
pub fn waitpid_with(pid: i32, options: u32) -> Result<(i32, Status), Errno> {
    let mut status = 0u32;
    let arguments = [pid as usize, (&raw mut status).addr(), options as usize];
    // SAFETY: the one thing written is `status`, which outlives the call.
    let ended = check(unsafe { syscall3(general::__NR_waitpid as usize, arguments) })?;
    Ok((ended as i32, Status(status)))
}

/// [`waitpid_with`], which also tells what the child used.
///
/// # Errors
/// As for [`waitpid_with`].
pub fn wait4(pid: i32, options: u32, usage: &mut general::rusage) -> Result<(i32, Status), Errno> {
    let mut status = 0u32;
    let usage = core::ptr::from_mut(usage).addr();
    let arguments = [pid as usize, (&raw mut status).addr(), options as usize, usage, 0, 0];
    // SAFETY: `status` and `usage` are written; both outlive the call.
    let ended = check(unsafe { syscall6(general::__NR_wait4 as usize, arguments) })?;
    Ok((ended as i32, Status(status)))
}

/// Becomes another program; returns only when that failed, with the reason.
pub fn execve(path: &CStr, arguments: Strings<'_>, variables: Strings<'_>) -> Errno {
    execve_at(path.as_ptr().addr(), arguments.address, variables.address)
}

/// [`execve`] with bare addresses, good or bad: the kernel has to tell which.
pub fn execve_at(path: usize, arguments: usize, variables: usize) -> Errno {
    // SAFETY: the call reads memory and either never returns or has changed nothing.
    let result = unsafe { syscall3(general::__NR_execve as usize, [path, arguments, variables]) };
    check(result).err().unwrap_or(Errno::EINVAL)
}

/// This process' number.
pub fn getpid() -> i32 {
    // SAFETY: the call touches no memory.
    unsafe { syscall0(general::__NR_getpid as usize) as i32 }
}

/// The number of the process that made this one, or of the one that took it over.
pub fn getppid() -> i32 {
    // SAFETY: the call touches no memory.
    unsafe { syscall0(general::__NR_getppid as usize) as i32 }
}

/// This thread's number; the only thread's is the process'.
pub fn gettid() -> i32 {
    // SAFETY: the call touches no memory.
    unsafe { syscall0(general::__NR_gettid as usize) as i32 }
}

/// Lets somebody else run.
///
/// # Errors
/// None on the kernels known.
pub fn sched_yield() -> Result<(), Errno> {
    // SAFETY: the call touches no memory.
    check(unsafe { syscall0(general::__NR_sched_yield as usize) }).map(drop)
}

/// Writes some of `bytes`; returns how many.
///
/// # Errors
/// EBADF for a descriptor that is not open.
pub fn write(descriptor: i32, bytes: &[u8]) -> Result<usize, Errno> {
    write_at(descriptor, bytes.as_ptr().addr(), bytes.len())
}

/// [`write()`] from a bare address, good or bad.
///
/// # Errors
/// EFAULT when the memory cannot be read, and those of [`write()`].
pub fn write_at(descriptor: i32, address: usize, length: usize) -> Result<usize, Errno> {
    // SAFETY: the call only reads memory.
    check(unsafe { syscall3(general::__NR_write as usize, [descriptor as usize, address, length]) })
}

/// Writes all of `bytes`.
///
/// # Errors
/// Those of [`write()`]; EIO when the other side takes nothing more.
pub fn write_all(descriptor: i32, mut bytes: &[u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match write(descriptor, bytes) {
            Ok(0) => return Err(Errno::EIO),
            Ok(count) => bytes = &bytes[count.min(bytes.len())..],
            Err(Errno::EINTR) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads what there is, at least one byte; 0 means the end of the input.
///
/// # Errors
/// EBADF for a descriptor that is not open.
pub fn read(descriptor: i32, buffer: &mut [u8]) -> Result<usize, Errno> {
    let arguments = [descriptor as usize, buffer.as_mut_ptr().addr(), buffer.len()];
    // SAFETY: the buffer is ours alone for the call.
    check(unsafe { syscall3(general::__NR_read as usize, arguments) })
}

/// Asks for another end of the heap; returns the end as it is afterwards, moved or not.
///
/// # Safety
/// Nothing between a lower end and the present one is in use any more.
pub unsafe fn brk(end: usize) -> usize {
    // SAFETY: memory only comes, or goes where the caller says that nobody misses it.
    unsafe { syscall3(general::__NR_brk as usize, [end, 0, 0]) }
}

/// Sleeps for at least the time in `request`.
///
/// # Errors
/// EINVAL when the nanoseconds are no part of a second, or the time is negative.
pub fn nanosleep(request: &general::__kernel_old_timespec) -> Result<(), Errno> {
    let arguments = [core::ptr::from_ref(request).addr(), 0, 0];
    // SAFETY: the request is read; without a second pointer nothing is written.
    check(unsafe { syscall3(general::__NR_nanosleep as usize, arguments) }).map(drop)
}

/// Reads a clock (`CLOCK_MONOTONIC` …).
///
/// # Errors
/// EINVAL for a clock that is not there.
pub fn clock_gettime(clock: u32) -> Result<general::__kernel_old_timespec, Errno> {
    let mut time = general::__kernel_old_timespec { tv_sec: 0, tv_nsec: 0 };
    let arguments = [clock as usize, (&raw mut time).addr(), 0];
    // SAFETY: the call writes `time` only.
    check(unsafe { syscall3(general::__NR_clock_gettime as usize, arguments) })?;
    Ok(time)
}

/// Reads a clock with seconds of 64 bits.
///
/// # Errors
/// As for [`clock_gettime`].
pub fn clock_gettime64(clock: u32) -> Result<general::__kernel_timespec, Errno> {
    let mut time = general::__kernel_timespec { tv_sec: 0, tv_nsec: 0 };
    let arguments = [clock as usize, (&raw mut time).addr(), 0];
    // SAFETY: the call writes `time` only.
    check(unsafe { syscall3(general::__NR_clock_gettime64 as usize, arguments) })?;
    Ok(time)
}

/// The two numbers that [`reboot`] wants to see first.
pub const REBOOT_MAGIC: [u32; 2] = [general::LINUX_REBOOT_MAGIC1, general::LINUX_REBOOT_MAGIC2];

/// Restarts the machine, or switches it off, as `command` says.
///
/// # Errors
/// EINVAL without the magic or with an unknown command; EPERM for who may not.
pub fn reboot(magic: [u32; 2], command: u32) -> Result<(), Errno> {
    let arguments = [magic[0] as usize, magic[1] as usize, command as usize];
    // SAFETY: the call touches no memory of this process.
    check(unsafe { syscall3(general::__NR_reboot as usize, arguments) }).map(drop)
}

/// What `uname` tells.
pub struct Names(system::new_utsname);

/// Asks the kernel who it is.
///
/// # Errors
/// None for a good buffer, and this one is.
pub fn uname() -> Result<Names, Errno> {
    let empty = [0 as c_char; 65];
    let mut names = system::new_utsname {
        sysname: empty,
        nodename: empty,
        release: empty,
        version: empty,
        machine: empty,
        domainname: empty,
    };
    // SAFETY: the call writes `names` only.
    check(unsafe { syscall3(general::__NR_uname as usize, [(&raw mut names).addr(), 0, 0]) })?;
    Ok(Names(names))
}

impl Names {
    /// The kernel's name.
    pub fn system(&self) -> &CStr {
        field(&self.0.sysname)
    }

    /// The machine's name among others.
    pub fn node(&self) -> &CStr {
        field(&self.0.nodename)
    }

    /// The kernel's version.
    pub fn release(&self) -> &CStr {
        field(&self.0.release)
    }

    /// Which build of it this is.
    pub fn version(&self) -> &CStr {
        field(&self.0.version)
    }

    /// The processor's family.
    pub fn machine(&self) -> &CStr {
        field(&self.0.machine)
    }
}

/// A field as a string; an empty one should the kernel have left out the NUL.
fn field(text: &[c_char; 65]) -> &CStr {
    if !text.contains(&0) {
        return c"";
    }
    // SAFETY: there is a NUL within the array, which lives as long as the result.
    unsafe { CStr::from_ptr(text.as_ptr()) }
}
