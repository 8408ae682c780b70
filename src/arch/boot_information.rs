//! What GRUB tells: usable memory, command line, the root archive, our own symbols.
//!
//! The information lies wherever GRUB found room and is gone once memory is handed out, so all
//! that Tusk needs of it is copied here, into a static: the first stack is one page less the PCB,
//! too small for it. Reference: Multiboot2 specification, section 3.6.

use super::lock::IrqLock;
use super::paging::{self, ENTRIES, Entry, Flags, Frame, PAGE_SIZE, Page};
use arrayvec::{ArrayString, ArrayVec};
use multiboot2::{BootInformation, BootInformationHeader, MemoryAreaType};

/// How many 4 MiB page tables asm/boot.s fills: the kernel's image must lie below their end.
pub const BOOT_TABLES: u32 = 2;
/// What eax holds when a multiboot2 loader has started us.
const MAGIC: u32 = 0x36d7_6289;
/// Regions of memory that we keep; GRUB on a PC reports fewer than twenty.
const MAX_REGIONS: usize = 32;
/// Bytes of command line that we keep.
pub const COMMAND_LINE_LENGTH: usize = 4096;

/// A range of physical addresses, from its first byte to one past its last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Range {
    pub start: u32,
    pub end: u32,
}

impl Range {
    /// Its length in bytes.
    pub const fn length(self) -> u32 {
        self.end - self.start
    }
}

/// What is kept of GRUB's information.
pub struct Boot {
    /// Usable memory below 4 GiB, in the loader's order.
    pub usable: ArrayVec<Range, MAX_REGIONS>,
    /// The kernel's command line, cut off after [`COMMAND_LINE_LENGTH`] bytes.
    pub command_line: ArrayString<COMMAND_LINE_LENGTH>,
    /// Says whether the command line was longer.
    pub command_line_was_cut: bool,
    /// The root file system's archive, the first module.
    pub root: Option<Range>,
    /// The kernel's ELF symbol table.
    pub symbols: Option<Range>,
    /// The names that the symbol table refers to.
    pub names: Option<Range>,
}

/// Filled by [`read`], early in boot; read-only afterwards.
#[doc(alias = "total_mem_bytes")]
pub static BOOT: IrqLock<Boot> = IrqLock::new(Boot {
    usable: ArrayVec::new_const(),
    command_line: ArrayString::new_const(),
    command_line_was_cut: false,
    root: None,
    symbols: None,
    names: None,
});

/// Copies what is needed of the information at physical address `information` into [`BOOT`].
///
/// # Errors
/// What is wrong, in words for the person at the screen: a loader that is not multiboot2, damaged
/// information, no memory map.
///
/// # Safety
/// `magic` and `information` are what the loader left in eax and ebx; called once, before anything
/// else is mapped behind the boot page tables.
pub unsafe fn read(magic: u32, information: u32) -> Result<(), &'static str> {
    if magic != MAGIC {
        return Err("not started by a multiboot2 loader: boot the ISO, or use GRUB's multiboot2 command");
    }
    // SAFETY: the loader wrote the information's length there; the caller's contract.
    let length = unsafe { *view(information, 8).cast::<u32>() };
    if length > ENTRIES / 2 * PAGE_SIZE {
        return Err("the loader's boot information is damaged: its length is over 2 MiB");
    }
    // SAFETY: as above, now with the whole of it mapped; it is 8-aligned by the specification,
    // which `load` checks again.
    let information = unsafe {
        let header = view(information, length).cast::<BootInformationHeader>();
        BootInformation::load(header).map_err(|_| "the loader's boot information is damaged")?
    };
    copy(&information, &mut BOOT.lock())
}

/// Makes `length` bytes at physical `address` visible in the empty page table that asm/boot.s
/// leaves behind the filled ones, at most 4 MiB less a page; a second call replaces the first.
///
/// # Safety
/// Before memory management runs, which takes the table over.
unsafe fn view(address: u32, length: u32) -> *const u8 {
    let window = Page::containing(paging::KERNEL_BASE + BOOT_TABLES * ENTRIES * PAGE_SIZE);
    let offset = address % PAGE_SIZE;
    let pages = (offset + length).div_ceil(PAGE_SIZE);
    for index in 0..pages {
        let page = window.add(index);
        let frame = Frame(Frame::containing(address).0 + index);
        // SAFETY: the table exists and nobody else uses it (the caller's contract).
        unsafe { paging::table_entry(page).write_volatile(Entry::new(frame, Flags::PRESENT)) };
        paging::flush(page);
    }
    (window.address() + offset) as *const u8
}

fn copy(information: &BootInformation, boot: &mut Boot) -> Result<(), &'static str> {
    let map = information.memory_map_tag().ok_or("the loader gave no memory map")?;
    for area in map.memory_areas() {
        if area.typ() == MemoryAreaType::Available
            && let Some(range) = below_4_gib(area.start_address(), area.end_address())
        {
            // More regions than we keep: the rest is memory that stays unused.
            let _ = boot.usable.try_push(range);
        }
    }
    if let Some(tag) = information.command_line_tag() {
        let text = tag.cmdline().map_err(|_| "the kernel's command line is not UTF-8")?;
        let mut end = text.len().min(COMMAND_LINE_LENGTH);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        boot.command_line.push_str(&text[..end]);
        boot.command_line_was_cut = end < text.len();
    }
    boot.root = information
        .module_tags()
        .next()
        .and_then(|module| below_4_gib(module.start_address().into(), module.end_address().into()));
    copy_symbols(information, boot);
    Ok(())
}

/// Finds the symbol table and, through its link, the names. Nothing is lost without them but the
/// names in a backtrace.
fn copy_symbols(information: &BootInformation, boot: &mut Boot) {
    const SYMBOL_TABLE: u32 = 2;
    let Some(tag) = information.elf_sections_tag() else { return };
    let symbols = tag.sections().find(|section| section.sh_type == SYMBOL_TABLE);
    let Some(symbols) = symbols else { return };
    let Some(names) = tag.sections().nth(symbols.sh_link as usize) else { return };
    boot.symbols = below_4_gib(symbols.sh_addr, symbols.sh_addr.saturating_add(symbols.sh_size));
    boot.names = below_4_gib(names.sh_addr, names.sh_addr.saturating_add(names.sh_size));
}

/// The part of a range that a 32-bit kernel without PAE can reach; `None` when it is empty.
fn below_4_gib(start: u64, end: u64) -> Option<Range> {
    // The last page stays unused, so that an end always fits 32 bits.
    let limit = u64::from(u32::MAX - (PAGE_SIZE - 1));
    let (start, end) = (start.min(limit) as u32, end.min(limit) as u32);
    (start < end).then_some(Range { start, end })
}
