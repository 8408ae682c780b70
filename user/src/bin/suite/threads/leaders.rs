//! The first thread of a process, when it ends before the others: it stays, and the process with it.

use super::thread::start;
use super::word::Word;
use crate::call::call;
use crate::check::{check, check_eq, must};
use crate::child::{self, none_left};
use core::time::Duration;
use linux_raw_sys::general::{__NR_tgkill, SIGKILL, SIGTERM, WNOHANG, WUNTRACED};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Status, file, linux};

/// Long enough for a thread to end, though nothing is wrong when it is not.
const A_WHILE: Duration = Duration::from_millis(30);

/// A process whose first thread ends at once with `status`, and whose second, when that is likely over, runs `rest`.
fn without_its_leader(status: i32, rest: fn()) -> i32 {
    child::start(move || {
        start(move || {
            sleep(A_WHILE);
            rest();
        })
        .leave();
        linux::exit(status)
    })
}

/// The parent is told when the last thread has ended, and then what that has ended with (on Linux since 6.0; before, it
/// was what the first had ended with).
pub fn leader_stays_until_the_last_thread_has_ended() {
    let (reader, writer) = must!(file::pipe(0));
    static NUMBER: Word = Word::new(0);
    NUMBER.set(reader.number() as u32);
    let process = without_its_leader(3, || {
        let _ = linux::read(NUMBER.get() as i32, &mut [0]);
        linux::exit(9)
    });
    sleep(A_WHILE * 2);
    for options in [WNOHANG, WNOHANG | WUNTRACED] {
        check_eq!(linux::waitpid_with(process, options), Ok((0, Status(0))), "waitpid while a thread lives");
    }
    check_eq!(kill(process, 0), Ok(()), "kill of a process without its first thread");
    must!(linux::write(writer.number(), b"x"));
    check_eq!(child::wait(process), Status(9 << 8), "the end of the process");
    none_left();
}

/// `exit_group` of a later thread says how the process ends, whatever the first has said.
pub fn later_exit_group_gives_the_status() {
    let process = without_its_leader(3, || linux::exit_group(5));
    check_eq!(child::wait(process), Status(5 << 8), "the end of the process");
}

/// The threads that are left have the same pid and parent, may fork and wait, and make threads.
pub fn process_goes_on_without_its_leader() {
    static PID: Word = Word::new(0);
    let process = child::start(|| {
        PID.set(linux::getpid() as u32);
        let parent = linux::getppid();
        start(move || {
            sleep(A_WHILE);
            let pid = PID.get() as i32;
            check_eq!([linux::getpid(), linux::getppid()], [pid, parent], "pid and parent");
            check!(linux::gettid() != pid, "the thread has the first one's number");
            child::run_well(move || check_eq!(linux::getppid(), pid, "the child's parent"));
            start(move || check_eq!(linux::getpid(), pid, "the later thread's pid")).join();
            linux::exit_group(0)
        })
        .leave();
        linux::exit(1)
    });
    check_eq!(child::wait(process), Status(0), "the end of the process");
}

/// Signals reach a process by its pid though the thread of that number has ended.
pub fn process_without_its_leader_can_be_killed() {
    for signal in [SIGTERM, SIGKILL] {
        let process = without_its_leader(0, || {
            loop {
                sleep(A_WHILE);
            }
        });
        sleep(A_WHILE * 2);
        check_eq!(call(__NR_tgkill, [process as usize; 2]), Ok(0), "tgkill of the first thread");
        must!(kill(process, signal));
        check_eq!(child::wait(process), Status(signal), "the end of the process");
    }
}

/// Who ends as the last one, after a while without the first, ends the process in an ordinary way: orphans and all.
pub fn last_thread_hands_children_on() {
    let (reader, writer) = must!(file::pipe(0));
    static ENDS: [Word; 2] = [const { Word::new(0) }; 2];
    ENDS.iter().zip([&reader, &writer]).for_each(|(word, end)| word.set(end.number() as u32));
    let process = without_its_leader(6, || {
        child::start(|| {
            let [reader, writer] = ENDS.each_ref().map(|word| word.get() as i32);
            must!(file::close(writer));
            let _ = linux::read(reader, &mut [0]);
            0
        });
    });
    check_eq!(child::wait(process), Status(0), "the end of the process");
    none_left();
    drop(writer);
    // Process 1 hears of the orphan's end; it is no business of ours.
    sleep(A_WHILE);
}
