//! The calls that wait for several descriptors; here never for long.

use super::argument::{count, request, room, word};
use super::line::line;
use super::trial;

/// `select` and `poll` in all their forms.
pub fn waiting_calls_believe_nothing() {
    let size = || count(8);
    // No descriptors, and no time.
    let time = [0; 4];
    let old = [0, 0, 0, 0, time.as_ptr().expose_provenance()];
    let short = || request(&time[..2]).optional();
    let long = || request(&time).optional();
    let (set, mask) = (|| room(4).optional(), || request(&[0, 8]).optional());
    // A number below 0 is nobody's.
    let entry = || request(&[usize::MAX, 0]);
    trial::all(&[
        line!(__NR_select, request(&old)),
        line!(__NR__newselect, count(1), set(), set(), set(), short()),
        line!(__NR_pselect6, count(1), set(), set(), set(), short(), mask()),
        line!(__NR_pselect6_time64, count(1), set(), set(), set(), long(), mask()),
        line!(__NR_poll, room(8), count(1), word(0)),
        line!(__NR_ppoll, entry(), count(1), short(), request(&[0; 2]).optional(), size()),
        line!(__NR_ppoll_time64, entry(), count(1), long(), request(&[0; 2]).optional(), size()),
    ]);
}
