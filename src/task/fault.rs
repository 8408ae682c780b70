//! Exceptions: a program's mistake ends the program, the kernel's own is a panic.
//!
//! A page fault may also be no mistake at all: the stack grows on demand, and a system call that
//! was given a bad pointer resumes where it can say so. In the book every exception stops the
//! machine (K4). Reference: SDM volume 3A, 6.15; `man 7 signal`.

use super::exit::exit_with;
use super::floating_point;
use super::status::{Signal, WaitStatus};
use super::task_ref::running_thread;
use crate::arch::cpu;
use crate::arch::idt::FIRST_IRQ;
use crate::arch::paging::Page;
use crate::arch::trap::{TrapFrame, register_handler};
use crate::mm::user;
use crate::mm::user_addresses::{STACK_BOTTOM, USER_END};
use crate::mm::user_pages::get_a_page;
use spin::Once;

const PAGE_FAULT: u8 = 14;
const DEVICE_NOT_AVAILABLE: u8 = 7;
const NON_MASKABLE_INTERRUPT: u32 = 2;
const MACHINE_CHECK: u32 = 18;
/// In a page fault's error code: the page was there, but not for this access.
const PROTECTION: u32 = 1 << 0;

/// What the exceptions are called, by vector.
const NAMES: [&str; 32] = [
    "divide error",
    "debug trap",
    "non-maskable interrupt",
    "breakpoint",
    "overflow",
    "bound range exceeded",
    "invalid opcode",
    "no floating-point unit",
    "double fault",
    "coprocessor segment overrun",
    "invalid task state",
    "segment not present",
    "stack segment fault",
    "general protection fault",
    "page fault",
    "reserved exception 15",
    "floating-point error",
    "alignment check",
    "machine check",
    "SIMD floating-point error",
    "virtualization exception",
    "control protection exception",
    "reserved exception 22",
    "reserved exception 23",
    "reserved exception 24",
    "reserved exception 25",
    "reserved exception 26",
    "reserved exception 27",
    "hypervisor injection exception",
    "VMM communication exception",
    "security exception",
    "reserved exception 31",
];

/// What becomes of a fault of the kernel's own: the panic's report, above us.
pub type KernelFault = fn(&TrapFrame, core::fmt::Arguments) -> !;

static KERNEL_FAULT: Once<KernelFault> = Once::new();

/// Sets what becomes of the kernel's own faults.
pub fn set_kernel_fault(report: KernelFault) {
    KERNEL_FAULT.call_once(|| report);
}

fn on_kernel_fault(frame: &TrapFrame, what: core::fmt::Arguments) -> ! {
    match KERNEL_FAULT.get() {
        Some(report) => report(frame, what),
        None => panic!("{what}"),
    }
}

/// Takes over the exceptions. The book's `exception_init`.
#[doc(alias = "exception_init")]
pub(super) fn init() {
    for vector in 0..FIRST_IRQ {
        register_handler(vector, on_exception);
    }
    register_handler(PAGE_FAULT, on_page_fault);
    register_handler(DEVICE_NOT_AVAILABLE, on_device_not_available);
}

/// The signal by which Linux ends a program for each exception.
fn signal_for(vector: u32) -> Signal {
    match vector {
        0 | 16 | 19 => Signal::FloatingPoint,
        1 | 3 => Signal::Trap,
        6 => Signal::Illegal,
        11 | 12 | 17 => Signal::Bus,
        _ => Signal::Segmentation,
    }
}

/// The book's `general_intr_handler`.
#[doc(alias = "general_intr_handler")]
fn on_exception(frame: &mut TrapFrame) {
    let name = NAMES[frame.vector as usize];
    if frame.vector == NON_MASKABLE_INTERRUPT {
        // A chip's complaint, nobody's fault: said, and gone on from.
        return log::warn!(target: "fault", "{name}");
    }
    if !frame.is_from_user() || frame.vector == MACHINE_CHECK {
        on_kernel_fault(frame, format_args!("{name} at {:#x}", frame.eip));
    }
    kill(frame, signal_for(frame.vector), format_args!("{name}"));
}

fn on_page_fault(frame: &mut TrapFrame) {
    let address = cpu::page_fault_address();
    if frame.error_code & PROTECTION == 0 && grow_stack(address) {
        return;
    }
    if frame.is_from_user() {
        kill(frame, Signal::Segmentation, format_args!("page fault at {address:#x}"));
    }
    match user::fixup(frame.eip) {
        Some(resume) => frame.eip = resume,
        None => on_kernel_fault(frame, format_args!("page fault at {address:#x} in the kernel")),
    }
}

/// Gives the program the stack page at `address` if it may have one there; says whether.
///
/// The whole 8 MiB below the top may be touched in any order, as on Linux.
fn grow_stack(address: u32) -> bool {
    if !(STACK_BOTTOM..USER_END).contains(&address) {
        return false;
    }
    let task = running_thread();
    // Busy while exec builds the stack itself: then the page fault is no demand.
    let Ok(mut addresses) = task.userprog_vaddr.try_borrow_mut() else { return false };
    addresses.as_mut().is_some_and(|addresses| get_a_page(addresses, Page::containing(address)).is_ok())
}

fn on_device_not_available(frame: &mut TrapFrame) {
    if !frame.is_from_user() {
        on_exception(frame);
    } else if let Err(error) = floating_point::claim() {
        kill(frame, Signal::Kill, format_args!("floating point: {error}"));
    }
}

/// Ends the running program for its mistake.
fn kill(frame: &TrapFrame, signal: Signal, why: core::fmt::Arguments) -> ! {
    let task = running_thread();
    let pid = task.pid().map_or(0, |pid| pid.number());
    log::info!(target: "fault", "{}[{pid}]: {why}, eip {:#x}, esp {:#x}: {signal:?}", task.name().as_str(), frame.eip, frame.esp);
    exit_with(WaitStatus::killed(signal))
}
