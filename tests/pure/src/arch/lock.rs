//! The kernel's lock, as far as pure modules use it: a host has threads and no interrupts.

use std::sync::{Mutex, MutexGuard};

/// Stands for the lock whose guard keeps interrupts off.
pub struct IrqLock<T>(Mutex<T>);

impl<T> IrqLock<T> {
    pub const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().expect("no test panics with the lock held")
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        Some(self.lock())
    }
}
