//! What fork returns, and what the two processes know of each other.

use crate::check::{check, check_eq, skip};
use crate::child::{self, fork, none_left, run, run_well, start, wait};
use crate::registers::{self, Registers};
use linux_raw_sys::general::__NR_fork;
use tusk_user::Errno;
use tusk_user::Status;
use tusk_user::linux::{self, Fork};

/// The two sides of one fork.
pub fn child_gets_zero_and_parent_gets_its_pid() {
    let parent = linux::getpid();
    match fork() {
        Fork::Child => {
            check!(linux::getpid() != parent, "child and parent have the same pid");
            linux::exit(42);
        }
        Fork::Parent(child) => {
            check!(child > 1, "{child} is no pid for a child");
            check!(child != parent, "the child has its parent's pid");
            check_eq!(linux::getpid(), parent, "the parent's pid after the fork");
            check_eq!(wait(child).exit_code(), Some(42), "the child's exit code");
            none_left();
        }
    }
}

/// The child's own view: what getpid says in it is what fork said to the parent.
pub fn child_knows_its_own_pid_and_its_parents() {
    let parent = linux::getpid();
    let child = start(|| {
        check_eq!(linux::getppid(), parent, "getppid in the child");
        check_eq!(linux::gettid(), linux::getpid(), "gettid in the child");
        linux::getpid() & 0x7f
    });
    check_eq!(wait(child).exit_code(), Some((child & 0x7f) as u8), "the low bits of the child's getpid");
}

/// Each of several children is a process of its own.
pub fn four_children_end_with_codes_10_to_13() {
    let mut children = [0; 4];
    for (code, pid) in (10..).zip(&mut children) {
        *pid = start(|| code);
    }
    // In another order than they were made.
    for (code, pid) in (10..14).zip(children).rev() {
        check_eq!(wait(pid).exit_code(), Some(code), "the exit code of child {pid}");
    }
    none_left();
}

/// A grandchild is waited for by its parent, and by nobody else.
pub fn grandchild_belongs_to_its_own_parent() {
    let status = run(|| {
        let parent = linux::getpid();
        let grandchild = start(|| {
            check_eq!(linux::getppid(), parent, "getppid in the grandchild");
            7
        });
        i32::from(wait(grandchild).exit_code().unwrap_or(99)) + 1
    });
    check_eq!(status.exit_code(), Some(8), "the child's exit code");
    none_left();
}

/// Every generation forks the next and passes on how deep it went.
pub fn twenty_generations_deep() {
    fn generation(remaining: i32) -> i32 {
        match remaining {
            0 => 0,
            _ => i32::from(run(|| generation(remaining - 1)).exit_code().unwrap_or(200)) + 1,
        }
    }
    check_eq!(run(|| generation(20)).exit_code(), Some(20), "the depth of the chain");
}

/// The child goes on with the parent's registers, all but eax, and with its flags.
pub fn child_keeps_every_register() {
    // Failures on purpose are tried again in `child::fork`, which this cannot use.
    if child::is_injecting() {
        skip(format_args!("forks are made to fail here"));
    }
    let parent = linux::getpid();
    let registers = registers::call(__NR_fork as usize);
    if linux::getpid() == parent {
        check_eq!(registers.kept(), Registers::MARKS, "the parent's registers");
        check_eq!(wait(registers.eax as i32), Status(0), "the child's end");
    } else {
        check_eq!(registers.kept(), Registers::MARKS, "the child's registers");
        check_eq!(registers.eax, 0, "eax in the child");
        linux::exit(0);
    }
}

/// Two processes that fork at the same time do not disturb each other.
pub fn two_processes_may_fork_at_once() {
    let many = child::rounds(50);
    let forker = || {
        (0..many).for_each(|round| {
            check_eq!(run(|| round as i32 & 0x3f).exit_code(), Some(round as u8 & 0x3f), "the code of round {round}");
        });
        none_left();
        0
    };
    let children = [start(forker), start(forker)];
    for child in children {
        check_eq!(wait(child), Status(0), "the end of a forking child");
    }
}

/// Three generations, all forking at the same time.
pub fn families_grow_in_all_directions() {
    fn family(generations: i32) -> i32 {
        if generations == 0 {
            return 1;
        }
        let children = [(); 2].map(|()| start(|| family(generations - 1)));
        children.iter().map(|&child| i32::from(wait(child).exit_code().unwrap_or(200))).sum::<i32>() + 1
    }
    // 1 + 2 + 4 + 8 processes of some sixty pages each: they fit into 16 MiB twice over.
    check_eq!(run(|| family(3)).exit_code(), Some(15), "the size of the family");
    none_left();
}

/// The parent's children are not the child's: a new process has none.
pub fn child_starts_without_children() {
    let sibling = start(|| 5);
    run_well(|| {
        none_left();
        check_eq!(linux::waitpid(sibling), Err(Errno::ECHILD), "waitpid for a sibling");
    });
    check_eq!(wait(sibling).exit_code(), Some(5), "the sibling's exit code");
}
