//! How much of each resource a process may use. `man 2 getrlimit`.
//!
//! Most processes never change them, so the table is made when one does. What obeys them is what they limit:
//! descriptors (`RLIMIT_NOFILE`); the others are kept and told, not enforced.

use super::task_ref::running_thread;
use crate::errno::{Errno, Result};
use crate::mm::heap::try_box;
use alloc::boxed::Box;
use core::cell::RefCell;
use linux_raw_sys::general as linux;

/// How many resources there are.
pub const RESOURCES: usize = 16;
/// The most descriptors that a process can have, whatever its limit.
#[doc(alias = "MAX_FILES_OPEN_PER_PROC")]
pub const OPEN_FILES_MAX: u32 = 4096;
/// No limit.
pub const INFINITY: u64 = u64::MAX;

/// What a process may use now, and how far it may raise that itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub soft: u64,
    pub hard: u64,
}

/// The limits of a process; `None`: all as at first.
pub struct Limits(RefCell<Option<Box<[Limit; RESOURCES]>>>);

impl Limits {
    /// As at first.
    pub const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// The limit of `resource`.
    ///
    /// # Errors
    /// EINVAL when there is no such resource.
    pub fn get(&self, resource: u32) -> Result<Limit> {
        let index = index(resource)?;
        Ok(self.0.borrow().as_ref().map_or_else(|| at_first(resource), |limits| limits[index]))
    }

    /// Sets the limit of `resource`.
    ///
    /// # Errors
    /// EINVAL for an unknown resource, or a limit that is higher than the one that it may be raised to; ENOMEM.
    pub fn set(&self, resource: u32, limit: Limit) -> Result<()> {
        let index = index(resource)?;
        if limit.soft > limit.hard {
            return Err(Errno::INVAL);
        }
        let mut limits = self.0.borrow_mut();
        if limits.is_none() {
            *limits = Some(try_box(&core::array::from_fn(|resource| at_first(resource as u32)))?);
        }
        if let Some(limits) = &mut *limits {
            limits[index] = limit;
        }
        Ok(())
    }

    /// Makes these, which are new, a copy of `parent`'s.
    ///
    /// # Errors
    /// ENOMEM.
    pub fn inherit(&self, parent: &Self) -> Result<()> {
        *self.0.borrow_mut() = parent.0.borrow().as_ref().map(|limits| try_box(&**limits)).transpose()?;
        Ok(())
    }
}

/// How many descriptors the running process may have: their numbers are below this.
pub fn open_files() -> u32 {
    let limit = running_thread().process().limits.get(linux::RLIMIT_NOFILE).map_or(0, |limit| limit.soft);
    limit.min(u64::from(OPEN_FILES_MAX)) as u32
}

fn index(resource: u32) -> Result<usize> {
    usize::try_from(resource).ok().filter(|&index| index < RESOURCES).ok_or(Errno::INVAL)
}

fn at_first(resource: u32) -> Limit {
    let (soft, hard) = match resource {
        linux::RLIMIT_NOFILE => (1024, 4096),
        linux::RLIMIT_STACK => (8 << 20, INFINITY),
        linux::RLIMIT_CORE => (0, INFINITY),
        _ => (INFINITY, INFINITY),
    };
    Limit { soft, hard }
}
