//! Whose values the floating-point registers hold.
//!
//! The registers stay as they are across switches until another task wants them: the first
//! floating-point instruction of a task that does not own them faults, and only then are they
//! saved to their owner and loaded. The book saves nothing, so two programs that compute at once
//! mix (F10).

use super::task_ref::{TaskRef, running_thread};
use crate::arch::cpu::{self, Feature};
use crate::arch::fpu;
use crate::arch::lock::IrqLock;
use crate::errno::{Errno, Result};
use crate::mm::heap::try_box;
use alloc::boxed::Box;

/// The task whose values are in the registers; `None` when nobody's are.
static OWNER: IrqLock<Option<TaskRef>> = IrqLock::new(None);

/// Lets the registers be used freely if they hold `task`'s values, else makes its first use fault.
pub(super) fn switch_to(task: TaskRef) {
    if *OWNER.lock() == Some(task) {
        fpu::enable();
    } else {
        fpu::disable();
    }
}

/// The running task wants the registers (#NM): saves them to whose they are and loads its own.
///
/// # Errors
/// ENOMEM when there is no room to keep them later; EINVAL on a CPU that has none.
pub(super) fn claim() -> Result<()> {
    if !cpu::has(Feature::Fpu) {
        return Err(Errno::INVAL);
    }
    let task = running_thread();
    let is_new = task.fpu.borrow().is_none();
    if is_new {
        *task.fpu.borrow_mut() = Some(try_box(&fpu::State::ZERO)?);
    }
    save_to_owner();
    fpu::enable();
    match &*task.fpu.borrow() {
        Some(state) if !is_new => fpu::restore(state),
        _ => fpu::reset(),
    }
    *OWNER.lock() = Some(task);
    Ok(())
}

/// Saves the registers to whose they are, if anybody's; then they are nobody's.
fn save_to_owner() {
    let owner = OWNER.lock().take();
    if let Some(owner) = owner
        && let Some(state) = &mut *owner.fpu.borrow_mut()
    {
        fpu::enable();
        fpu::save(state);
        fpu::disable();
    }
}

/// A copy of the running task's registers for its child; `None` when it never used them.
///
/// # Errors
/// ENOMEM.
pub(super) fn copy_of_running() -> Result<Option<Box<fpu::State>>> {
    let task = running_thread();
    if *OWNER.lock() == Some(task) {
        save_to_owner();
    }
    task.fpu.borrow().as_ref().map(|state| try_box(&**state)).transpose()
}

/// Forgets the running task's registers: it ends, or begins a new program.
pub(super) fn forget_running() {
    let task = running_thread();
    let mut owner = OWNER.lock();
    if *owner == Some(task) {
        *owner = None;
        fpu::disable();
    }
    drop(owner);
    drop(task.fpu.take());
}
