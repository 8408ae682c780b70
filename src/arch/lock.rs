//! The lock of the kernel's shared state: interrupts off, and never waited for.
//!
//! On one CPU a lock that keeps interrupts off cannot be contended: finding it taken means that
//! its holder called something that takes it again. That is a bug of the kernel, so `lock`
//! panics instead of spinning for ever. No lock is held across a switch of tasks.
//!
//! What each lock protects stands at its static. Where one is taken under another, the order is, outer
//! before inner:
//!
//! * a terminal's state → scheduler, screen, serial lines, the pollers
//! * a semaphore's count → scheduler
//! * the pages of shared memory → the kernel's heap
//! * the kernel's heap → kernel addresses → frame pools
//! * the clock → the timer's registers
//!
//! All others are taken alone.

use super::interrupt::{self, Disabled};
use core::mem::ManuallyDrop;
use core::ops::{Deref, DerefMut};
use core::sync::atomic::{AtomicU32, Ordering};

/// How many locks are held. Changed with interrupts off, so plain loads and stores do.
static HELD: AtomicU32 = AtomicU32::new(0);

/// Says whether any lock is held: then neither a window nor a switch of tasks is allowed.
pub fn any_is_held() -> bool {
    HELD.load(Ordering::Relaxed) != 0
}

/// Data that is touched only while interrupts are off.
pub struct IrqLock<T> {
    inner: spin::Mutex<T>,
}

/// Access to the data of an [`IrqLock`]; interrupts stay off while it lives.
pub struct IrqGuard<'a, T> {
    // Dropped first, by hand: the lock must be free before interrupts come back.
    inner: ManuallyDrop<spin::MutexGuard<'a, T>>,
    _disabled: Disabled,
}

impl<T> IrqLock<T> {
    /// Wraps `data`.
    pub const fn new(data: T) -> Self {
        Self { inner: spin::Mutex::new(data) }
    }

    /// Turns interrupts off and hands out the data.
    ///
    /// # Panics
    /// When the lock is held already, which on one CPU is its own holder calling again.
    #[track_caller]
    pub fn lock(&self) -> IrqGuard<'_, T> {
        let disabled = interrupt::disabled();
        let inner = self.inner.try_lock().expect("a lock was taken twice");
        IrqGuard::new(inner, disabled)
    }

    /// Takes the lock for ever and hands out the data: for what is written once at boot.
    ///
    /// # Panics
    /// When the lock is held already.
    pub fn leak(&'static self) -> &'static mut T {
        spin::MutexGuard::leak(self.inner.try_lock().expect("a lock was taken twice"))
    }

    /// Frees the lock whoever holds it.
    ///
    /// # Safety
    /// The holder will never run again: the kernel has panicked.
    pub unsafe fn force_unlock(&self) {
        // SAFETY: the caller's contract. What the holder left half done is a device's register or
        // a cursor, which the panic's output does not depend on.
        unsafe { self.inner.force_unlock() };
    }

    /// As [`IrqLock::lock`], but `None` when the lock is held: for the panic path, which may have
    /// interrupted the holder.
    pub fn try_lock(&self) -> Option<IrqGuard<'_, T>> {
        let disabled = interrupt::disabled();
        let inner = self.inner.try_lock()?;
        Some(IrqGuard::new(inner, disabled))
    }
}

impl<'a, T> IrqGuard<'a, T> {
    fn new(inner: spin::MutexGuard<'a, T>, disabled: Disabled) -> Self {
        HELD.store(HELD.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        Self { inner: ManuallyDrop::new(inner), _disabled: disabled }
    }
}

impl<T> Deref for IrqGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.inner
    }
}

impl<T> DerefMut for IrqGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.inner
    }
}

impl<T> Drop for IrqGuard<'_, T> {
    fn drop(&mut self) {
        HELD.store(HELD.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
        // SAFETY: dropped here once and not used afterwards; the field is private.
        unsafe { ManuallyDrop::drop(&mut self.inner) };
    }
}
