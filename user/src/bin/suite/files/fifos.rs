//! Pipes with a name: two open them and meet.

use super::scratch::Scratch;
use super::shorthand::{close, gives, open, try_open};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{start, wait};
use core::time::Duration;
use linux_raw_sys::general::{O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY, S_IFIFO};
use tusk_user::signal::{Action, SIGPIPE, set_action};
use tusk_user::stat::{Kind, stat};
use tusk_user::time::{now, sleep};
use tusk_user::{Errno, Status, linux};

/// How long somebody waits at least who is made to wait.
const WHILE: Duration = Duration::from_millis(60);

/// A FIFO in a fresh directory.
fn fifo() -> Scratch {
    let scratch = Scratch::new();
    must!(sys!(__NR_mknod, c"fifo", S_IFIFO | 0o644, 0));
    check_eq!(must!(stat(c"fifo")).kind(), Kind::Pipe, "the kind");
    scratch
}

/// The reader waits for a writer.
pub fn reader_waits_for_a_writer() {
    let _scratch = fifo();
    let began = now();
    let child = start(|| {
        sleep(WHILE);
        let writer = open(c"fifo", O_WRONLY);
        must!(linux::write_all(writer, b"from the child"));
        0
    });
    let reader = open(c"fifo", O_RDONLY);
    check!(now() - began >= WHILE, "the FIFO was open before there was a writer");
    gives(reader, b"from the child");
    check_eq!(wait(child), Status(0), "the child's end");
}

/// And the writer for a reader.
pub fn writer_waits_for_a_reader() {
    let _scratch = fifo();
    let began = now();
    let child = start(|| {
        sleep(WHILE);
        gives(open(c"fifo", O_RDONLY), b"from the parent");
        0
    });
    let writer = open(c"fifo", O_WRONLY);
    check!(now() - began >= WHILE, "the FIFO was open before there was a reader");
    must!(linux::write_all(writer, b"from the parent"));
    close(writer);
    check_eq!(wait(child), Status(0), "the child's end");
}

/// Who does not want to wait: a reader need not, a writer without one is refused.
pub fn nonblocking_writer_without_a_reader_is_enxio() {
    let _scratch = fifo();
    check_eq!(try_open(c"fifo", O_WRONLY | O_NONBLOCK), Err(Errno::ENXIO), "open for writing without a reader");
    let reader = open(c"fifo", O_RDONLY | O_NONBLOCK);
    check_eq!(linux::read(reader, &mut [0; 4]), Ok(0), "read without a writer");
    let writer = open(c"fifo", O_WRONLY | O_NONBLOCK);
    check_eq!(linux::read(reader, &mut [0; 4]), Err(Errno::EAGAIN), "read without a byte");
    must!(linux::write_all(writer, b"text"));
    close(writer);
    gives(reader, b"text");
    close(reader);
    check_eq!(try_open(c"fifo", O_WRONLY | O_NONBLOCK), Err(Errno::ENXIO), "open when the reader is gone");
}

/// Who opens it for both is never alone.
pub fn opening_for_both_needs_nobody() {
    let _scratch = fifo();
    let both = open(c"fifo", O_RDWR);
    must!(linux::write_all(both, b"text"));
    let mut buffer = [0; 8];
    check_eq!(linux::read(both, &mut buffer), Ok(4), "read of what was written");
    check_eq!(sys!(__NR_lseek, both, 0, 0), Err(Errno::ESPIPE), "lseek");
    let writer = open(c"fifo", O_WRONLY | O_NONBLOCK);
    must!(linux::write_all(writer, b"more"));
    check_eq!(linux::read(both, &mut buffer), Ok(4), "read of what another has written");
}

/// It is a pipe: without a reader, nobody can write.
pub fn writing_when_the_reader_is_gone_is_epipe() {
    let _scratch = fifo();
    must!(set_action(SIGPIPE, Action::Ignore));
    let reader = open(c"fifo", O_RDONLY | O_NONBLOCK);
    let writer = open(c"fifo", O_WRONLY);
    close(reader);
    check_eq!(linux::write(writer, b"text"), Err(Errno::EPIPE), "write");
    let reader = open(c"fifo", O_RDONLY);
    must!(linux::write_all(writer, b"text"));
    close(writer);
    gives(reader, b"text");
}

/// Without its name, those who have it open go on; what nobody has read is gone with the last.
pub fn fifo_lives_on_without_its_name() {
    let _scratch = fifo();
    let reader = open(c"fifo", O_RDONLY | O_NONBLOCK);
    let writer = open(c"fifo", O_WRONLY);
    must!(sys!(__NR_link, c"fifo", c"other"));
    must!(sys!(__NR_unlink, c"fifo"));
    must!(linux::write_all(writer, b"text"));
    close(writer);
    gives(open(c"other", O_RDONLY | O_NONBLOCK), b"text");
    close(reader);
    must!(sys!(__NR_unlink, c"other"));
}
