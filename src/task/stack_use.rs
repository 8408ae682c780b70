//! How deep the ring-0 stacks ever went.
//!
//! A PCB page leaves about 3.7 KiB of stack. Fresh stack is painted, and when a task ends the paint
//! that is left tells how deep it went; the deepest of all is reported before the machine goes off.

use super::pcb::STACK_ROOM;
use super::scheduler;
use super::task_struct::{Name, Task};
use crate::arch::lock::IrqLock;

/// The deepest use so far, in bytes, and by whom.
static DEEPEST: IrqLock<Option<(u32, Name)>> = IrqLock::new(None);

/// Takes note of a task's deepest use.
pub fn note(task: &Task) {
    let used = task.deepest_stack_use();
    let mut deepest = DEEPEST.lock();
    if deepest.is_none_or(|(most, _)| used > most) {
        *deepest = Some((used, task.name()));
    }
}

/// Logs the deepest use of all tasks, those that live included.
pub fn report() {
    scheduler::all_tasks().for_each(|task| note(&task));
    let deepest = *DEEPEST.lock();
    if let Some((used, name)) = deepest {
        log::info!(target: "stack", "deepest use {used} of {STACK_ROOM} bytes ({})", name.as_str());
    }
}
