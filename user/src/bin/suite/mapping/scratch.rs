//! A file for the time of one case.

use crate::call::sys;
use crate::check::{check_eq, fail};
use crate::program::number_as_text;
use core::ffi::CStr;
use core::panic::Location;
use tusk_user::file::{self, Descriptor, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC};
use tusk_user::linux;

/// A file under `/tmp` whose name nobody else has; it goes when this is dropped.
pub struct Scratch {
    /// The path and NULs behind it.
    path: [u8; 32],
}

impl Scratch {
    /// Makes a file with `contents` and the permissions `mode`. A case that has more than one gives each another
    /// `letter`.
    #[track_caller]
    pub fn with_mode(letter: u8, mode: u32, contents: &[u8]) -> Self {
        let (place, number) = (Location::caller(), number_as_text(linux::getpid()));
        let mut scratch = Scratch { path: [0; 32] };
        let text = b"/tmp/suite-".iter().chain(number.as_c_str().to_bytes()).chain([&letter]);
        // A pid has ten digits at most, so there is a NUL left.
        scratch.path.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
        match file::open_with_mode(scratch.path(), O_RDWR | O_CREAT | O_TRUNC, mode) {
            Ok(file) => check_eq!(linux::write_all(file.number(), contents), Ok(()), "writing {:?}", scratch.path()),
            Err(error) => fail(place, format_args!("making {:?}: {error:?}", scratch.path())),
        }
        scratch
    }

    /// Makes a file of data with `contents`.
    #[track_caller]
    pub fn new(contents: &[u8]) -> Self {
        Self::with_mode(b'd', 0o600, contents)
    }

    /// Its path.
    pub fn path(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.path).unwrap_or_default()
    }

    /// Opens it once more, with `O_…` flags.
    #[track_caller]
    pub fn open(&self, flags: u32) -> Descriptor {
        match file::open(self.path(), flags) {
            Ok(file) => file,
            Err(error) => fail(Location::caller(), format_args!("opening {:?}: {error:?}", self.path())),
        }
    }

    /// Takes its name away now; whoever has it open keeps it.
    pub fn unlink(&self) {
        // Gone twice is gone: the second time is when this is dropped.
        let _ = sys!(__NR_unlink, self.path());
    }

    /// Fills `buffer` with what the file holds from its start, as `read` tells it; returns how much that was.
    #[track_caller]
    pub fn read(&self, buffer: &mut [u8]) -> usize {
        let file = self.open(O_RDONLY);
        match linux::read(file.number(), buffer) {
            Ok(count) => count,
            Err(error) => fail(Location::caller(), format_args!("reading {:?}: {error:?}", self.path())),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        self.unlink();
    }
}
