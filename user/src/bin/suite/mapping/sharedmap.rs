//! Shared mappings: one memory for several processes, or for processes and a file.

use super::pages::{NO_FILE, READ_WRITE, anonymous, fill, holds, map, peek, poke, protect, unmap};
use super::scratch::Scratch;
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well, start, wait};
use crate::probe;
use linux_raw_sys::general::{MAP_ANONYMOUS, MAP_SHARED, MS_ASYNC, MS_SYNC, PROT_READ, SEEK_SET, SIGBUS, SIGSEGV};
use tusk_user::file::{O_RDONLY, O_RDWR, seek, truncate};
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{Errno, Status, linux};

/// Shared pages of no file.
fn shared(pages: usize) -> usize {
    must!(map(0, pages * PAGE_SIZE, READ_WRITE, MAP_SHARED | MAP_ANONYMOUS, NO_FILE, 0))
}

/// Parent and child see each other's writes, to pages touched before the fork and after it.
pub fn anonymous_pages_are_shared_across_fork() {
    let memory = shared(3);
    poke(memory, 1);
    run_well(|| {
        check_eq!(peek(memory), 1, "the parent's byte");
        poke(memory, 2);
        fill(memory + PAGE_SIZE, PAGE_SIZE, 3);
    });
    check_eq!(peek(memory), 2, "the child's byte");
    check!(holds(memory + PAGE_SIZE, PAGE_SIZE, 3), "the page that the child touched first is not shared");
    check!(holds(memory + 2 * PAGE_SIZE, PAGE_SIZE, 0), "the page that nobody touched is not zero");
}

/// While both run: they take turns by a byte of it.
pub fn shared_writes_are_seen_at_once() {
    let memory = shared(1);
    let turn = |mine: u8| {
        while peek(memory) != mine {
            let _ = linux::sched_yield();
        }
        poke(memory, mine + 1);
    };
    let child = start(|| {
        (1..200).step_by(2).for_each(turn);
        0
    });
    (0..200).step_by(2).for_each(turn);
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(peek(memory), 200, "the byte at last");
}

/// Grandchildren too; and who gives the pages back takes them from nobody else.
pub fn shared_pages_outlive_who_unmaps_them() {
    let memory = shared(2);
    run_well(|| {
        run_well(|| fill(memory, 2 * PAGE_SIZE, 4));
        check_eq!(unmap(memory, 2 * PAGE_SIZE), Ok(()));
    });
    check!(holds(memory, 2 * PAGE_SIZE, 4), "the grandchild's writes are not here");
    check_eq!(unmap(memory, 2 * PAGE_SIZE), Ok(()));
}

/// What is written to the mapping, `read` finds in the file, at once and after the mapping is gone.
pub fn writes_reach_the_file() {
    let scratch = Scratch::new(&[b'f'; 2 * PAGE_SIZE]);
    let file = scratch.open(O_RDWR);
    let memory = must!(map(0, 2 * PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 0));
    check!(holds(memory, 2 * PAGE_SIZE, b'f'), "the file does not show");
    fill(memory + 10, 10, b'm');
    let mut bytes = [0; 30];
    for _ in 0..2 {
        check_eq!(scratch.read(&mut bytes), 30, "the bytes read");
        check_eq!(bytes, *b"ffffffffffmmmmmmmmmmffffffffff", "the file");
        let _ = unmap(memory, 2 * PAGE_SIZE);
    }
}

/// And what is written to the file shows in the mapping.
pub fn writes_to_the_file_show() {
    let scratch = Scratch::new(&[b'f'; PAGE_SIZE]);
    let file = scratch.open(O_RDWR);
    let memory = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 0));
    poke(memory + 3, b'm');
    check_eq!(seek(file.number(), 5, SEEK_SET), Ok(5), "lseek");
    check_eq!(linux::write(file.number(), b"new"), Ok(3), "write");
    check_eq!([2, 3, 4, 5, 6, 7, 8].map(|index| peek(memory + index)), *b"fmfnewf", "the mapping");
}

/// Two mappings of one file are one memory, though made by different opens; across fork too.
pub fn mappings_of_one_file_are_one_memory() {
    let scratch = Scratch::new(&[0; 2 * PAGE_SIZE]);
    let (first, second) = (scratch.open(O_RDWR), scratch.open(O_RDWR));
    let whole = must!(map(0, 2 * PAGE_SIZE, READ_WRITE, MAP_SHARED, first.number(), 0));
    let part = must!(map(0, PAGE_SIZE, PROT_READ, MAP_SHARED, second.number(), 1));
    drop((first, second));
    fill(whole + PAGE_SIZE, PAGE_SIZE, 1);
    check!(holds(part, PAGE_SIZE, 1), "the second mapping does not show what the first was given");
    run_well(|| fill(whole + PAGE_SIZE, PAGE_SIZE, 2));
    check!(holds(part, PAGE_SIZE, 2), "the second mapping does not show what the child wrote");
    let unrelated = start(|| {
        let file = scratch.open(O_RDWR);
        let own = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 1));
        check!(holds(own, PAGE_SIZE, 2), "a mapping made later does not show what was written");
        fill(own, PAGE_SIZE, 3);
        0
    });
    check_eq!(wait(unrelated), Status(0), "the child's end");
    check!(holds(part, PAGE_SIZE, 3), "the mapping does not show what another process' mapping was given");
}

/// A file that grows grows in the mapping; one that is cut off is gone from it.
pub fn mapping_follows_the_files_length() {
    let scratch = Scratch::new(&[b'f'; 100]);
    let file = scratch.open(O_RDWR);
    let memory = must!(map(0, 2 * PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 0));
    dies_of(SIGBUS, || probe::read(memory + PAGE_SIZE));
    check_eq!(truncate(file.number(), 2 * PAGE_SIZE as u64), Ok(()));
    check!(holds(memory + PAGE_SIZE, PAGE_SIZE, 0), "the new page is not zero");
    poke(memory + PAGE_SIZE, 1);
    check_eq!(truncate(file.number(), 50), Ok(()));
    dies_of(SIGBUS, || probe::read(memory + PAGE_SIZE));
    check!(holds(memory, 50, b'f') && holds(memory + 50, PAGE_SIZE - 50, 0), "the page that is left is not the file's");
}

/// Writing needs a descriptor that may; later rights do not get around that.
pub fn read_only_descriptor_gives_no_writable_mapping() {
    let scratch = Scratch::new(&[b'f'; PAGE_SIZE]);
    let file = scratch.open(O_RDONLY);
    let attempt = |protection| map(0, PAGE_SIZE, protection, MAP_SHARED, file.number(), 0);
    check_eq!(attempt(READ_WRITE), Err(Errno::EACCES), "mmap for writing");
    let memory = must!(attempt(PROT_READ));
    check!(holds(memory, PAGE_SIZE, b'f'), "the file does not show");
    dies_of(SIGSEGV, || probe::write(memory));
    check_eq!(protect(memory, PAGE_SIZE, READ_WRITE), Err(Errno::EACCES), "mprotect for writing");
}

/// Asking for the writes to be done, now or soon.
pub fn msync_succeeds_where_something_is() {
    let scratch = Scratch::new(&[b'f'; PAGE_SIZE]);
    let file = scratch.open(O_RDWR);
    let memory = must!(map(0, PAGE_SIZE, READ_WRITE, MAP_SHARED, file.number(), 0));
    poke(memory, b'm');
    let sync = |address: usize, flags: u32| sys!(__NR_msync, address, PAGE_SIZE, flags);
    for flags in [MS_SYNC, MS_ASYNC, 0] {
        check_eq!(sync(memory, flags), Ok(0), "msync with flags {flags}");
    }
    let mut byte = [0];
    check_eq!((scratch.read(&mut byte), byte), (1, *b"m"), "the file");
    check_eq!(sync(memory, MS_SYNC | MS_ASYNC), Err(Errno::EINVAL), "msync, now and later");
    check_eq!(sync(memory, 0x80), Err(Errno::EINVAL), "msync with unknown flags");
    check_eq!(sync(memory + 1, MS_SYNC), Err(Errno::EINVAL), "msync of no page");
    check_eq!(unmap(memory, PAGE_SIZE), Ok(()));
    check_eq!(sync(memory, MS_SYNC), Err(Errno::ENOMEM), "msync of nothing");
    let private = anonymous(1);
    check_eq!(sync(private, MS_SYNC), Ok(0), "msync of memory without a file");
}
