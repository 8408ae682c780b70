//! Pinning frames: what must still be there after a sleep takes a use of its frame.
//!
//! A pinned frame is neither freed nor used again until the pin is dropped, whatever becomes of the mapping by which
//! it was found. Linux's `get_kernel_pages`, `get_kernel_page` and `put_page`, which the third of the listings that
//! Tusk reproduces carries between the book's functions; the book's function of the first name is another one
//! ([`get_kernel_pages`](super::kernel_pages::get_kernel_pages)): it allocates.

use super::frame;
use super::page_table;
use crate::arch::paging::{Frame, PAGE_SIZE, Page};
use crate::errno::{Errno, Result};

/// A use of a frame, given back when it is dropped: Linux's `put_page`.
#[derive(Debug, PartialEq, Eq)]
#[doc(alias = "put_page")]
pub struct Pin(Frame);

impl Pin {
    /// Takes a use of `frame`, which has one already.
    ///
    /// # Errors
    /// ENOMEM when it has as many as can be counted.
    pub fn new(frame: Frame) -> Result<Self> {
        frame::share(frame)?;
        Ok(Self(frame))
    }

    /// The frame.
    pub fn frame(&self) -> Frame {
        self.0
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        frame::put(self.0);
    }
}

/// A piece of the kernel's memory: Linux's `struct kvec`.
#[derive(Clone, Copy)]
pub struct Segment {
    pub base: u32,
    pub length: u32,
}

/// Pins the frame behind the page of `address`, of the address space in use; `None` when there is none.
///
/// # Errors
/// ENOMEM when it has as many uses as can be counted.
pub fn pin_page(address: u32) -> Result<Option<Pin>> {
    page_table::lookup(Page::containing(address)).map(|entry| Pin::new(entry.frame())).transpose()
}

/// Pins the frame behind the kernel address `start`. Linux's `get_kernel_page`; that the kernel wants to write there
/// changes nothing, since all of its pages that are counted are writable.
///
/// # Errors
/// EFAULT for an address that is not the kernel's or not mapped; ENOMEM.
pub fn get_kernel_page(start: u32) -> Result<Pin> {
    if Page::containing(start).is_user() {
        return Err(Errno::FAULT);
    }
    pin_page(start)?.ok_or(Errno::FAULT)
}

/// Pins the frames behind `segments`, each exactly a page long, into `pins`, as far as both reach; returns how many.
/// Linux's `get_kernel_pages`.
///
/// # Errors
/// EINVAL when the first segment is not a page long, as what [`get_kernel_page`] says of it; a later one ends the row.
#[doc(alias = "get_kernel_pages")]
pub fn pin_kernel_pages(segments: &[Segment], pins: &mut [Option<Pin>]) -> Result<usize> {
    let mut pinned = 0;
    for (segment, pin) in segments.iter().zip(pins) {
        let one = if segment.length == PAGE_SIZE { get_kernel_page(segment.base) } else { Err(Errno::INVAL) };
        match one {
            Ok(one) => *pin = Some(one),
            Err(error) if pinned == 0 => return Err(error),
            Err(_) => break,
        }
        pinned += 1;
    }
    Ok(pinned)
}
