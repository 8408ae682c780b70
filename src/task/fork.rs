//! fork: how a process comes to be, step by step under the book's names.
//!
//! The order is the book's (chapter 15, `userprog/fork.c`):
//!
//! ```text
//! sys_fork                            one page for the child's PCB
//!   copy_process                      the bounce page
//!     copy_pcb_vaddrbitmap_stack0     a  PCB and ring-0 stack by one copy; bitmap, regions
//!     create_page_dir                 b  a directory with the kernel's half
//!     copy_body_stack3                c  every page through the bounce page
//!     build_child_stack               d  eax = 0, on through intr_exit
//!     update_inode_open_cnts          e  what is open is open once more
//!   on both lists                     from here on the child exists
//! ```
//!
//! What differs is what happens when a step fails. The child is a [`NewTask`] until it goes on the
//! lists; until then dropping it gives back all that the steps have put into it, so `?` is the
//! whole error handling (F1). docs/book.md holds each function beside the book's.
//!
//! The book's functions are `#[inline(never)]`: a person stops at them, with `tusk fork` of tools/gdb or by name, and the
//! compiler would otherwise make one of them all.

use super::address_space::{AddressSpace, Unchanged};
use super::birth::{Birth, Shared};
use super::clock;
use super::exit::reap_unclaimed;
use super::floating_point;
use super::fork_injection;
use super::kinship;
use super::list::Link;
use super::pcb::NewTask;
use super::pid::{self, Pid, allocate_pid};
use super::process::Process;
use super::scheduler;
use super::signal::state::{Table, note_work};
use super::signal::while_forking::Listening;
use super::status::WaitStatus;
use super::switch;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::{Status, Task};
use super::usage::Ticks;
use crate::arch::paging::Page;
use crate::arch::{interrupt, magic_break};
use crate::errno::{Errno, Result};
use crate::mm::bounce::{BouncePage, PageCarrier};
use crate::mm::fault_injection;
use crate::mm::inheritance::pass_on;
use crate::mm::kernel_pages::{KernelPages, get_unset_kernel_pages};
use crate::mm::page_directory::{PageDirectory, create_page_dir};
use crate::mm::page_table::used_pages;
use crate::mm::user;
use crate::mm::user_addresses::{USER_END, USER_START, UserAddresses};
use crate::trace::{step, tracepoint};
use alloc::sync::Arc;

/// Makes a child of the running process and returns its pid; the child will return 0 from the same
/// system call.
///
/// Different from the book: the page is not cleared before it is overwritten, every failure gives
/// back what was taken, and the child gets half of what is left of the parent's time slice instead
/// of a full one, so that forking makes no time (F10).
///
/// # Errors
/// ENOMEM; EAGAIN when no pid is free.
///
/// # Panics
/// In a kernel thread, which has no body to copy.
#[inline(never)]
pub fn sys_fork() -> Result<Pid> {
    sys_clone(&Birth::FORK)
}

/// As [`sys_fork`], for a task that differs as `birth` says: Linux's clone. Its flags go together, as abi::thread has
/// checked.
///
/// # Errors
/// As [`sys_fork`]; EINVAL for a segment in no entry; RESTART when the process is about to end.
#[inline(never)]
pub fn sys_clone(birth: &Birth) -> Result<Pid> {
    magic_break::at_fork();
    let step = step!(fork::sys_fork());
    let _clone = step!(clone::sys_clone(birth.shared.bits(), birth.kind()));
    birth.trace();
    reap_unclaimed();
    let parent = running_thread();
    assert!(!interrupt::are_enabled() && parent.memory.borrow().is_some());
    let injection = fork_injection::begin();
    let listening = Listening::begin();

    let child_page = get_unset_kernel_pages(1)?;
    tracepoint!(fork::pcb_page(child_page.address()));
    let child = copy_process(child_page, &parent, birth)?;

    let pid = child.task().pid().expect("a copied process has a pid");
    give_birth(&child.task(), birth)?;
    if birth.parent_store_at != 0 {
        // A bad address is passed over, as on Linux. What brings the page in is no allocation of fork's.
        let _ = fault_injection::suspended(|| user::write_u32(birth.parent_store_at, pid.number()));
    }
    // From here on nobody comes in between: what the child is born into is what it finds. A child of one that is to end
    // would escape whoever ends all of a process, or of a group.
    if parent.is_doomed() {
        return Err(Errno::RESTART);
    }
    if !birth.shares(Shared::PROCESS) {
        join_family(child.task().process(), &parent, birth)?;
    }
    // What is left cannot fail; and a maker that sleeps for vfork is not to have its child's allocations fail.
    drop(injection);
    let child = child.into_task();
    let slice = parent.ticks.get();
    child.ticks.set(slice / 2);
    parent.ticks.set(slice - slice / 2);
    pid::set_task(pid, child);
    child.process().add(child);
    scheduler::add(child);
    tracepoint!(fork::ready(parent.pid().map_or(0, Pid::number), pid.number()));
    if child.process().is_stopped() {
        note_work(child);
    }
    if !birth.shares(Shared::PROCESS) {
        listening.tell(child);
    }
    if birth.is_vfork {
        // The sleep is none of fork's steps.
        drop(step);
        kinship::begin_vfork(&child);
        kinship::wait_for_vfork_child();
    }
    Ok(pid)
}

/// Makes the child, which does not run yet, what `birth` says.
fn give_birth(child: &TaskRef, birth: &Birth) -> Result<()> {
    if let Some((index, descriptor)) = birth.segment {
        child.thread_area.set(index, descriptor)?;
    }
    if let Some(esp) = birth.esp {
        switch::set_stack(child, esp);
    }
    if birth.shares(Shared::MEMORY) && !birth.is_vfork {
        // The maker's handlers may be on it at this moment.
        child.signals.alternate_stack.take();
    }
    child.thread_id.clear_at.set(birth.clear_at);
    child.thread_id.store_at.set(birth.store_at);
    if birth.store_at != 0 {
        note_work(*child);
    }
    Ok(())
}

/// Copies what the parent has to the child, in the book's steps a to e.
///
/// Different from the book: what is shared is not copied; the bounce page is given back on every way out.
#[inline(never)]
fn copy_process(child_page: KernelPages, parent: &Task, birth: &Birth) -> Result<NewTask> {
    let _step = step!(fork::copy_process());
    let memory = parent.memory().expect("a process has memory");
    let child = if birth.shares(Shared::MEMORY) {
        let (child, _) = copy_pcb_vaddrbitmap_stack0(child_page, parent, birth, None)?;
        *child.task().memory.borrow_mut() = Some(memory);
        child
    } else {
        let mut bounce_page = BouncePage::new()?;
        // Until the body is copied no other thread changes what is where.
        let unchanged = memory.hold();
        let (child, addresses) = copy_pcb_vaddrbitmap_stack0(child_page, parent, birth, Some(&unchanged))?;
        let addresses = addresses.expect("copied by step a");
        let child_memory = AddressSpace::new(make_directory()?, addresses)?;
        child_memory.inherit_heaps(&memory);
        *child.task().memory.borrow_mut() = Some(child_memory.clone());
        copy_body_stack3(child_memory.directory(), &mut bounce_page)?;
        child
    };
    build_child_stack(&child.task());
    update_inode_open_cnts(&child.task(), parent, birth)?;
    Ok(child)
}

/// Step a: copies the page that is PCB and ring-0 stack, gives every field that must differ its
/// value, and copies the bitmap of user addresses and the regions, unless the memory is shared.
///
/// Different from the book: the child keeps the free lists of its heap, whose blocks were copied
/// along with the body (F6); it gets its own copy of the floating-point registers (F10); and
/// when no pid is free, that is an error (F4). The pattern below names every field: a new one does
/// not compile until it is decided here what becomes of it. Those that own something own nothing in
/// the copy until a later step fills them.
#[inline(never)]
fn copy_pcb_vaddrbitmap_stack0(
    child_page: KernelPages,
    parent: &Task,
    birth: &Birth,
    memory: Option<&Unchanged>,
) -> Result<(NewTask, Option<UserAddresses>)> {
    let _step = step!(fork::copy_pcb_vaddrbitmap_stack0());
    let is_thread = birth.shares(Shared::PROCESS);
    let process = if is_thread { Arc::clone(&parent.process) } else { Process::new()? };
    let child = NewTask::copy_of(parent, child_page, process, |child| {
        let Task {
            self_kstack: _, // set by build_child_stack
            pid,            // taken below
            status,
            name: _,     // the same program, the same name
            priority: _, // inherited
            policy,
            ticks: _, // shared between both by sys_clone, once nothing can fail
            elapsed_ticks,
            general_tag,
            all_list_tag,
            memory: _,   // made of steps a and b, or shared
            fd_table: _, // inherited by step e
            fs: _,       // copied below
            exit_status,
            start_tick,
            wake_tick: _, // the parent does not sleep
            timer_tag: _, // nor is it in a list of sleepers
            wait_tag: _,  // nor does it wait
            sleep: _,
            is_doomed: _,  // sys_clone sees whether the parent is
            is_telling: _, // the parent forks
            fpu: _,        // copied below
            signals: _,    // inherited below
            process: _,    // a new one, inherited below, or the parent's
            vfork,
            used,
            thread_area: _, // the same addresses
            thread_id: _,   // new: nowhere
            futex: _,       // the parent does not sleep
            stack_magic: _, // the same
        } = child;
        pid.set(None);
        status.set(Status::Ready);
        elapsed_ticks.set(0);
        general_tag.set(Link::NONE);
        all_list_tag.set(Link::NONE);
        policy.set(parent.policy.get().inherited());
        start_tick.set(clock::ticks());
        exit_status.set(WaitStatus::exited(0));
        vfork.clear();
        used.set(Ticks::default());
    });

    let task = child.task();
    task.pid.set(Some(allocate_pid()?));
    let table = if birth.shares(Shared::HANDLERS) { Table::Same } else { Table::Copied };
    task.signals.inherit(&parent.signals, table)?;
    *task.fpu.borrow_mut() = floating_point::copy_of_running()?;
    let fs = parent.fs().ok_or(Errno::NOENT)?;
    *task.fs.borrow_mut() = Some(if birth.shares(Shared::FS) { fs } else { fs.copy()? });
    let addresses = memory.map(Unchanged::copy_addresses).transpose()?;
    Ok((child, addresses))
}

/// Makes `process`, which is new, a child of `parent`'s process, or of that one's parent.
fn join_family(process: &Process, parent: &Task, birth: &Birth) -> Result<()> {
    let family = parent.process();
    process.inherit(family)?;
    if birth.shares(Shared::PARENT) {
        // It is told what it would be told by the caller.
        process.parent_pid.set(family.parent_pid.get());
        process.kinship.maker.set(family.kinship.maker.get());
        process.kinship.exit_signal.set(family.kinship.exit_signal.get());
    } else {
        process.parent_pid.set(family.pid());
        process.kinship.maker.set(parent.pid());
        process.kinship.exit_signal.set(birth.exit_signal);
    }
    Ok(())
}

/// Step b: a page directory with the kernel's half.
fn make_directory() -> Result<PageDirectory> {
    let _step = step!(fork::create_page_dir());
    create_page_dir()
}

/// Step c: gives the child a copy of every page that the parent has, stack included.
///
/// Different from the book: the page tables say which pages there are, not the bitmap, whose bits mean that a page
/// may come to be, so one that is not there is passed over (F8); what the parent has borrowed of a file, or shares,
/// the child gets without a copy; running out of memory is an error (F2); between two pages interrupts get in (F9);
/// and protections are kept.
#[inline(never)]
fn copy_body_stack3(child_directory: &PageDirectory, carrier: &mut impl PageCarrier) -> Result<()> {
    let _step = step!(fork::copy_body_stack3());
    for (page, entry) in used_pages(Page::containing(USER_START), Page::containing(USER_END)) {
        pass_on(page, entry, child_directory, carrier)?;
        interrupt::window();
    }
    Ok(())
}

/// Step d: fork returns 0 in the child, which begins at `intr_exit` on its copy of the parent's
/// trap frame.
#[inline(never)]
fn build_child_stack(child: &Task) {
    let _step = step!(fork::build_child_stack());
    switch::begin_with_intr_exit(child);
}

/// Step e: the child's descriptors refer to what the parent's refer to, which is told so; or they are the parent's.
///
/// Different from the book: all of them, 0 to 2 included (F7), and each open file counts its
/// descriptors, so the first exit does not close it for the others (F5).
#[inline(never)]
fn update_inode_open_cnts(child: &Task, parent: &Task, birth: &Birth) -> Result<()> {
    let _step = step!(fork::update_inode_open_cnts());
    let table = parent.fd_table.borrow().clone().expect("a process has descriptors");
    let table = if birth.shares(Shared::FILES) { table } else { table.borrow().copy()?.shared()? };
    *child.fd_table.borrow_mut() = Some(table);
    Ok(())
}
