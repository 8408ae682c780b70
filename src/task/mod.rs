//! Tasks: what a process is, and how it comes to be, runs, and ends.
//!
//! [`pcb`] is the page that is a process, [`task_struct`] what stands at its bottom; [`list`], [`scheduler`] and [`switch`] let it run;
//! [`thread`] and [`process`] make the first ones, [`fork`] all others; [`exec`] gives a process a
//! new program, [`exit`] and [`wait`] end it. Stands on `mm` and `arch`; files and system calls
//! stand on it. What a descriptor refers to is above and is reached through a trait
//! ([`descriptor::OpenFile`]).

pub mod accounting;
pub mod address_space;
pub mod birth;
pub mod break_point;
pub mod clock;
pub mod descriptor;
mod elf;
pub mod entropy;
pub mod exec;
pub mod exit;
pub mod fault;
mod floating_point;
pub mod fork;
pub mod fork_injection;
pub mod fs_context;
pub mod futex;
pub mod kinship;
pub mod limits;
mod list;
pub mod mapped_files;
pub mod membership;
pub mod pcb;
pub mod pid;
pub mod policy;
pub mod process;
mod process_end;
pub mod process_execute;
pub mod restart;
pub mod scheduler;
mod segments;
pub mod semaphore;
pub mod session;
pub mod signal;
pub mod sleep;
mod stack_image;
pub mod stack_use;
pub mod status;
mod switch;
pub mod task_ref;
pub mod task_struct;
pub mod thread;
pub mod thread_area;
mod thread_end;
pub mod thread_id;
pub mod usage;
pub mod wait;
pub mod wait_queue;
pub mod watch;

use crate::errno::Result;
use crate::trace::recorder;
use pid::Pid;
use task_ref::running_thread;
use task_struct::Name;

/// Makes the booting thread a task and takes over the exceptions. It has no pid until
/// [`become_idle`]: pid 1 is init's. The book's `thread_init`.
///
/// # Errors
/// ENOMEM.
///
/// # Safety
/// Called once, by the booting thread on its first stack, after `mm::init`.
#[doc(alias = "thread_init")]
pub unsafe fn init() -> Result<()> {
    pid::init()?;
    // SAFETY: the caller's contract.
    let main = unsafe { pcb::adopt_boot_stack("main", pcb::DEFAULT_PRIORITY)? };
    main.process().add(main);
    scheduler::add_idle(main);
    fault::init();
    signal::deliver::init();
    recorder::set_pid(|| running_thread().pid().map_or(0, Pid::number));
    Ok(())
}

/// The booting thread has done its work and runs from now on when nobody else can. The book's main
/// thread ends instead, and idle is a third one.
pub fn become_idle() -> ! {
    let task = running_thread();
    let pid = pid::allocate_pid().expect("pids are free at boot");
    task.pid.set(Some(pid));
    pid::set_task(pid, task);
    task.name.set(Name::new("idle"));
    scheduler::idle()
}
