//! In-kernel tests of pinned frames.

use super::{Outcome, check, ktest};
use crate::arch::paging::PAGE_SIZE;
use crate::errno::Errno;
use crate::mm::frame::{self, Pool};
use crate::mm::kernel_pages::get_kernel_pages;
use crate::mm::pin::{Pin, Segment, get_kernel_page, pin_kernel_pages};

ktest!(a_pinned_frame_outlives_its_mapping);
fn a_pinned_frame_outlives_its_mapping() -> Outcome {
    let (free, _) = frame::free_and_total(Pool::Kernel);
    let page = get_kernel_pages(1).map_err(|_| "no page")?;
    let pin = get_kernel_page(page.address()).map_err(|_| "no pin")?;
    check!(frame::users(pin.frame()) == 2);
    drop(page);
    check!(frame::users(pin.frame()) == 1);
    check!(frame::free_and_total(Pool::Kernel).0 == free - 1);
    drop(pin);
    check!(frame::free_and_total(Pool::Kernel).0 == free);
    Ok(())
}

ktest!(a_row_of_segments_is_pinned_up_to_the_first_bad_one);
fn a_row_of_segments_is_pinned_up_to_the_first_bad_one() -> Outcome {
    let pages = get_kernel_pages(2).map_err(|_| "no pages")?;
    let segment = |base, length| Segment { base, length };
    let whole = [segment(pages.address(), PAGE_SIZE), segment(pages.address() + PAGE_SIZE, PAGE_SIZE)];
    let mut pins: [Option<Pin>; 3] = [const { None }; 3];
    check!(pin_kernel_pages(&whole, &mut pins) == Ok(2));
    check!(pins[1].as_ref().is_some_and(|pin| frame::users(pin.frame()) == 2));
    pins = [const { None }; 3];
    let with_bad = [whole[0], segment(pages.address(), 100), whole[1]];
    check!(pin_kernel_pages(&with_bad, &mut pins) == Ok(1));
    check!(pins[1].is_none());
    check!(pin_kernel_pages(&with_bad[1..], &mut pins) == Err(Errno::INVAL));
    // A program's address, and one of the kernel's where nothing is.
    check!(get_kernel_page(0x0804_8000) == Err(Errno::FAULT));
    check!(get_kernel_page(0xff80_0000) == Err(Errno::FAULT));
    Ok(())
}
