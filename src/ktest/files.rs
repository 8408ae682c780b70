//! In-kernel tests of open files.

use super::{Outcome, check, ktest};
use crate::fs::open_file::{self, OpenFileDescription};
use crate::fs::open_flags::OpenFlags;
use crate::fs::pipe::Pipe;
use crate::mm::fault_injection;
use alloc::vec::Vec;

ktest!(an_opening_without_memory_is_not_counted);
fn an_opening_without_memory_is_not_counted() -> Outcome {
    /// More than a page of the heap has room for.
    const ENOUGH: usize = 256;
    let pipe = Pipe::new().map_err(|_| "no pipe")?;
    let before = open_file::count();
    // The heap has some blocks left before it asks for a page, which is what fails.
    let mut files = Vec::new();
    files.try_reserve_exact(ENOUGH).map_err(|_| "no room")?;
    fault_injection::arm(1);
    while let Ok(file) = OpenFileDescription::open(pipe.clone(), None, OpenFlags::READ_WRITE) {
        check!(files.len() < ENOUGH);
        files.push(file);
    }
    check!(!fault_injection::disarm());
    check!(open_file::count() == before + files.len() as u32);
    drop(files);
    check!(open_file::count() == before);
    Ok(())
}
