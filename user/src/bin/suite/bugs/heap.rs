//! F6, M4 and M5: the book's heap.

use crate::block::{Block, free_address};
use crate::check::{check, check_eq, only_on_tusk};
use crate::child::{run, run_well};
use core::array;
use linux_raw_sys::general::SIGSEGV;
use tusk_user::heap::PAGE_SIZE;
use tusk_user::{Status, book};

/// F6: an arena of the book's names the list its free blocks go to by an address in the PARENT's task, and so a child's
/// free puts its block on the parent's list: the parent's next malloc or free writes into a live block.
pub fn f6_child_free_never_touches_the_parent() {
    only_on_tusk();
    let mut live: [Block; 20] = array::from_fn(|_| Block::filled(16, b'B'));
    let [first, second] = [Block::new(16), Block::new(16)];
    first.free();

    run_well(|| {
        // Every second of the parent's blocks, in the child's copy.
        let blocks = array::from_fn::<_, 20, _>(|index| live[index].address());
        for address in blocks.into_iter().step_by(2) {
            check!(free_address(address) != -1, "free refused an inherited block");
        }
    });

    // What the child gave back was its own: the parent's blocks are whole, and none of them is given out again.
    second.free();
    let fresh: [Block; 40] = array::from_fn(|_| Block::filled(16, b'C'));
    for block in &mut live {
        block.check(b'B');
        check!(fresh.iter().all(|other| other.address() != block.address()), "a live block was given out again");
    }
    fresh.into_iter().chain(live).for_each(Block::free);
}

/// F6: the child of the book begins with empty lists, so that all free blocks it inherits are lost to it.
pub fn f6_child_uses_the_free_blocks_it_inherits() {
    only_on_tusk();
    for size in [16, 64, 1024] {
        let keeper = Block::new(size);
        let freed = Block::new(size);
        let page = freed.address() / PAGE_SIZE;
        freed.free();
        run_well(|| {
            let again = Block::new(size);
            check_eq!(again.address() / PAGE_SIZE, page, "the page of the child's block of {size} bytes");
        });
        keeper.free();
    }
}

/// M4: in the book a malloc of 3,840 pages or more is a panic.
pub fn m4_huge_malloc_is_null() {
    only_on_tusk();
    for size in [0xb000_0000, 0xbfff_ffff, 0xc000_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_f000, 0xffff_fff4, usize::MAX]
    {
        check!(book::malloc(size).is_null(), "malloc({size:#x}) gave something");
    }
    // The heap is as good as before, and so is the process.
    let block = Block::filled(100, 1);
    run_well(|| Block::new(5000).free());
    block.free();
}

/// M5: the book's free believes the header it finds below any pointer.
pub fn m5_bad_pointer_given_to_free_is_an_error() {
    only_on_tusk();
    let mut block = Block::filled(64, 0x64);
    let on_stack = [0u32; 8];
    let bad = [
        1,
        0x1000,
        0x0804_8000,
        0x0804_9010,
        on_stack.as_ptr().addr(),
        block.address() + 1,
        block.address() + 8,
        block.address() + 32,
        block.address() & !0xfff,
        0x9000_0000,
        0xbfff_fffc,
        0xc000_0000,
        0xc010_000c,
        0xffc0_0000,
        0xffff_ffff,
    ];
    for address in bad {
        check_eq!(free_address(address), -1, "free({address:#x})");
    }
    // C's free takes a null pointer; the book's does not. Either may be said, but nothing may happen.
    free_address(0);
    block.check(0x64);
    block.free();
    run_well(|| Block::new(64).free());
}

/// M5: a block given back twice is given out twice.
pub fn m5_double_free_is_an_error() {
    only_on_tusk();
    for size in [16, 256, 1024, 9000] {
        // The keeper holds the arena, which otherwise would be gone after the first free.
        let keeper = Block::new(size);
        let block = Block::new(size);
        let address = block.address();
        block.free();
        check_eq!(free_address(address), -1, "the second free of a block of {size} bytes");
        let [first, second] = [Block::new(size), Block::new(size)];
        check!(first.address() != second.address(), "two blocks of {size} bytes are one");
        [first, second, keeper].into_iter().for_each(Block::free);
    }
}

/// What a program may leave in its heap, to the kernel's confusion.
const RUBBISH: [u32; 6] = [0, 1, 0xffff_ffff, 0xc000_0000, 0xc009_e044, 0x0804_8000];

/// Runs `damage` in a child with each kind of rubbish. The child may fail or be killed; nobody else may notice.
fn hurts_only_its_owner(damage: impl Fn(u32)) {
    let mut block = Block::filled(64, 0x64);
    for rubbish in RUBBISH {
        let status = run(|| {
            damage(rubbish);
            // Use the heap as it is now, and fork and die with it.
            for size in [16, 64, 64, 64, 5000] {
                let pointer = book::malloc(size).addr();
                check!(pointer < 0xc000_0000 - size, "malloc({size}) gave {pointer:#x}");
                free_address(pointer);
            }
            run(|| 0);
            0
        });
        let is_fine = status == Status(0) || status.signal() == Some(SIGSEGV);
        check!(is_fine, "the end of the child that wrote {rubbish:#x}: {status}");
    }
    block.check(0x64);
    block.free();
    run_well(|| Block::new(64).free());
}

/// M5: the header of an arena lies in the program's memory, and the program may write there.
pub fn m5_damaged_arena_hurts_only_its_owner() {
    only_on_tusk();
    hurts_only_its_owner(|rubbish| {
        for size in [64, 5000] {
            let block = Block::new(size);
            // The header is at the start of the page, and as large as the distance of the first block.
            let page = core::ptr::with_exposed_provenance_mut::<u32>(block.address() & !0xfff);
            for word in 0..(block.address() & 0xfff).min(16) / 4 {
                // SAFETY: the page is mapped, being the block's, and these bytes belong to no Rust object.
                unsafe { page.add(word).write_volatile(rubbish) };
            }
            free_address(block.address());
        }
    });
}

/// M5: the links of the free list lie in the free blocks themselves.
pub fn m5_damaged_free_list_hurts_only_its_owner() {
    only_on_tusk();
    hurts_only_its_owner(|rubbish| {
        let keeper = Block::new(64);
        let blocks: [Block; 4] = array::from_fn(|_| Block::new(64));
        let places = blocks.each_ref().map(Block::address);
        blocks.into_iter().for_each(Block::free);
        for place in places {
            for word in 0..4 {
                // SAFETY: the arena is held by the keeper, and these bytes belong to no Rust object any more.
                unsafe { core::ptr::with_exposed_provenance_mut::<u32>(place).add(word).write_volatile(rubbish) };
            }
        }
        free_address(places[0]);
        free_address(keeper.address());
    });
}
