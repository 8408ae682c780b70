//! The book's malloc and free.

use crate::block::{Block, free_address};
use crate::bugs::fork::needs_refusal;
use crate::bugs::memory::grow_stack_beforehand;
use crate::check::{check, check_eq, only_on_tusk, skip};
use crate::child::run_well;
use crate::crowd;
use core::array;
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{book, println};

/// The book's block sizes.
const CLASSES: [usize; 7] = [16, 32, 64, 128, 256, 512, 1024];

/// Every size up to beyond the largest class, each block used to its last byte.
pub fn blocks_of_every_size_can_be_used() {
    only_on_tusk();
    for size in (1..=64).chain([100, 127, 128, 129, 255, 256, 257, 511, 512, 513, 1000, 1023, 1024, 1025, 4084, 4096]) {
        let mut block = Block::new(size);
        block.check(0);
        block.bytes().fill(0xa7);
        block.check(0xa7);
        block.free();
    }
}

/// Blocks do not overlap: more of each class than an arena holds.
pub fn blocks_do_not_overlap() {
    only_on_tusk();
    for size in CLASSES {
        let mut blocks: [Block; 300] = array::from_fn(|index| Block::filled(size, index as u8));
        for (index, block) in blocks.iter_mut().enumerate() {
            block.check(index as u8);
        }
        blocks.into_iter().for_each(Block::free);
    }
}

/// Beyond the largest class a block has pages of its own.
pub fn large_blocks_can_be_used() {
    only_on_tusk();
    let sizes = [1025, 4000, 4096, 5000, 40_000, 300_000];
    let mut blocks = sizes.map(|size| Block::filled(size, size as u8));
    for (size, block) in sizes.into_iter().zip(&mut blocks) {
        block.check(size as u8);
    }
    blocks.into_iter().for_each(Block::free);
}

/// Memory is zeroed when it is given out, the second time too.
pub fn blocks_are_zeroed_when_used_again() {
    only_on_tusk();
    for size in CLASSES.into_iter().chain([2000, 20_000]) {
        for _ in 0..3 {
            let mut blocks: [Block; 8] = array::from_fn(|_| Block::new(size));
            for block in &mut blocks {
                block.check(0);
                block.bytes().fill(0xff);
            }
            blocks.into_iter().for_each(Block::free);
        }
    }
}

/// A block that was given back is what the next one is made of.
pub fn freed_blocks_are_used_again() {
    only_on_tusk();
    // The keepers hold their arenas, which a heap may give back when all of it is free.
    let keepers = CLASSES.map(Block::new);
    for size in CLASSES {
        let block = Block::new(size);
        let page = block.address() / PAGE_SIZE;
        block.free();
        let again = Block::new(size);
        check_eq!(again.address() / PAGE_SIZE, page, "the page of a block of {size} bytes taken again");
        again.free();
    }
    keepers.into_iter().for_each(Block::free);
}

/// Taking and giving back uses nothing up, however often.
pub fn ten_thousand_rounds_use_nothing_up() {
    only_on_tusk();
    for round in 0..10_000 {
        let block = Block::new(round * 37 % 3000 + 1);
        block.free();
    }
}

/// No bytes are no block.
pub fn malloc_of_nothing_is_null() {
    only_on_tusk();
    check!(book::malloc(0).is_null(), "malloc(0) gave something");
}

/// When memory is used up, malloc says so; when it has been given back, as much is there as before.
pub fn full_memory_is_null_and_not_the_end() {
    only_on_tusk();
    /// As far as this goes with patience: 64 MiB.
    const MANY: usize = 1024;
    const SIZE: usize = 60 * 1024;
    grow_stack_beforehand();
    let mut addresses = [0; MANY];
    let mut take_all = || {
        let mut count = 0;
        while let Some(block) = (count < MANY).then(|| Block::try_new(SIZE)).flatten() {
            addresses[count] = block.address();
            count += 1;
        }
        for &address in &addresses[..count] {
            check!(free_address(address) != -1, "free refused {address:#x}");
        }
        count
    };
    let count = take_all();
    if count == MANY {
        skip(format_args!("this machine has more memory than this case takes"));
    }
    check!(count > 8, "only {count} blocks of 60 KiB could be taken");
    check_eq!(take_all(), count, "the number of blocks the second time");
}

/// Parent and child go on with the same heap, each with its own.
pub fn heap_is_copied_by_fork() {
    only_on_tusk();
    let mut blocks = CLASSES.map(|size| Block::filled(size, size.ilog2() as u8));
    let mut large = Block::filled(10_000, 0x4c);
    run_well(|| {
        for (size, block) in CLASSES.into_iter().zip(&mut blocks) {
            block.check(size.ilog2() as u8);
            block.bytes().fill(0);
        }
        large.check(0x4c);
        large.bytes().fill(0);
        let own = CLASSES.map(|size| Block::filled(size, 0xc4));
        own.into_iter().for_each(Block::free);
        for inherited in blocks.iter().chain([&large]) {
            check!(free_address(inherited.address()) != -1, "free refused an inherited block");
        }
    });
    for (size, mut block) in CLASSES.into_iter().zip(blocks) {
        block.check(size.ilog2() as u8);
        block.free();
    }
    large.check(0x4c);
    large.free();
}

/// Each large block lies behind the one before it, so that in time every page table there can be was used. One in
/// which nothing is left goes back: otherwise this process alone would keep a page for each 4 MiB it ever touched, and
/// there would be room for fewer others.
pub fn page_tables_of_freed_blocks_are_given_back() {
    /// What a page table covers.
    const COVERED: usize = 4 << 20;
    needs_refusal();
    // Once for nothing: the code that this takes is loaded when it runs for the first time, into the same memory.
    Block::new(COVERED - PAGE_SIZE).free();
    crowd::size();
    let Some(before) = crowd::size() else { skip(format_args!("this machine has more memory than pids")) };
    let mut regions = [false; 1024];
    for _ in 0..100 {
        let block = Block::new(COVERED - PAGE_SIZE);
        regions[block.address() / COVERED] = true;
        block.free();
    }
    let used = regions.into_iter().filter(|&is_used| is_used).count();
    let after = crowd::size();
    println!("{before} processes, and {after:?} after blocks in {used} regions of 4 MiB");
    check_eq!(after, Some(before), "the number of processes there is room for after 100 blocks");
}
