//! `CLONE_PARENT`: a child of the caller's parent.

use crate::call::call;
use crate::check::{check_eq, must};
use crate::child::{insist, is_injecting, none_left};
use crate::signals::catch::{Action, SEEN, note, set};
use crate::threads::thread::start;
use linux_raw_sys::general::{__NR_clone, __WALL, CLONE_PARENT, SIGCHLD, SIGUSR1, SIGUSR2};
use tusk_user::linux::{self, ANY_CHILD};
use tusk_user::{Errno, Status, file};

/// A child made by `clone`, with a copy of the memory; it ends with what `body` returns.
fn clone(flags: u32, body: impl FnOnce() -> i32) -> i32 {
    match must!(insist(|| call(__NR_clone, [flags as usize]))) {
        0 => linux::exit(body()),
        child => child as i32,
    }
}

fn wait_all(pid: i32) -> Result<(i32, Status), Errno> {
    loop {
        match linux::waitpid_with(pid, __WALL) {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}

/// The sibling's number, which the one that has made it sends.
fn receive(reader: &file::Descriptor) -> i32 {
    let mut bytes = [0; 4];
    check_eq!(linux::read(reader.number(), &mut bytes), Ok(4), "the sibling's number");
    i32::from_le_bytes(bytes)
}

/// It has the caller's parent, who waits for it; the caller cannot.
pub fn sibling_is_the_parents_child() {
    let (reader, writer) = must!(file::pipe(0));
    let parent = linux::getpid();
    let maker = clone(SIGCHLD, || {
        let sibling = clone(CLONE_PARENT | SIGCHLD, || {
            check_eq!(linux::getppid(), parent, "the sibling's parent");
            12
        });
        check_eq!(wait_all(sibling), Err(Errno::ECHILD), "waitpid for a sibling");
        must!(linux::write(writer.number(), &sibling.to_le_bytes()));
        11
    });
    let sibling = receive(&reader);
    check_eq!(wait_all(sibling), Ok((sibling, Status(12 << 8))), "the sibling's end");
    check_eq!(wait_all(maker), Ok((maker, Status(11 << 8))), "its maker's end");
    none_left();
}

/// The parent is told by the signal by which the caller's end will be told, whatever was asked for.
pub fn parent_gets_the_callers_signal() {
    is_injecting();
    [SIGUSR1, SIGUSR2, SIGCHLD].into_iter().for_each(|signal| set(signal, &Action::plain(note, 0)));
    let maker = clone(SIGUSR1, || {
        clone(CLONE_PARENT | SIGUSR2, || 12);
        11
    });
    let mut ended = [must!(wait_all(ANY_CHILD)), must!(wait_all(ANY_CHILD))];
    ended.sort_unstable_by_key(|(_, status)| status.0);
    check_eq!(ended[0], (maker, Status(11 << 8)), "the maker's end");
    check_eq!(ended[1].1, Status(12 << 8), "the sibling's end");
    // Both may end before the first is looked at: then one signal stands for both.
    check_eq!(SEEN.first::<3>().map(|signal| signal == 0 || signal == SIGUSR1), [true; 3], "what came is SIGUSR1");
    crate::check::check!((1..=2).contains(&SEEN.count()), "{} signals came", SEEN.count());
}

/// A sibling made by a thread is its process's sibling.
pub fn siblings_of_a_thread_are_its_process_siblings() {
    let parent = linux::getpid();
    let maker = clone(SIGCHLD, || {
        start(move || {
            clone(CLONE_PARENT, || {
                check_eq!(linux::getppid(), parent, "the parent of the thread's sibling");
                12
            });
        })
        .join();
        11
    });
    let mut ends = [must!(wait_all(ANY_CHILD)), must!(wait_all(ANY_CHILD))];
    ends.sort_unstable_by_key(|(_, status)| status.0);
    check_eq!(ends.map(|(_, status)| status), [Status(11 << 8), Status(12 << 8)], "both ends");
    check_eq!(ends[0].0, maker, "who ended with 11");
}

/// A chain of them: all are children of the first one's parent.
pub fn siblings_make_siblings() {
    let parent = linux::getpid();
    fn chain(left: i32, parent: i32) -> i32 {
        check_eq!(linux::getppid(), parent, "the parent of a sibling");
        if left > 0 {
            clone(CLONE_PARENT, || chain(left - 1, parent));
        }
        left
    }
    clone(SIGCHLD, || chain(5, parent));
    let mut codes: [u32; 6] = core::array::from_fn(|_| must!(wait_all(ANY_CHILD)).1.0 >> 8);
    codes.sort_unstable();
    check_eq!(codes, [0, 1, 2, 3, 4, 5], "the codes of all six");
    none_left();
}
