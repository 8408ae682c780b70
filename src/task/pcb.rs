//! The PCB: a process is one page, its `Task` at the bottom and its ring-0 stack above.
//!
//! The stack grows down from the page's top towards the task, so the running task is found by
//! rounding esp down to a page, and fork copies both with one page copy. Book: chapter 9.

use super::process::Process;
use super::signal::state::Signals;
use super::task_ref::{TaskRef, of_stack, running_thread};
use super::task_struct::{Name, Status, Task};
use super::thread_id::ThreadId;
use crate::arch::paging::{self, PAGE_SIZE, Page};
use crate::arch::trap::{Start, TrapFrame};
use crate::arch::tss;
use crate::errno::Result;
use crate::mm::kernel_pages::{KernelPages, get_kernel_pages};
use alloc::sync::Arc;
use core::arch::asm;
use core::cell::RefCell;
use core::mem::ManuallyDrop;
use core::ptr::{addr_of, addr_of_mut};

/// What fresh stack is filled with, to see later how deep it went.
const PAINT: u32 = 0x7075_7354;
/// The book's default priority, and so the time slice in ticks.
#[doc(alias = "default_prio")]
pub const DEFAULT_PRIORITY: u8 = 31;

/// Bytes of ring-0 stack: a page less the task.
pub const STACK_ROOM: u32 = PAGE_SIZE - size_of::<Task>() as u32;

impl Task {
    fn page(&self) -> Page {
        Page::containing(core::ptr::from_ref(self) as u32)
    }

    /// One past the highest address of the ring-0 stack.
    pub fn stack_top(&self) -> u32 {
        self.page().address() + PAGE_SIZE
    }

    /// The lowest address that the ring-0 stack may reach.
    pub fn stack_bottom(&self) -> u32 {
        self.page().address() + size_of::<Self>() as u32
    }

    /// Where the registers of the program lie that the task left for its system call: the book's
    /// `intr_stack` at the page's top.
    pub(super) fn user_frame(&self) -> *mut TrapFrame {
        (self.stack_top() - size_of::<TrapFrame>() as u32) as *mut TrapFrame
    }

    /// Makes this task's ring-0 stack the one on which interrupts from ring 3 arrive: it runs next.
    pub(super) fn use_for_interrupts(&self) {
        // SAFETY: the top of the page of a task that exists.
        unsafe { tss::set_ring0_stack(self.stack_top()) };
    }

    /// Lets the program go on at `start` after its system call: what exec wants.
    ///
    /// # Panics
    /// When the running task is not this one.
    pub fn restart_at(&self, start: Start) {
        assert!(core::ptr::eq(self, &raw const *running_thread()));
        // SAFETY: the top of our own page is the frame that the system call's entry built;
        // intr_exit reads it when we are done, and nobody holds a reference to it (src/arch/trap.rs).
        unsafe { self.user_frame().write(TrapFrame::at(start)) };
    }

    /// The program's registers, as the running task left them for its system call.
    pub(super) fn registers(&self) -> TrapFrame {
        // SAFETY: the top of a task's page is the frame that the entry into the kernel built, and nobody holds a
        // reference to it during a system call (src/arch/trap.rs).
        unsafe { self.user_frame().read() }
    }

    /// The program's stack pointer, as the running task left it for its system call.
    pub fn program_esp(&self) -> u32 {
        self.registers().esp
    }

    /// Lets the program go on with `registers` after its system call: what a signal handler's return wants.
    ///
    /// # Panics
    /// When the running task is not this one.
    pub(super) fn set_registers(&self, registers: &TrapFrame) {
        assert!(core::ptr::eq(self, &raw const *running_thread()));
        // SAFETY: as in `restart_at`; whoever made the registers let ring 3 have no more than it may.
        unsafe { self.user_frame().write(*registers) };
    }

    /// How many bytes of the ring-0 stack were ever used, by what is left of the paint.
    pub fn deepest_stack_use(&self) -> u32 {
        let (bottom, top) = (self.stack_bottom(), self.stack_top());
        let untouched: u32;
        // SAFETY: reads the words of this page between task and top; DF is clear in the kernel.
        unsafe {
            asm!(
                "repe scasd",
                "setne cl",
                "movzx eax, cl",
                inout("ecx") (top - bottom) / 4 => _,
                inout("edi") bottom => untouched,
                inout("eax") PAINT => _,
                options(nostack)
            );
        }
        // scasd has gone one word beyond the first that differs.
        top - (untouched - 4)
    }
}

/// Lays a task and a painted stack into `page`.
///
/// # Safety
/// The page is mapped, writable, nobody else's, and not the stack in use above `limit`: only the
/// bytes below that are painted.
unsafe fn lay_out(page: Page, name: &str, priority: u8, process: Arc<Process>, limit: u32) -> TaskRef {
    let task = page.address() as *mut Task;
    // SAFETY: the caller's contract; a page has room for both.
    unsafe {
        task.write(Task::new(Name::new(name), priority, process));
        let stack = task.add(1).cast::<u32>();
        for index in 0..(limit - stack as u32) / 4 {
            stack.add(index as usize).write(PAINT);
        }
        of_stack(page.address())
    }
}

/// Makes the task of the thread that boots, on whose stack we are. The book's `make_main_thread`.
///
/// # Errors
/// ENOMEM.
///
/// # Safety
/// Called once, on the stack that asm/boot.s set up.
#[doc(alias = "make_main_thread")]
pub unsafe fn adopt_boot_stack(name: &str, priority: u8) -> Result<TaskRef> {
    let process = Process::new()?;
    let esp: u32;
    // SAFETY: reading esp changes nothing.
    unsafe { asm!("mov {}, esp", out(reg) esp, options(nomem, nostack, preserves_flags)) };
    // Room for the frames of this very function and what it calls.
    const IN_USE: u32 = 512;
    // SAFETY: the first PCB page is nobody else's; what is painted lies below what is in use.
    unsafe {
        let task = lay_out(Page::containing(esp), name, priority, process, esp - IN_USE);
        tss::set_ring0_stack(task.stack_top());
        Ok(task)
    }
}

/// A PCB page that no list knows yet. Dropping it gives back all that the task owns.
pub struct NewTask(TaskRef);

impl NewTask {
    /// Takes a page and makes a task in it. The book's `get_kernel_pages` and `init_thread`.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn create(name: &str, priority: u8) -> Result<Self> {
        let process = Process::new()?;
        let page = get_kernel_pages(1)?.into_raw();
        // SAFETY: a fresh page of ours.
        Ok(Self(unsafe { lay_out(page, name, priority, process, page.address() + PAGE_SIZE) }))
    }

    /// Copies `parent`'s whole page, task and stack, into `page`: fork's `memcpy`. Every field that
    /// owns something owns nothing in the copy but `process`, and `adjust` says what becomes of the others.
    pub(super) fn copy_of(parent: &Task, page: KernelPages, process: Arc<Process>, adjust: impl FnOnce(&Task)) -> Self {
        let page = page.into_raw();
        let task = page.address() as *mut Task;
        // SAFETY: the page is ours and mapped; the parent's is mapped as long as it exists. What
        // is copied of the owning fields is the parent's, so it is written over, not dropped.
        let copy = unsafe {
            paging::copy_page(page, parent.page());
            addr_of_mut!((*task).memory).write(RefCell::new(None));
            addr_of_mut!((*task).fpu).write(RefCell::new(None));
            addr_of_mut!((*task).signals).write(Signals::new());
            addr_of_mut!((*task).process).write(ManuallyDrop::new(process));
            addr_of_mut!((*task).thread_id).write(ThreadId::new());
            addr_of_mut!((*task).fd_table).write(RefCell::new(None));
            addr_of_mut!((*task).fs).write(RefCell::new(None));
            of_stack(page.address())
        };
        adjust(&copy);
        Self(copy)
    }

    /// The task, to be filled in further.
    pub fn task(&self) -> TaskRef {
        self.0
    }

    /// Says that the lists own the task from now on.
    pub fn into_task(self) -> TaskRef {
        let task = self.0;
        core::mem::forget(self);
        task
    }
}

impl Drop for NewTask {
    fn drop(&mut self) {
        // SAFETY: no list knows the task, and it never ran.
        unsafe { free(self.0) };
    }
}

/// Takes the last of a task that has ended: what it still owns, its page and its pid.
///
/// # Panics
/// When it has not ended, or is in a list.
pub(super) fn free_ended(task: TaskRef) {
    assert!(task.status.get() == Status::Died && !task.is_linked());
    // SAFETY: it has ended, so it does not run; it is in no list, so nobody finds it any more.
    unsafe { free(task) };
}

/// Gives back all that a task owns, and its page. The end of the book's `thread_exit`.
///
/// # Safety
/// The task is in no list, does not run, and nobody uses a `TaskRef` to it afterwards.
unsafe fn free(task: TaskRef) {
    drop(task.fd_table.take());
    drop(task.fs.take());
    drop(task.fpu.take());
    drop(task.memory.take());
    task.signals.clear();
    if let Some(pid) = task.pid.take() {
        super::pid::forget_task(pid);
    }
    let page = task.page();
    // SAFETY: 1. Nobody uses the task any more (the caller's contract), so what it says about its process is taken out
    // once. 2. The page was made a raw one in `create` or `copy_of`, and the caller gives it up.
    unsafe {
        drop(addr_of!(task.process).cast::<Arc<Process>>().read());
        drop(KernelPages::from_raw(page, 1));
    }
}
