//! Which addresses a program has taken, and for what: the bitmap that fork copies, and the regions.
//!
//! One bit a page from 0x08048000 to 0xc0000000: 753,592 bits, 94,199 bytes, which fill 23 kernel
//! pages. Whatever takes user addresses takes them here: ELF segments, stack, brk, mmap, malloc. A bit
//! set means reserved; the page table says whether the page is there, the region what it is to become.
//! Book: chapter 11, `create_user_vaddr_bitmap` and `struct virtual_addr`.

use super::bitmap::Bitmap;
use super::executable::Executable;
use super::file_page::PageSource;
use super::kernel_pages::{KernelPages, get_kernel_pages, get_unset_kernel_pages};
use super::region::{self, Protection, Source, Traits};
use super::regions::Regions;
use crate::arch::paging::{self, KERNEL_BASE, PAGE_SIZE, Page};
use crate::errno::{Errno, Result};
use alloc::sync::Arc;
use core::ops::Range;

/// The first address that a program may have. The book's `USER_VADDR_START`.
#[doc(alias = "USER_VADDR_START")]
pub const USER_START: u32 = 0x0804_8000;
/// One past the last address that a program may have, and where its stack begins.
#[doc(alias = "USER_STACK3_VADDR")]
pub const USER_END: u32 = KERNEL_BASE;
/// How far the stack may grow down, in bytes.
pub const STACK_LIMIT: u32 = 8 << 20;
/// The lowest address of the stack; nothing else is placed above it unless the program says where.
pub const STACK_BOTTOM: u32 = USER_END - STACK_LIMIT;
/// Where the search for free addresses begins, above the room that brk may need.
const SEARCH_START: u32 = 0x4000_0000;

const BITS: usize = ((USER_END - USER_START) / PAGE_SIZE) as usize;
/// Bytes in a program's bitmap.
pub const BITMAP_BYTES: usize = BITS / 8;
const WORDS: usize = BITS.div_ceil(32);
const PAGES: u32 = BITMAP_BYTES.div_ceil(PAGE_SIZE as usize) as u32;

const _: () = assert!(BITMAP_BYTES == 94_199 && BITS.is_multiple_of(8) && PAGES == 23, "the book's figures");

/// A region of a program: see region.rs. Its page numbers are those of user pages.
pub type Region = region::Region<Arc<dyn PageSource>>;
/// What a region's pages come from.
pub type Backing = region::Backing<Arc<dyn PageSource>>;

impl Source for Arc<dyn PageSource> {
    fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(self, other)
    }
}

/// The number of `page`, as regions count them.
pub fn number(page: Page) -> u32 {
    page.address() / PAGE_SIZE
}

/// The page with that number.
pub fn page_at(number: u32) -> Page {
    Page::containing(number * PAGE_SIZE)
}

/// The addresses of one program. The book's `struct virtual_addr`.
///
/// # Invariants
/// `bitmap` lies in `pages`. A bit is set exactly for the pages that lie in a region; only while
/// [`UserAddresses::reserve`]d pages are being filled are they taken without one.
#[doc(alias = "struct virtual_addr")]
pub struct UserAddresses {
    bitmap: Bitmap,
    // After the bitmap, so that it is dropped after it.
    pages: KernelPages,
    regions: Regions<Arc<dyn PageSource>>,
    executable: Option<Arc<Executable>>,
}

/// Makes a bitmap with every address free. The book's `create_user_vaddr_bitmap`.
///
/// # Errors
/// ENOMEM when 23 kernel pages in a row are not to be had.
pub fn create_user_vaddr_bitmap() -> Result<UserAddresses> {
    Ok(UserAddresses::in_pages(get_kernel_pages(PAGES)?))
}

fn bit(number: u32) -> usize {
    (number - USER_START / PAGE_SIZE) as usize
}

fn bits(pages: &Range<u32>) -> Range<usize> {
    bit(pages.start)..bit(pages.end)
}

impl UserAddresses {
    fn in_pages(pages: KernelPages) -> Self {
        // SAFETY: 23 pages hold the words, they are initialised, and `pages` keeps them as long as
        // the bitmap exists; nothing else refers to them.
        let words = unsafe { core::slice::from_raw_parts_mut(pages.address() as *mut u32, WORDS) };
        Self { bitmap: Bitmap::new(words, BITS), pages, regions: Regions::new(), executable: None }
    }

    /// Copies bitmap and regions whole, for a child.
    ///
    /// # Errors
    /// ENOMEM when 23 kernel pages in a row are not to be had, or no room for the regions.
    pub fn copy(&self) -> Result<Self> {
        let pages = get_unset_kernel_pages(PAGES)?;
        for (to, from) in pages.iter().zip(self.pages.iter()) {
            // SAFETY: both runs have 23 mapped pages, and nothing refers to the new one yet.
            unsafe { paging::copy_page(to, from) };
        }
        let mut copy = Self::in_pages(pages);
        copy.regions = self.regions.copy()?;
        copy.executable.clone_from(&self.executable);
        Ok(copy)
    }

    /// Says whether one of `pages`, user pages, is taken.
    pub fn is_any_taken(&self, pages: Range<u32>) -> bool {
        self.regions.at_or_above(pages.start).is_some_and(|region| region.first < pages.end)
    }

    /// Says whether `page`, a user page, is taken.
    pub fn is_taken(&self, page: Page) -> bool {
        self.bitmap.is_taken(bit(number(page)))
    }

    /// Takes `count` free pages in a row, below the stack, and returns the number of the first: first above the
    /// room of brk, then anywhere. They must become a region next, or be given back.
    ///
    /// # Errors
    /// ENOMEM when there is no such run, or for a count of 0.
    pub fn reserve(&mut self, count: u32) -> Result<u32> {
        // A page stays free below the stack, so that overrunning it is a fault.
        let [start, search, end] =
            [USER_START, SEARCH_START, STACK_BOTTOM - PAGE_SIZE].map(|address| bit(address / PAGE_SIZE));
        let count = count as usize;
        let first = self.bitmap.allocate_within(search..end, count);
        let first = first.or_else(|| self.bitmap.allocate_within(start..search, count)).ok_or(Errno::NOMEM)?;
        Ok(first as u32 + USER_START / PAGE_SIZE)
    }

    /// Gives back what [`UserAddresses::reserve`] took.
    pub fn unreserve(&mut self, pages: Range<u32>) {
        self.bitmap.release_range(bits(&pages));
    }

    /// Adds a region of user pages that lie in none, be they reserved or free.
    ///
    /// # Errors
    /// ENOMEM; the region is not there then, and its pages are as taken as they were.
    pub fn insert(&mut self, region: Region) -> Result<()> {
        let pages = region.pages();
        self.regions.insert(region)?;
        self.bitmap.take_range(bits(&pages));
        Ok(())
    }

    /// Makes room for [`UserAddresses::remove`] and then [`UserAddresses::insert`] of the same pages, which cannot fail
    /// then.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    pub fn make_room_to_replace(&mut self, pages: &Range<u32>) -> Result<()> {
        self.regions.make_room_to_replace(pages)
    }

    /// Adds a region somewhere below the stack; `region.first` says nothing. Returns the number of its first page.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn insert_anywhere(&mut self, region: Region) -> Result<u32> {
        let first = self.reserve(region.count)?;
        let region = Region { first, ..region };
        let pages = region.pages();
        self.insert(region).inspect_err(|_| self.unreserve(pages))?;
        Ok(first)
    }

    /// Takes user pages out of all regions; what is mapped there is the caller's to unmap.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    pub fn remove(&mut self, pages: Range<u32>) -> Result<()> {
        self.regions.remove(pages.clone())?;
        self.bitmap.release_range(bits(&pages));
        Ok(())
    }

    /// Sets what the program may do in `pages`; what is mapped there is the caller's to change.
    ///
    /// # Errors
    /// ENOMEM; nothing has changed then.
    pub fn protect(&mut self, pages: Range<u32>, protection: Protection) -> Result<()> {
        self.regions.protect(pages, protection)
    }

    /// The program's regions, from low to high addresses: what /proc/PID/maps shows.
    pub fn regions(&self) -> &Regions<Arc<dyn PageSource>> {
        &self.regions
    }

    /// The region in which the page with that number lies.
    pub fn find(&self, number: u32) -> Option<&Region> {
        self.regions.find(number)
    }

    /// Extends the stack down to the page with that number, if it lies in the stack's room and nothing between it
    /// and the stack is taken; says whether it did.
    pub fn grow_stack(&mut self, number: u32) -> bool {
        if number < STACK_BOTTOM / PAGE_SIZE {
            return false;
        }
        let Some(stack) = self.regions.at_or_above(number) else { return false };
        let first = stack.first;
        if !stack.traits.contains(Traits::GROWS) || first <= number {
            return false;
        }
        self.regions.grow_down(first, number);
        self.bitmap.take_range(bits(&(number..first)));
        true
    }

    /// How many pages are taken: the size of the address space.
    pub fn size_pages(&self) -> u32 {
        self.regions.iter().map(|region| region.count).sum()
    }

    /// The file that the program was loaded from.
    pub fn executable(&self) -> Option<&Arc<dyn PageSource>> {
        self.executable.as_ref().map(|executable| executable.file())
    }

    /// Says which file the program was loaded from; nobody may write to it as long as these addresses are in use.
    pub fn set_executable(&mut self, executable: Arc<Executable>) {
        self.executable = Some(executable);
    }
}
