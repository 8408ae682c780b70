//! Which addresses a program has taken: the bitmap that fork copies.
//!
//! One bit a page from 0x08048000 to 0xc0000000: 753,592 bits, 94,199 bytes, which fill 23 kernel
//! pages. Whatever takes user addresses takes them here: ELF segments, stack, brk, malloc. Book:
//! chapter 11, `create_user_vaddr_bitmap` and `struct virtual_addr`.

use super::bitmap::Bitmap;
use super::kernel_pages::{KernelPages, get_kernel_pages, get_unset_kernel_pages};
use crate::arch::paging::{self, KERNEL_BASE, PAGE_SIZE, Page};
use crate::errno::Result;
use core::ops::Range;

/// The first address that a program may have. The book's `USER_VADDR_START`.
#[doc(alias = "USER_VADDR_START")]
pub const USER_START: u32 = 0x0804_8000;
/// One past the last address that a program may have, and where its stack begins.
pub const USER_END: u32 = KERNEL_BASE;
/// How far the stack may grow down, in bytes.
pub const STACK_LIMIT: u32 = 8 << 20;
/// The lowest address of the stack; nothing else is placed above it.
pub const STACK_BOTTOM: u32 = USER_END - STACK_LIMIT;
/// Where the search for free addresses begins, above the room that brk may need.
const SEARCH_START: u32 = 0x4000_0000;

const BITS: usize = ((USER_END - USER_START) / PAGE_SIZE) as usize;
/// Bytes in a program's bitmap.
pub const BITMAP_BYTES: usize = BITS / 8;
const WORDS: usize = BITS.div_ceil(32);
const PAGES: u32 = BITMAP_BYTES.div_ceil(PAGE_SIZE as usize) as u32;

const _: () = assert!(BITMAP_BYTES == 94_199 && BITS.is_multiple_of(8) && PAGES == 23, "the book's figures");

/// The addresses of one program. The book's `struct virtual_addr`.
///
/// # Invariants
/// `bitmap` lies in `pages`.
#[doc(alias = "struct virtual_addr")]
pub struct UserAddresses {
    bitmap: Bitmap,
    // After the bitmap, so that it is dropped after it.
    pages: KernelPages,
}

/// Makes a bitmap with every address free. The book's `create_user_vaddr_bitmap`.
///
/// # Errors
/// ENOMEM when 23 kernel pages in a row are not to be had.
pub fn create_user_vaddr_bitmap() -> Result<UserAddresses> {
    Ok(UserAddresses::in_pages(get_kernel_pages(PAGES)?))
}

fn bit(page: Page) -> usize {
    ((page.address() - USER_START) / PAGE_SIZE) as usize
}

fn page(bit: usize) -> Page {
    Page::containing(USER_START).add(bit as u32)
}

impl UserAddresses {
    fn in_pages(pages: KernelPages) -> Self {
        // SAFETY: 23 pages hold the words, they are initialised, and `pages` keeps them as long as
        // the bitmap exists; nothing else refers to them.
        let words = unsafe { core::slice::from_raw_parts_mut(pages.address() as *mut u32, WORDS) };
        Self { bitmap: Bitmap::new(words, BITS), pages }
    }

    /// Copies the bitmap whole, for a child.
    ///
    /// # Errors
    /// ENOMEM when 23 kernel pages in a row are not to be had.
    pub fn copy(&self) -> Result<Self> {
        let pages = get_unset_kernel_pages(PAGES)?;
        for (to, from) in pages.iter().zip(self.pages.iter()) {
            // SAFETY: both runs have 23 mapped pages, and nothing refers to the new one yet.
            unsafe { paging::copy_page(to, from) };
        }
        Ok(Self::in_pages(pages))
    }

    /// Says whether `page`, a user page, is taken.
    pub fn is_taken(&self, page: Page) -> bool {
        self.bitmap.is_taken(bit(page))
    }

    /// Takes `page`, a user page.
    pub fn take(&mut self, page: Page) {
        self.bitmap.take(bit(page));
    }

    /// Gives `page`, a user page, back.
    pub fn release(&mut self, page: Page) {
        self.bitmap.release(bit(page));
    }

    /// Takes `count` free pages in a row, below the stack; first above the room of brk, then
    /// anywhere. `None` when there is no such run.
    pub fn allocate(&mut self, count: u32) -> Option<Page> {
        // A page stays free below the stack, so that overrunning it is a fault.
        let [start, search, end] =
            [USER_START, SEARCH_START, STACK_BOTTOM - PAGE_SIZE].map(|address| bit(Page::containing(address)));
        let count = count as usize;
        let first = self.bitmap.allocate_within(search..end, count);
        first.or_else(|| self.bitmap.allocate_within(start..search, count)).map(page)
    }

    /// The taken pages of `range`, both ends user pages, in order.
    pub fn taken_in(&self, range: Range<Page>) -> impl Iterator<Item = Page> + '_ {
        self.bitmap.taken_in(bit(range.start)..bit(range.end)).map(page)
    }
}
