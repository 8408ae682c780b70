//! Tests of the line discipline.

use super::*;

/// A discipline whose output is kept.
struct Terminal {
    discipline: Discipline,
    shown: Vec<u8>,
    keys: Vec<Key>,
}

impl Terminal {
    fn new() -> Self {
        Self { discipline: Discipline::new(Settings::FOR_A_PERSON), shown: Vec::new(), keys: Vec::new() }
    }

    fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut terminal = Self::new();
        change(&mut terminal.discipline.settings);
        terminal
    }

    fn use_outlet<R>(&mut self, work: impl FnOnce(&mut Discipline, &mut Outlet<'_>) -> R) -> R {
        let shown = &mut self.shown;
        let mut send = |piece: &[u8]| shown.extend_from_slice(piece);
        work(&mut self.discipline, &mut Outlet::new(&mut send))
    }

    fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.discipline.settings();
        change(&mut settings);
        self.use_outlet(|discipline, out| discipline.set(settings, out));
    }

    fn typed(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        for &byte in bytes.as_ref() {
            let key = self.use_outlet(|discipline, out| discipline.receive(byte, out));
            self.keys.extend(key);
        }
        self
    }

    fn write(&mut self, text: &str) {
        self.use_outlet(|discipline, out| discipline.output(text.as_bytes(), out));
    }

    /// What one read gives.
    fn read(&mut self) -> String {
        let mut piece = [0; 8192];
        let found = self.discipline.look(&mut piece);
        self.use_outlet(|discipline, out| discipline.consume(found.taken, out));
        String::from_utf8(piece[..found.copied].to_vec()).unwrap()
    }

    fn shown(&mut self) -> String {
        String::from_utf8(core::mem::take(&mut self.shown)).unwrap()
    }
}

const RUB: &str = "\x08 \x08";

#[test]
fn lines_come_whole_and_with_a_newline() {
    let mut terminal = Terminal::new();
    terminal.typed("ls -l\rcat\n\nrest");
    assert_eq!([(); 4].map(|()| terminal.read()), ["ls -l\n", "cat\n", "\n", ""]);
    assert_eq!(terminal.shown(), "ls -l\r\ncat\r\n\r\nrest");
    assert!(!terminal.discipline.is_readable());
}

#[test]
fn characters_are_erased_whole() {
    let mut terminal = Terminal::new();
    terminal.typed("\x7fab\x7fc\r");
    assert_eq!((terminal.read(), terminal.shown()), ("ac\n".into(), format!("ab{RUB}c\r\n")));
    terminal.typed("a\u{e9}\u{20ac}\x7f\x7fb\r");
    assert_eq!((terminal.read(), terminal.shown()), ("ab\n".into(), format!("a\u{e9}\u{20ac}{RUB}{RUB}b\r\n")));
    terminal.typed("\x01\x7fx\r");
    assert_eq!((terminal.read(), terminal.shown()), ("x\n".into(), format!("^A{RUB}{RUB}x\r\n")));
    terminal.set(|settings| settings.input &= !linux::IUTF8);
    terminal.typed("\u{e9}\x7f").shown();
    assert_eq!(terminal.discipline.input.unfinished().count(), 1);
}

#[test]
fn words_and_lines_are_erased() {
    let mut terminal = Terminal::new();
    terminal.typed("one two  \x17x\r");
    assert_eq!((terminal.read(), terminal.shown()), ("one x\n".into(), format!("one two  {}x\r\n", RUB.repeat(5))));
    terminal.typed("\x17one-two.\x17\r");
    assert_eq!(terminal.read(), "one-\n");
    terminal.shown();
    terminal.typed("abc\x15\x15z\r");
    assert_eq!((terminal.read(), terminal.shown()), ("z\n".into(), format!("abc{}z\r\n", RUB.repeat(3))));
    terminal.set(|settings| settings.local &= !linux::ECHOKE);
    terminal.typed("abc\x15z\r");
    assert_eq!((terminal.read(), terminal.shown()), ("z\n".into(), "abc^U\r\nz\r\n".into()));
}

#[test]
fn tabs_are_erased_by_their_columns() {
    let mut terminal = Terminal::new();
    terminal.write("$ ");
    terminal.typed("abc\t\x7f");
    assert_eq!(terminal.shown(), "$ abc\t\x08\x08\x08");
    terminal.typed("\td\t\x7f");
    assert_eq!(terminal.shown(), format!("\td\t{}", "\x08".repeat(7)));
}

#[test]
fn the_end_of_the_file_is_typed() {
    let mut terminal = Terminal::new();
    terminal.typed("ab\x04\x04cd\r\x04");
    assert_eq!(terminal.discipline.readable(), 5);
    assert_eq!([(); 4].map(|()| terminal.read()), ["ab", "", "cd\n", ""]);
    assert_eq!(terminal.shown(), "abcd\r\n");
    terminal.typed("\x04");
    assert!(terminal.discipline.is_readable() && terminal.discipline.readable() == 0);
}

#[test]
fn keys_mean_signals_and_throw_the_line_away() {
    let mut terminal = Terminal::new();
    terminal.typed("abc\x03\x1cdef\x1ag\r");
    assert_eq!(terminal.keys, [Key::Interrupt, Key::Quit, Key::Suspend]);
    assert_eq!((terminal.read(), terminal.shown()), ("g\n".into(), "abc^C^\\def^Zg\r\n".into()));
    terminal.set(|settings| settings.local |= linux::NOFLSH);
    terminal.typed("abc\x03\r");
    assert_eq!(terminal.read(), "abc\n");
    terminal.set(|settings| settings.local &= !linux::ISIG);
    terminal.typed("\x03\r");
    assert_eq!((terminal.read(), terminal.keys.len()), ("\x03\n".into(), 4));
}

#[test]
fn the_next_byte_is_taken_literally() {
    let mut terminal = Terminal::new();
    terminal.typed("a\x16\x03\x16\x7f\r");
    assert_eq!((terminal.read(), terminal.shown()), ("a\x03\x7f\n".into(), "a^\x08^C^\x08^?\r\n".into()));
    assert_eq!(terminal.keys, []);
}

#[test]
fn the_line_is_shown_again() {
    let mut terminal = Terminal::new();
    terminal.typed("ab\x01\x12c\r");
    assert_eq!((terminal.read(), terminal.shown()), ("ab\x01c\n".into(), "ab^A^R\r\nab^Ac\r\n".into()));
}

#[test]
fn other_characters_end_lines_too() {
    let mut terminal = Terminal::with(|settings| {
        settings.characters[linux::VEOL as usize] = b';';
        settings.characters[linux::VEOL2 as usize] = b'|';
    });
    terminal.typed("a;b|c\r");
    assert_eq!([(); 3].map(|()| terminal.read()), ["a;", "b|", "c\n"]);
}

#[test]
fn echo_can_be_off() {
    let mut terminal = Terminal::with(|settings| settings.local &= !linux::ECHO);
    terminal.typed("secret\x7f\x15x\x12\x03y\r");
    assert_eq!((terminal.read(), terminal.shown()), ("y\n".into(), String::new()));
    terminal.set(|settings| settings.local |= linux::ECHONL);
    terminal.typed("secret\r");
    assert_eq!(terminal.shown(), "\r\n");
    terminal.set(|settings| settings.local = settings.local & !(linux::ECHOE | linux::ECHOCTL) | linux::ECHO);
    terminal.typed("ab\x7f\x01");
    assert_eq!(terminal.shown(), "ab\x7f\x01");
}

#[test]
fn line_ends_that_come_in() {
    let mut terminal = Terminal::with(|settings| settings.input |= linux::INLCR);
    terminal.typed("a\nb\r");
    assert_eq!(terminal.read(), "a\rb\n");
    terminal.set(|settings| settings.input = linux::IGNCR | linux::ISTRIP);
    terminal.typed(b"a\r\xe2\n");
    assert_eq!(terminal.read(), "ab\n");
}

#[test]
fn output_is_stopped_and_started() {
    let mut terminal = Terminal::new();
    terminal.typed("\x13ab");
    assert!(terminal.discipline.is_stopped());
    assert_eq!(terminal.shown(), "");
    terminal.typed("\x11");
    assert!(!terminal.discipline.is_stopped());
    assert_eq!(terminal.shown(), "ab");
    terminal.typed("\x13\x03");
    assert!(!terminal.discipline.is_stopped());
    terminal.set(|settings| settings.input |= linux::IXANY);
    terminal.typed("\x13").shown();
    terminal.typed("c");
    assert_eq!(terminal.shown(), "c");
    terminal.typed("\x13");
    terminal.set(|settings| settings.input &= !linux::IXON);
    assert!(!terminal.discipline.is_stopped());
    terminal.typed("\x13\r");
    assert_eq!(terminal.read(), "c\x13\n");
}

#[test]
fn raw_bytes_are_input_at_once() {
    let mut terminal = Terminal::with(|settings| {
        settings.local &= !(linux::ICANON | linux::ISIG | linux::ECHO);
        settings.input &= !(linux::ICRNL | linux::IXON);
    });
    terminal.typed("a\x7f\x04\x03\x13\r");
    assert_eq!(terminal.discipline.readable(), 6);
    assert_eq!((terminal.read(), terminal.shown()), ("a\x7f\x04\x03\x13\r".into(), String::new()));
}

#[test]
fn input_survives_a_change_of_mode() {
    let mut terminal = Terminal::new();
    terminal.typed("one\rtwo");
    terminal.set(|settings| settings.local &= !linux::ICANON);
    assert_eq!(terminal.read(), "one\ntwo");
    terminal.typed("three");
    terminal.set(|settings| settings.local |= linux::ICANON);
    terminal.typed("\x7f\r");
    assert_eq!([(); 2].map(|()| terminal.read()), ["three", "\n"]);
}

#[test]
fn a_full_line_rings_and_still_ends() {
    let mut terminal = Terminal::new();
    terminal.typed("x".repeat(5000));
    assert!(terminal.discipline.wants_input());
    assert_eq!(terminal.shown().matches('\x07').count(), 905);
    terminal.typed("\x7fy\r");
    assert_eq!(terminal.read(), "x".repeat(4094) + "y\n");
}

#[test]
fn a_full_queue_keeps_its_lines() {
    let mut terminal = Terminal::new();
    let line = "x".repeat(99) + "\n";
    while terminal.discipline.wants_input() {
        terminal.typed("x".repeat(99)).typed("\n");
    }
    terminal.shown();
    terminal.typed("z\r");
    assert!(terminal.shown().contains('\x07'));
    let lines: Vec<_> = core::iter::from_fn(|| Some(terminal.read()).filter(|line| !line.is_empty())).collect();
    assert!(lines.len() >= 40 && lines.iter().take(40).all(|read| *read == line));
}

#[test]
fn a_sender_is_stopped_and_started() {
    let mut terminal = Terminal::with(|settings| {
        settings.input |= linux::IXOFF;
        settings.local &= !(linux::ECHO | linux::ICANON);
    });
    terminal.typed("x".repeat(4000));
    assert_eq!(terminal.shown(), "\x13");
    terminal.read();
    assert_eq!(terminal.shown(), "\x11");
}
