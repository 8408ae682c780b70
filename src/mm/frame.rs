//! Frames: which physical pages are free, in two pools, and how often each is used.
//!
//! As in the book the usable memory is split in halves: the kernel's pool (PCB pages, bitmaps, page
//! tables, arenas, all with or without an address in the kernel's half) and the programs' pool,
//! whose frames have no permanent kernel address. So programs that take all memory cannot keep the
//! kernel from serving them. Each pool is a bitmap over a range of frames in which holes of the
//! memory map and what is reserved count as taken.
//!
//! A frame also has a count of its users (a mapping, a pin): it goes back to its pool when the last
//! one puts it. Book: chapter 8, `struct pool`, `palloc`, `pfree`.

use super::bitmap::Bitmap;
use super::fault_injection;
use crate::arch::lock::IrqLock;
use crate::arch::paging::Frame;
use crate::errno::{Errno, Result};
use crate::trace::tracepoint;

/// Which half of memory. The book's `enum pool_flags`.
#[doc(alias = "pool_flags")]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pool {
    /// The kernel's half, the book's `PF_KERNEL`.
    Kernel,
    /// The programs' half, the book's `PF_USER`.
    User,
}

/// One pool: a bitmap over frames `first`, `first + 1`, ….
///
/// # Invariants
/// `free` is the number of zero bits.
#[doc(alias = "struct pool")]
pub(super) struct FramePool {
    bitmap: Bitmap,
    first: Frame,
    free: u32,
    total: u32,
}

impl FramePool {
    /// A pool of the frames from `first` on whose bits in `bitmap` are 0.
    pub(super) fn new(bitmap: Bitmap, first: Frame) -> Self {
        let free = bitmap.count_free() as u32;
        Self { bitmap, first, free, total: free }
    }

    /// How many frames are free.
    pub(super) fn free(&self) -> u32 {
        self.free
    }

    fn contains(&self, frame: Frame) -> bool {
        frame >= self.first && ((frame.0 - self.first.0) as usize) < self.bitmap.len()
    }
}

/// Both pools and the counts.
pub(super) struct Frames {
    kernel: FramePool,
    user: FramePool,
    /// The users of frame `first_counted + i`; 0 for a free frame.
    counts: &'static mut [u16],
    first_counted: Frame,
}

/// Set once by `mm::init`; every allocation and release of a frame goes through it.
static FRAMES: IrqLock<Option<Frames>> = IrqLock::new(None);

impl Frames {
    pub(super) fn new(kernel: FramePool, user: FramePool, counts: &'static mut [u16], first_counted: Frame) -> Self {
        Self { kernel, user, counts, first_counted }
    }

    /// Counts `frame`, which lies in a pool's range and was left out of it so far, as one of the pool's in use.
    pub(super) fn adopt(&mut self, frame: Frame) {
        *self.count(frame) = 1;
        let pool = if self.kernel.contains(frame) { &mut self.kernel } else { &mut self.user };
        pool.total += 1;
    }

    fn pool(&mut self, pool: Pool) -> &mut FramePool {
        match pool {
            Pool::Kernel => &mut self.kernel,
            Pool::User => &mut self.user,
        }
    }

    fn count(&mut self, frame: Frame) -> &mut u16 {
        &mut self.counts[(frame.0 - self.first_counted.0) as usize]
    }
}

/// Installs the pools.
pub(super) fn install(frames: Frames) {
    *FRAMES.lock() = Some(frames);
}

fn with<R>(work: impl FnOnce(&mut Frames) -> R) -> R {
    work(FRAMES.lock().as_mut().expect("frames are used before mm::init"))
}

/// Takes one frame from `pool`, with one user. Its contents are whatever was there.
///
/// # Errors
/// ENOMEM when the pool is empty.
#[doc(alias = "palloc")]
pub fn allocate(pool: Pool) -> Result<Frame> {
    fault_injection::check()?;
    let frame = with(|frames| {
        let from = frames.pool(pool);
        let index = from.bitmap.allocate_one().ok_or(Errno::NOMEM)?;
        from.free -= 1;
        let frame = Frame(from.first.0 + index as u32);
        *frames.count(frame) = 1;
        Ok(frame)
    })?;
    tracepoint!(alloc::frame(frame.address(), is_user_frame(frame).into()));
    Ok(frame)
}

/// Takes one more use of `frame`, which has one already.
///
/// # Errors
/// ENOMEM when it has as many as can be counted.
pub fn share(frame: Frame) -> Result<()> {
    with(|frames| {
        let count = frames.count(frame);
        assert!(*count > 0, "a free frame was shared");
        *count = count.checked_add(1).ok_or(Errno::NOMEM)?;
        tracepoint!(alloc::frame_shared(frame.address(), (*count).into()));
        Ok(())
    })
}

/// Drops one use of `frame`; the last one gives it back to its pool. The book's `pfree`.
///
/// # Panics
/// When the frame has no user: it was put once too often.
#[doc(alias = "pfree")]
pub fn put(frame: Frame) {
    with(|frames| {
        let count = frames.count(frame);
        *count = count.checked_sub(1).expect("a free frame was put");
        if *count > 0 {
            return;
        }
        tracepoint!(alloc::frame_back(frame.address(), frames.user.contains(frame).into()));
        let pool = if frames.kernel.contains(frame) { &mut frames.kernel } else { &mut frames.user };
        pool.bitmap.release((frame.0 - pool.first.0) as usize);
        pool.free += 1;
    });
}

/// How many users `frame` has.
pub fn users(frame: Frame) -> u16 {
    with(|frames| *frames.count(frame))
}

/// Says whether `frame` lies in the range of the programs' pool.
pub fn is_user_frame(frame: Frame) -> bool {
    with(|frames| frames.user.contains(frame))
}

/// The free and total frames of `pool`.
pub fn free_and_total(pool: Pool) -> (u32, u32) {
    with(|frames| {
        let pool = frames.pool(pool);
        (pool.free, pool.total)
    })
}
