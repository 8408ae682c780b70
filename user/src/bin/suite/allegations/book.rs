//! The book's calls, which take more on trust than any other (K1, K3, M5, X4).

use super::argument::{count, name, request, room, word};
use super::line::book_line;
use super::trial;
use crate::check::only_on_tusk;
use crate::child::{collect_all, start};
use crate::files::scratch::Scratch;
use crate::files::shorthand::{make, open};
use linux_raw_sys::general::{O_APPEND, O_RDWR};

/// Something to wait for.
fn a_child() {
    start(|| 0);
}

/// All of its calls that take an address or a size.
pub fn book_calls_believe_nothing() {
    only_on_tusk();
    let _scratch = Scratch::new();
    make(c"file", b"0123456789");
    let (file, new) = (name(c"file"), name(c"new"));
    let zero = open(c"/dev/zero", O_RDWR);
    let appended = open(c"file", O_RDWR | O_APPEND);
    let strings = [c"false".as_ptr().expose_provenance(), 0];
    // Handles and blocks: what lies there matters as little as that nothing does.
    let block = || room(24);
    trial::all(&[
        book_line!(WRITE, word(appended), request(&[0; 3]).partial(), count(12)),
        book_line!(MALLOC, count(0)),
        book_line!(FREE, block()),
        book_line!(READ, word(zero), room(10).partial(), count(10)),
        book_line!(GETCWD, room(12), count(64)),
        book_line!(OPEN, file, word(0)),
        book_line!(UNLINK, new),
        book_line!(MKDIR, new),
        book_line!(OPENDIR, new),
        book_line!(CLOSEDIR, block()),
        book_line!(CHDIR, new),
        book_line!(RMDIR, new),
        book_line!(READDIR, block()),
        book_line!(REWINDDIR, block()),
        book_line!(STAT, file, room(12)),
        book_line!(EXECV, name(c"/bin/false"), request(&strings).optional()),
        book_line!(WAIT, room(4).optional()).before(&a_child).after(&|_, _| collect_all()),
        book_line!(PIPE, room(8)),
    ]);
}
