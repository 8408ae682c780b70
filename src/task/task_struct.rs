//! `Task`: all that the kernel keeps of a task, at the bottom of its PCB page.
//!
//! Tasks are shared by everything that runs, and one CPU runs it all: the fields are cells, which
//! only the task itself touches, or others with interrupts off. `stack_magic` is the last field, the
//! first thing that a stack grown too deep destroys. Adding a field does not compile until fork.rs
//! says what becomes of it in a child. Book: chapter 9, `struct task_struct`.

use super::address_space::{AddressSpace, Brk};
use super::clock;
use super::descriptor::{DescriptorTable, SharedDescriptors};
use super::fs_context::FsContext;
use super::futex;
use super::kinship::Vfork;
use super::list::Link;
use super::membership::Membership;
use super::pcb::DEFAULT_PRIORITY;
use super::pid::Pid;
use super::policy::Policy;
use super::process::Process;
use super::signal::state::Signals;
use super::status::WaitStatus;
use super::task_ref::{AllTag, TaskRef, TimerTag, WaitTag};
use super::thread_area::ThreadArea;
use super::thread_id::ThreadId;
use super::usage::Ticks;
use crate::arch::fpu;
use crate::errno::{Errno, Result};
use crate::mm::user_addresses::UserAddresses;
use alloc::boxed::Box;
use alloc::sync::Arc;
use core::cell::{Cell, RefCell};
use core::mem::ManuallyDrop;

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

/// What ends the sleep of a task that is blocked or waits, beside what it sleeps for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sleep {
    /// Nothing.
    Deep,
    /// That it is to end.
    Killable,
    /// A signal, too.
    Light,
}

/// A task's name, cut off at 15 bytes and padded with zeros.
#[doc(alias = "TASK_NAME_LEN")]
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
    /// By which rule it gets the CPU.
    pub(super) policy: Cell<Policy>,
    /// What is left of the time slice.
    pub(super) ticks: Cell<u8>,
    /// Ticks used since the task began.
    pub(super) elapsed_ticks: Cell<u32>,
    /// In the ready list.
    pub(super) general_tag: Cell<Link<TaskRef>>,
    /// In the list of all tasks.
    pub(super) all_list_tag: Cell<Link<AllTag>>,
    /// The address space; `None` for a kernel thread. The book's `pgdir`, `userprog_vaddr` and `u_block_desc`.
    pub(super) memory: RefCell<Option<Arc<AddressSpace>>>,
    /// What it has open; shared with `CLONE_FILES`. `None` after its end.
    pub(super) fd_table: RefCell<Option<SharedDescriptors>>,
    /// Root, working directory, umask; `None` before there is one. The book's `cwd_inode_nr`.
    pub(super) fs: RefCell<Option<Arc<dyn FsContext>>>,
    /// How the task ended, from `Hanging` on.
    pub(super) exit_status: Cell<WaitStatus>,
    /// When it was made, in ticks since boot.
    pub(super) start_tick: Cell<u64>,
    /// When a sleeping task wakes, in ticks since boot.
    pub(super) wake_tick: Cell<u64>,
    /// In the list of those who sleep until a time.
    pub(super) timer_tag: Cell<Link<TimerTag>>,
    /// In what the task waits in.
    pub(super) wait_tag: Cell<Link<WaitTag>>,
    /// How it sleeps, while it is blocked or waits.
    pub(super) sleep: Cell<Sleep>,
    /// It is to end as soon as it can.
    pub(super) is_doomed: Cell<bool>,
    /// It writes a line for who watches it: only its end ends its sleep.
    pub(super) is_telling: Cell<bool>,
    /// The floating-point registers while they are not in the CPU; `None` until first used.
    pub(super) fpu: RefCell<Option<Box<fpu::State>>>,
    /// What it does about signals, and those that wait for it.
    pub signals: Signals,
    /// What it has in common with the other threads of its process.
    pub(super) process: ManuallyDrop<Arc<Process>>,
    /// Whether it sleeps for a child, or its maker for it.
    pub(super) vfork: Vfork,
    /// The time that it has used by itself.
    pub(super) used: Cell<Ticks>,
    /// Segments of its own.
    pub thread_area: ThreadArea,
    /// Where its number is stored.
    pub thread_id: ThreadId,
    /// The word of memory that it sleeps for.
    pub(super) futex: futex::Waiting,
    pub(super) stack_magic: Cell<u32>,
}

const _: () = assert!(core::mem::offset_of!(Task, self_kstack) == 0);
const _: () = assert!(core::mem::offset_of!(Task, stack_magic) + 4 == size_of::<Task>());

impl Task {
    /// A task with nothing but a name; the book's `init_thread`.
    #[doc(alias = "init_thread")]
    pub(super) fn new(name: Name, priority: u8, process: Arc<Process>) -> Self {
        Self {
            self_kstack: Cell::new(0),
            pid: Cell::new(None),
            status: Cell::new(Status::Ready),
            name: Cell::new(name),
            priority: Cell::new(priority),
            policy: Cell::new(Policy::ORDINARY),
            ticks: Cell::new(priority),
            elapsed_ticks: Cell::new(0),
            general_tag: Cell::new(Link::NONE),
            all_list_tag: Cell::new(Link::NONE),
            memory: RefCell::new(None),
            fd_table: RefCell::new(None),
            fs: RefCell::new(None),
            exit_status: Cell::new(WaitStatus::exited(0)),
            start_tick: Cell::new(clock::ticks()),
            wake_tick: Cell::new(0),
            timer_tag: Cell::new(Link::NONE),
            wait_tag: Cell::new(Link::NONE),
            sleep: Cell::new(Sleep::Deep),
            is_doomed: Cell::new(false),
            is_telling: Cell::new(false),
            fpu: RefCell::new(None),
            signals: Signals::new(),
            process: ManuallyDrop::new(process),
            vfork: Vfork::new(),
            used: Cell::new(Ticks::default()),
            thread_area: ThreadArea::new(),
            thread_id: ThreadId::new(),
            futex: futex::Waiting::new(),
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

    /// The number of the process that may wait for its process; `None` for the first ones.
    pub fn parent_pid(&self) -> Option<Pid> {
        self.process.parent_pid.get()
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
        self.process.membership.is_process.get()
    }

    /// Gives it another name.
    pub fn set_name(&self, name: Name) {
        self.name.set(name);
    }

    /// How nice it is to others, −20 to 19: what its time slice falls short of the usual one.
    pub fn niceness(&self) -> i32 {
        i32::from(DEFAULT_PRIORITY) - i32::from(self.priority.get())
    }

    /// How long its turn is, in ticks.
    pub fn turn_ticks(&self) -> u8 {
        self.priority.get()
    }

    /// Makes it as nice as that, or as nice as can be.
    pub fn set_niceness(&self, nice: i32) {
        self.priority.set((i32::from(DEFAULT_PRIORITY) - nice.clamp(-20, 19)) as u8);
    }

    /// Lets `work` use what its descriptors refer to: nothing after its end. No memory of the program may be touched
    /// meanwhile, since other threads may have the same descriptors.
    pub fn with_descriptors<R>(&self, work: impl FnOnce(&mut DescriptorTable) -> R) -> R {
        let shared = self.fd_table.borrow().clone();
        match shared {
            Some(table) => work(&mut table.borrow_mut()),
            None => work(&mut DescriptorTable::new()),
        }
    }

    /// By which rule it gets the CPU.
    pub fn policy(&self) -> Policy {
        self.policy.get()
    }

    /// Its place in the tree of files; `None` before there is a tree.
    pub fn fs(&self) -> Option<Arc<dyn FsContext>> {
        self.fs.borrow().clone()
    }

    /// Puts it somewhere in the tree of files.
    pub fn set_fs(&self, fs: Arc<dyn FsContext>) {
        *self.fs.borrow_mut() = Some(fs);
    }

    /// The program's memory; `None` in a kernel thread, and after the task's end.
    pub fn memory(&self) -> Option<Arc<AddressSpace>> {
        self.memory.borrow().clone()
    }

    /// Lets `work` change what the program has where; the task must be the running one, and no memory of the program
    /// may be touched meanwhile.
    ///
    /// # Errors
    /// What `work` returns; ENOMEM in a kernel thread, which has no such memory.
    pub fn with_addresses<R>(&self, work: impl FnOnce(&mut UserAddresses) -> Result<R>) -> Result<R> {
        self.memory().ok_or(Errno::NOMEM)?.with_addresses(work)
    }

    /// Lets `look` read what the program has where; `None` in a kernel thread, after the task's end, and while its
    /// memory is being changed.
    pub fn look_at_addresses<R>(&self, look: impl FnOnce(&UserAddresses) -> R) -> Option<R> {
        self.memory()?.look_at_addresses(look)
    }

    /// How many of the program's pages are there; 0 without a program.
    pub fn resident_pages(&self) -> u32 {
        self.memory().map_or(0, |memory| memory.directory().resident_pages())
    }

    /// The program's heap by brk.
    pub fn brk(&self) -> Brk {
        self.memory().map_or(Brk::default(), |memory| memory.brk())
    }

    /// Its process's group, session and their terminal.
    pub fn membership(&self) -> &Membership {
        &self.process.membership
    }

    /// Says whether it writes a line for who watches it, which is nothing that its program does.
    pub fn is_telling(&self) -> bool {
        self.is_telling.get()
    }

    /// Its signals: waiting, blocked, and what is done about each.
    pub fn signals(&self) -> &Signals {
        &self.signals
    }

    /// The ticks that it has used by itself.
    pub fn used(&self) -> Ticks {
        self.used.get()
    }

    /// How it ended, once it has.
    pub fn exit_status(&self) -> WaitStatus {
        self.exit_status.get()
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
