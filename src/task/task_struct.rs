//! `Task`: all that the kernel keeps of a task, at the bottom of its PCB page.
//!
//! Tasks are shared by everything that runs, and one CPU runs it all: the fields are cells, which
//! only the task itself touches, or others with interrupts off. `stack_magic` is the last field, the
//! first thing that a stack grown too deep destroys. Adding a field does not compile until fork.rs
//! says what becomes of it in a child. Book: chapter 9, `struct task_struct`.

use super::clock;
use super::descriptor::DescriptorTable;
use super::fs_context::FsContext;
use super::kinship::Kinship;
use super::limits::Limits;
use super::list::Link;
use super::membership::Membership;
use super::pcb::DEFAULT_PRIORITY;
use super::pid::Pid;
use super::signal::Signal;
use super::signal::state::Signals;
use super::status::WaitStatus;
use super::task_ref::{AllTag, TaskRef, TimerTag, WaitTag};
use super::thread_area::ThreadArea;
use super::thread_id::ThreadId;
use super::usage::Usage;
use crate::arch::fpu;
use crate::errno::{Errno, Result};
use crate::mm::arena::BlockDescriptors;
use crate::mm::page_directory::PageDirectory;
use crate::mm::user_addresses::UserAddresses;
use crate::mm::user_heap::Lender;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

/// The book's mark at the end of `Task`.
pub const STACK_MAGIC: u32 = 0x1987_0916;

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
    /// Goes on when SIGCONT comes.
    Stopped,
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

    /// The name of those bytes, a NUL last.
    pub fn of_bytes(mut bytes: [u8; 16]) -> Self {
        bytes[15] = 0;
        Self(bytes)
    }

    /// Its bytes, a NUL last.
    pub fn bytes(&self) -> [u8; 16] {
        self.0
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
    /// In the ready list.
    pub(super) general_tag: Cell<Link<TaskRef>>,
    /// In the list of all tasks.
    pub(super) all_list_tag: Cell<Link<AllTag>>,
    /// The address space; `None` for a kernel thread.
    pub(super) pgdir: RefCell<Option<PageDirectory>>,
    /// The addresses that the program has taken; with `pgdir`.
    pub(super) userprog_vaddr: RefCell<Option<UserAddresses>>,
    /// The free lists of the book's malloc.
    pub(super) u_block_desc: Cell<BlockDescriptors>,
    pub(super) fd_table: RefCell<DescriptorTable>,
    /// Root, working directory, umask; `None` before there is one. The book's `cwd_inode_nr`.
    pub(super) fs: RefCell<Option<Arc<dyn FsContext>>>,
    pub(super) parent_pid: Cell<Option<Pid>>,
    /// How the task ended, from `Hanging` on.
    pub(super) exit_status: Cell<WaitStatus>,
    pub(super) brk: Cell<Brk>,
    /// The arguments that its program was started with, each with its NUL; shared with what fork makes of it.
    pub(super) command_line: RefCell<Option<Arc<Vec<u8>>>>,
    /// When it was made, in ticks since boot.
    pub(super) start_tick: Cell<u64>,
    /// When a sleeping task wakes, in ticks since boot.
    pub(super) wake_tick: Cell<u64>,
    /// In the list of those who sleep until a time.
    pub(super) timer_tag: Cell<Link<TimerTag>>,
    /// In what the task waits in.
    pub(super) wait_tag: Cell<Link<WaitTag>>,
    /// Blocked in a way that a signal ends.
    pub(super) is_interruptible: Cell<bool>,
    /// The floating-point registers while they are not in the CPU; `None` until first used.
    pub(super) fpu: RefCell<Option<Box<fpu::State>>>,
    /// What it does about signals, and those that wait for it.
    pub signals: Signals,
    /// Its process group, session and terminal.
    pub membership: Membership,
    /// What its parent is told.
    pub(super) kinship: Kinship,
    /// The time that it has used.
    pub usage: Usage,
    /// Segments of its own.
    pub thread_area: ThreadArea,
    /// Where its number is stored.
    pub thread_id: ThreadId,
    /// How much it may use.
    pub limits: Limits,
    pub(super) stack_magic: Cell<u32>,
}

const _: () = assert!(core::mem::offset_of!(Task, self_kstack) == 0);
const _: () = assert!(core::mem::offset_of!(Task, stack_magic) + 4 == size_of::<Task>());

impl Task {
    /// A task with nothing but a name; the book's `init_thread`.
    #[doc(alias = "init_thread")]
    pub(super) fn new(name: Name, priority: u8) -> Self {
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
            fd_table: RefCell::new(DescriptorTable::new()),
            fs: RefCell::new(None),
            parent_pid: Cell::new(None),
            exit_status: Cell::new(WaitStatus::exited(0)),
            brk: Cell::new(Brk::default()),
            command_line: RefCell::new(None),
            start_tick: Cell::new(clock::ticks()),
            wake_tick: Cell::new(0),
            timer_tag: Cell::new(Link::NONE),
            wait_tag: Cell::new(Link::NONE),
            is_interruptible: Cell::new(false),
            fpu: RefCell::new(None),
            signals: Signals::new(),
            membership: Membership::new(),
            kinship: Kinship::new(),
            usage: Usage::new(),
            thread_area: ThreadArea::new(),
            thread_id: ThreadId::new(),
            limits: Limits::new(),
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

    /// Says whether it is a process, living or dead, and no thread of the kernel's.
    pub fn is_process(&self) -> bool {
        self.membership.is_process.get()
    }

    /// Gives it another name.
    pub fn set_name(&self, name: Name) {
        self.name.set(name);
    }

    /// What its parent's end sends to it.
    pub fn death_signal(&self) -> Option<Signal> {
        self.kinship.death_signal.get()
    }

    /// Sets what its parent's end sends to it.
    pub fn set_death_signal(&self, signal: Option<Signal>) {
        self.kinship.death_signal.set(signal);
    }

    /// How nice it is to others, −20 to 19: what its time slice falls short of the usual one.
    pub fn niceness(&self) -> i32 {
        i32::from(DEFAULT_PRIORITY) - i32::from(self.priority.get())
    }

    /// Makes it as nice as that, or as nice as can be.
    pub fn set_niceness(&self, nice: i32) {
        self.priority.set((i32::from(DEFAULT_PRIORITY) - nice.clamp(-20, 19)) as u8);
    }

    /// What its descriptors refer to.
    pub fn descriptors(&self) -> &RefCell<DescriptorTable> {
        &self.fd_table
    }

    /// Its place in the tree of files; `None` before there is a tree.
    pub fn fs(&self) -> Option<Arc<dyn FsContext>> {
        self.fs.borrow().clone()
    }

    /// Puts it somewhere in the tree of files.
    pub fn set_fs(&self, fs: Arc<dyn FsContext>) {
        *self.fs.borrow_mut() = Some(fs);
    }

    /// Lets `work` use the program's heap; the task must be the running one.
    ///
    /// # Errors
    /// What `work` returns; ENOMEM in a kernel thread, which has no such heap.
    pub fn with_heap<R>(&self, work: impl FnOnce(&mut BlockDescriptors, &Lender) -> Result<R>) -> Result<R> {
        let mut blocks = self.u_block_desc.get();
        let result = work(&mut blocks, &self.userprog_vaddr);
        self.u_block_desc.set(blocks);
        result
    }

    /// Lets `work` change what the program has where; the task must be the running one, and no memory of the program
    /// may be touched meanwhile.
    ///
    /// # Errors
    /// What `work` returns; ENOMEM in a kernel thread, which has no such memory.
    pub fn with_addresses<R>(&self, work: impl FnOnce(&mut UserAddresses) -> Result<R>) -> Result<R> {
        work(self.userprog_vaddr.borrow_mut().as_mut().ok_or(Errno::NOMEM)?)
    }

    /// Lets `look` read what the program has where; `None` in a kernel thread, after the task's end, and while its
    /// memory is being changed.
    pub fn look_at_addresses<R>(&self, look: impl FnOnce(&UserAddresses) -> R) -> Option<R> {
        self.userprog_vaddr.try_borrow().ok()?.as_ref().map(look)
    }

    /// How many of the program's pages are there; 0 without a program.
    pub fn resident_pages(&self) -> u32 {
        self.pgdir.borrow().as_ref().map_or(0, PageDirectory::resident_pages)
    }

    /// The program's heap by brk.
    pub fn brk(&self) -> Brk {
        self.brk.get()
    }

    /// Its group, its session and their terminal.
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// Its signals: waiting, blocked, and what is done about each.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The ticks that it and its children have used.
    pub fn usage(&self) -> &Usage {
        &self.usage
    }

    /// How it ended, once it has.
    pub fn exit_status(&self) -> WaitStatus {
        self.exit_status.get()
    }

    /// The arguments that its program was started with, each with its NUL; `None` without a program.
    pub fn command_line(&self) -> Option<Arc<Vec<u8>>> {
        self.command_line.borrow().clone()
    }

    /// When it was made, in ticks since boot.
    pub fn start_tick(&self) -> u64 {
        self.start_tick.get()
    }

    /// Says whether some list has it.
    pub(super) fn is_linked(&self) -> bool {
        self.general_tag.get().is_linked()
            || self.all_list_tag.get().is_linked()
            || self.timer_tag.get().is_linked()
            || self.wait_tag.get().is_linked()
    }

    /// Says whether the stack has not grown into the task.
    pub fn is_intact(&self) -> bool {
        self.stack_magic.get() == STACK_MAGIC
    }
}
