//! The kernel's last words: what went wrong, the registers, how it came there, and who ran.
//!
//! Interrupts go off, locks are ignored, nothing is allocated: whatever is broken, this must get
//! through. Then the machine ends with code 3 for a host that waits for it, or halts with the
//! message on the screen.

use super::backtrace::{self, Frames};
use super::log::Output;
use crate::arch::trap::TrapFrame;
use crate::arch::{interrupt, power, tss};
use crate::dev::console;
use crate::task::pcb::{self, TaskRef, running_thread};
use core::fmt::Write;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering};

/// Set by the first panic: a panic while panicking must not try the same again.
static IS_PANICKING: AtomicBool = AtomicBool::new(false);

/// Ends the kernel for a fault of its own at `frame`.
pub fn on_kernel_fault(frame: &TrapFrame, what: core::fmt::Arguments) -> ! {
    // From ring 0 the CPU pushes no esp: the frame itself lies on the stack that was in use.
    let esp = &raw const frame.esp as u32;
    die(what, Some(frame), frame.eip, frame.ebp, esp)
}

/// What the double-fault task runs (src/arch/tss.rs).
pub extern "C" fn on_double_fault() -> ! {
    let at = tss::interrupted();
    die(format_args!("double fault, esp {:#x}", at.esp), None, at.eip, at.ebp, at.esp0 - 1)
}

#[panic_handler]
fn on_panic(info: &PanicInfo) -> ! {
    let frame = backtrace::current_frame() as u32;
    match info.location() {
        Some(place) => die(format_args!("{} at {place}", info.message()), None, 0, frame, frame),
        None => die(format_args!("{}", info.message()), None, 0, frame, frame),
    }
}

/// Says it all and ends. `eip` is where it happened, or 0 if that is on the chain from `ebp`; `esp`
/// is on the stack of the task that ran.
fn die(what: core::fmt::Arguments, frame: Option<&TrapFrame>, eip: u32, ebp: u32, esp: u32) -> ! {
    interrupt::disable();
    if IS_PANICKING.swap(true, Ordering::Relaxed) {
        power::panic_exit();
    }
    // SAFETY: interrupts are off and we do not come back.
    unsafe { console::seize() };
    log::error!(target: "tusk", "panic: {what}");
    let task = pcb::of_stack(esp);
    let _ = report(task, frame, eip, ebp, esp);
    power::panic_exit()
}

fn report(
    task: TaskRef,
    frame: Option<&TrapFrame>,
    eip: u32,
    ebp: u32,
    esp: u32,
) -> core::fmt::Result {
    let out = &mut Output;
    if let Some(f) = frame {
        writeln!(out, "eax {:08x}  ebx {:08x}  ecx {:08x}  edx {:08x}", f.eax, f.ebx, f.ecx, f.edx)?;
        writeln!(out, "esi {:08x}  edi {:08x}  ebp {:08x}  esp {esp:08x}", f.esi, f.edi, f.ebp)?;
        writeln!(out, "eip {:08x}  eflags {:08x}  error code {:x}", f.eip, f.eflags, f.error_code)?;
    } else {
        writeln!(out, "eip {eip:08x}  ebp {ebp:08x}  esp {esp:08x}")?;
    }
    let (cr0, cr2, cr3) = control_registers();
    writeln!(out, "cr0 {cr0:08x}  cr2 {cr2:08x}  cr3 {cr3:08x}")?;
    if task.is_intact() {
        let pid = task.pid().map_or(0, |pid| pid.number());
        writeln!(out, "running: {} (pid {pid}), PCB page {:#x}", task.name().as_str(), task.stack_top() - 4096)?;
    } else {
        writeln!(out, "running: unknown, the stack at {esp:#x} has overflowed into its task")?;
    }
    writeln!(out, "backtrace:")?;
    let stack = task.stack_top() as usize - 4096..task.stack_top() as usize;
    // SAFETY: a PCB page is mapped as long as its task exists, and it runs.
    let frames = unsafe { Frames::new(ebp as usize, stack) };
    backtrace::print(out, (eip != 0).then_some(eip as usize), frames)
}

fn control_registers() -> (u32, u32, u32) {
    // SAFETY: reading them changes nothing.
    unsafe {
        let cr0 = x86::controlregs::cr0().bits() as u32;
        (cr0, x86::controlregs::cr2() as u32, x86::controlregs::cr3() as u32)
    }
}

/// The task that runs, for a crash on purpose.
pub fn crash_on_purpose(crash: crate::cmdline::Crash) -> ! {
    use crate::cmdline::Crash;
    match crash {
        Crash::Panic => panic!("asked for by crash=panic"),
        Crash::Assert => {
            let name = running_thread().name();
            assert_eq!(name.as_str(), "nobody", "asked for by crash=assert");
        }
        // SAFETY: none: pushing to an unmapped stack is a page fault that cannot be delivered.
        Crash::DoubleFault => unsafe {
            core::arch::asm!("mov esp, {}", "push 0", in(reg) 0xffbf_f000u32, options(noreturn));
        },
    }
    unreachable!("the crash was survived")
}
