//! Whose values the floating-point registers hold.
//!
//! The registers stay as they are across switches until another task wants them: the first
//! floating-point instruction of a task that does not own them faults, and only then are they
//! saved to their owner and loaded. The book saves nothing, so two programs that compute at once
//! mix (F10).

use super::task_ref::{TaskRef, running_thread};
use crate::arch::cpu::{self, Feature};
use crate::arch::lock::IrqLock;
use crate::arch::{fpu, fpu_image};
use crate::errno::{Errno, Result};
use crate::mm::heap::try_box;
use crate::mm::user;
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
    save_to_owner();
    let task = running_thread();
    let mut place = task.fpu.borrow_mut();
    let state = match &mut *place {
        Some(state) => state,
        // Loaded like any other, not made by `fninit`: that leaves the numbers of whoever came before in registers
        // that it calls empty, where `fnsave` finds them.
        none => {
            let mut fresh = try_box(&fpu::State::ZERO)?;
            fpu_image::reset(fresh.bytes(), fpu::is_long());
            none.insert(fresh)
        }
    };
    fpu::enable();
    fpu::restore(state);
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

/// Takes the running task's registers out of the CPU, if they are there.
fn save_running() {
    let task = running_thread();
    if *OWNER.lock() == Some(task) {
        save_to_owner();
    }
}

/// Where the running task's registers go on a stack that is used down to `top`, if it has used any, and what of the
/// stack is left below.
pub(super) fn place_below(top: u32) -> (Option<u32>, u32) {
    const SHORT: u32 = size_of::<fpu_image::Short>() as u32;
    const LONG: u32 = size_of::<fpu_image::Long>() as u32;
    const ALIGNMENT: u32 = 64;
    if running_thread().fpu.borrow().is_none() {
        return (None, top);
    }
    let long = if fpu::is_long() { LONG } else { 0 };
    let place = (top.wrapping_sub(long) & !(ALIGNMENT - 1)).wrapping_sub(SHORT);
    (Some(place), place)
}

/// Writes the running task's registers to where [`place_below`] said, as Linux lays them out for a signal's handler,
/// which begins with fresh ones.
///
/// # Errors
/// EFAULT.
pub(super) fn save_to_program(place: Option<u32>) -> Result<()> {
    let Some(place) = place else { return Ok(()) };
    save_running();
    let task = running_thread();
    let mut state = task.fpu.borrow_mut();
    let Some(state) = state.as_mut() else { return Ok(()) };
    let long = state.bytes();
    let mut short: fpu_image::Short = [0; size_of::<fpu_image::Short>()];
    if fpu::is_long() {
        fpu_image::shorten(long, &mut short);
        user::copy_to_user(place.wrapping_add(short.len() as u32), &long[..])?;
    } else {
        let (stored, _) = long.split_at(short.len());
        short.copy_from_slice(stored);
        fpu_image::finish_short(&mut short);
    }
    user::copy_to_user(place, &short)?;
    fpu_image::reset(long, fpu::is_long());
    Ok(())
}

/// Makes the running task's registers what lies at `place`, where a handler's frame says that they are; 0: fresh ones.
///
/// # Errors
/// EFAULT; ENOMEM.
pub(super) fn restore_from_program(place: u32) -> Result<()> {
    save_running();
    let task = running_thread();
    let mut state = task.fpu.borrow_mut();
    if place != 0 && state.is_none() {
        *state = Some(try_box(&fpu::State::ZERO)?);
    }
    let Some(state) = state.as_mut() else { return Ok(()) };
    let long = state.bytes();
    let mask = if fpu::is_long() { fpu_image::mxcsr_mask(long) } else { 0 };
    fpu_image::reset(long, fpu::is_long());
    if place == 0 {
        return Ok(());
    }
    let mut short: fpu_image::Short = [0; size_of::<fpu_image::Short>()];
    user::copy_from_user(&mut short, place)?;
    if !fpu::is_long() {
        long[..short.len()].copy_from_slice(&short);
        return Ok(());
    }
    if fpu_image::is_long_following(&short) {
        let read = user::copy_from_user(&mut long[..], place.wrapping_add(short.len() as u32));
        fpu_image::clean_mxcsr(long, mask);
        read?;
    }
    fpu_image::lengthen(&short, long);
    Ok(())
}

/// Why the running task's registers have raised an exception, `FPE_…`: by MXCSR, or by the x87's status.
pub(super) fn error_code(is_sse: bool) -> u32 {
    save_running();
    let task = running_thread();
    let mut state = task.fpu.borrow_mut();
    state.as_mut().map_or(0, |state| fpu_image::error_code(state.bytes(), fpu::is_long(), is_sse))
}
