//! fork: how a process comes to be, step by step under the book's names.
//!
//! The order is the book's (chapter 15, `userprog/fork.c`):
//!
//! ```text
//! sys_fork                            one page for the child's PCB
//!   copy_process                      the bounce page
//!     copy_pcb_vaddrbitmap_stack0     a  PCB and ring-0 stack by one copy; the bitmap
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

use super::floating_point;
use super::fork_injection;
use super::list::Link;
use super::pcb::NewTask;
use super::pid::{self, Pid, allocate_pid};
use super::scheduler;
use super::status::WaitStatus;
use super::switch;
use super::task_ref::running_thread;
use super::task_struct::{Status, Task};
use crate::arch::interrupt;
use crate::arch::paging::Page;
use crate::errno::Result;
use crate::mm::bounce::{BouncePage, PageCarrier};
use crate::mm::kernel_pages::{KernelPages, get_unset_kernel_pages};
use crate::mm::page_directory::create_page_dir;
use crate::mm::page_table;
use crate::mm::user_addresses::USER_START;

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
    let parent = running_thread();
    assert!(!interrupt::are_enabled() && parent.pgdir.borrow().is_some());
    let _injection = fork_injection::begin();

    let child = copy_process(get_unset_kernel_pages(1)?, &parent)?;

    let pid = child.task().pid().expect("a copied process has a pid");
    let child = child.into_task();
    let slice = parent.ticks.get();
    child.ticks.set(slice / 2);
    parent.ticks.set(slice - slice / 2);
    pid::set_task(pid, child);
    scheduler::add(child);
    Ok(pid)
}

/// Copies what the parent has to the child, in the book's steps a to e.
///
/// Different from the book: the bounce page is given back on every way out.
fn copy_process(child_page: KernelPages, parent: &Task) -> Result<NewTask> {
    let mut bounce_page = BouncePage::new()?;

    let child = copy_pcb_vaddrbitmap_stack0(child_page, parent)?;
    *child.task().pgdir.borrow_mut() = Some(create_page_dir()?);
    copy_body_stack3(&child.task(), parent, &mut bounce_page)?;
    build_child_stack(&child.task());
    update_inode_open_cnts(&child.task(), parent);
    Ok(child)
}

/// Step a: copies the page that is PCB and ring-0 stack, gives every field that must differ its
/// value, and copies the bitmap of user addresses.
///
/// Different from the book: the child keeps the free lists of its heap, whose blocks were copied
/// along with the body (F6); it gets its own copy of the floating-point registers (F10); and
/// when no pid is free, that is an error (F4). The pattern below names every field: a new one does
/// not compile until it is decided here what becomes of it. Those that own something own nothing in
/// the copy until a later step fills them.
fn copy_pcb_vaddrbitmap_stack0(child_page: KernelPages, parent: &Task) -> Result<NewTask> {
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
            parent_pid,
            exit_status,
            brk: _,         // the same addresses
            wake_tick: _,   // the parent does not sleep
            fpu: _,         // copied below
            stack_magic: _, // the same
        } = child;
        pid.set(None);
        status.set(Status::Ready);
        elapsed_ticks.set(0);
        general_tag.set(Link::NONE);
        all_list_tag.set(Link::NONE);
        parent_pid.set(parent.pid());
        exit_status.set(WaitStatus::exited(0));
    });

    let task = child.task();
    task.pid.set(Some(allocate_pid()?));
    *task.fpu.borrow_mut() = floating_point::copy_of_running()?;
    let addresses = parent.userprog_vaddr.borrow();
    let addresses = addresses.as_ref().expect("a process has a bitmap");
    *task.userprog_vaddr.borrow_mut() = Some(addresses.copy()?);
    Ok(child)
}

/// Step c: gives the child a copy of every page that the parent has, stack included.
///
/// Different from the book: of the bitmap's 94,199 bytes only those are looked at for which the
/// parent has a page table, since no page is present elsewhere; a bit whose page is not mapped is
/// passed over (F8); running out of memory is an error (F2); between two pages interrupts get in
/// (F9); and protections are kept.
fn copy_body_stack3(child: &Task, parent: &Task, carrier: &mut impl PageCarrier) -> Result<()> {
    let child_directory = child.pgdir.borrow();
    let child_directory = child_directory.as_ref().expect("step b came before");
    let addresses = parent.userprog_vaddr.borrow();
    let addresses = addresses.as_ref().expect("a process has a bitmap");

    let mut next = page_table::next_with_table(Page::containing(USER_START));
    while let Some(start) = next {
        let end = start.next_table();
        for page in addresses.taken_in(start..end) {
            if let Some(entry) = page_table::lookup(page) {
                carrier.carry(page, entry, child_directory)?;
                interrupt::window();
            }
        }
        next = page_table::next_with_table(end);
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
fn update_inode_open_cnts(child: &Task, parent: &Task) {
    let table = parent.fd_table.get();
    table.opened();
    child.fd_table.set(table);
}
