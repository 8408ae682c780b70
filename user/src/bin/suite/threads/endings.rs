//! The end of all threads at once: by `exit_group`, by a signal, by a fault; whatever they are doing.

use super::thread::start;
use super::word::Word;
use crate::call::{call, input};
use crate::check::{check_eq, must};
use crate::child::{self, none_left, rounds};
use crate::probe;
use crate::signals::catch::SET_SIZE;
use core::time::Duration;
use linux_raw_sys::general::{
    __NR_pause, __NR_rt_sigtimedwait, __NR_tgkill, SIGFPE, SIGKILL, SIGSEGV, SIGTERM, SIGUSR1, SIGUSR2,
};
use tusk_user::signal::{SignalSet, kill, suspend};
use tusk_user::time::sleep;
use tusk_user::{Status, file, linux};

/// How many threads [`sleep_in_all_ways`] makes.
const WAYS: u32 = 9;

/// Says that one more thread is about to sleep.
static READY: Word = Word::new(0);

/// Starts threads that sleep for ever, each in another way, and waits until they are about to.
fn sleep_in_all_ways() {
    static NEVER: Word = Word::new(0);
    static PIPE: [Word; 2] = [const { Word::new(0) }; 2];
    static CHILD: Word = Word::new(0);
    let (reader, writer) = must!(file::pipe(0));
    let (full_reader, full) = must!(file::pipe(file::O_NONBLOCK));
    while linux::write(full.number(), &[0; 4096]).is_ok() {}
    must!(file::fcntl(full.number(), linux_raw_sys::general::F_SETFL, 0));
    // A child that lives as long as this process has the other end of its pipe.
    let (end, life) = must!(file::pipe(0));
    let child = child::start(|| {
        must!(file::close(life.number()));
        let _ = linux::read(end.number(), &mut [0]);
        0
    });
    CHILD.set(child as u32);
    PIPE[0].set(reader.number() as u32);
    PIPE[1].set(full.number() as u32);
    let ways: [fn(); WAYS as usize] = [
        || _ = NEVER.wait(0),
        || _ = NEVER.wait_in(super::word::Scope::Shared, 0),
        || sleep(Duration::from_secs(1000)),
        || _ = linux::read(PIPE[0].get() as i32, &mut [0]),
        || _ = linux::write(PIPE[1].get() as i32, &[0; 4096]),
        || {
            let mut files = [file::pollfd { fd: PIPE[0].get() as i32, events: file::POLLIN as i16, revents: 0 }];
            let _ = file::poll(&mut files, -1);
        },
        || _ = linux::waitpid(CHILD.get() as i32),
        || {
            let _ = suspend(SignalSet::EMPTY);
        },
        || {
            let set = SignalSet::EMPTY.with(SIGUSR2);
            let _ = call(__NR_rt_sigtimedwait, [input(&set), 0, 0, SET_SIZE]);
        },
    ];
    for way in ways {
        start(move || {
            READY.announce();
            way();
            // Nothing of this ever ends.
            linux::exit_group(99)
        })
        .leave();
    }
    READY.await_at_least(WAYS);
    core::mem::forget([reader, writer, full_reader, full, end, life]);
}

/// `exit_group` ends the threads that sleep, whichever thread calls it.
pub fn exit_group_ends_threads_that_sleep() {
    for pause_ms in [0, 20] {
        let process = child::start(|| {
            sleep_in_all_ways();
            sleep(Duration::from_millis(pause_ms));
            linux::exit_group(7)
        });
        check_eq!(child::wait(process), Status(7 << 8), "the end by the first thread");
        let process = child::start(|| {
            sleep_in_all_ways();
            start(|| linux::exit_group(8)).join();
            99
        });
        check_eq!(child::wait(process), Status(8 << 8), "the end by another thread");
    }
    none_left();
}

/// And those that do not call the kernel at all.
pub fn exit_group_ends_threads_that_compute() {
    let process = child::start(|| {
        for _ in 0..4 {
            start(|| {
                READY.announce();
                loop {
                    core::hint::spin_loop();
                }
            })
            .leave();
        }
        READY.await_at_least(4);
        linux::exit_group(7)
    });
    check_eq!(child::wait(process), Status(7 << 8), "the end");
}

/// And those that are making threads and children at that moment.
pub fn exit_group_ends_threads_that_make_others() {
    for round in 0..rounds(20) {
        let process = child::start(|| {
            for _ in 0..3 {
                start(|| {
                    loop {
                        start(READY_AND_GONE).join();
                    }
                })
                .leave();
            }
            start(|| {
                loop {
                    child::run_well(|| {});
                    READY.announce();
                }
            })
            .leave();
            READY.await_at_least(round % 7);
            linux::exit_group(7)
        });
        check_eq!(child::wait(process), Status(7 << 8), "the end in round {round}");
    }
}

const READY_AND_GONE: fn() = || READY.announce();

/// Two that call it at the same time: one of them says how it ends.
pub fn one_of_two_exit_groups_counts() {
    for _ in 0..rounds(20) {
        let process = child::start(|| {
            start(|| {
                READY.announce();
                linux::exit_group(4)
            })
            .leave();
            READY.await_at_least(1);
            linux::exit_group(5)
        });
        let code = child::wait(process).exit_code();
        crate::check::check!(matches!(code, Some(4 | 5)), "the exit code is {code:?}");
    }
}

/// A process of sleepers that tells, by a pipe, when its threads are about to sleep, and the number of one of them.
fn sleepers() -> (i32, i32) {
    let (reader, writer) = must!(file::pipe(0));
    let process = child::start(|| {
        sleep_in_all_ways();
        let thread = start(|| {
            loop {
                let _ = call(__NR_pause, []);
            }
        });
        must!(linux::write(writer.number(), &thread.leave().to_le_bytes()));
        loop {
            let _ = call(__NR_pause, []);
        }
    });
    let mut number = [0; 4];
    check_eq!(linux::read(reader.number(), &mut number), Ok(4), "the number of a thread");
    (process, i32::from_le_bytes(number))
}

/// A signal that ends a process ends all of its threads, sent to the process or to one of them.
pub fn fatal_signal_ends_all_threads() {
    for signal in [SIGTERM, SIGKILL, SIGSEGV] {
        let (process, _) = sleepers();
        must!(kill(process, signal));
        check_eq!(child::wait(process).signal(), Some(signal), "the signal that ended the process");
    }
    for signal in [SIGUSR1, SIGKILL] {
        let (process, thread) = sleepers();
        must!(call(__NR_tgkill, [process as usize, thread as usize, signal as usize]));
        check_eq!(child::wait(process).signal(), Some(signal), "the signal that a thread got");
    }
    none_left();
}

/// A fault of one thread is the end of all.
pub fn fault_of_a_thread_ends_all() {
    let faults: [(u32, fn()); 2] = [(SIGSEGV, || probe::write(0)), (SIGFPE, divide_by_zero)];
    for (signal, fault) in faults {
        child::dies_of(signal, || {
            sleep_in_all_ways();
            start(fault).join();
            99
        });
    }
    none_left();
}

fn divide_by_zero() {
    probe::attempt!("xor edx, edx", "xor ecx, ecx", "mov eax, 1", "div ecx")
}

/// A thread that ends by `exit` is the end of nobody else, whatever it says.
pub fn exit_ends_one_thread() {
    for code in [0, 1, 255] {
        start(move || linux::exit(code)).join();
    }
    let process = child::start(|| {
        start(|| linux::exit(9)).join();
        4
    });
    check_eq!(child::wait(process), Status(4 << 8), "the end of the process");
}
