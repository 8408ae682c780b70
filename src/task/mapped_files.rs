//! What a file that got shorter means for those who have mapped it.
//!
//! Pages beyond the new end go from every program at once, private copies too: the next touch is SIGBUS, or brings the
//! page that the file has there by then. `man 2 mmap`, `man 2 truncate`.

use super::scheduler;
use super::task_struct::Task;
use crate::arch::interrupt;
use crate::mm::page_changes;
use crate::mm::user_addresses::{Backing, Region, page_at};

/// Takes the pages from `first` on of the file with that identity (`PageSource::identity`) from all programs.
pub fn forget_from(identity: usize, first: u32) {
    // No task begins, ends or runs meanwhile, and no address space but ours is in use.
    let _off = interrupt::disabled();
    for task in scheduler::all_tasks() {
        forget_of(&task, identity, first);
    }
}

/// Takes them from one program.
fn forget_of(task: &Task, identity: usize, first: u32) {
    let Some(memory) = task.memory() else { return };
    // Whose memory is being changed or copied at this moment keeps its pages: their frames outlive the file's use.
    memory.look_at_addresses(|addresses| {
        for region in addresses.regions().iter() {
            let skipped = pages_before(region, identity, first);
            if let Some(skipped) = skipped.filter(|&skipped| skipped < region.count) {
                let _inside = memory.directory().enter();
                page_changes::unmap_at_once(page_at(region.first + skipped), page_at(region.end()));
            }
        }
    });
}

/// How many pages of `region` show the file before its page `first`; `None` when they are not that file's.
fn pages_before(region: &Region, identity: usize, first: u32) -> Option<u32> {
    match &region.backing {
        Backing::File { source, index } if source.identity() == identity => Some(first.saturating_sub(*index)),
        _ => None,
    }
}
