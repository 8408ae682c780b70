//! In-kernel tests of frames, kernel pages, page tables and heaps.

use super::{Outcome, check, ktest};
use crate::arch::interrupt;
use crate::arch::paging::{self, Flags};
use crate::mm::frame::{self, Pool};
use crate::mm::kernel_pages::{KernelPages, free_addresses, get_kernel_pages};
use crate::mm::page_directory::create_page_dir;
use crate::mm::user_addresses::{create_user_vaddr_bitmap, number};
use crate::mm::user_pages::{get_a_page_without_opvaddrbitmap, ordinary_region};
use crate::mm::{fault_injection, heap, page_table};
use alloc::vec::Vec;

ktest!(kernel_pages_are_zeroed_and_given_back);
fn kernel_pages_are_zeroed_and_given_back() -> Outcome {
    for _ in 0..3 {
        let pages = get_kernel_pages(5).map_err(|_| "no pages")?;
        // SAFETY: five mapped pages of ours.
        let words = unsafe { core::slice::from_raw_parts_mut(pages.address() as *mut u32, 5 * 1024) };
        check!(words.iter().all(|&word| word == 0));
        words.fill(0xdead_beef);
    }
    Ok(())
}

ktest!(m1_a_failed_allocation_keeps_nothing);
fn m1_a_failed_allocation_keeps_nothing() -> Outcome {
    let before = (frame::free_and_total(Pool::Kernel), free_addresses());
    for n in 1..=8 {
        fault_injection::arm(n);
        let failed = get_kernel_pages(7);
        fault_injection::disarm();
        check!(failed.is_err());
        check!((frame::free_and_total(Pool::Kernel), free_addresses()) == before);
    }
    Ok(())
}

ktest!(m2_exhausted_frames_are_an_error);
fn m2_exhausted_frames_are_an_error() -> Outcome {
    let (free, _) = frame::free_and_total(Pool::User);
    let mut taken = 0;
    let mut first = None;
    let mut last = None;
    while let Ok(frame) = frame::allocate(Pool::User) {
        first = first.or(Some(frame));
        last = Some(frame);
        taken += 1;
    }
    check!(taken == free);
    check!(frame::free_and_total(Pool::User).0 == 0);
    let (Some(first), Some(last)) = (first, last) else { return Err("no frame at all") };
    // Allocation went once around the pool: every free frame of it is ours now.
    give_back(first.0.min(last.0), taken);
    check!(frame::free_and_total(Pool::User).0 == free);
    Ok(())
}

/// Puts the `count` frames with exactly one user that lie nearest around `near`: with all of a pool
/// taken, those are the pool's.
fn give_back(near: u32, count: u32) {
    let (_, total) = frame::free_and_total(Pool::User);
    let mut left = count;
    let mut number = near.saturating_sub(total);
    while left > 0 {
        let frame = paging::Frame(number);
        if frame::is_user_frame(frame) && frame::users(frame) == 1 {
            frame::put(frame);
            left -= 1;
        }
        number += 1;
    }
}

ktest!(m6_a_freed_frame_is_not_used_again_at_once);
fn m6_a_freed_frame_is_not_used_again_at_once() -> Outcome {
    let first = frame::allocate(Pool::User).map_err(|_| "no frame")?;
    frame::put(first);
    let second = frame::allocate(Pool::User).map_err(|_| "no frame")?;
    frame::put(second);
    check!(first != second);
    Ok(())
}

ktest!(more_kernel_pages_than_there_are_is_an_error);
fn more_kernel_pages_than_there_are_is_an_error() -> Outcome {
    check!(get_kernel_pages(0).is_err());
    check!(get_kernel_pages(u32::MAX).is_err());
    check!(get_kernel_pages(frame::free_and_total(Pool::Kernel).0 + 1).is_err());
    Ok(())
}

ktest!(f3_no_memory_for_a_page_table_is_an_error);
fn f3_no_memory_for_a_page_table_is_an_error() -> Outcome {
    let _off = interrupt::disabled();
    let directory = create_page_dir().map_err(|_| "no page")?;
    let page = paging::Page::containing(0x0804_8000);
    let inside = directory.enter();
    // The frame is the first allocation, its page table the second.
    fault_injection::arm(2);
    let refused = get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA);
    fault_injection::disarm();
    check!(refused.is_err());
    check!(page_table::lookup(page).is_none() && !page_table::has_table(page));
    check!(get_a_page_without_opvaddrbitmap(page, Flags::USER_DATA).is_ok());
    drop(inside);
    Ok(())
}

ktest!(x2_an_unmapped_page_leaves_the_tlb);
fn x2_an_unmapped_page_leaves_the_tlb() -> Outcome {
    let one = get_kernel_pages(1).map_err(|_| "no page")?;
    let two = get_kernel_pages(1).map_err(|_| "no page")?;
    // SAFETY: mapped pages of ours; their frames are exchanged through `page_table`'s own
    // functions, so each page keeps one.
    unsafe {
        let (a, b) = (one.address() as *mut u32, two.address() as *mut u32);
        a.write_volatile(1);
        b.write_volatile(2);
        let frame_a = page_table::page_table_pte_remove(one.first()).ok_or("not mapped")?;
        let frame_b = page_table::page_table_pte_remove(two.first()).ok_or("not mapped")?;
        page_table::page_table_add(one.first(), frame_b, Flags::KERNEL).map_err(|_| "no table")?;
        page_table::page_table_add(two.first(), frame_a, Flags::KERNEL).map_err(|_| "no table")?;
        check!(a.read_volatile() == 2 && b.read_volatile() == 1);
    }
    Ok(())
}

ktest!(k1_no_kernel_page_is_for_programs);
fn k1_no_kernel_page_is_for_programs() -> Outcome {
    for index in paging::FIRST_KERNEL_ENTRY..paging::ENTRIES {
        let page = paging::Page::containing(index << 22);
        // SAFETY: the directory is visible in its own last entry.
        let entry = unsafe { paging::directory_entry(page).read() };
        check!(!entry.is_present() || !entry.flags().contains(Flags::USER));
    }
    Ok(())
}

ktest!(kernel_text_is_read_only_and_page_0_unmapped);
fn kernel_text_is_read_only_and_page_0_unmapped() -> Outcome {
    let text = paging::Page::containing(kernel_text_is_read_only_and_page_0_unmapped as *const () as u32);
    let entry = page_table::lookup(text).ok_or("the kernel's text is not mapped")?;
    check!(!entry.flags().contains(Flags::WRITABLE));
    check!(page_table::lookup(paging::Page::containing(0)).is_none());
    // SAFETY: reading CR0 changes nothing.
    let cr0 = unsafe { x86::controlregs::cr0() };
    check!(cr0.contains(x86::controlregs::Cr0::CR0_WRITE_PROTECT));
    Ok(())
}

ktest!(a_page_directory_shares_the_kernels_half_only);
fn a_page_directory_shares_the_kernels_half_only() -> Outcome {
    let directory = create_page_dir().map_err(|_| "no page")?;
    // SAFETY: one page of 1,024 entries.
    let entries = unsafe { core::slice::from_raw_parts(directory.address() as *const u32, 1024) };
    check!(entries[..768].iter().all(|&entry| entry == 0));
    check!(entries[768] != 0);
    check!(entries[1023] & !0xfff == directory.frame().address());
    Ok(())
}

ktest!(a_bitmap_copy_is_the_childs_own);
fn a_bitmap_copy_is_the_childs_own() -> Outcome {
    let page = paging::Page::containing(0x0804_8000);
    let mut parent = create_user_vaddr_bitmap().map_err(|_| "no pages")?;
    check!(parent.insert(ordinary_region(number(page), 1)).is_ok());
    let mut child = parent.copy().map_err(|_| "no pages")?;
    check!(child.is_taken(page) && !child.is_taken(page.add(1)));
    check!(child.insert(ordinary_region(number(page) + 1, 1)).is_ok());
    check!(child.remove(number(page)..number(page) + 1).is_ok());
    check!(!child.is_taken(page) && child.find(number(page)).is_none() && child.is_taken(page.add(1)));
    check!(parent.is_taken(page) && !parent.is_taken(page.add(1)));
    Ok(())
}

ktest!(the_heap_gives_aligned_blocks_of_every_size);
fn the_heap_gives_aligned_blocks_of_every_size() -> Outcome {
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    blocks.try_reserve(64).map_err(|_| "no memory")?;
    for size in [1, 16, 17, 100, 500, 1000, 1024, 1025, 4096, 9000] {
        for fill in 0..4 {
            let mut block: Vec<u8> = Vec::new();
            block.try_reserve_exact(size).map_err(|_| "no memory")?;
            block.resize(size, fill);
            check!((block.as_ptr() as usize).is_multiple_of(16));
            blocks.push(block);
        }
    }
    let is_whole = |(index, block): (usize, &Vec<u8>)| block.iter().all(|&b| usize::from(b) == index % 4);
    check!(blocks.iter().enumerate().all(is_whole));
    Ok(())
}

ktest!(the_heap_says_when_memory_is_out);
fn the_heap_says_when_memory_is_out() -> Outcome {
    let mut huge: Vec<u8> = Vec::new();
    check!(huge.try_reserve_exact(1 << 30).is_err());
    fault_injection::arm(1);
    let boxed = heap::try_box(&[0u8; 64]);
    fault_injection::disarm();
    check!(boxed.is_err());
    Ok(())
}

ktest!(x1_a_run_of_pages_is_freed_whole);
fn x1_a_run_of_pages_is_freed_whole() -> Outcome {
    // The book frees 22 of a bitmap's 23 pages, and after 163 rounds no run of 23 is left.
    for _ in 0..1000 {
        let pages: KernelPages = get_kernel_pages(23).map_err(|_| "no run of 23 pages is left")?;
        check!(pages.count() == 23);
    }
    Ok(())
}
