//! The i386's two-level paging: entries, the recursive window, CR3 and the TLB.
//!
//! The last entry of every page directory points at the directory itself, as in the book. So the
//! page tables of the address space in use appear at 0xffc00000 and its directory at 0xfffff000,
//! and no page table needs an address of its own. References: SDM volume 3A, chapter 4.3; the
//! book's chapter 5.

use bitflags::bitflags;
use core::arch::asm;

/// Bytes in a page, a frame, a page table, and a PCB.
#[doc(alias = "PG_SIZE")]
pub const PAGE_SIZE: u32 = 4096;
/// Entries in a page table or a page directory.
pub const ENTRIES: u32 = 1024;
/// Where the kernel's addresses begin and the programs' end.
pub const KERNEL_BASE: u32 = 0xc000_0000;
/// Where the recursive window begins and the kernel's other addresses end.
pub const PAGE_TABLES: u32 = 0xffc0_0000;
/// The first page-directory entry of the kernel's half.
pub const FIRST_KERNEL_ENTRY: u32 = KERNEL_BASE >> 22;
/// The page-directory entry that points at the directory itself.
pub const SELF_ENTRY: u32 = 1023;

/// A physical page, by number: physical address / 4096.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Frame(pub u32);

impl Frame {
    /// The frame that holds the physical byte `address`.
    pub const fn containing(address: u32) -> Self {
        Self(address / PAGE_SIZE)
    }

    /// The physical address of its first byte.
    pub const fn address(self) -> u32 {
        self.0 * PAGE_SIZE
    }
}

/// A virtual page, by the address of its first byte (a multiple of 4096).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Page(u32);

impl Page {
    /// The page that holds the byte at `address`.
    pub const fn containing(address: u32) -> Self {
        Self(address & !(PAGE_SIZE - 1))
    }

    /// The address of its first byte.
    pub const fn address(self) -> u32 {
        self.0
    }

    /// The page `count` pages further up; wraps at the end of the address space.
    pub const fn add(self, count: u32) -> Self {
        Self(self.0.wrapping_add(count.wrapping_mul(PAGE_SIZE)))
    }

    /// How many pages it is above `lower`.
    pub const fn pages_above(self, lower: Self) -> u32 {
        (self.0 - lower.0) / PAGE_SIZE
    }

    /// Which entry of the page directory leads to it.
    pub const fn directory_index(self) -> u32 {
        self.0 >> 22
    }

    /// The first page that another page table covers.
    pub const fn next_table(self) -> Self {
        Self((self.directory_index() + 1) << 22)
    }

    /// Says whether a program may have it: below [`KERNEL_BASE`].
    pub const fn is_user(self) -> bool {
        self.0 < KERNEL_BASE
    }
}

bitflags! {
    /// The low twelve bits of a page-table or page-directory entry.
    #[doc(alias("PG_P_1", "PG_P_0", "PG_RW_R", "PG_RW_W", "PG_US_S", "PG_US_U"))]
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Flags: u32 {
        /// The entry leads somewhere.
        const PRESENT = 1 << 0;
        /// May be written to; the kernel obeys too, by CR0.WP.
        const WRITABLE = 1 << 1;
        /// May be used from ring 3.
        const USER = 1 << 2;
        /// Not to be cached: device memory.
        const UNCACHED = 1 << 4;
        /// Ours, of the bits that the CPU leaves alone: the frame is a file's or shared with others, not the
        /// process's own. Who writes to a private one gets a copy first; fork passes it on without copying.
        const BORROWED = 1 << 9;
    }
}

impl Flags {
    /// A kernel page: present, writable, out of ring 3's reach (bug K1).
    pub const KERNEL: Self = Self::PRESENT.union(Self::WRITABLE);
    /// A program's ordinary page, and every page directory entry below the kernel's half.
    pub const USER_DATA: Self = Self::KERNEL.union(Self::USER);
    /// A program's page that it may only read, and the way in which borrowed pages begin.
    pub const USER_READ: Self = Self::PRESENT.union(Self::USER);
}

/// A page-table or page-directory entry: frame number and flags.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Entry(u32);

impl Entry {
    /// The entry that leads nowhere.
    pub const EMPTY: Self = Self(0);

    /// The entry that leads to `frame`.
    pub const fn new(frame: Frame, flags: Flags) -> Self {
        Self(frame.address() | flags.bits())
    }

    /// Says whether it leads somewhere. An entry that does not and is not [`Entry::EMPTY`] either keeps the frame of a
    /// page that the program may not use now (PROT_NONE).
    pub const fn is_present(self) -> bool {
        self.0 & Flags::PRESENT.bits() != 0
    }

    /// The frame it leads to; meaningless unless present.
    pub const fn frame(self) -> Frame {
        Frame::containing(self.0)
    }

    /// Its flags, without what the CPU keeps there for itself (accessed, dirty).
    pub const fn flags(self) -> Flags {
        Flags::from_bits_truncate(self.0)
    }
}

/// The place of the page-table entry for `page` in the recursive window. The book's `pte_ptr`.
///
/// Reading or writing through it is sound while the directory entry of `page` is present.
#[doc(alias = "pte_ptr")]
pub const fn table_entry(page: Page) -> *mut Entry {
    (PAGE_TABLES + (page.0 >> 10)) as *mut Entry
}

/// The place of the page-directory entry for `page` in the recursive window. The book's `pde_ptr`.
///
/// Always readable: every page directory carries its self-entry.
#[doc(alias = "pde_ptr")]
pub const fn directory_entry(page: Page) -> *mut Entry {
    (PAGE_TABLES + SELF_ENTRY * PAGE_SIZE + page.directory_index() * 4) as *mut Entry
}

/// The page at which the page table for `page` appears in the recursive window.
pub const fn table_page(page: Page) -> Page {
    Page::containing(PAGE_TABLES + (page.0 >> 10))
}

/// Which of the entries `from..to` of a page table or directory is the first that is not empty;
/// `to` when all are.
///
/// Tables are mostly empty: the CPU goes through them by itself, one instruction an entry.
///
/// # Safety
/// The 1,024 entries at `table` can be read.
pub unsafe fn next_used(table: *const Entry, from: u32, to: u32) -> u32 {
    if from >= to {
        return to;
    }
    let (left, is_used): (u32, u32);
    // SAFETY: the caller's contract; DF is clear in the kernel (asm/trap.s).
    unsafe {
        asm!(
            "xor edx, edx",
            "repe scasd",
            "setne dl",
            inout("ecx") to - from => left,
            inout("edi") table.add(from as usize) => _,
            in("eax") 0,
            out("edx") is_used,
            options(readonly, nostack)
        );
    }
    // The count includes the entry at which it stopped.
    to - left - is_used
}

/// Forgets the TLB's entry for `page`, to be called after its mapping has changed.
///
/// The book passes the address of a local variable instead of the page (bug X2).
pub fn flush(page: Page) {
    // SAFETY: invlpg changes no memory; a later access walks the tables again.
    unsafe { asm!("invlpg [{}]", in(reg) page.0, options(nostack, preserves_flags)) };
}

/// The frame of the page directory in use.
pub fn active_directory() -> Frame {
    let cr3: u32;
    // SAFETY: reading CR3 changes nothing.
    unsafe { asm!("mov {}, cr3", out(reg) cr3, options(nomem, nostack, preserves_flags)) };
    Frame::containing(cr3)
}

/// Switches to another address space, which empties the TLB.
///
/// # Safety
/// `directory` holds a page directory whose kernel half is the kernel's and whose last entry is
/// itself, and it stays allocated while it is active.
pub unsafe fn activate(directory: Frame) {
    // SAFETY: the caller's contract; kernel code and stack are mapped alike in every directory.
    unsafe { asm!("mov cr3, {}", in(reg) directory.address(), options(nostack, preserves_flags)) };
}

/// Copies one page, 1,024 times four bytes.
///
/// # Safety
/// Both pages are mapped, `to` is writable, and nobody holds a reference into it.
pub unsafe fn copy_page(to: Page, from: Page) {
    // SAFETY: the caller's contract; DF is clear in the kernel (asm/trap.s).
    unsafe {
        asm!(
            // LLVM keeps esi for itself.
            "xchg esi, {from}",
            "rep movsd",
            "mov esi, {from}",
            from = inout(reg) from.0 => _,
            inout("ecx") ENTRIES => _,
            inout("edi") to.0 => _,
            options(nostack, preserves_flags)
        );
    }
}

/// Fills one page with zeros.
///
/// # Safety
/// The page is mapped and writable, and nobody holds a reference into it.
pub unsafe fn zero_page(page: Page) {
    // SAFETY: the caller's contract; DF is clear in the kernel (asm/trap.s).
    unsafe {
        asm!(
            "rep stosd",
            inout("ecx") ENTRIES => _,
            inout("edi") page.0 => _,
            in("eax") 0,
            options(nostack, preserves_flags)
        );
    }
}
