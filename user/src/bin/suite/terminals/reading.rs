//! Lines and single bytes: what a read gives, and when.

use super::line::in_session;
use crate::call::Argument;
use crate::check::{check, check_eq, must};
use crate::signals::catch::{Action, SEEN, note, set};
use core::time::Duration;
use linux_raw_sys::general::{ECHO, ICANON, SIGINT, SIGQUIT, SIGTSTP, TCIFLUSH, TCIOFLUSH, TCOFLUSH};
use linux_raw_sys::ioctl::{TCFLSH, TCSETSF};
use tusk_user::Errno;
use tusk_user::terminal::settings;
use tusk_user::time::now;

/// Nothing comes before a line is finished; then a read gives one, or the beginning of one.
pub fn lines_come_when_they_are_finished() {
    in_session(|line| {
        let mut buffer = [0; 64];
        line.type_in(b"ab\ncd");
        line.gives(64, b"ab\n");
        check_eq!(line.try_read(&mut buffer), Err(Errno::EAGAIN), "read of an unfinished line");
        check!(!line.is_readable(), "an unfinished line can be read");
        line.type_in(b"efg\nh\n");
        check!(line.is_readable(), "a finished line cannot be read");
        line.gives(3, b"cde");
        line.gives(64, b"fg\n");
        line.gives(64, b"h\n");
        line.type_in(b"\r");
        line.gives(64, b"\n");
    });
}

/// `^D` hands over what was typed; where nothing was, that is the end.
pub fn end_of_file_is_a_key() {
    in_session(|line| {
        line.type_in(b"half\x04a line\n\x04next\n");
        line.gives(64, b"half");
        line.gives(64, b"a line\n");
        line.gives(64, b"");
        line.gives(64, b"next\n");
    });
}

/// Characters, words and the whole line can be taken back, but not what is finished.
pub fn line_can_be_edited() {
    in_session(|line| {
        line.type_in(b"ab\x7fc\n");
        line.gives(64, b"ac\n");
        line.type_in(b"two words\x17more\n");
        line.gives(64, b"two more\n");
        line.type_in(b"nothing\x15all\n\x7f\x15b\n");
        line.gives(64, b"all\n");
        line.gives(64, b"b\n");
        line.type_in(b"\x16\x03\x16\x04\n");
        line.gives(64, b"\x03\x04\n");
    });
}

/// Without lines each byte comes at once, once there are as many as the reader wants.
pub fn single_bytes_come_when_there_are_enough() {
    in_session(|line| {
        line.make_raw(1, 0);
        line.type_in(b"a\x7f\x04\r");
        line.gives(2, b"a\x7f");
        line.gives(64, b"\x04\r");
        line.make_raw(3, 0);
        check_eq!(line.try_read(&mut [0; 8]), Err(Errno::EAGAIN), "read of nothing");
        line.type_in(b"xy");
        check!(!line.is_readable(), "two of three bytes can be read");
        line.type_in(b"z");
        check!(line.is_readable(), "three of three bytes cannot be read");
        line.gives(64, b"xyz");
        line.type_in(b"pq");
        // A reader with less room waits for no more than fits.
        line.gives(2, b"pq");
    });
}

/// With a time, a read gives what there is when it is over.
pub fn reads_end_with_their_time() {
    in_session(|line| {
        let timed = |expected: &[u8], least: u64| {
            let began = now();
            line.gives(64, expected);
            let took = now() - began;
            check!(took >= Duration::from_millis(least), "a read took {} ms", took.as_millis());
        };
        line.make_raw(0, 0);
        timed(b"", 0);
        line.type_in(b"a");
        timed(b"a", 0);
        line.make_raw(0, 1);
        timed(b"", 90);
        line.make_raw(5, 1);
        line.type_in(b"ab");
        timed(b"ab", 90);
    });
}

/// Lines that wait become bytes, and bytes a line, when the settings change; TCSETSF throws them away.
pub fn input_survives_a_change_of_settings() {
    in_session(|line| {
        line.type_in(b"ab\ncd");
        line.change(|settings| settings.0.c_lflag &= !ICANON);
        line.gives(64, b"ab\ncd");
        line.type_in(b"ef");
        line.change(|settings| settings.0.c_lflag |= ICANON);
        line.gives(64, b"ef");
        line.type_in(b"lost\nlost");
        let same = must!(settings(line.number()));
        must!(line.request(TCSETSF, (&same.0).word()));
        line.type_in(b"kept\n");
        line.gives(64, b"kept\n");
    });
}

/// FIONREAD counts what a read could give, TCFLSH throws it away.
pub fn waiting_input_is_counted_and_flushed() {
    in_session(|line| {
        check_eq!(line.waiting(), 0, "the bytes that wait at first");
        line.type_in(b"abc\nde");
        check_eq!(line.waiting(), 4, "the bytes of a line");
        check_eq!(line.request(TCFLSH, TCOFLUSH as usize), Ok(0), "TCFLSH of output");
        check_eq!(line.waiting(), 4, "the bytes after that");
        check_eq!(line.request(TCFLSH, TCIFLUSH as usize), Ok(0), "TCFLSH of input");
        check_eq!(line.waiting(), 0, "the bytes after that");
        line.type_in(b"f\n");
        line.gives(64, b"f\n");
        line.make_raw(1, 0);
        line.type_in(b"ghi");
        check_eq!(line.waiting(), 3, "single bytes");
        check_eq!(line.request(TCFLSH, TCIOFLUSH as usize), Ok(0), "TCFLSH of both");
        check_eq!(line.waiting(), 0, "the bytes after that");
        check_eq!(line.request(TCFLSH, 9), Err(Errno::EINVAL), "TCFLSH of no queue");
    });
}

/// Keys that mean signals are not input, and throw away what was typed before them.
pub fn keys_send_signals_to_the_foreground() {
    in_session(|line| {
        for (key, signal) in [(3, SIGINT), (0x1c, SIGQUIT), (0x1a, SIGTSTP)] {
            SEEN.clear();
            set(signal, &Action::plain(note, 0));
            line.type_in(&[b'a', key, b'b', b'\n']);
            check_eq!((SEEN.first(), SEEN.count()), ([signal], 1), "the signals of key {key}");
            line.gives(64, b"b\n");
        }
        line.change(|settings| settings.0.c_lflag &= !(linux_raw_sys::general::ISIG | ECHO));
        SEEN.clear();
        line.type_in(b"\x03\n");
        line.gives(64, b"\x03\n");
        check_eq!(SEEN.count(), 0, "the signals without ISIG");
    });
}
