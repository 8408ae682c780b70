//! What a program file asks for, checked: ELF, 32-bit, i386, at fixed addresses.
//!
//! The file is whatever a user calls a program, so nothing in it is believed. [`Image::read`]
//! checks all of it before the caller touches any memory (the book's `exec` destroys the old
//! program first and believes `p_vaddr`); what comes out can be loaded without further checks. Only the
//! headers are read: the rest of the file is mapped and read on demand.
//! Section headers are not looked at: a program needs none to run.
//!
//! Not supported, and therefore `ENOEXEC`: position-independent programs and those that want an
//! interpreter. After: System V ABI, chapters 4 and 5, and its Intel386 supplement; `man 5 elf`.

use crate::errno::{Errno, Result};
use alloc::vec::Vec;
use core::ops::Range;
use elf::abi;
use elf::endian::LittleEndian;
use elf::file::{Class, FileHeader, parse_ident};
use elf::parse::ParseAt;
use elf::segment::{ProgramHeader, SegmentTable};

/// Length of an ELF32 file header.
const FILE_HEADER_LENGTH: usize = 52;
/// Length of an ELF32 program header: the only `e_phentsize` we take.
pub const PROGRAM_HEADER_LENGTH: u16 = 32;
/// More program headers than any linker writes; the checks compare each segment with each.
const MAX_PROGRAM_HEADERS: u16 = 128;
const PAGE_SIZE: u32 = 4096;

/// A program that may be loaded as it says.
///
/// # Invariants
/// `headers` holds the file's program headers, at least one of them a segment to load; each of
/// those satisfies what [`Segment`] promises, and no two of them share an address.
pub struct Image {
    entry: u32,
    headers: Vec<u8>,
    headers_address: Option<u32>,
}

/// A part of the file and its place in memory.
///
/// # Invariants
/// `memory` is not empty and within the limits given to [`Image::read`]; `file` is within the
/// file and not longer than `memory`. What `memory` has beyond `file` is to be zero.
#[doc(alias = "struct Elf32_Phdr")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// User addresses, not page-aligned.
    pub memory: Range<u32>,
    /// Offsets in the file.
    pub file: Range<usize>,
    /// What the program may do there.
    pub access: Access,
}

bitflags::bitflags! {
    /// Access rights, with the bits of `p_flags`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct Access: u32 {
        /// Instructions may be fetched. i386 paging cannot forbid it.
        const EXECUTE = abi::PF_X;
        /// May be written.
        const WRITE = abi::PF_W;
        /// May be read.
        const READ = abi::PF_R;
    }
}

impl Segment {
    /// The pages that the segment touches, as page-aligned addresses. Neighbours may share one:
    /// it needs the access of both, see [`Image::page_access`].
    pub fn pages(&self) -> Range<u32> {
        // The limits end at a page boundary below 4 GiB, so the rounding does not overflow.
        self.memory.start / PAGE_SIZE * PAGE_SIZE..self.memory.end.next_multiple_of(PAGE_SIZE)
    }
}

/// Reads from a file at an offset, and says how many bytes there were.
pub type ReadAt<'a> = &'a dyn Fn(u64, &mut [u8]) -> Result<usize>;

impl Image {
    /// Checks the file of `length` bytes that `read_at` reads; its segments must lie within the addresses `limits`
    /// (page-aligned).
    ///
    /// # Errors
    /// `ENOEXEC` for everything that is not a program we can load; ENOMEM; what reading gives.
    pub fn read(length: u64, read_at: ReadAt, limits: Range<u32>) -> Result<Self> {
        let mut bytes = [0; FILE_HEADER_LENGTH];
        read_exactly(read_at, 0, &mut bytes)?;
        let header = file_header(&bytes).ok_or(Errno::NOEXEC)?;
        let headers = program_headers(read_at, &header)?;
        let mut image = Self { entry: header.e_entry as u32, headers, headers_address: None };

        let wants_interpreter = image.table().iter().any(|header| header.p_type == abi::PT_INTERP);
        let all_sound = image.loadable().all(|header| is_sound(&header, length, &limits));
        if wants_interpreter || !all_sound || image.has_overlap() || !image.entry_is_executable() {
            return Err(Errno::NOEXEC);
        }

        image.headers_address = image.find_headers(header.e_phoff as usize);
        Ok(image)
    }

    /// The address of the first instruction, within an executable segment.
    pub fn entry(&self) -> u32 {
        self.entry
    }

    /// The segments to load, in the file's order.
    pub fn segments(&self) -> impl Iterator<Item = Segment> + use<'_> {
        self.loadable().map(|header| to_segment(&header))
    }

    /// What the program may do in the page at `page`: the access of all segments that touch it.
    /// Empty when none does.
    pub fn page_access(&self, page: u32) -> Access {
        let touching = self.segments().filter(|segment| segment.pages().contains(&page));
        touching.fold(Access::empty(), |all, segment| all | segment.access)
    }

    /// The end of the highest segment: where the program break starts, rounded up to a page.
    pub fn end(&self) -> u32 {
        self.segments().map(|segment| segment.memory.end).max().unwrap_or(0)
    }

    /// Where the program finds its own program headers (`AT_PHDR`), if it loads them at all.
    pub fn headers_address(&self) -> Option<u32> {
        self.headers_address
    }

    /// How many program headers there are (`AT_PHNUM`).
    pub fn header_count(&self) -> u32 {
        self.table().len() as u32
    }

    fn table(&self) -> SegmentTable<'_, LittleEndian> {
        SegmentTable::new(LittleEndian, Class::ELF32, &self.headers)
    }

    /// Program headers of segments that take up memory.
    fn loadable(&self) -> impl Iterator<Item = ProgramHeader> + use<'_> {
        let is_loaded =
            |header: &ProgramHeader| header.p_type == abi::PT_LOAD && (header.p_memsz > 0 || header.p_filesz > 0);
        self.table().iter().filter(is_loaded)
    }

    /// Whether two segments share an address. Sharing a page is no harm: linkers do it.
    fn has_overlap(&self) -> bool {
        self.segments().enumerate().any(|(index, one)| {
            self.segments()
                .skip(index + 1)
                .any(|other| one.memory.start < other.memory.end && other.memory.start < one.memory.end)
        })
    }

    fn entry_is_executable(&self) -> bool {
        self.segments().any(|segment| segment.memory.contains(&self.entry) && segment.access.contains(Access::EXECUTE))
    }

    /// The address at which some segment brings the program headers, which lie at `offset` in the
    /// file. A `PT_PHDR` header could only say the same, and is not needed for it.
    fn find_headers(&self, offset: usize) -> Option<u32> {
        let end = offset + self.headers.len();
        self.segments()
            .find(|segment| segment.file.start <= offset && end <= segment.file.end)
            .map(|segment| segment.memory.start + (offset - segment.file.start) as u32)
    }
}

/// The file header, if it is that of a program for this machine.
fn file_header(bytes: &[u8]) -> Option<FileHeader<LittleEndian>> {
    let (ident, tail) = bytes.split_at_checked(abi::EI_NIDENT)?;
    // This checks the magic, the version, and that the file is little-endian.
    let ident = parse_ident::<LittleEndian>(ident).ok()?;
    let header = FileHeader::parse_tail(ident, tail).ok()?;
    let is_ours = header.class == Class::ELF32
        && header.e_machine == abi::EM_386
        && header.e_type == abi::ET_EXEC
        && header.version == u32::from(abi::EV_CURRENT);
    is_ours.then_some(header)
}

/// The bytes of the program headers.
fn program_headers(read_at: ReadAt, header: &FileHeader<LittleEndian>) -> Result<Vec<u8>> {
    let is_count_sound = (1..=MAX_PROGRAM_HEADERS).contains(&header.e_phnum);
    if header.e_phentsize != PROGRAM_HEADER_LENGTH || !is_count_sound {
        return Err(Errno::NOEXEC);
    }
    let length = usize::from(header.e_phnum) * ProgramHeader::size_for(Class::ELF32);
    let mut headers = Vec::new();
    headers.try_reserve_exact(length).map_err(|_| Errno::NOMEM)?;
    headers.resize(length, 0);
    read_exactly(read_at, header.e_phoff, &mut headers)?;
    Ok(headers)
}

/// Fills `bytes` from the file, all of which must be there.
fn read_exactly(read_at: ReadAt, offset: u64, bytes: &mut [u8]) -> Result<()> {
    if read_at(offset, bytes)? == bytes.len() { Ok(()) } else { Err(Errno::NOEXEC) }
}

/// Whether a segment can be loaded: from a file of `file_length` bytes, to addresses in `limits`.
/// The crate widens all fields to 64 bits, where sums of two of them cannot overflow.
fn is_sound(header: &ProgramHeader, file_length: u64, limits: &Range<u32>) -> bool {
    let is_in_file = header.p_offset + header.p_filesz <= file_length;
    let is_in_limits =
        u64::from(limits.start) <= header.p_vaddr && header.p_vaddr + header.p_memsz <= u64::from(limits.end);
    // 0 and 1 both mean any address.
    let align = header.p_align.max(1);
    let is_aligned = align.is_power_of_two() && header.p_vaddr % align == header.p_offset % align;
    header.p_filesz <= header.p_memsz && is_in_file && is_in_limits && is_aligned
}

/// Reads a header that has been found sound.
fn to_segment(header: &ProgramHeader) -> Segment {
    let (address, offset) = (header.p_vaddr as u32, header.p_offset as usize);
    Segment {
        memory: address..address + header.p_memsz as u32,
        file: offset..offset + header.p_filesz as usize,
        access: Access::from_bits_truncate(header.p_flags),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Range<u32> = 0x0804_8000..0xb000_0000;

    /// A program of 0x1100 bytes with these (type, offset, address, filesz, memsz, flags, align).
    fn program(headers: &[[u32; 7]]) -> Vec<u8> {
        let mut file = b"\x7fELF\x01\x01\x01".to_vec();
        file.resize(16, 0);
        let halves = |values: &[u16]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>();
        let words = |values: &[u32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>();
        file.extend(halves(&[2, 3]));
        file.extend(words(&[1, 0x0804_8100, 52, 0, 0]));
        file.extend(halves(&[52, 32, headers.len() as u16, 0, 0, 0]));
        for &[kind, offset, address, filesz, memsz, flags, align] in headers {
            file.extend(words(&[kind, offset, address, address, filesz, memsz, flags, align]));
        }
        file.resize(0x1100, 0x90);
        file
    }

    fn parse(file: &[u8]) -> Result<Image> {
        let read_at = |offset: u64, bytes: &mut [u8]| {
            let rest = file.get(offset as usize..).unwrap_or_default();
            let length = rest.len().min(bytes.len());
            bytes[..length].copy_from_slice(&rest[..length]);
            Ok(length)
        };
        Image::read(file.len() as u64, &read_at, LIMITS)
    }

    const TEXT: [u32; 7] = [1, 0, 0x0804_8000, 0x1000, 0x1000, 5, 0x1000];
    const DATA: [u32; 7] = [1, 0x1000, 0x0804_9000, 0x100, 0x2345, 6, 0x1000];

    fn accepts(headers: &[[u32; 7]]) -> bool {
        parse(&program(headers)).is_ok()
    }

    #[test]
    fn a_sound_program_is_read_as_it_says() {
        let file = program(&[TEXT, DATA]);
        let image = parse(&file).unwrap();
        assert_eq!((image.entry(), image.end()), (0x0804_8100, 0x0804_b345));
        assert_eq!((image.headers_address(), image.header_count()), (Some(0x0804_8034), 2));
        let data = image.segments().nth(1).unwrap();
        assert_eq!((data.file.clone(), data.memory.clone()), (0x1000..0x1100, 0x0804_9000..0x0804_b345));
        assert_eq!(data.pages(), 0x0804_9000..0x0804_c000);
    }

    #[test]
    fn neighbours_may_share_a_page_but_no_address() {
        let shared = [1, 0x800, 0x0804_8800, 0x100, 0x100, 6, 4];
        let short_text = [1, 0, 0x0804_8000, 0x800, 0x800, 5, 0x1000];
        let file = program(&[short_text, shared]);
        let image = parse(&file).unwrap();
        assert_eq!(image.page_access(0x0804_8000), Access::all());
        assert_eq!(image.page_access(0x0804_9000), Access::empty());
        assert!(!accepts(&[TEXT, shared]) && !accepts(&[shared, TEXT]));
    }

    #[test]
    fn unsound_segments_are_refused() {
        assert!(accepts(&[TEXT, DATA]) && !accepts(&[]) && !accepts(&[DATA]));
        assert!(!accepts(&[TEXT, [3, 0, 0, 0, 0, 4, 1]]), "interpreter");
        assert!(!accepts(&[[1, 0, 0x0804_8000, 0x1000, 0x1000, 4, 0x1000]]), "entry not executable");
        let unsound: [(usize, &[u32]); 5] = [
            (1, &[0x1001, 0xffff_f000]),
            (2, &[0x0804_7000, 0xafff_e000, 0xc000_0000, 0xffff_f000]),
            (3, &[0x101, 0x2346]),
            (4, &[0x10, 0xffff_ffff]),
            (6, &[3, 0x10000]),
        ];
        for (field, values) in unsound {
            for &value in values {
                let mut data = DATA;
                data[field] = value;
                assert!(!accepts(&[TEXT, data]), "field {field} = {value:#x}");
            }
        }
    }

    #[test]
    fn damaged_files_never_panic() {
        let good = program(&[TEXT, DATA]);
        for length in 0..good.len() {
            assert!(parse(&good[..length]).is_err());
        }
        for (index, junk) in (0..116).flat_map(|index| [0, 1, 0x7f, 0xff].map(|junk| (index, junk))) {
            let mut bad = good.clone();
            bad[index] = junk;
            if let Ok(image) = parse(&bad) {
                assert!(image.segments().all(|segment| bad.get(segment.file).is_some()));
            }
        }
    }
}
