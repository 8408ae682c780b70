//! From the loader's memory map to frame pools and kernel addresses.
//!
//! The book halves what lies above its fixed 2 MiB and puts its bitmaps at a fixed place. Here the
//! bookkeeping is as large as the machine needs: page tables for the kernel's addresses, a count a
//! frame and three bitmaps, all taken from the lowest free memory and mapped behind the kernel's
//! image. Book: chapter 8, `mem_pool_init`.

use super::bitmap::Bitmap;
use super::frame::{self, FramePool, Frames};
use super::kernel_pages::{self, KernelAddresses};
use super::layout::{self, Bytes, FreeRanges};
use super::loaded::Loaded;
use super::page_directory;
use crate::arch::boot_information::{self, BOOT};
use crate::arch::paging::{self, ENTRIES, Entry, Flags, Frame, KERNEL_BASE, PAGE_SIZE, PAGE_TABLES, Page};
use core::ops::Range;

/// Below this there is no sense in starting: pools of a few hundred pages.
const LEAST_MEMORY: u32 = 7 << 20;
/// Where usable memory begins for us: below lie the BIOS's data and the screen.
const LOW_MEMORY_END: u32 = 1 << 20;
/// Kernel addresses beyond twice the frames: room for runs when the rest is in pieces.
const SPARE_PAGES: u32 = 1024;

unsafe extern "C" {
    // Labels of src/linker.ld; only their addresses matter.
    static __kernel_start: u8;
    static __rodata_end: u8;
    static __kernel_end: u8;
}

/// What was found and made, for the boot log and for who reads the archive and the symbols.
pub struct Memory {
    /// Usable memory above 1 MiB, in pages.
    pub usable_pages: u32,
    /// Free frames of the kernel's and the programs' pool, and bytes in their bitmaps.
    pub kernel_frames: u32,
    pub user_frames: u32,
    pub frame_bitmap_bytes: u32,
    /// Pages of kernel addresses, and bytes in their bitmap.
    pub kernel_address_pages: u32,
    pub address_bitmap_bytes: u32,
    /// The loader's module and our symbols, mapped read-only.
    pub root: Option<Loaded>,
    pub symbols: Option<&'static [u8]>,
    pub names: Option<&'static [u8]>,
}

/// Builds memory's bookkeeping. The book's `mem_init`.
///
/// # Errors
/// What is wrong, in words: too little memory.
#[doc(alias = "mem_pool_init")]
#[doc(alias = "mem_init")]
pub fn init() -> Result<Memory, &'static str> {
    let boot = BOOT.lock();
    let image = image();
    let reserved: [Bytes; 4] = [Some(image), boot.root, boot.symbols, boot.names]
        .map(|range| range.map_or((0, 0), |range| (range.start, range.end)));
    let usable = boot.usable.iter().map(|range| (range.start, range.end));
    let usable_pages = layout::count_pages(&layout::free_ranges(usable.clone(), &[], LOW_MEMORY_END));
    let free = layout::free_ranges(usable, &reserved, LOW_MEMORY_END);
    if layout::count_pages(&free) < LEAST_MEMORY / PAGE_SIZE {
        return Err("too little memory: Tusk needs about 9 MiB");
    }

    // SAFETY: boot, one thread, interrupts off: all that the loader left is ours to arrange.
    unsafe {
        let mut early = Early::begin(free, image.end + KERNEL_BASE);
        let loaded = [boot.root, boot.symbols, boot.names].into_iter().flatten();
        // A page more for each that begins within one.
        let loaded_pages = loaded.map(|range| range.length().div_ceil(PAGE_SIZE) + 1).sum();
        let address_pages = early.extend_page_tables(loaded_pages);
        early.protect_image();
        let root = boot.root.map(|range| Loaded::new(early.map_read_only(range)));
        let symbols = boot.symbols.map(|range| early.map_read_only(range));
        let names = boot.names.map(|range| early.map_read_only(range));
        let once = boot.root.map_or(Frame(0)..Frame(0), whole_frames);
        Ok(early.build(
            once,
            Memory {
                usable_pages,
                kernel_frames: 0,
                user_frames: 0,
                frame_bitmap_bytes: 0,
                kernel_address_pages: address_pages,
                address_bitmap_bytes: 0,
                root,
                symbols,
                names,
            },
        ))
    }
}

/// Where the kernel's image lies in physical memory.
pub fn image() -> boot_information::Range {
    boot_information::Range {
        start: &raw const __kernel_start as u32 - KERNEL_BASE,
        end: &raw const __kernel_end as u32 - KERNEL_BASE,
    }
}

/// The frames that have nothing in them but `bytes`.
fn whole_frames(bytes: boot_information::Range) -> Range<Frame> {
    Frame(bytes.start.div_ceil(PAGE_SIZE))..Frame(bytes.end / PAGE_SIZE)
}

/// Memory before there are pools: the free ranges, and the kernel's addresses used so far.
struct Early {
    free: FreeRanges,
    /// The first page that the kernel's address bitmap will govern, behind the image.
    first: Page,
    /// The next page not used yet.
    next: Page,
}

impl Early {
    /// Clears what asm/boot.s mapped beyond the image, and the image's second appearance at 0.
    unsafe fn begin(free: FreeRanges, image_end: u32) -> Self {
        let first = Page::containing(image_end);
        let mut page = first;
        while super::page_table::has_table(page) {
            // SAFETY: the table is there; nothing beyond the image is in use any more.
            unsafe { paging::table_entry(page).write(Entry::EMPTY) };
            page = page.add(1);
        }
        for index in 0..paging::FIRST_KERNEL_ENTRY {
            let low = Page::containing(index << 22);
            // SAFETY: the directory is ours, and we run in the kernel's half.
            unsafe { paging::directory_entry(low).write(Entry::EMPTY) };
        }
        let directory = paging::active_directory();
        page_directory::set_kernel_directory(directory);
        // SAFETY: the same directory again, to empty the TLB.
        unsafe { paging::activate(directory) };
        Self { free, first, next: first }
    }

    /// Takes the lowest free frame.
    fn take_frame(&mut self) -> Frame {
        let range = self.free.first_mut().expect("memory was found to suffice");
        let frame = Frame::containing(range.0);
        range.0 += PAGE_SIZE;
        if range.0 == range.1 {
            self.free.remove(0);
        }
        frame
    }

    /// Makes page tables for all kernel addresses that this much memory calls for, so that every
    /// page directory can share them from the beginning; `loaded_pages` of them are for what the
    /// loader put into memory, which is not free. Returns how many pages they cover behind the image.
    unsafe fn extend_page_tables(&mut self, loaded_pages: u32) -> u32 {
        let frames = layout::count_pages(&self.free);
        let wanted = frames.saturating_add(frames / 4).saturating_add(SPARE_PAGES).saturating_add(loaded_pages);
        let most = (PAGE_TABLES - self.first.address()) / PAGE_SIZE;
        let end = self.first.add(wanted.min(most)).address().next_multiple_of(ENTRIES * PAGE_SIZE);
        let mut page = self.first;
        while page.address() < end {
            if !super::page_table::has_table(page) {
                let table = self.take_frame();
                // SAFETY: a free frame becomes the table of addresses that nobody uses yet.
                unsafe {
                    paging::directory_entry(page).write(Entry::new(table, Flags::KERNEL));
                    paging::flush(paging::table_page(page));
                    paging::zero_page(paging::table_page(page));
                }
            }
            page = Page::containing(((page.directory_index() + 1) << 22).min(end));
        }
        (end - self.first.address()) / PAGE_SIZE
    }

    /// Makes the image's code and constants read-only; CR0.WP makes the kernel obey.
    unsafe fn protect_image(&mut self) {
        let mut page = Page::containing(&raw const __kernel_start as u32);
        while page.address() < &raw const __rodata_end as u32 {
            // SAFETY: mapped by asm/boot.s, and nothing writes to code or constants.
            unsafe { super::page_table::set_flags(page, Flags::PRESENT) };
            page = page.add(1);
        }
    }

    /// Maps the next page to `frame`.
    unsafe fn map_next(&mut self, frame: Frame, flags: Flags) {
        // SAFETY: the tables reach far beyond what boot maps, and the page is fresh.
        unsafe { paging::table_entry(self.next).write(Entry::new(frame, flags)) };
        self.next = self.next.add(1);
    }

    /// Maps what the loader put at `range`.
    unsafe fn map_read_only(&mut self, range: boot_information::Range) -> &'static [u8] {
        let start = self.next.address() + range.start % PAGE_SIZE;
        let first = Frame::containing(range.start);
        for index in 0..(range.start % PAGE_SIZE + range.length()).div_ceil(PAGE_SIZE) {
            // SAFETY: reserved memory that holds what the loader put there and nobody changes.
            unsafe { self.map_next(Frame(first.0 + index), Flags::PRESENT) };
        }
        // SAFETY: just mapped, for ever.
        unsafe { core::slice::from_raw_parts(start as *const u8, range.length() as usize) }
    }

    /// Takes memory for `length` words, all of them 0 or, for a bitmap in which everything is
    /// taken, all ones.
    unsafe fn take_words(&mut self, length: u32, word: u32) -> &'static mut [u32] {
        let start = self.next.address();
        for _ in 0..(length * 4).div_ceil(PAGE_SIZE) {
            let frame = self.take_frame();
            // SAFETY: a free frame.
            unsafe { self.map_next(frame, Flags::KERNEL) };
        }
        // SAFETY: just mapped, for ever, and ours alone; any bits are a u32.
        let words = unsafe { core::slice::from_raw_parts_mut(start as *mut u32, length as usize) };
        words.fill(word);
        words
    }

    /// Makes counts and bitmaps, and installs pools and kernel addresses. The frames `once` are in use, but will be
    /// given back.
    unsafe fn build(mut self, once: Range<Frame>, mut memory: Memory) -> Memory {
        let mut lowest = Frame::containing(self.free[0].0).0;
        let mut end = Frame::containing(self.free.last().expect("free memory").1).0;
        if once.start < once.end {
            (lowest, end) = (lowest.min(once.start.0), end.max(once.end.0));
        }
        let address_words = memory.kernel_address_pages.div_ceil(32);
        // SAFETY: boot, see `init`.
        let (counts, kernel_bits, user_bits, address_bits) = unsafe {
            let counts = self.take_words((end - lowest).div_ceil(2), 0);
            let length = counts.len() * 2;
            (
                core::slice::from_raw_parts_mut(counts.as_mut_ptr().cast::<u16>(), length),
                // Holes may put nearly all of the range into one half: both get room for it.
                self.take_words((end - lowest).div_ceil(32), u32::MAX),
                self.take_words((end - lowest).div_ceil(32), u32::MAX),
                self.take_words(address_words, 0),
            )
        };
        memory.frame_bitmap_bytes = (kernel_bits.len() + user_bits.len()) as u32 * 4;
        memory.address_bitmap_bytes = address_bits.len() as u32 * 4;

        let used_addresses = (self.next.address() - self.first.address()) / PAGE_SIZE;
        let mut addresses = Bitmap::new(address_bits, memory.kernel_address_pages as usize);
        addresses.take_range(0..used_addresses as usize);

        // The kernel's half ends where its addresses do.
        let half = layout::count_pages(&self.free) / 2;
        let half = half.min(memory.kernel_address_pages - used_addresses);
        let split = Frame::containing(layout::split_after(&self.free, half));
        let kernel = self.pool(kernel_bits, Frame(lowest), split);
        let user = self.pool(user_bits, split, Frame(end));
        (memory.kernel_frames, memory.user_frames) = (kernel.free(), user.free());

        let mut frames = Frames::new(kernel, user, counts, Frame(lowest));
        (once.start.0..once.end.0).for_each(|number| frames.adopt(Frame(number)));
        frame::install(frames);
        kernel_pages::install(KernelAddresses::new(addresses, self.first));
        memory
    }

    /// A pool of the free frames from `first` up to `end`; what lies between free ranges counts
    /// as taken.
    fn pool(&self, words: &'static mut [u32], first: Frame, end: Frame) -> FramePool {
        let mut bitmap = Bitmap::new(words, (end.0 - first.0) as usize);
        for &(start, stop) in &self.free {
            let start = Frame::containing(start).0.clamp(first.0, end.0) - first.0;
            let stop = Frame::containing(stop).0.clamp(first.0, end.0) - first.0;
            bitmap.release_range(start as usize..stop as usize);
        }
        FramePool::new(bitmap, first)
    }
}
