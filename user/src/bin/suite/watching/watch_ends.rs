//! How watching ends: with a reader, a watcher, a process; and what never may keep one from ending.

use super::{ROOM, Text, order, pipe, watch, watched};
use crate::call::sys;
use crate::check::{check, check_eq, must, only_on_tusk};
use crate::child::{start, wait, wait_at_most};
use crate::files::scratch::Path;
use crate::threads::thread;
use core::time::Duration;
use linux_raw_sys::general::{SIGCONT, SIGKILL, SIGSTOP};
use tusk_user::file::{self, O_CLOEXEC, O_RDWR, O_WRONLY};
use tusk_user::time::sleep;
use tusk_user::{Errno, linux};

/// What a pipe holds.
const CAPACITY: usize = 1 << 16;

/// What was told to the first goes nowhere any more; the second is told of all that begins after its order.
pub fn second_watcher_outlives_the_first() {
    let (first, second) = (pipe(), pipe());
    let (gate, opener) = must!(file::pipe(O_CLOEXEC));
    let child = watched(&first, "", || {
        // Begun while the first one watches, and it ends when that one is gone.
        check_eq!(linux::read(gate.number(), &mut [0]), Ok(1), "what it waits for");
        must!(sys!(__NR_getpgrp));
    });
    sleep(Duration::from_millis(50));
    drop(first);
    let path = Path::new(format_args!("/proc/{child}/strace"));
    let file = must!(file::open(path.as_c_str(), O_WRONLY | O_CLOEXEC));
    must!(linux::write_all(file.number(), order(&second.1, "", &mut [0; 8]).as_bytes()));
    must!(linux::write_all(opener.number(), b"x"));
    drop(second.1);
    let text = Text::read(second.0.number());
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
    check_eq!((text.count("getpgrp()"), text.count("+++ exited with 7 +++")), (1, 1), "lines: {}", text.as_str());
}

/// Each byte of this path is told as several.
pub fn longest_path_is_told_whole() {
    const LENGTH: usize = 4000;
    let mut path = [b'1'; LENGTH + 1];
    path[..LENGTH].iter_mut().step_by(2).for_each(|byte| *byte = 1);
    path[LENGTH] = 0;
    let ends = pipe();
    let child = watched(&ends, "", || {
        check_eq!(sys!(__NR_access, &path, 0), Err(Errno::ENAMETOOLONG), "the answer");
    });
    drop(ends.1);
    let (mut buffer, mut lines, mut ones) = ([0u8; ROOM], 0, 0);
    loop {
        let length = must!(linux::read(ends.0.number(), &mut buffer));
        if length == 0 {
            break;
        }
        lines += buffer[..length].iter().filter(|&&byte| byte == b'\n').count();
        ones += buffer[..length].iter().filter(|&&byte| byte == b'1').count();
    }
    check_eq!(lines, 3, "lines: the call, the exit, the end");
    // Of each pair "\0011", and the result's -1.
    check_eq!(ones, LENGTH + 1, "digits");
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
}

/// It waits on its way out, when its own calls are over.
pub fn kill_ends_one_whose_last_line_waits() {
    let ends = pipe();
    // Room for the line about its exit, but not for the one about its end.
    must!(linux::write_all(ends.1.number(), &[b'.'; CAPACITY - 60]));
    let child = watched(&ends, "", || {});
    sleep(Duration::from_millis(200));
    check_eq!(linux::try_waitpid(child), Ok(None), "who ended before anybody read");
    must!(sys!(__NR_kill, child, SIGKILL));
    check_eq!(
        wait_at_most(child, Duration::from_secs(5)).exit_code(),
        Some(7),
        "how it ended: that was settled before"
    );
}

/// One thread writes, others wait for their turn.
pub fn kill_ends_threads_that_wait_for_their_turn() {
    let ends = pipe();
    let child = watched(&ends, "f", || {
        for _ in 0..3 {
            core::mem::forget(thread::start(|| {
                loop {
                    must!(sys!(__NR_getpgrp));
                }
            }));
        }
        loop {
            must!(sys!(__NR_getpgrp));
        }
    });
    sleep(Duration::from_millis(200));
    must!(sys!(__NR_kill, child, SIGSTOP));
    must!(sys!(__NR_kill, child, SIGCONT));
    must!(sys!(__NR_kill, child, SIGKILL));
    check_eq!(wait_at_most(child, Duration::from_secs(5)).signal(), Some(SIGKILL), "what ended it");
}

/// A line is no order, and a file that takes only those takes no lines.
pub fn lines_to_files_that_take_orders_end_the_watching() {
    only_on_tusk();
    let child = start(|| {
        for path in [c"/proc/self/strace", c"/proc/trace", c"/proc/1/strace"] {
            let file = must!(file::open(path, O_RDWR));
            watch(&file, "fT");
            must!(sys!(__NR_getpgrp));
            check_eq!(Text::of(c"/proc/self/strace").as_str(), "off\n", "the state");
        }
        check_eq!(Text::of(c"/proc/1/strace").as_str(), "off\n", "the state of init");
        7
    });
    check_eq!(wait(child).exit_code(), Some(7), "how it ended");
}

/// Another thread's execve ends the leader, which waits for a reader.
pub fn exec_of_a_thread_ends_the_wait_of_others() {
    let ends = pipe();
    let child = watched(&ends, "f", || {
        core::mem::forget(thread::start(|| {
            sleep(Duration::from_millis(100));
            let no_words = [0usize];
            must!(sys!(__NR_execve, c"/bin/true", &no_words, &no_words));
        }));
        loop {
            must!(sys!(__NR_getpgrp));
        }
    });
    sleep(Duration::from_millis(300));
    drop(ends.1);
    const END: &[u8] = b"+++ exited with 0 +++\n";
    let (mut buffer, mut end) = ([0u8; ROOM], [0u8; END.len()]);
    loop {
        let length = must!(linux::read(ends.0.number(), &mut buffer));
        if length == 0 {
            break;
        }
        for &byte in &buffer[..length] {
            end.rotate_left(1);
            end[END.len() - 1] = byte;
        }
    }
    check_eq!(wait_at_most(child, Duration::from_secs(5)).exit_code(), Some(0), "how it ended");
    check!(end == END, "the end is {:?}", end.escape_ascii());
}
