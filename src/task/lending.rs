//! vfork's memory: the child runs in its parent's until it begins a program or ends.
//!
//! Nothing is shared and nothing counted: the parent sleeps meanwhile, so its page directory and its addresses are
//! simply moved to the child, and moved back afterwards. Should the parent be killed in its sleep, the memory stays
//! the child's and goes with it. `man 2 vfork`.

use super::kinship;
use super::task_ref::TaskRef;
use super::task_struct::Task;
use crate::mm::page_directory::PageDirectory;
use crate::mm::user_addresses::UserAddresses;

/// An address space: both or neither.
pub type Space = Option<(PageDirectory, UserAddresses)>;

/// Moves the memory of `parent`, which sleeps from now on, to `child`.
pub fn lend(parent: &Task, child: &Task) {
    move_to(child, parent.pgdir.take().zip(parent.userprog_vaddr.take()), parent);
    child.kinship.has_borrowed.set(true);
}

/// The running `task` is done with `space`, the memory that it has had so far: gives it back to the parent if it is
/// the parent's, else drops it.
pub fn give_back_or_drop(task: TaskRef, space: Space) {
    if task.kinship.has_borrowed.replace(false)
        && let Some(parent) = kinship::vfork_parent_of(&task)
    {
        return move_to(&parent, space, &task);
    }
    drop(space);
}

/// Makes `space`, which `from` has used so far, the memory of `to`, with what goes with it.
fn move_to(to: &Task, space: Space, from: &Task) {
    let (directory, addresses) = space.unzip();
    *to.pgdir.borrow_mut() = directory;
    *to.userprog_vaddr.borrow_mut() = addresses;
    to.brk.set(from.brk.get());
    to.u_block_desc.set(from.u_block_desc.get());
}
