//! The settings of a terminal: what `tcgetattr` reads and `tcsetattr` writes.
//!
//! The bits and the places of the special characters are Linux's, and so are the three forms in which programs
//! hand them over: `struct termios` of 36 bytes, the same with two speeds behind it, and System V's old `struct
//! termio`. `man 3 termios`, `man 2 ioctl_tty`.

use linux_raw_sys::general as linux;

/// Special characters there are places for.
const CHARACTERS: usize = linux::NCCS as usize;
/// Bytes of `struct termios`.
pub const LENGTH: usize = 36;
/// Bytes of `struct termio`: four halves of the flags, and the first eight characters.
pub const OLD_LENGTH: usize = 18;
/// Of those, the bytes that mean something.
const OLD_CHARACTERS: usize = 8;

/// A special character that no byte is.
const DISABLED: u8 = 0;

/// The settings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Settings {
    /// `c_iflag`: what becomes of bytes that come in.
    pub input: u32,
    /// `c_oflag`: what becomes of bytes that go out.
    pub output: u32,
    /// `c_cflag`: the line itself; kept, and not obeyed.
    pub control: u32,
    /// `c_lflag`: lines, echo, signals.
    pub local: u32,
    /// `c_line`: which line discipline; there is one.
    pub discipline: u8,
    /// `c_cc`.
    pub characters: [u8; CHARACTERS],
}

impl Settings {
    /// A terminal for a person: Linux's `tty_std_termios`, and UTF-8.
    pub const FOR_A_PERSON: Self = Self {
        input: linux::ICRNL | linux::IXON | linux::IUTF8 | linux::IMAXBEL,
        output: linux::OPOST | linux::ONLCR,
        control: linux::B38400 | linux::CS8 | linux::CREAD | linux::HUPCL,
        local: linux::ISIG
            | linux::ICANON
            | linux::ECHO
            | linux::ECHOE
            | linux::ECHOK
            | linux::ECHOCTL
            | linux::ECHOKE
            | linux::IEXTEN,
        discipline: 0,
        characters: usual_characters(),
    };

    /// The same for a host that takes what comes out as a file: not a byte is added.
    pub const FOR_A_FILE: Self = Self { output: linux::OPOST, ..Self::FOR_A_PERSON };

    /// Says whether a bit of `input` is set.
    pub fn has_input(&self, bit: u32) -> bool {
        self.input & bit != 0
    }

    /// Says whether a bit of `output` is set.
    pub fn has_output(&self, bit: u32) -> bool {
        self.output & bit != 0
    }

    /// Says whether a bit of `local` is set.
    pub fn has_local(&self, bit: u32) -> bool {
        self.local & bit != 0
    }

    /// Says whether input comes in lines.
    pub fn is_canonical(&self) -> bool {
        self.has_local(linux::ICANON)
    }

    /// The character at place `index` (`VINTR` …).
    pub fn character(&self, index: u32) -> u8 {
        self.characters[index as usize]
    }

    /// Says whether `byte` is the special character at place `index`.
    pub fn is(&self, index: u32, byte: u8) -> bool {
        byte != DISABLED && self.character(index) == byte
    }

    /// As `struct termios`.
    pub fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        let flags = [self.input, self.output, self.control, self.local];
        for (place, flag) in bytes.chunks_exact_mut(4).zip(flags) {
            place.copy_from_slice(&flag.to_le_bytes());
        }
        bytes[16] = self.discipline;
        bytes[17..].copy_from_slice(&self.characters);
        bytes
    }

    /// From `struct termios`.
    pub fn from_bytes(bytes: [u8; LENGTH]) -> Self {
        let flag = |index: usize| u32::from_le_bytes([0, 1, 2, 3].map(|byte| bytes[index * 4 + byte]));
        let mut characters = [DISABLED; CHARACTERS];
        characters.copy_from_slice(&bytes[17..]);
        Self { input: flag(0), output: flag(1), control: flag(2), local: flag(3), discipline: bytes[16], characters }
    }

    /// As `struct termio`.
    pub fn to_old_bytes(self) -> [u8; OLD_LENGTH] {
        let mut bytes = [0; OLD_LENGTH];
        let flags = [self.input, self.output, self.control, self.local];
        for (place, flag) in bytes.chunks_exact_mut(2).zip(flags) {
            place.copy_from_slice(&(flag as u16).to_le_bytes());
        }
        bytes[8] = self.discipline;
        bytes[9..9 + OLD_CHARACTERS].copy_from_slice(&self.characters[..OLD_CHARACTERS]);
        bytes
    }

    /// These settings with what `struct termio` holds changed: the lower halves of the flags.
    pub fn with_old_bytes(mut self, bytes: [u8; OLD_LENGTH]) -> Self {
        let flags = [&mut self.input, &mut self.output, &mut self.control, &mut self.local];
        for (flag, half) in flags.into_iter().zip(bytes.chunks_exact(2)) {
            *flag = *flag & 0xffff_0000 | u32::from(u16::from_le_bytes([half[0], half[1]]));
        }
        self.discipline = bytes[8];
        self.characters[..OLD_CHARACTERS].copy_from_slice(&bytes[9..9 + OLD_CHARACTERS]);
        self
    }
}

/// The byte that Ctrl and a key send; the same bit turns it back.
pub const fn control(key: u8) -> u8 {
    key ^ 0x40
}

const fn usual_characters() -> [u8; CHARACTERS] {
    let mut characters = [DISABLED; CHARACTERS];
    let usual = [
        (linux::VINTR, control(b'C')),
        (linux::VQUIT, control(b'\\')),
        (linux::VERASE, 0x7f),
        (linux::VKILL, control(b'U')),
        (linux::VEOF, control(b'D')),
        (linux::VMIN, 1),
        (linux::VSTART, control(b'Q')),
        (linux::VSTOP, control(b'S')),
        (linux::VSUSP, control(b'Z')),
        (linux::VREPRINT, control(b'R')),
        (linux::VDISCARD, control(b'O')),
        (linux::VWERASE, control(b'W')),
        (linux::VLNEXT, control(b'V')),
    ];
    let mut index = 0;
    while index < usual.len() {
        characters[usual[index].0 as usize] = usual[index].1;
        index += 1;
    }
    characters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_come_back() {
        let settings = Settings::FOR_A_PERSON;
        let bytes = settings.to_bytes();
        // ICRNL IXON IMAXBEL IUTF8; ISIG ICANON ECHO ECHOE ECHOK ECHOCTL ECHOKE IEXTEN.
        assert_eq!(bytes[..4], 0o62400u32.to_le_bytes());
        assert_eq!(bytes[12..16], 0o105073u32.to_le_bytes());
        assert_eq!(bytes[17..21], [3, 28, 127, 21]);
        assert_eq!(Settings::from_bytes(bytes), settings);
        let high = Settings { input: settings.input | 0x10_0000, ..settings };
        let old = Settings { input: 0o400, ..settings }.to_old_bytes();
        assert_eq!(high.with_old_bytes(old).input, 0x10_0000 | 0o400);
        assert_eq!(settings.with_old_bytes(settings.to_old_bytes()), settings);
    }

    #[test]
    fn a_disabled_character_is_no_byte() {
        assert!(!Settings::FOR_A_PERSON.is(linux::VEOL, 0));
        assert!(Settings::FOR_A_PERSON.is(linux::VINTR, 3));
    }
}
