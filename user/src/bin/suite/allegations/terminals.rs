//! What can be asked of a terminal.

use super::argument::{Argument, name, request, room, word};
use super::line::Line;
use super::trial;
use crate::check::skip;
use crate::files::shorthand::try_open;
use linux_raw_sys::general::{__NR_ioctl, O_NOCTTY, O_RDWR};
use linux_raw_sys::ioctl::{
    FIONREAD, TCGETA, TCGETS, TCGETS2, TCSETA, TCSETS, TCSETS2, TCSETSW, TIOCGPGRP, TIOCGSID, TIOCGWINSZ, TIOCOUTQ,
    TIOCSPGRP, TIOCSTI, TIOCSWINSZ,
};
use tusk_user::{Errno, on_tusk};

/// Settings, sizes, groups: each to and from nowhere.
pub fn terminal_requests_believe_nothing() {
    // On Linux: half of a new pseudo-terminal, which is nobody's.
    let path = if on_tusk() { c"/dev/ttyS0" } else { c"/dev/ptmx" };
    let Ok(terminal) = try_open(path, O_RDWR | O_NOCTTY) else { skip(format_args!("there is no {path:?}")) };
    let told = |request_number: u32, size: usize| [word(terminal), word(request_number), room(size)];
    let set = |request_number: u32, words| [word(terminal), word(request_number), request(words)];
    let rooms = [(TCGETS, 36), (TCGETS2, 44), (TCGETA, 17), (FIONREAD, 4), (TIOCOUTQ, 4), (TIOCGWINSZ, 8)]
        .map(|(number, size)| told(number, size));
    let requests =
        [(TCSETS, &[0; 9][..]), (TCSETSW, &[0; 9]), (TCSETS2, &[0; 11]), (TCSETA, &[0; 4]), (TIOCSWINSZ, &[0; 2])]
            .map(|(number, words)| set(number, words));

    trial::all(&rooms.each_ref().map(ioctl));
    trial::all(&requests.each_ref().map(ioctl));
    // These are for the terminal of one's own session alone.
    let own = [told(TIOCGPGRP, 4), told(TIOCGSID, 4), set(TIOCSPGRP, &[1]), [word(terminal), word(TIOCSTI), name(c"")]];
    trial::all(&own.each_ref().map(|arguments| ioctl(arguments).also(&[Errno::ENOTTY, Errno::EIO, Errno::EPERM])));
}

/// The line of one request.
fn ioctl<'a>(arguments: &'a [Argument<'a>; 3]) -> Line<'a> {
    Line::linux("ioctl", __NR_ioctl, arguments)
}
