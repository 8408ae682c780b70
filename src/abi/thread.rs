//! clone, and what belongs to a thread: its segments and where its number is stored.
//!
//! fork, vfork and threads are one call with different flags; which of them go together is checked here, what they do
//! is in task/fork.rs. `man 2 clone`, `man 2 set_thread_area`.

use crate::arch::gdt::{FIRST_THREAD_ENTRY, THREAD_ENTRIES, ThreadSegment};
use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::birth::{Birth, Shared};
use crate::task::fork::sys_clone;
use crate::task::pid::{self, Pid};
use crate::task::process;
use crate::task::signal::Signal;
use crate::task::task_ref::running_thread;
use crate::task::thread_area;
use linux_raw_sys::general as linux;

/// Flags of `struct user_desc`, its fourth word.
mod flag {
    pub const THIRTY_TWO_BITS: u32 = 1 << 0;
    pub const GROWS_DOWN: u32 = 1 << 1;
    pub const CODE: u32 = 1 << 2;
    pub const READ_ONLY: u32 = 1 << 3;
    pub const IN_PAGES: u32 = 1 << 4;
    pub const NOT_PRESENT: u32 = 1 << 5;
    pub const USEABLE: u32 = 1 << 6;
}

/// `man 2 vfork`.
pub fn vfork() -> Result<u32> {
    sys_clone(&Birth::VFORK).map(Pid::number)
}

/// `man 2 clone`, with i386's order of arguments.
pub fn clone(flags: u32, stack: u32, parent_tid: u32, tls: u32, child_tid: u32) -> Result<u32> {
    // Bits that clone3 alone has lie in the exit signal's byte.
    let request = Request {
        flags: flags & !linux::CSIGNAL,
        exit_signal: flags & linux::CSIGNAL,
        stack,
        parent_tid,
        tls,
        child_tid,
    };
    request.make()
}

/// What a caller of clone asks for.
struct Request {
    flags: u32,
    exit_signal: u32,
    /// The stack pointer; 0: the caller's.
    stack: u32,
    parent_tid: u32,
    tls: u32,
    child_tid: u32,
}

impl Request {
    /// Accepted without effect: there are no semaphores of System V, tracers, or contexts of input and output.
    const WITHOUT_EFFECT: u32 =
        linux::CLONE_SYSVSEM | linux::CLONE_DETACHED | linux::CLONE_UNTRACED | linux::CLONE_PTRACE | linux::CLONE_IO;
    const KNOWN: u32 = Self::WITHOUT_EFFECT
        | Shared::all().bits()
        | linux::CLONE_VFORK
        | linux::CLONE_SETTLS
        | linux::CLONE_PARENT_SETTID
        | linux::CLONE_CHILD_SETTID
        | linux::CLONE_CHILD_CLEARTID;

    fn has(&self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    /// Which flags go together. `man 2 clone`, "ERRORS".
    fn check(&self) -> Result<()> {
        let has = |flag| self.has(flag);
        let is_whole = (!has(linux::CLONE_SIGHAND) || has(linux::CLONE_VM))
            && (!has(linux::CLONE_THREAD) || has(linux::CLONE_SIGHAND));
        // Init's brothers would have no parent.
        let has_parent = !has(linux::CLONE_PARENT) || process::running_pid() != Some(Pid::INIT);
        if self.flags & !Self::KNOWN == 0 && is_whole && has_parent { Ok(()) } else { Err(Errno::INVAL) }
    }

    /// Does it; returns the new task's number.
    fn make(&self) -> Result<u32> {
        self.check()?;
        let address = |flag: u32, address: u32| if self.has(flag) { address } else { 0 };
        let birth = Birth {
            shared: Shared::from_bits_truncate(self.flags),
            // A number that is no signal's sends nothing, as on Linux.
            exit_signal: Signal::new(self.exit_signal),
            esp: (self.stack != 0).then_some(self.stack),
            parent_store_at: address(linux::CLONE_PARENT_SETTID, self.parent_tid),
            store_at: address(linux::CLONE_CHILD_SETTID, self.child_tid),
            clear_at: address(linux::CLONE_CHILD_CLEARTID, self.child_tid),
            segment: if self.has(linux::CLONE_SETTLS) { Some(segment_for_child(self.tls)?) } else { None },
            is_vfork: self.has(linux::CLONE_VFORK),
        };
        sys_clone(&birth).map(Pid::number)
    }
}

/// `man 2 clone3`: `struct clone_args` in words of 64 bits: flags, pidfd, child_tid, parent_tid, exit_signal, stack,
/// stack_size, tls; then set_tid and set_tid_size, which must be 0, and cgroup; pidfd and cgroup mean nothing without
/// their flags, which there are none of.
///
/// # Errors
/// EINVAL for a structure that is too short or what cannot be had, E2BIG for one with more than we know, EFAULT; what
/// clone returns.
pub fn clone3(arguments: u32, size: u32) -> Result<u32> {
    /// Words in the first version of the structure, and in the latest.
    const FIRST: usize = 8;
    const WORDS: usize = 11;
    let mut words = [0u64; WORDS];
    if (size as usize) < FIRST * 8 {
        return Err(Errno::INVAL);
    }
    if size > PAGE_SIZE {
        return Err(Errno::TOO_BIG);
    }
    let known = (size as usize).min(WORDS * 8);
    for (index, word) in words.iter_mut().enumerate().take(known.div_ceil(8)) {
        let mut bytes = [0; 8];
        let length = (known - index * 8).min(8);
        user::copy_from_user(&mut bytes[..length], arguments.wrapping_add(index as u32 * 8))?;
        *word = u64::from_le_bytes(bytes);
    }
    for offset in known as u32..size {
        let mut byte = [0];
        user::copy_from_user(&mut byte, arguments.wrapping_add(offset))?;
        if byte != [0] {
            return Err(Errno::TOO_BIG);
        }
    }
    let [flags, _pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, _cgroup] =
        words;
    let flags = u32::try_from(flags).map_err(|_| Errno::INVAL)?;
    let is_sane = flags & (linux::CSIGNAL | linux::CLONE_DETACHED) == 0
        && exit_signal <= u64::from(Signal::MOST)
        && (exit_signal == 0 || flags & (linux::CLONE_THREAD | linux::CLONE_PARENT) == 0)
        && (stack == 0) == (stack_size == 0)
        && set_tid == 0
        && set_tid_size == 0;
    if !is_sane {
        return Err(Errno::INVAL);
    }
    let [child_tid, parent_tid, tls, stack] =
        [child_tid, parent_tid, tls, stack.wrapping_add(stack_size)].map(u32::try_from);
    let address = |address: core::result::Result<u32, _>| address.map_err(|_| Errno::INVAL);
    Request {
        flags,
        exit_signal: exit_signal as u32,
        stack: address(stack)?,
        parent_tid: address(parent_tid)?,
        tls: address(tls)?,
        child_tid: address(child_tid)?,
    }
    .make()
}

/// Reads a `struct user_desc`: the entry's number in the table, and the descriptor, 0 for an empty one.
fn read_segment(address: u32) -> Result<(u32, u64)> {
    const EMPTY: u32 = flag::READ_ONLY | flag::NOT_PRESENT;
    let [entry, base, limit, flags] = [0, 4, 8, 12].map(|offset| user::read_u32(address.wrapping_add(offset)));
    let (entry, base, limit, flags) = (entry?, base?, limit?, flags?);
    let flags = flags & 0x7f;
    if base == 0 && limit == 0 && (flags == EMPTY || flags == 0) {
        return Ok((entry, 0));
    }
    let has = |flag: u32| flags & flag != 0;
    if !has(flag::THIRTY_TWO_BITS) || has(flag::CODE) || has(flag::NOT_PRESENT) {
        return Err(Errno::INVAL);
    }
    let segment = ThreadSegment {
        base,
        limit,
        is_in_pages: has(flag::IN_PAGES),
        is_read_only: has(flag::READ_ONLY),
        grows_down: has(flag::GROWS_DOWN),
        is_useable: has(flag::USEABLE),
    };
    Ok((entry, segment.descriptor()))
}

/// Which of the entries that are a task's own has that number in the table.
fn own_entry(entry: u32) -> Result<usize> {
    let index = (entry as usize).checked_sub(FIRST_THREAD_ENTRY).ok_or(Errno::INVAL)?;
    if index < THREAD_ENTRIES { Ok(index) } else { Err(Errno::INVAL) }
}

fn segment_for_child(address: u32) -> Result<(usize, u64)> {
    let (entry, descriptor) = read_segment(address)?;
    Ok((own_entry(entry)?, descriptor))
}

/// `man 2 set_thread_area`: entry −1 asks for a free one, whose number is stored in the structure.
pub fn set_thread_area(address: u32) -> Result<u32> {
    let (entry, descriptor) = read_segment(address)?;
    let task = running_thread();
    let index = if entry == u32::MAX {
        let index = task.thread_area.lowest_empty()?;
        user::write_u32(address, (FIRST_THREAD_ENTRY + index) as u32)?;
        index
    } else {
        own_entry(entry)?
    };
    thread_area::set(index, descriptor)?;
    Ok(0)
}

/// `man 2 get_thread_area`.
pub fn get_thread_area(address: u32) -> Result<u32> {
    let index = own_entry(user::read_u32(address)?)?;
    let descriptor = running_thread().thread_area.get(index)?;
    let words = if descriptor == 0 {
        [0, 0, flag::READ_ONLY | flag::NOT_PRESENT]
    } else {
        let segment = ThreadSegment::of_descriptor(descriptor);
        let flags = [
            (segment.grows_down, flag::GROWS_DOWN),
            (segment.is_read_only, flag::READ_ONLY),
            (segment.is_in_pages, flag::IN_PAGES),
            (segment.is_useable, flag::USEABLE),
        ];
        let set = flags.iter().filter(|(is_set, _)| *is_set).fold(flag::THIRTY_TWO_BITS, |set, (_, flag)| set | flag);
        [segment.base, segment.limit, set]
    };
    for (offset, word) in (4..).step_by(4).zip(words) {
        user::write_u32(address.wrapping_add(offset), word)?;
    }
    Ok(0)
}

/// `man 2 set_tid_address`.
pub fn set_tid_address(address: u32) -> Result<u32> {
    let task = running_thread();
    task.thread_id.clear_at.set(address);
    Ok(task.pid().map_or(0, Pid::number))
}

/// Bytes of Linux's `struct robust_list_head`.
const ROBUST_LIST_LENGTH: u32 = 12;

/// `man 2 set_robust_list`: walked when the thread ends (task/thread_end.rs).
pub fn set_robust_list(head: u32, length: u32) -> Result<u32> {
    if length != ROBUST_LIST_LENGTH {
        return Err(Errno::INVAL);
    }
    running_thread().thread_id.robust_list.set(head);
    Ok(0)
}

/// `man 2 get_robust_list`.
pub fn get_robust_list(thread: u32, head: u32, length: u32) -> Result<u32> {
    let task = match thread {
        0 => running_thread(),
        _ => Pid::new(thread).and_then(pid::find).filter(|task| task.is_process()).ok_or(Errno::SRCH)?,
    };
    // Before anything is written: the thread may end while a page of ours is brought.
    let list = task.thread_id.robust_list.get();
    user::write_u32(length, ROBUST_LIST_LENGTH)?;
    user::write_u32(head, list)?;
    Ok(0)
}
