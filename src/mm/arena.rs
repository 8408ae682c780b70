//! Arenas: pages cut into blocks of 16 to 1,024 bytes, for the kernel and for programs.
//!
//! As in the book a request is rounded up to one of seven block sizes, each with a list of free
//! blocks; when a list is empty, a new page, the arena, is cut into blocks, and when all blocks of
//! an arena are free, the page is given back. Requests above 1,024 bytes get whole pages behind a
//! header. The links of a list lie in the free blocks themselves.
//!
//! One algorithm serves two heaps. The kernel's own lies in kernel pages and is Rust's global
//! allocator (heap.rs). A program's lies in the program's pages, where the program can write to
//! every header and link. So [`Memory`] may refuse an access, every value read is checked before it
//! is used, and an arena names its block size by index: in the book it points into the PCB, after a
//! fork the parent's (F6), and a bad pointer is followed (M5). Book: chapter 12, `sys_malloc`.

use crate::arch::paging::PAGE_SIZE;
use crate::errno::{Errno, Result};
use crate::trace::tracepoint;

/// How many block sizes there are. The book's `DESC_CNT`.
#[doc(alias = "DESC_CNT")]
pub const CLASSES: usize = 7;
/// The largest block; above it whole pages are given.
pub const LARGEST_BLOCK: u32 = 1024;
const SMALLEST_BLOCK: u32 = 16;
/// An arena's header: kind, free blocks or pages, and the word that says it is one. Blocks begin
/// behind it, 16-byte aligned; the book's is 12 bytes, which leaves as many blocks.
const HEADER: u32 = 16;
const MAGIC: u32 = 0x6172_656e;
/// In a header's kind: whole pages, not blocks.
const LARGE: u32 = u32::MAX;

/// What a heap's blocks lie in. Addresses are virtual, of 4-byte aligned words.
pub trait Memory {
    /// Reads the word at `address`.
    fn read(&self, address: u32) -> Result<u32>;
    /// Writes the word at `address`.
    fn write(&mut self, address: u32, value: u32) -> Result<()>;
    /// Takes `count` pages in a row and returns the address of the first.
    fn get_pages(&mut self, count: u32) -> Result<u32>;
    /// Gives pages back that lie in a row.
    fn free_pages(&mut self, address: u32, count: u32) -> Result<()>;
}

/// The free blocks of each size: the address of the first, or 0. The book's seven `mem_block_desc`.
///
/// Plain words, so that fork's copy of the PCB carries a program's list heads along with the
/// blocks that they lead to. The book empties the child's lists, which loses every free block.
#[doc(alias = "mem_block_desc")]
#[derive(Clone, Copy)]
pub struct BlockDescriptors([u32; CLASSES]);

/// Bytes in a block of `class`.
const fn block_size(class: usize) -> u32 {
    SMALLEST_BLOCK << class
}

/// How many blocks of `class` an arena has: 255, 127, 63, 31, 15, 7, 3.
const fn blocks_per_arena(class: usize) -> u32 {
    (PAGE_SIZE - HEADER) / block_size(class)
}

/// The size class for a request of `size` bytes, at most [`LARGEST_BLOCK`].
const fn class_for(size: u32) -> usize {
    let mut class = 0;
    while block_size(class) < size {
        class += 1;
    }
    class
}

/// Bytes in the block that serves a request of `size` bytes, at most [`LARGEST_BLOCK`].
pub const fn block_size_for(size: u32) -> u32 {
    block_size(class_for(size))
}

const fn page_of(address: u32) -> u32 {
    address & !(PAGE_SIZE - 1)
}

/// A block in use, as [`BlockDescriptors::locate`] finds it.
enum Located {
    Block { arena: u32, class: usize },
    Pages { arena: u32, count: u32 },
}

impl Default for BlockDescriptors {
    fn default() -> Self {
        Self::new()
    }
}

impl BlockDescriptors {
    /// No free block of any size. The book's `block_desc_init`.
    #[doc(alias = "block_desc_init")]
    pub const fn new() -> Self {
        Self([0; CLASSES])
    }

    /// Takes memory for `size` bytes, 16-byte aligned; its contents are unspecified. The book's
    /// `sys_malloc`.
    ///
    /// # Errors
    /// EINVAL for 0 bytes, ENOMEM, or whatever reading a damaged list gives.
    #[doc(alias = "sys_malloc")]
    pub fn allocate(&mut self, memory: &mut impl Memory, size: u32) -> Result<u32> {
        if size == 0 {
            return Err(Errno::INVAL);
        }
        if size > LARGEST_BLOCK {
            let count = size.checked_add(HEADER).ok_or(Errno::NOMEM)?.div_ceil(PAGE_SIZE);
            let arena = memory.get_pages(count)?;
            write_header(memory, arena, LARGE, count)?;
            return Ok(arena + HEADER);
        }
        let class = class_for(size);
        if self.0[class] == 0 {
            self.add_arena(memory, class)?;
        }
        let block = self.0[class];
        let arena = check_block(memory, block, class)?;
        self.unlink(memory, block, class)?;
        let free = memory.read(arena + 4)?;
        memory.write(arena + 4, free.wrapping_sub(1))?;
        Ok(block)
    }

    /// Gives back what [`BlockDescriptors::allocate`] returned. The book's `sys_free`.
    ///
    /// # Errors
    /// EINVAL when `address` is none of ours, free already, or its header or list is damaged;
    /// EFAULT when it cannot be read.
    #[doc(alias = "sys_free")]
    pub fn free(&mut self, memory: &mut impl Memory, address: u32) -> Result<()> {
        let (arena, class) = match locate(memory, address)? {
            Located::Pages { arena, count } => return memory.free_pages(arena, count),
            Located::Block { arena, class } => (arena, class),
        };
        if is_free(memory, address)? {
            return Err(Errno::INVAL);
        }
        let free = memory.read(arena + 4)?;
        if free >= blocks_per_arena(class) {
            return Err(Errno::INVAL);
        }
        self.link(memory, address, class)?;
        memory.write(arena + 4, free + 1)?;
        if free + 1 == blocks_per_arena(class) {
            self.release_arena(memory, arena, class)?;
        }
        Ok(())
    }

    /// Cuts a new page into blocks, which become the list: it was empty.
    fn add_arena(&mut self, memory: &mut impl Memory, class: usize) -> Result<()> {
        let arena = memory.get_pages(1)?;
        write_header(memory, arena, class as u32, blocks_per_arena(class))?;
        let (first, size) = (arena + HEADER, block_size(class));
        let last = first + (blocks_per_arena(class) - 1) * size;
        let mut block = first;
        while block <= last {
            let next = if block == last { 0 } else { block + size };
            let previous = if block == first { 0 } else { block - size };
            write_free(memory, block, next, previous)?;
            block += size;
        }
        self.0[class] = first;
        tracepoint!(alloc::arena(arena, size));
        Ok(())
    }

    /// Takes every block of a wholly free arena off the list and gives the page back.
    fn release_arena(&mut self, memory: &mut impl Memory, arena: u32, class: usize) -> Result<()> {
        for index in 0..blocks_per_arena(class) {
            self.unlink(memory, arena + HEADER + index * block_size(class), class)?;
        }
        memory.write(arena + 8, 0)?;
        tracepoint!(alloc::arena_back(arena, block_size(class)));
        memory.free_pages(arena, 1)
    }

    /// Puts `block` first on its list and marks it as free.
    fn link(&mut self, memory: &mut impl Memory, block: u32, class: usize) -> Result<()> {
        let next = self.0[class];
        write_free(memory, block, next, 0)?;
        if next != 0 {
            check_block(memory, next, class)?;
            memory.write(next + 4, block)?;
        }
        self.0[class] = block;
        Ok(())
    }

    /// Takes `block` off its list after checking that its neighbours agree, and its mark away.
    fn unlink(&mut self, memory: &mut impl Memory, block: u32, class: usize) -> Result<()> {
        if !is_free(memory, block)? {
            return Err(Errno::INVAL);
        }
        let (next, previous) = (memory.read(block)?, memory.read(block + 4)?);
        if next != 0 {
            check_block(memory, next, class)?;
            if memory.read(next + 4)? != block {
                return Err(Errno::INVAL);
            }
        }
        if previous == 0 {
            if self.0[class] != block {
                return Err(Errno::INVAL);
            }
            self.0[class] = next;
        } else {
            check_block(memory, previous, class)?;
            if memory.read(previous)? != block {
                return Err(Errno::INVAL);
            }
            memory.write(previous, next)?;
        }
        if next != 0 {
            memory.write(next + 4, previous)?;
        }
        memory.write(block + 8, 0)
    }
}

/// Writes the four words of a free block.
fn write_free(memory: &mut impl Memory, block: u32, next: u32, previous: u32) -> Result<()> {
    memory.write(block, next)?;
    memory.write(block + 4, previous)?;
    memory.write(block + 8, mark(block))?;
    memory.write(block + 12, !mark(block))
}

/// What stands in the third word of a free block at `block`, and inverted in the fourth. A block in
/// use carries it only on purpose: memory is cleared of it when it is given out.
const fn mark(block: u32) -> u32 {
    block ^ MAGIC
}

/// Says whether `block` is marked as free, to tell a second `free` from the first.
fn is_free(memory: &impl Memory, block: u32) -> Result<bool> {
    Ok(memory.read(block + 8)? == mark(block) && memory.read(block + 12)? == !mark(block))
}

fn write_header(memory: &mut impl Memory, arena: u32, kind: u32, count: u32) -> Result<()> {
    memory.write(arena, kind)?;
    memory.write(arena + 4, count)?;
    memory.write(arena + 8, MAGIC)
}

/// Checks that `block` is a place where a block of `class` begins, and returns its arena.
fn check_block(memory: &impl Memory, block: u32, class: usize) -> Result<u32> {
    match locate(memory, block)? {
        Located::Block { arena, class: found } if found == class => Ok(arena),
        _ => Err(Errno::INVAL),
    }
}

/// Finds what begins at `address` by the header of its page.
fn locate(memory: &impl Memory, address: u32) -> Result<Located> {
    let arena = page_of(address);
    let offset = (address - arena).checked_sub(HEADER).ok_or(Errno::INVAL)?;
    if memory.read(arena + 8)? != MAGIC {
        return Err(Errno::INVAL);
    }
    let kind = memory.read(arena)?;
    if kind == LARGE {
        let count = memory.read(arena + 4)?;
        return if offset == 0 { Ok(Located::Pages { arena, count }) } else { Err(Errno::INVAL) };
    }
    let class = kind as usize;
    if class >= CLASSES
        || !offset.is_multiple_of(block_size(class))
        || offset / block_size(class) >= blocks_per_arena(class)
    {
        return Err(Errno::INVAL);
    }
    Ok(Located::Block { arena, class })
}
