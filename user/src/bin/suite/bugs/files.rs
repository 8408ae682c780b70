//! F5 and F7: what is open in a parent while its children come and go.
//!
//! How often a file is open is the kernel's to count, and it does so before and after each case.

use crate::check::check_eq;
use crate::child::{none_left, rounds, run, start};
use core::time::Duration;
use tusk_user::Status;
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::time::sleep;

const STANDARD: [i32; 3] = [0, 1, 2];

/// Writes to what can be written to; returns whether all of it went well.
fn can_write() -> bool {
    [1, 2].iter().all(|&descriptor| linux::write(descriptor, b".") == Ok(1))
}

/// F5: in the book the first exit closes the file for all who have it open, and the parent's next read halts the
/// machine.
pub fn f5_exit_of_a_child_closes_nothing_of_its_parent() {
    for round in 1..=rounds(20) {
        check_eq!(run(|| i32::from(!can_write())), Status(0), "whether child {round} could write");
        check_eq!(can_write(), true, "whether the parent could write after child {round} ended");
    }
    none_left();
}

/// F7: the book counts descriptors from 3 on only. Children that hold 0 to 2 end in any order, and grandchildren live
/// on after their parents; everybody can write all the time, and reading of nothing is not an error.
pub fn f7_descriptors_0_to_2_outlive_any_child() {
    let count = rounds(6);
    for child in 0..count {
        start(move || {
            sleep(Duration::from_millis(u64::from((child * 5) % 6) * 10));
            let grandchild = run(|| i32::from(!can_write()));
            let can_read = linux::read(STANDARD[0], &mut []) == Ok(0);
            i32::from(grandchild != Status(0) || !can_read || !can_write())
        });
    }
    for _ in 0..count {
        let ended = linux::waitpid(ANY_CHILD).map(|(_, status)| status);
        check_eq!(ended, Ok(Status(0)), "what a child could do with its descriptors");
    }
    check_eq!(can_write(), true, "whether the parent can write in the end");
    none_left();
}
