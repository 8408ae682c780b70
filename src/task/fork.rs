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

use super::clock;
use super::exit::reap_unclaimed;
use super::floating_point;
use super::fork_injection;
use super::kinship;
use super::lending;
use super::list::Link;
use super::pcb::NewTask;
use super::pid::{self, Pid, allocate_pid};
use super::scheduler;
use super::signal::Signal;
use super::signal::state::note_work;
use super::status::WaitStatus;
use super::switch;
use super::task_ref::{TaskRef, running_thread};
use super::task_struct::{Status, Task};
use crate::arch::interrupt;
use crate::arch::paging::Page;
use crate::errno::Result;
use crate::mm::bounce::{BouncePage, PageCarrier};
use crate::mm::inheritance::pass_on;
use crate::mm::kernel_pages::{KernelPages, get_unset_kernel_pages};
use crate::mm::page_directory::create_page_dir;
use crate::mm::page_table::used_pages;
use crate::mm::user;
use crate::mm::user_addresses::{USER_END, USER_START};

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
pub fn sys_fork() -> Result<Pid> {
    sys_clone(&Birth::default())
}

/// In what a new process differs from a plain fork's child. `man 2 clone`.
#[derive(Default)]
pub struct Birth {
    /// What its end sends to the parent, if not SIGCHLD: nothing, or another signal.
    pub exit_signal: Option<Option<Signal>>,
    /// Where its stack pointer is, if not where the parent's is.
    pub esp: Option<u32>,
    /// Where its pid is stored in the parent's memory, and in its own; 0: nowhere.
    pub parent_store_at: u32,
    pub store_at: u32,
    /// Where a 0 is stored at its end; 0: nowhere.
    pub clear_at: u32,
    /// A segment of its own: entry and descriptor.
    pub segment: Option<(usize, u64)>,
    /// The parent sleeps until the child begins a program or ends.
    pub is_vfork: bool,
    /// What the child runs in.
    pub memory: ChildMemory,
}

/// What memory a child gets.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum ChildMemory {
    /// A copy of the parent's: fork.
    #[default]
    Copied,
    /// The parent's own, until the child begins a program or ends: vfork. The parent must sleep so long.
    Lent,
}

/// As [`sys_fork`], for a child that differs as `birth` says.
///
/// # Errors
/// As [`sys_fork`]; EINVAL for a segment in no entry.
pub fn sys_clone(birth: &Birth) -> Result<Pid> {
    reap_unclaimed();
    let parent = running_thread();
    assert!(!interrupt::are_enabled() && parent.pgdir.borrow().is_some());
    let _injection = fork_injection::begin();

    let child = copy_process(get_unset_kernel_pages(1)?, &parent, birth.memory)?;

    let pid = child.task().pid().expect("a copied process has a pid");
    give_birth(&child.task(), birth)?;
    if birth.parent_store_at != 0 {
        // A bad address is passed over, as on Linux.
        let _ = user::write_u32(birth.parent_store_at, pid.number());
    }
    let child = child.into_task();
    let slice = parent.ticks.get();
    child.ticks.set(slice / 2);
    parent.ticks.set(slice - slice / 2);
    pid::set_task(pid, child);
    scheduler::add(child);
    if birth.memory == ChildMemory::Lent {
        lending::lend(&parent, &child);
    }
    if birth.is_vfork {
        kinship::wait_for_vfork_child(pid);
    }
    Ok(pid)
}

/// Makes the child, which does not run yet, what `birth` says.
fn give_birth(child: &TaskRef, birth: &Birth) -> Result<()> {
    if let Some(signal) = birth.exit_signal {
        child.kinship.exit_signal.set(signal);
    }
    if let Some((index, descriptor)) = birth.segment {
        child.thread_area.set(index, descriptor)?;
    }
    if let Some(esp) = birth.esp {
        switch::set_stack(child, esp);
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
/// Different from the book: the bounce page is given back on every way out.
fn copy_process(child_page: KernelPages, parent: &Task, memory: ChildMemory) -> Result<NewTask> {
    let child = match memory {
        ChildMemory::Copied => {
            let mut bounce_page = BouncePage::new()?;
            let child = copy_pcb_vaddrbitmap_stack0(child_page, parent, memory)?;
            *child.task().pgdir.borrow_mut() = Some(create_page_dir()?);
            copy_body_stack3(&child.task(), &mut bounce_page)?;
            child
        }
        // What a vfork's child runs in is handed over once nothing can fail any more.
        ChildMemory::Lent => copy_pcb_vaddrbitmap_stack0(child_page, parent, memory)?,
    };
    build_child_stack(&child.task());
    update_inode_open_cnts(&child.task(), parent)?;
    Ok(child)
}

/// Step a: copies the page that is PCB and ring-0 stack, gives every field that must differ its
/// value, and copies the bitmap of user addresses and the regions.
///
/// Different from the book: the child keeps the free lists of its heap, whose blocks were copied
/// along with the body (F6); it gets its own copy of the floating-point registers (F10); and
/// when no pid is free, that is an error (F4). The pattern below names every field: a new one does
/// not compile until it is decided here what becomes of it. Those that own something own nothing in
/// the copy until a later step fills them.
fn copy_pcb_vaddrbitmap_stack0(child_page: KernelPages, parent: &Task, memory: ChildMemory) -> Result<NewTask> {
    let child = NewTask::copy_of(parent, child_page, |child| {
        let Task {
            self_kstack: _, // set by build_child_stack
            pid,            // taken below
            status,
            name: _,     // the same program, the same name
            priority: _, // inherited
            ticks: _,    // shared between both by sys_fork, once nothing can fail
            elapsed_ticks,
            general_tag,
            all_list_tag,
            pgdir: _,          // made by step b
            userprog_vaddr: _, // copied below
            u_block_desc: _,   // the lists lead to blocks that the child has too
            fd_table: _,       // inherited by step e
            fs: _,             // copied below
            parent_pid,
            exit_status,
            brk: _,          // the same addresses
            command_line: _, // shared, below
            start_tick,
            wake_tick: _, // the parent does not sleep
            timer_tag: _, // nor is it in a list of sleepers
            wait_tag: _,  // nor does it wait
            is_interruptible: _,
            fpu: _,         // copied below
            signals: _,     // inherited below
            membership: _,  // inherited below
            kinship: _,     // new: see NewTask::copy_of
            usage: _,       // new: nothing used yet
            thread_area: _, // the same addresses
            thread_id: _,   // new: nowhere
            limits: _,      // copied below
            stack_magic: _, // the same
        } = child;
        pid.set(None);
        status.set(Status::Ready);
        elapsed_ticks.set(0);
        general_tag.set(Link::NONE);
        all_list_tag.set(Link::NONE);
        start_tick.set(clock::ticks());
        parent_pid.set(parent.pid());
        exit_status.set(WaitStatus::exited(0));
    });

    let task = child.task();
    task.pid.set(Some(allocate_pid()?));
    task.membership.inherit(&parent.membership);
    task.signals.inherit(&parent.signals)?;
    task.limits.inherit(&parent.limits)?;
    *task.fpu.borrow_mut() = floating_point::copy_of_running()?;
    *task.command_line.borrow_mut() = parent.command_line();
    let fs = parent.fs.borrow();
    *task.fs.borrow_mut() = fs.as_ref().map(|fs| fs.copy()).transpose()?;
    if memory == ChildMemory::Copied {
        let addresses = parent.userprog_vaddr.borrow();
        let addresses = addresses.as_ref().expect("a process has a bitmap");
        *task.userprog_vaddr.borrow_mut() = Some(addresses.copy()?);
    }
    Ok(child)
}

/// Step c: gives the child a copy of every page that the parent has, stack included.
///
/// Different from the book: the page tables say which pages there are, not the bitmap, whose bits mean that a page
/// may come to be, so one that is not there is passed over (F8); what the parent has borrowed of a file, or shares,
/// the child gets without a copy; running out of memory is an error (F2); between two pages interrupts get in (F9);
/// and protections are kept.
fn copy_body_stack3(child: &Task, carrier: &mut impl PageCarrier) -> Result<()> {
    let child_directory = child.pgdir.borrow();
    let child_directory = child_directory.as_ref().expect("step b came before");
    for (page, entry) in used_pages(Page::containing(USER_START), Page::containing(USER_END)) {
        pass_on(page, entry, child_directory, carrier)?;
        interrupt::window();
    }
    Ok(())
}

/// Step d: fork returns 0 in the child, which begins at `intr_exit` on its copy of the parent's
/// trap frame.
fn build_child_stack(child: &Task) {
    switch::begin_with_intr_exit(child);
}

/// Step e: the child's descriptors refer to what the parent's refer to, which is told so.
///
/// Different from the book: all of them, 0 to 2 included (F7), and each open file counts its
/// descriptors, so the first exit does not close it for the others (F5).
fn update_inode_open_cnts(child: &Task, parent: &Task) -> Result<()> {
    *child.fd_table.borrow_mut() = parent.fd_table.borrow().copy()?;
    Ok(())
}
