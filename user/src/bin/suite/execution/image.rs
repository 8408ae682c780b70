//! The smallest programs there are: a header, and a few instructions.
//!
//! ELF files of 120 bytes or so (System V ABI, chapters 4 and 5; the i386 supplement), for cases that need a file of
//! their own to start, to overwrite or to damage.

/// Where the file is mapped.
const BASE: u32 = 0x0804_8000;
/// Bytes of the file's header, and of the one program header behind it.
const HEADER: usize = 52;
const HEADERS: usize = HEADER + 32;
/// Bytes of the longest program.
const CODE_MAX: usize = 32;

/// A file.
pub type Image = [u8; HEADERS + CODE_MAX];

/// `exit(7)`: mov ebx, 7; mov eax, 1; int 0x80.
pub const EXIT_7: &[u8] = &[0xbb, 7, 0, 0, 0, 0xb8, 1, 0, 0, 0, 0xcd, 0x80];
/// `pause()`, for ever: mov eax, 29; int 0x80; jmp to the beginning.
pub const PAUSE: &[u8] = &[0xb8, 29, 0, 0, 0, 0xcd, 0x80, 0xeb, 0xf7];

/// `e_type`: a program that is not to be moved, and one that is not linked yet.
pub const EXECUTABLE: u16 = 2;
pub const RELOCATABLE: u16 = 1;
/// `e_machine`: an i386, and an ARM.
pub const I386: u16 = 3;
pub const ARM: u16 = 40;

/// Makes a file of the kind and for the machine given.
pub fn make(kind: u16, machine: u16, code: &[u8]) -> Image {
    let mut image = [0; HEADERS + CODE_MAX];
    let length = image.len() as u32;
    image[..7].copy_from_slice(b"\x7fELF\x01\x01\x01");
    let mut put = |offset: usize, bytes: &[u8]| image[offset..offset + bytes.len()].copy_from_slice(bytes);
    put(16, &kind.to_le_bytes());
    put(18, &machine.to_le_bytes());
    // Version, entry, where the program headers are.
    let words = [(20, 1), (24, BASE + HEADERS as u32), (28, HEADER as u32)];
    // The header's size, a program header's, and their number.
    let halves = [(40, HEADER as u16), (42, 32), (44, 1)];
    // PT_LOAD, offset, address twice, size in the file and in memory, readable and executable, alignment.
    let load = [1, 0, BASE, BASE, length, length, 5, 4096].into_iter().enumerate();
    let load = load.map(|(index, word)| (HEADER + 4 * index, word));
    words.into_iter().chain(load).for_each(|(offset, word): (usize, u32)| put(offset, &word.to_le_bytes()));
    halves.into_iter().for_each(|(offset, half)| put(offset, &half.to_le_bytes()));
    put(HEADERS, code);
    image
}

/// Makes a program for this machine.
pub fn program(code: &[u8]) -> Image {
    make(EXECUTABLE, I386, code)
}
