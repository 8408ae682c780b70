//! The only way to a program's memory: checked, and with a way out of a page fault.
//!
//! An address in a system call's argument is an allegation. Every access checks that the range
//! lies below the kernel's half, and then simply makes the access: when a page is missing or must
//! not be written to, the page fault handler first lets the stack grow and otherwise sends us to
//! [`fixup`], which turns the fault into EFAULT. Checking the page tables beforehand would do the
//! CPU's work a second time. The book trusts all user pointers (X4, K3).

use super::user_addresses::{USER_END, USER_START};
use crate::arch::lock;
use crate::errno::{Errno, Result};
use core::arch::global_asm;

global_asm!(include_str!("../../asm/user_copy.s"));

unsafe extern "C" {
    fn user_copy(to: u32, from: u32, length: u32) -> u32;
    fn user_zero(to: u32, length: u32) -> u32;
    // Labels in the code, of which only the addresses matter.
    static user_copy_begin: u8;
    static user_copy_end: u8;
    static user_copy_fault: u8;
}

/// Where to resume when the kernel's instruction at `eip` has faulted: somewhere if it was copying
/// from or to a program, `None` if the fault is the kernel's own bug.
pub fn fixup(eip: u32) -> Option<u32> {
    let [begin, end, fault] =
        [&raw const user_copy_begin, &raw const user_copy_end, &raw const user_copy_fault].map(|label| label as u32);
    (begin..end).contains(&eip).then_some(fault)
}

/// Checks that `length` bytes at `address` can be a program's at all.
///
/// # Errors
/// EFAULT.
pub fn check_range(address: u32, length: u32) -> Result<()> {
    let end = address.checked_add(length).ok_or(Errno::FAULT)?;
    if address >= USER_START && end <= USER_END { Ok(()) } else { Err(Errno::FAULT) }
}

/// A page of the program may have to be made first: by who has the file, or by whom the program then is killed.
fn expect_no_lock() {
    assert!(!lock::any_is_held(), "a program's memory was touched under a lock");
}

fn done(status: u32) -> Result<()> {
    if status == 0 { Ok(()) } else { Err(Errno::FAULT) }
}

/// Copies `to.len()` bytes from the program's `address`.
///
/// # Errors
/// EFAULT when not all of them can be read; `to` may then be partly overwritten.
pub fn copy_from_user(to: &mut [u8], address: u32) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    expect_no_lock();
    check_range(address, to.len() as u32)?;
    // SAFETY: the source is below the kernel's half, as just checked, and a fault there is mended
    // by `fixup`; the destination is ours.
    done(unsafe { user_copy(to.as_mut_ptr() as u32, address, to.len() as u32) })
}

/// Copies `from` to the program's `address`.
///
/// # Errors
/// EFAULT when not all of it can be written; part of it may be then.
pub fn copy_to_user(address: u32, from: &[u8]) -> Result<()> {
    if from.is_empty() {
        return Ok(());
    }
    expect_no_lock();
    check_range(address, from.len() as u32)?;
    // SAFETY: the destination is below the kernel's half, as just checked: no memory of the
    // kernel's can be hit, and a fault there is mended by `fixup`.
    done(unsafe { user_copy(address, from.as_ptr() as u32, from.len() as u32) })
}

/// As [`copy_to_user`], from the kernel's bytes at `from` to which others may write meanwhile.
///
/// # Errors
/// EFAULT.
pub(super) fn copy_page_to_user(address: u32, from: u32, length: u32) -> Result<()> {
    if length == 0 {
        return Ok(());
    }
    expect_no_lock();
    check_range(address, length)?;
    // SAFETY: as in `copy_to_user`; `from` is checked by FilePage, the only caller.
    done(unsafe { user_copy(address, from, length) })
}

/// As [`copy_from_user`], to the kernel's bytes at `to` to which others may write meanwhile.
///
/// # Errors
/// EFAULT.
pub(super) fn copy_page_from_user(to: u32, address: u32, length: u32) -> Result<()> {
    if length == 0 {
        return Ok(());
    }
    expect_no_lock();
    check_range(address, length)?;
    // SAFETY: as in `copy_from_user`; `to` is checked by FilePage, the only caller.
    done(unsafe { user_copy(to, address, length) })
}

/// Fills `length` bytes at the program's `address` with zeros.
///
/// # Errors
/// As [`copy_to_user`].
pub fn zero(address: u32, length: u32) -> Result<()> {
    if length == 0 {
        return Ok(());
    }
    expect_no_lock();
    check_range(address, length)?;
    // SAFETY: as in `copy_to_user`.
    done(unsafe { user_zero(address, length) })
}

/// Reads the program's 32-bit word at `address`, aligned or not.
///
/// # Errors
/// EFAULT.
pub fn read_u32(address: u32) -> Result<u32> {
    let mut bytes = [0; 4];
    copy_from_user(&mut bytes, address)?;
    Ok(u32::from_le_bytes(bytes))
}

/// Writes the program's 32-bit word at `address`, aligned or not.
///
/// # Errors
/// EFAULT.
pub fn write_u32(address: u32, value: u32) -> Result<()> {
    copy_to_user(address, &value.to_le_bytes())
}
