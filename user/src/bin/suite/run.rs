//! All cases in a row, for whoever sits at a prompt. The kernel and the host start them one by one instead.

use crate::{check, child};
use tusk_user::{linux, println};

/// A test by its name.
pub struct Case {
    /// `module::function`.
    pub name: &'static str,
    /// The test itself; it returns when all is well.
    pub run: fn(),
}

/// Runs every case in a child, and says of each how it ended; returns the exit status.
pub fn run_all(cases: &[Case]) -> i32 {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for case in cases {
        let status = child::run(|| {
            (case.run)();
            // With all the threads that the case may have left, as when it runs by itself.
            linux::exit_group(0)
        });
        match status.exit_code() {
            Some(0) => {
                passed += 1;
                println!("test {} ... ok", case.name);
            }
            Some(check::SKIPPED) => {
                skipped += 1;
                println!("test {} ... skipped", case.name);
            }
            _ => {
                failed += 1;
                println!("test {} ... FAILED: {status}", case.name);
            }
        }
    }
    println!("suite: {passed} passed, {failed} failed, {skipped} skipped");
    i32::from(failed > 0)
}
