//! Exceptions: a program's mistake ends the program, the kernel's own is a panic.
//!
//! A page fault may also be no mistake at all: memory is given on demand, and a system call that
//! was given a bad pointer resumes where it can say so. In the book every exception stops the
//! machine (K4). Reference: SDM volume 3A, 6.15; `man 7 signal`.

use super::exit::exit_process;
use super::floating_point;
use super::signal::{Information, Signal, deliver};
use super::status::WaitStatus;
use super::task_ref::running_thread;
use crate::arch::cpu;
use crate::arch::idt::FIRST_IRQ;
use crate::arch::trap::{TrapFrame, mend_segment, mend_stack_segment, register_handler};
use crate::mm::demand::{Touch, Trouble};
use crate::mm::user;
use crate::trace::{step, tracepoint};
use linux_raw_sys::general as linux;
use spin::Once;

const PAGE_FAULT: u8 = 14;
const DEVICE_NOT_AVAILABLE: u8 = 7;
const NON_MASKABLE_INTERRUPT: u32 = 2;
const MACHINE_CHECK: u32 = 18;
/// In a page fault's error code: the access was a write.
const WRITE: u32 = 1 << 1;

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

/// The signal that Linux sends for each exception, its code, and the address that comes along.
fn signal_for(frame: &TrapFrame) -> (Signal, u32, u32) {
    const OF_KERNEL: u32 = linux::SI_KERNEL;
    match frame.vector {
        0 => (Signal::FPE, linux::FPE_INTDIV, frame.eip),
        1 => (Signal::TRAP, linux::TRAP_TRACE, frame.eip),
        3 => (Signal::TRAP, OF_KERNEL, 0),
        6 => (Signal::ILL, linux::ILL_ILLOPN, frame.eip),
        11 | 12 => (Signal::BUS, OF_KERNEL, 0),
        16 | 19 => (Signal::FPE, floating_point::error_code(frame.vector == 19), frame.eip),
        17 => (Signal::BUS, linux::BUS_ADRALN, 0),
        _ => (Signal::SEGV, OF_KERNEL, 0),
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
    if mend_segment(frame) || mend_stack_segment(frame) {
        return;
    }
    if !frame.is_from_user() || frame.vector == MACHINE_CHECK {
        on_kernel_fault(frame, format_args!("{name} at {:#x}", frame.eip));
    }
    let (signal, code, address) = signal_for(frame);
    fault_signal(frame, signal, code, address);
}

fn on_page_fault(frame: &mut TrapFrame) {
    let address = cpu::page_fault_address();
    let fixup = if frame.is_from_user() { None } else { user::fixup(frame.eip) };
    if !frame.is_from_user() && fixup.is_none() {
        on_kernel_fault(frame, format_args!("page fault at {address:#x} in the kernel"));
    }
    let touch = if frame.error_code & WRITE != 0 { Touch::Write } else { Touch::Read };
    let brought = {
        let _step = step!(fault::page(address, frame.error_code, frame.eip));
        bring(address, touch)
    };
    let Err(trouble) = brought else { return };
    match (fixup, trouble) {
        (Some(resume), _) => {
            tracepoint!(fault::kernel_resumes(resume));
            frame.eip = resume;
        }
        (None, Trouble::OutOfMemory) => kill(frame, Signal::KILL, format_args!("out of memory at {address:#x}")),
        (None, Trouble::BeyondFile) => fault_signal(frame, Signal::BUS, linux::BUS_ADRERR, address),
        (None, Trouble::NoRegion) => fault_signal(frame, Signal::SEGV, linux::SEGV_MAPERR, address),
        (None, Trouble::Forbidden) => fault_signal(frame, Signal::SEGV, linux::SEGV_ACCERR, address),
    }
}

/// Brings the page at `address` of the running program to where it can be touched like this.
fn bring(address: u32, touch: Touch) -> Result<(), Trouble> {
    running_thread().memory().ok_or(Trouble::NoRegion)?.bring(address, touch)
}

fn on_device_not_available(frame: &mut TrapFrame) {
    if !frame.is_from_user() {
        on_exception(frame);
    } else if let Err(error) = floating_point::claim() {
        kill(frame, Signal::KILL, format_args!("floating point: {error}"));
    }
}

/// The running program has made a mistake, at `address` if it is about one: sends it `signal` with the code `code`,
/// which it cannot block or ignore. Without a handler for it the program ends here and now, which is logged.
pub(super) fn fault_signal(frame: &TrapFrame, signal: Signal, code: u32, address: u32) {
    tracepoint!(fault::signal(signal.number(), address));
    let task = running_thread();
    if frame.vector == u32::from(PAGE_FAULT) {
        task.signals.fault_address.set(address);
    }
    if !deliver::force_on_running(Information::fault(signal, code, address)) {
        let name = NAMES.get(frame.vector as usize).copied().unwrap_or("fault");
        match frame.vector == u32::from(PAGE_FAULT) {
            true => kill(frame, signal, format_args!("{name} at {address:#x}")),
            false => kill(frame, signal, format_args!("{name}")),
        }
    }
}

/// Ends the running program for its mistake.
fn kill(frame: &TrapFrame, signal: Signal, why: core::fmt::Arguments) -> ! {
    let task = running_thread();
    let pid = task.pid().map_or(0, |pid| pid.number());
    log::info!(target: "fault", "{}[{pid}]: {why}, eip {:#x}, esp {:#x}: {signal:?}", task.name().as_str(), frame.eip, frame.esp);
    exit_process(WaitStatus::killed(signal))
}
