//! The stack a new program finds: arguments, environment, and the kernel's auxiliary vector.
//!
//! From `esp` upwards, as on Linux:
//!
//! ```text
//! esp → argc                      16-byte aligned
//!       argv[0] … argv[argc-1]    addresses of the strings
//!       0
//!       envp[0] …
//!       0
//!       (type, value) …           the auxiliary vector, ended by AT_NULL
//!       …                         zeros, for the alignment
//!       16 random bytes           AT_RANDOM
//!       "i686"                    AT_PLATFORM
//!       argv strings, envp strings
//!       file name                 AT_EXECFN
//!       0                         4 bytes
//! top →
//! ```
//!
//! Built in a kernel buffer that stands for the stack's last bytes, so that nothing of it can
//! fault, and a program whose arguments are too many is refused before the old one is gone.
//!
//! After: System V ABI, Intel386 supplement, figure 3-31; Linux `create_elf_tables`.

use crate::errno::{Errno, Result};
use linux_raw_sys::auxvec::{AT_EXECFN, AT_NULL, AT_PLATFORM, AT_RANDOM};

/// What programs take the CPU for.
const PLATFORM: &[u8] = b"i686";
/// What the ABI asks of `esp` at the entry.
const STACK_ALIGNMENT: usize = 16;
/// Size of an address and of the two halves of an auxiliary entry.
const WORD: usize = 4;

/// A list of strings as it is carried from one program to the next: one after the other, each
/// ended by a zero byte.
#[derive(Clone, Copy, Default)]
pub struct Strings<'a> {
    packed: &'a [u8],
}

impl<'a> Strings<'a> {
    /// Takes a packed list; the last string ends with a zero byte too.
    ///
    /// # Errors
    /// `EINVAL` when it does not.
    pub fn new(packed: &'a [u8]) -> Result<Self> {
        match packed.last() {
            None | Some(0) => Ok(Self { packed }),
            Some(_) => Err(Errno::INVAL),
        }
    }

    /// How many strings there are.
    pub fn count(&self) -> usize {
        self.packed.iter().filter(|&&byte| byte == 0).count()
    }

    /// Where each string starts within the packed bytes.
    fn offsets(&self) -> impl Iterator<Item = usize> + use<'a> {
        let ends = self.packed.iter().enumerate().filter(|(_, byte)| **byte == 0);
        let starts = core::iter::once(0).chain(ends.map(|(end, _)| end + 1));
        starts.take(self.count())
    }
}

/// What goes onto the stack.
pub struct Contents<'a> {
    /// `argv`.
    pub arguments: Strings<'a>,
    /// `envp`.
    pub environment: Strings<'a>,
    /// The path that was executed, without its zero byte.
    pub file_name: &'a [u8],
    /// Seed for the program's stack protector and pointer guard.
    pub random: [u8; 16],
    /// Entries of the auxiliary vector as (type, value). `AT_RANDOM`, `AT_PLATFORM`, `AT_EXECFN`
    /// and `AT_NULL` are added here.
    pub auxiliary: &'a [(u32, u32)],
}

impl Contents<'_> {
    /// Writes the stack into the end of `buffer`, whose end stands for the user address `top`
    /// (16-byte aligned). Returns the program's first `esp`; what is from there to `top` is in the
    /// last `top - esp` bytes of the buffer.
    ///
    /// # Errors
    /// `E2BIG` when it does not fit.
    pub fn build(&self, buffer: &mut [u8], top: u32) -> Result<u32> {
        debug_assert!((top as usize).is_multiple_of(STACK_ALIGNMENT));
        let mut down = Down { buffer: &mut *buffer, used: 0, top };
        down.push(&[0; WORD])?;
        let file_name = down.push_string(self.file_name)?;
        let environment = down.push(self.environment.packed)?;
        let arguments = down.push(self.arguments.packed)?;
        let platform = down.push_string(PLATFORM)?;
        let random = down.push(&self.random)?;

        let own = [(AT_RANDOM, random), (AT_PLATFORM, platform), (AT_EXECFN, file_name), (AT_NULL, 0)];
        let words =
            1 + (self.arguments.count() + 1) + (self.environment.count() + 1) + 2 * (self.auxiliary.len() + own.len());
        let esp = down.reserve_aligned(words * WORD)?;

        // The words, upwards from esp. There are as many slots as were counted.
        let start = buffer.len() - (top - esp) as usize;
        let mut slots = buffer[start..].chunks_exact_mut(WORD);
        let mut put = |value: u32| {
            if let Some(slot) = slots.next() {
                slot.copy_from_slice(&value.to_le_bytes());
            }
        };
        put(self.arguments.count() as u32);
        for (strings, base) in [(self.arguments, arguments), (self.environment, environment)] {
            strings.offsets().for_each(|offset| put(base + offset as u32));
            put(0);
        }
        for (kind, value) in self.auxiliary.iter().copied().chain(own) {
            put(kind);
            put(value);
        }
        Ok(esp)
    }
}

/// Fills a buffer from its end, which stands for the user address `top`.
struct Down<'a> {
    buffer: &'a mut [u8],
    used: usize,
    top: u32,
}

impl Down<'_> {
    /// Puts `bytes` below what is there, and returns the user address of the first of them.
    fn push(&mut self, bytes: &[u8]) -> Result<u32> {
        self.take(bytes.len())?.copy_from_slice(bytes);
        Ok(self.top - self.used as u32)
    }

    /// The same for a string that has no zero byte yet.
    fn push_string(&mut self, string: &[u8]) -> Result<u32> {
        self.push(&[0])?;
        self.push(string)
    }

    /// Takes `length` zero bytes, and above them what aligns the address of the first.
    fn reserve_aligned(&mut self, length: usize) -> Result<u32> {
        let end = self.used.checked_add(length).ok_or(Errno::TOO_BIG)?;
        let padded = end.next_multiple_of(STACK_ALIGNMENT) - self.used;
        self.take(padded)?.fill(0);
        Ok(self.top - self.used as u32)
    }

    fn take(&mut self, length: usize) -> Result<&mut [u8]> {
        let end = self.buffer.len() - self.used;
        let start = end.checked_sub(length).ok_or(Errno::TOO_BIG)?;
        self.used += length;
        Ok(&mut self.buffer[start..end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOP: u32 = 0xc000_0000;

    fn contents(arguments: &'static [u8]) -> Contents<'static> {
        Contents {
            arguments: Strings::new(arguments).unwrap(),
            environment: Strings::new(b"HOME=/\0").unwrap(),
            file_name: b"/bin/cat",
            random: *b"0123456789abcdef",
            auxiliary: &[(6, 4096)],
        }
    }

    #[test]
    fn a_program_finds_what_it_was_given() {
        let mut buffer = [0xaa; 4096];
        let esp = contents(b"cat\0\0-n\0").build(&mut buffer, TOP).unwrap();
        assert_eq!(esp % 16, 0);
        let at = |address: u32| &buffer[buffer.len() - (TOP - address) as usize..];
        let word = |address| u32::from_le_bytes(at(address)[..4].try_into().unwrap());
        let string = |address| at(address).split(|&byte| byte == 0).next().unwrap();

        assert_eq!(word(esp), 3);
        let arguments = [4, 8, 12].map(|offset| string(word(esp + offset)));
        assert_eq!(arguments, [&b"cat"[..], b"", b"-n"]);
        assert_eq!((word(esp + 16), string(word(esp + 20)), word(esp + 24)), (0, &b"HOME=/"[..], 0));
        assert_eq!((word(esp + 28), word(esp + 32)), (6, 4096));
        assert_eq!((word(esp + 36), &at(word(esp + 40))[..16]), (25, &b"0123456789abcdef"[..]));
        assert_eq!((word(esp + 44), string(word(esp + 48))), (15, &b"i686"[..]));
        assert_eq!((word(esp + 52), string(word(esp + 56))), (31, &b"/bin/cat"[..]));
        assert_eq!((word(esp + 60), word(esp + 64), word(TOP - 4)), (0, 0, 0));
        assert!(!at(esp).contains(&0xaa) && at(esp - 1)[0] == 0xaa);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut buffer = vec![0; 4096];
        let needed = (TOP - contents(b"a\0").build(&mut buffer, TOP).unwrap()) as usize;
        for length in 0..needed {
            let result = contents(b"a\0").build(&mut buffer[..length], TOP);
            assert_eq!(result, Err(Errno::TOO_BIG));
        }
        assert!(contents(b"a\0").build(&mut buffer[..needed], TOP).is_ok());
        assert!(Strings::new(b"a").is_err());
        assert_eq!(Strings::default().count(), 0);
    }
}
