//! `CLONE_FILES`: one table of descriptors for two.

use super::common_directory::fork_with;
use crate::check::{check, check_eq, must};
use crate::child::{run_well, wait};
use crate::program::become_program;
use crate::threads::thread::{THREAD, start, try_start};
use crate::threads::word::Word;
use linux_raw_sys::general::{CLONE_FILES, F_GETFD, F_SETFD, FD_CLOEXEC};
use tusk_user::{Errno, Status, file, linux};

/// A descriptor for this process, not to be closed by who made it.
fn numbers() -> [i32; 2] {
    let (reader, writer) = must!(file::pipe(0));
    [reader.into_number(), writer.into_number()]
}

/// What one opens, closes or marks, the other has open, closed or marked.
pub fn descriptors_are_common() {
    let [reader, writer] = numbers();
    let child = fork_with(CLONE_FILES, || {
        must!(file::close(reader));
        must!(file::fcntl(writer, F_SETFD, FD_CLOEXEC as usize));
        check_eq!(must!(file::duplicate_above(writer, 40)).into_number(), 40, "the new descriptor");
    });
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(file::fcntl(reader, F_GETFD, 0), Err(Errno::EBADF), "the descriptor that the child has closed");
    check_eq!(file::fcntl(writer, F_GETFD, 0), Ok(FD_CLOEXEC as usize), "the flags that the child has set");
    check_eq!(file::close(40), Ok(()), "closing what the child has opened");
}

/// Without the flag the child has a table of its own.
pub fn without_the_flag_descriptors_are_copied() {
    let [reader, writer] = numbers();
    let child = fork_with(0, || {
        must!(file::close(reader));
        must!(file::fcntl(writer, F_SETFD, FD_CLOEXEC as usize));
        must!(file::duplicate_above(writer, 40)).into_number();
    });
    check_eq!(wait(child), Status(0), "the child's end");
    check_eq!(file::fcntl(reader, F_GETFD, 0), Ok(0), "the descriptor that the child has closed");
    check_eq!(file::fcntl(writer, F_GETFD, 0), Ok(0), "the flags that the child has set");
    check_eq!(file::fcntl(40, F_GETFD, 0), Err(Errno::EBADF), "the descriptor that the child has opened");
}

/// Threads of one process, too, may have tables of their own.
pub fn thread_may_have_descriptors_of_its_own() {
    static LOOKED: Word = Word::new(0);
    let [reader, writer] = numbers();
    let thread = must!(try_start(THREAD & !CLONE_FILES, 0, move || {
        must!(file::close(writer));
        LOOKED.await_at_least(1);
        check_eq!(file::close(reader), Ok(()), "closing what the other thread has closed for itself");
        0
    }));
    must!(file::close(reader));
    LOOKED.announce();
    thread.join();
    check_eq!(file::close(writer), Ok(()), "closing what the other thread has closed for itself");
}

/// Threads have one table, as libraries expect: a pipe made by one is read by the other.
pub fn threads_use_each_others_descriptors() {
    static ENDS: [Word; 2] = [const { Word::new(0) }; 2];
    start(|| {
        let ends = numbers();
        ENDS.iter().zip(ends).for_each(|(word, number)| word.set(number as u32));
        must!(linux::write(ends[1], b"hello"));
    })
    .join();
    let mut bytes = [0; 8];
    let [reader, writer] = ENDS.each_ref().map(|word| word.get() as i32);
    check_eq!((linux::read(reader, &mut bytes), bytes), (Ok(5), *b"hello\0\0\0"), "what the other thread has written");
    [reader, writer].into_iter().for_each(|number| must!(file::close(number)));
}

/// A thread that sleeps in a read keeps the pipe though another closes its number.
pub fn sleeper_keeps_what_another_closes() {
    static READER: Word = Word::new(0);
    static READY: Word = Word::new(0);
    let [reader, writer] = numbers();
    READER.set(reader as u32);
    let thread = start(|| {
        READY.announce();
        let mut byte = [0];
        let result = linux::read(READER.get() as i32, &mut byte);
        // Closed before the read began: that may be.
        if result != Err(Errno::EBADF) {
            check_eq!((result, byte), (Ok(1), *b"x"), "the read");
        }
    });
    READY.await_at_least(1);
    tusk_user::time::sleep(core::time::Duration::from_millis(20));
    // The pipe has a reader as long as that one reads; another keeps SIGPIPE away should it not have begun.
    let other = must!(file::duplicate_above(reader, 3));
    must!(file::close(reader));
    must!(linux::write(writer, b"x"));
    thread.join();
    drop(other);
    must!(file::close(writer));
}

/// A program that one of them begins has a copy: what it closes is its own business.
pub fn execve_ends_the_sharing() {
    let [reader, writer] = numbers();
    must!(file::fcntl(reader, F_SETFD, FD_CLOEXEC as usize));
    must!(file::fcntl(writer, F_SETFD, FD_CLOEXEC as usize));
    let child = fork_with(CLONE_FILES, || {
        let numbers = [reader, writer, 0].map(crate::program::number_as_text);
        become_program("files", &numbers.each_ref().map(|number| number.as_c_str()));
    });
    check_eq!(wait(child), Status(0), "the new program's end");
    check_eq!(
        [file::close(reader), file::close(writer)],
        [Ok(()); 2],
        "closing what the program has closed for itself"
    );
}

/// The table lives as long as anybody has it: the pipe's end comes with the last.
pub fn table_goes_with_the_last_who_has_it() {
    run_well(|| {
        let (reader, writer) = must!(file::pipe(0));
        let child = crate::child::start(|| {
            let number = writer.into_number();
            // Two with one table, one of whom ends at once: the other still has the writer.
            let last = fork_with(CLONE_FILES, || {
                tusk_user::time::sleep(core::time::Duration::from_millis(40));
                must!(linux::write(number, b"late"));
            });
            check!(last > 0, "the pid is {last}");
            0
        });
        let mut bytes = [0; 4];
        check_eq!((linux::read(reader.number(), &mut bytes), bytes), (Ok(4), *b"late"), "the read");
        check_eq!(linux::read(reader.number(), &mut bytes), Ok(0), "the read after the last's end");
        check_eq!(wait(child), Status(0), "the end of the first");
    });
}
