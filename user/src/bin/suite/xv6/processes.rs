//! Making children, ending, waiting, being killed.

use crate::check::{check, check_eq, must};
use crate::child::{none_left, rounds, run, start, try_fork, wait};
use core::time::Duration;
use linux_raw_sys::general::SIGKILL;
use tusk_user::linux::{self, ANY_CHILD, Fork};
use tusk_user::signal::kill;
use tusk_user::time::sleep;
use tusk_user::{Errno, Status, file};

/// Children that end at once are waited for, each with its own status.
pub fn exitwait() {
    for code in 0..rounds(100) as i32 {
        check_eq!(run(|| code), Status((code as u32) << 8), "the status of a child");
    }
}

/// Children whose parent ends at the same time are process 1's, and their children too.
pub fn reparent() {
    for _ in 0..rounds(100) {
        let child = start(|| {
            start(|| 0);
            0
        });
        check_eq!(wait(child), Status(0), "the child's end");
    }
    settle();
}

/// Two orphans at once, from a parent that does not wait for them.
pub fn reparent2() {
    for _ in 0..rounds(100) {
        let child = start(|| {
            start(|| 0);
            start(|| 0);
            0
        });
        check_eq!(wait(child), Status(0), "the child's end");
    }
    settle();
}

/// Orphans are process 1's to wait for; they have a while to end.
fn settle() {
    sleep(Duration::from_millis(60));
    none_left();
}

/// Two children that end at the same time are both waited for.
pub fn twochildren() {
    for _ in 0..rounds(200) {
        start(|| 0);
        start(|| 0);
        (0..2).for_each(|_| _ = must!(linux::waitpid(ANY_CHILD)));
    }
    none_left();
}

/// Two that fork at the same time, again and again.
pub fn forkfork() {
    let children = [(); 2].map(|()| {
        start(|| {
            for _ in 0..rounds(100) {
                check_eq!(run(|| 0), Status(0), "the grandchild's end");
            }
            0
        })
    });
    children.into_iter().for_each(|child| check_eq!(wait(child), Status(0), "the child's end"));
}

/// A whole tree that forks as fast as it can, until it is told to end, or the machine has no room: all of it ends.
pub fn forkforkfork() {
    let (end, life) = must!(file::pipe(file::O_NONBLOCK));
    let root = start(|| {
        must!(file::close(life.number()));
        // Three generations of three: more would only take longer.
        let mut generation = 0;
        while linux::read(end.number(), &mut [0]) == Err(Errno::EAGAIN) {
            if generation < 3 && matches!(try_fork(), Ok(Fork::Child)) {
                generation += 1;
            } else {
                sleep(Duration::from_millis(1));
                generation += u32::from(generation == 0);
            }
        }
        while linux::waitpid(ANY_CHILD).is_ok() {}
        0
    });
    sleep(Duration::from_millis(30));
    drop(life);
    check_eq!(wait(root), Status(0), "the end of the tree");
    none_left();
}

/// Children that never call the kernel do not keep others from running, and can be killed.
pub fn preempt() {
    let (reader, writer) = must!(file::pipe(0));
    let spin = || {
        start(|| {
            loop {
                core::hint::spin_loop();
            }
        })
    };
    let spinners = [spin(), spin()];
    let writes = start(|| {
        must!(linux::write(writer.number(), b"x"));
        loop {
            core::hint::spin_loop();
        }
    });
    check_eq!(linux::read(reader.number(), &mut [0; 4]), Ok(1), "what the third child has written");
    for child in [spinners[0], spinners[1], writes] {
        must!(kill(child, SIGKILL));
        check_eq!(wait(child), Status(SIGKILL), "the end of a child that was killed");
    }
}

/// The status of a child that was killed says so, wherever it was at that moment.
pub fn killstatus() {
    for _ in 0..rounds(50) {
        let child = start(|| {
            loop {
                linux::getpid();
            }
        });
        let _ = linux::sched_yield();
        must!(kill(child, SIGKILL));
        check_eq!(wait(child), Status(SIGKILL), "the status");
    }
}

/// Fork until there is no room, or enough are there: then an error, and everybody is waited for.
pub fn forktest() {
    const MOST: u32 = 60;
    let (end, life) = must!(file::pipe(0));
    let mut made = 0;
    while made < MOST {
        match try_fork() {
            Ok(Fork::Child) => {
                let _ = file::close(life.number());
                let _ = linux::read(end.number(), &mut [0]);
                linux::exit(0)
            }
            Ok(Fork::Parent(_)) => made += 1,
            Err(error) => {
                check!(matches!(error, Errno::ENOMEM | Errno::EAGAIN), "fork: {error:?}");
                break;
            }
        }
    }
    check!(made > 2, "only {made} children could be made");
    drop(life);
    for _ in 0..made {
        check_eq!(linux::waitpid(ANY_CHILD).map(|(_, status)| status), Ok(Status(0)), "the end of a child");
    }
    none_left();
}
