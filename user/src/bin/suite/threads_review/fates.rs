//! What becomes of the children of a thread that ends or begins a program, and what threads' numbers are good for.

use crate::call::sys;
use crate::check::{check_eq, must};
use crate::child::{self, none_left};
use crate::program::{become_program, number_as_text};
use crate::threads::thread::{Running, start};
use crate::threads::word::{Scope, Word};
use core::time::Duration;
use linux_raw_sys::general::{__WALL, __WNOTHREAD, P_PID, SIGUSR1, WEXITED};
use linux_raw_sys::prctl::PR_SET_PDEATHSIG;
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file, linux};

/// A child that lives until the other end of a pipe is written to; returns its pid and that end.
fn child_that_waits() -> (i32, file::Descriptor) {
    let (reader, writer) = must!(file::pipe(0));
    let child = child::start(|| {
        let _ = linux::read(reader.number(), &mut [0]);
        4
    });
    (child, writer)
}

/// Waits for a child of this thread's own, which ends with status 4.
///
/// # Errors
/// Those of `waitid(2)`.
pub fn wait_for_own(child: i32) -> Result<usize, Errno> {
    let mut information = [0u32; 32];
    let result = sys!(__NR_waitid, P_PID, child, &mut information, WEXITED | __WNOTHREAD | __WALL, 0)?;
    check_eq!(information[5], 4, "the status that waitid tells");
    Ok(result)
}

/// The first thread ends; its child belongs to the other one from then on.
pub fn children_of_the_first_thread_get_another() {
    static FIRST: Word = Word::new(1);
    let process = child::start(|| {
        let (child, writer) = child_that_waits();
        must!(sys!(__NR_set_tid_address, FIRST.address()));
        start(move || {
            while FIRST.get() != 0 {
                // The kernel wakes those who sleep in shared scope.
                let _ = FIRST.wait_in(Scope::Shared, 1);
            }
            sleep(Duration::from_millis(20));
            must!(linux::write(writer.number(), b"x"));
            check_eq!(wait_for_own(child), Ok(0), "waitid for children of its own");
            linux::exit_group(0)
        })
        .leave();
        linux::exit(1)
    });
    check_eq!(child::wait(process), Status(0), "the end of the process");
}

/// A thread that begins a program has its children with it: it counts as who made them, by its new number.
pub fn children_of_who_begins_a_program_stay_its_own() {
    let process = child::start(|| {
        start(|| {
            let child = child::start(|| 4);
            become_program("own", &[number_as_text(child).as_c_str()]);
        })
        .join();
        1
    });
    check_eq!(child::wait(process), Status(0), "the end of the process");
}

/// Who wants to hear of its parent's death hears of its maker's, a thread's.
pub fn death_of_the_thread_that_made_it_is_told() {
    static CHILD: Word = Word::new(0);
    let (reader, writer) = must!(file::pipe(0));
    let [reader, writer] = [reader.into_number(), writer.into_number()];
    start(move || {
        let child = child::start(|| {
            must!(sys!(__NR_prctl, PR_SET_PDEATHSIG, SIGUSR1));
            must!(linux::write(writer, b"x"));
            loop {
                sleep(Duration::from_secs(1));
            }
        });
        CHILD.set(child as u32);
        check_eq!(linux::read(reader, &mut [0]), Ok(1), "read");
    })
    .join();
    check_eq!(child::wait(CHILD.get() as i32), Status(SIGUSR1), "the end of the child");
    none_left();
}

/// A thread is no process: it has no group of its own to be put into. Its number tells its process's.
pub fn groups_are_not_for_threads() {
    static END: Word = Word::new(0);
    let thread: Running = start(|| END.await_at_least(1));
    check_eq!(sys!(__NR_setpgid, thread.number, 0), Err(Errno::EINVAL), "setpgid of a thread");
    check_eq!(sys!(__NR_getpgid, thread.number), sys!(__NR_getpgid, 0), "getpgid of a thread");
    check_eq!(sys!(__NR_getsid, thread.number), sys!(__NR_getsid, 0), "getsid of a thread");
    END.announce();
    thread.join();
}
