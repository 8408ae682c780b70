//! clone, and what belongs to a thread: its segments and where its number is stored.
//!
//! A process is one thread, so clone makes processes only: with a copy of the memory, or, as vfork does, in the
//! parent's own while the parent sleeps.
//! `man 2 clone`, `man 2 set_thread_area`.

use crate::arch::gdt::{FIRST_THREAD_ENTRY, THREAD_ENTRIES, ThreadSegment};
use crate::errno::{Errno, Result};
use crate::mm::user;
use crate::task::fork::{Birth, ChildMemory, sys_clone};
use crate::task::pid::Pid;
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
    sys_clone(&Birth { is_vfork: true, memory: ChildMemory::Lent, ..Birth::default() }).map(Pid::number)
}

/// `man 2 clone`, with i386's order of arguments.
///
/// Flags that do not go together are EINVAL; those that would share what cannot be shared yet are ENOSYS.
pub fn clone(flags: u32, stack: u32, parent_tid: u32, tls: u32, child_tid: u32) -> Result<u32> {
    const WITHOUT_EFFECT: u32 = linux::CLONE_SYSVSEM | linux::CLONE_DETACHED | linux::CLONE_UNTRACED | linux::CLONE_IO;
    const STORES: u32 = linux::CLONE_PARENT_SETTID | linux::CLONE_CHILD_SETTID | linux::CLONE_CHILD_CLEARTID;
    const OF_VFORK: u32 = linux::CLONE_VM | linux::CLONE_VFORK;
    const KNOWN: u32 = linux::CSIGNAL | WITHOUT_EFFECT | STORES | OF_VFORK | linux::CLONE_SETTLS;
    let has = |flag: u32| flags & flag != 0;
    if has(linux::CLONE_SIGHAND) && !has(linux::CLONE_VM) || has(linux::CLONE_THREAD) && !has(linux::CLONE_SIGHAND) {
        return Err(Errno::INVAL);
    }
    let lends_memory = flags & OF_VFORK == OF_VFORK;
    if flags & !KNOWN != 0 || has(linux::CLONE_VM) && !lends_memory {
        return Err(Errno::NOSYS);
    }
    let exit_signal = match flags & linux::CSIGNAL {
        0 => None,
        number => Some(Signal::new(number).ok_or(Errno::INVAL)?),
    };
    let address = |flag: u32, address: u32| if has(flag) { address } else { 0 };
    sys_clone(&Birth {
        exit_signal: Some(exit_signal),
        esp: (stack != 0).then_some(stack),
        parent_store_at: address(linux::CLONE_PARENT_SETTID, parent_tid),
        store_at: address(linux::CLONE_CHILD_SETTID, child_tid),
        clear_at: address(linux::CLONE_CHILD_CLEARTID, child_tid),
        segment: if has(linux::CLONE_SETTLS) { Some(segment_for_child(tls)?) } else { None },
        is_vfork: has(linux::CLONE_VFORK),
        memory: if lends_memory { ChildMemory::Lent } else { ChildMemory::Copied },
    })
    .map(Pid::number)
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

/// `man 2 set_robust_list`: accepted; there is no lock yet that a dead thread could leave taken.
pub fn set_robust_list(_head: u32, length: u32) -> Result<u32> {
    const LENGTH: u32 = 12;
    if length == LENGTH { Ok(0) } else { Err(Errno::INVAL) }
}
