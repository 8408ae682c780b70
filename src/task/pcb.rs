//! The PCB: a process is one page, its `Task` at the bottom and its ring-0 stack above.
//!
//! The stack grows down from the page's top towards the task, so the running task is found by
//! rounding esp down to a page, and fork copies both with one page copy. `stack_magic` is the last
//! field, the first thing that a stack grown too deep destroys; the timer looks at it. Book: chapter
//! 9, `struct task_struct`.
//!
//! Tasks are shared by everything that runs, and one CPU runs it all: the fields are cells, which
//! only the task itself touches, or others with interrupts off. Adding a field does not compile
//! until fork.rs says what becomes of it in a child.

use super::descriptor::DescriptorTable;
use super::list::{Link, Linked};
use super::pid::Pid;
use super::status::WaitStatus;
use crate::arch::fpu;
use crate::arch::paging::{self, PAGE_SIZE, Page};
use crate::arch::trap::TrapFrame;
use crate::arch::tss;
use crate::errno::{Errno, Result};
use crate::mm::arena::BlockDescriptors;
use crate::mm::kernel_pages::{KernelPages, get_kernel_pages};
use crate::mm::page_directory::PageDirectory;
use crate::mm::user_addresses::UserAddresses;
use alloc::boxed::Box;
use core::arch::asm;
use core::cell::{Cell, RefCell};
use core::ops::Deref;
use core::ptr::NonNull;

/// The book's mark at the end of `Task`.
pub const STACK_MAGIC: u32 = 0x1987_0916;
/// What fresh stack is filled with, to see later how deep it went.
const PAINT: u32 = 0x7075_7354;
/// The book's default priority, and so the time slice in ticks.
#[doc(alias = "default_prio")]
pub const DEFAULT_PRIORITY: u8 = 31;

/// What a task is doing. The book's `enum task_status`.
#[doc(alias = "task_status")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Status {
    Running,
    Ready,
    /// Waits for something: a lock, input, time.
    Blocked,
    /// Waits for a child to end.
    Waiting,
    /// Has ended; its parent has not asked yet. Linux's zombie.
    Hanging,
    Died,
}

/// A task's name, cut off at 15 bytes and padded with zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name([u8; 16]);

impl Name {
    /// The name from the last part of a path.
    pub fn new(path: &str) -> Self {
        let base = path.rsplit('/').next().unwrap_or(path);
        let mut bytes = [0; 16];
        let mut end = base.len().min(15);
        while !base.is_char_boundary(end) {
            end -= 1;
        }
        bytes[..end].copy_from_slice(&base.as_bytes()[..end]);
        Self(bytes)
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|&byte| byte == 0).unwrap_or(self.0.len());
        core::str::from_utf8(&self.0[..end]).unwrap_or("?")
    }
}

/// A program's heap by brk: where it begins, and where it ends now, in bytes.
#[derive(Clone, Copy, Default)]
pub struct Brk {
    pub start: u32,
    pub end: u32,
}

/// All that the kernel keeps of a task. The book's `struct task_struct`; its order where it has
/// the field.
#[doc(alias = "task_struct")]
#[repr(C)]
pub struct Task {
    /// Where the ring-0 stack was left; asm/switch.s wants it first.
    pub(super) self_kstack: Cell<u32>,
    pub(super) pid: Cell<Option<Pid>>,
    pub(super) status: Cell<Status>,
    pub(super) name: Cell<Name>,
    /// The time slice, in ticks.
    pub(super) priority: Cell<u8>,
    /// What is left of the time slice.
    pub(super) ticks: Cell<u8>,
    /// Ticks used since the task began.
    pub(super) elapsed_ticks: Cell<u32>,
    /// In the ready list, or in what the task waits in.
    pub(super) general_tag: Cell<Link<TaskRef>>,
    /// In the list of all tasks.
    pub(super) all_list_tag: Cell<Link<AllTag>>,
    /// The address space; `None` for a kernel thread.
    pub(super) pgdir: RefCell<Option<PageDirectory>>,
    /// The addresses that the program has taken; with `pgdir`.
    pub(super) userprog_vaddr: RefCell<Option<UserAddresses>>,
    /// The free lists of the book's malloc.
    pub(super) u_block_desc: Cell<BlockDescriptors>,
    pub(super) fd_table: Cell<DescriptorTable>,
    pub(super) parent_pid: Cell<Option<Pid>>,
    /// How the task ended, from `Hanging` on.
    pub(super) exit_status: Cell<WaitStatus>,
    pub(super) brk: Cell<Brk>,
    /// When a sleeping task wakes, in ticks since boot.
    pub(super) wake_tick: Cell<u64>,
    /// The floating-point registers while they are not in the CPU; `None` until first used.
    pub(super) fpu: RefCell<Option<Box<fpu::State>>>,
    pub(super) stack_magic: Cell<u32>,
}

/// Bytes of ring-0 stack: a page less the task.
pub const STACK_ROOM: u32 = PAGE_SIZE - size_of::<Task>() as u32;

const _: () = assert!(core::mem::offset_of!(Task, self_kstack) == 0);
const _: () = assert!(core::mem::offset_of!(Task, stack_magic) + 4 == size_of::<Task>());

/// A task that exists.
///
/// Stays valid until the task is reaped, which its parent alone does, after the task has left every
/// list; so one taken from a list or from [`running_thread`] is good until the holder gives up the
/// CPU, and longer for the running task itself and for whom it waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TaskRef(NonNull<Task>);

// SAFETY: one CPU; see the module about who touches the cells.
unsafe impl Send for TaskRef {}

/// A task by its other tag, the list of all tasks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct AllTag(pub TaskRef);

impl Deref for TaskRef {
    type Target = Task;

    fn deref(&self) -> &Task {
        // SAFETY: the task exists, as the type says, and is only shared, never borrowed mutably.
        unsafe { self.0.as_ref() }
    }
}

impl Linked for TaskRef {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.general_tag
    }
}

impl Linked for AllTag {
    fn link(&self) -> &Cell<Link<Self>> {
        &self.0.all_list_tag
    }
}

/// The task that runs: the one on whose stack we are. The book's `running_thread`.
pub fn running_thread() -> TaskRef {
    let esp: u32;
    // SAFETY: reading esp changes nothing.
    unsafe { asm!("mov {}, esp", out(reg) esp, options(nomem, nostack, preserves_flags)) };
    of_stack(esp)
}

/// The task in whose PCB page `esp` points.
pub fn of_stack(esp: u32) -> TaskRef {
    let place = Page::containing(esp).address() as *mut Task;
    // SAFETY: a page's address is not null here: the kernel's half is high.
    TaskRef(unsafe { NonNull::new_unchecked(place) })
}

impl Task {
    /// A task with nothing but a name; the book's `init_thread`.
    #[doc(alias = "init_thread")]
    fn new(name: Name, priority: u8) -> Self {
        Self {
            self_kstack: Cell::new(0),
            pid: Cell::new(None),
            status: Cell::new(Status::Ready),
            name: Cell::new(name),
            priority: Cell::new(priority),
            ticks: Cell::new(priority),
            elapsed_ticks: Cell::new(0),
            general_tag: Cell::new(Link::NONE),
            all_list_tag: Cell::new(Link::NONE),
            pgdir: RefCell::new(None),
            userprog_vaddr: RefCell::new(None),
            u_block_desc: Cell::new(BlockDescriptors::new()),
            fd_table: Cell::new(DescriptorTable::EMPTY),
            parent_pid: Cell::new(None),
            exit_status: Cell::new(WaitStatus::exited(0)),
            brk: Cell::new(Brk::default()),
            wake_tick: Cell::new(0),
            fpu: RefCell::new(None),
            stack_magic: Cell::new(STACK_MAGIC),
        }
    }

    /// The task's number; `None` while it is being made.
    pub fn pid(&self) -> Option<Pid> {
        self.pid.get()
    }

    /// The task's name.
    pub fn name(&self) -> Name {
        self.name.get()
    }

    /// The pid of the task that may wait for it; `None` for the first ones.
    pub fn parent_pid(&self) -> Option<Pid> {
        self.parent_pid.get()
    }

    /// What it is doing.
    pub fn status(&self) -> Status {
        self.status.get()
    }

    /// Ticks used since it began.
    pub fn elapsed_ticks(&self) -> u32 {
        self.elapsed_ticks.get()
    }

    /// What its descriptors refer to.
    pub fn descriptors(&self) -> DescriptorTable {
        self.fd_table.get()
    }

    /// Lets `work` use the program's heap; the task must be the running one.
    ///
    /// # Errors
    /// What `work` returns; ENOMEM in a kernel thread, which has no such heap.
    pub fn with_heap<R>(&self, work: impl FnOnce(&mut BlockDescriptors, &mut UserAddresses) -> Result<R>) -> Result<R> {
        let mut addresses = self.userprog_vaddr.borrow_mut();
        let addresses = addresses.as_mut().ok_or(Errno::NOMEM)?;
        let mut blocks = self.u_block_desc.get();
        let result = work(&mut blocks, addresses);
        self.u_block_desc.set(blocks);
        result
    }

    /// Says whether the stack has not grown into the task.
    pub fn is_intact(&self) -> bool {
        self.stack_magic.get() == STACK_MAGIC
    }

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

    /// Sets the registers with which the program goes on after its system call: what exec wants.
    ///
    /// # Panics
    /// When the running task is not this one.
    pub fn set_user_registers(&self, frame: TrapFrame) {
        assert!(core::ptr::eq(self, &raw const *running_thread()));
        // SAFETY: the top of our own page is the frame that the system call's entry built, and
        // intr_exit reads it when we are done.
        unsafe { self.user_frame().write(frame) };
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
unsafe fn lay_out(page: Page, name: &str, priority: u8, limit: u32) -> TaskRef {
    let task = page.address() as *mut Task;
    // SAFETY: the caller's contract; a page has room for both.
    unsafe {
        task.write(Task::new(Name::new(name), priority));
        let stack = task.add(1).cast::<u32>();
        for index in 0..(limit - stack as u32) / 4 {
            stack.add(index as usize).write(PAINT);
        }
    }
    of_stack(page.address())
}

/// Makes the task of the thread that boots, on whose stack we are. The book's `make_main_thread`.
///
/// # Safety
/// Called once, on the stack that asm/boot.s set up.
#[doc(alias = "make_main_thread")]
pub unsafe fn adopt_boot_stack(name: &str, priority: u8) -> TaskRef {
    let esp: u32;
    // SAFETY: reading esp changes nothing.
    unsafe { asm!("mov {}, esp", out(reg) esp, options(nomem, nostack, preserves_flags)) };
    // Room for the frames of this very function and what it calls.
    const IN_USE: u32 = 512;
    // SAFETY: the first PCB page is nobody else's; what is painted lies below what is in use.
    let task = unsafe { lay_out(Page::containing(esp), name, priority, esp - IN_USE) };
    tss::set_ring0_stack(task.stack_top());
    task
}

/// A PCB page that no list knows yet. Dropping it gives back all that the task owns.
pub struct NewTask(TaskRef);

impl NewTask {
    /// Takes a page and makes a task in it. The book's `get_kernel_pages` and `init_thread`.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn create(name: &str, priority: u8) -> Result<Self> {
        let page = get_kernel_pages(1)?.into_raw();
        // SAFETY: a fresh page of ours.
        Ok(Self(unsafe { lay_out(page, name, priority, page.address() + PAGE_SIZE) }))
    }

    /// Copies `parent`'s whole page, task and stack, into `page`: fork's `memcpy`. Every field
    /// that owns something owns nothing in the copy, and `adjust` says what becomes of the rest.
    ///
    /// `adjust` gets the copy as a reference whose owning fields still are the parent's; it must
    /// overwrite each with [`overwrite`].
    pub(super) fn copy_of(parent: &Task, page: KernelPages, adjust: impl FnOnce(&mut Task)) -> Self {
        let page = page.into_raw();
        // SAFETY: the page is ours and mapped; the parent's is mapped as long as it exists. The
        // copied fields are plain words, valid as such; `adjust` makes the owning ones its own
        // without dropping them, before anybody sees the task.
        unsafe {
            paging::copy_page(page, parent.page());
            adjust(&mut *(page.address() as *mut Task));
        }
        Self(of_stack(page.address()))
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

/// Sets a field to `value` and forgets what it held: a copied field's contents are the parent's.
pub(super) fn overwrite<T>(field: &mut T, value: T) {
    core::mem::forget(core::mem::replace(field, value));
}

/// Gives back all that a task owns, and its page. The end of the book's `thread_exit`.
///
/// # Safety
/// The task is in no list, does not run, and nobody uses a `TaskRef` to it afterwards.
pub(super) unsafe fn free(task: TaskRef) {
    drop(task.fpu.take());
    drop(task.userprog_vaddr.take());
    drop(task.pgdir.take());
    if let Some(pid) = task.pid.take() {
        super::pid::release_pid(pid);
    }
    // SAFETY: the page was made a raw one in `create` or `copy_of`, and the caller gives it up.
    drop(unsafe { KernelPages::from_raw(task.page(), 1) });
}
