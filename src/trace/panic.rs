//! The kernel's last words: what went wrong, the registers, how it came there, and who ran.
//!
//! Interrupts go off, locks are ignored, nothing is allocated: whatever is broken, this must get
//! through. Then the machine ends with code 3 for a host that waits for it, or halts with the
//! message on the screen.

use super::backtrace::{self, Frames};
use super::group::Groups;
use super::line;
use super::log::Output;
use super::recorder;
use crate::arch::paging::Page;
use crate::arch::trap::TrapFrame;
use crate::arch::{cpu, crash_stack, interrupt, power, tss};
use crate::cmdline;
use crate::dev::console;
use crate::task::task_ref::{find_by_stack, running_thread};
use core::fmt::{self, Write};
use core::panic::{Location, PanicInfo};
use core::sync::atomic::{AtomicBool, Ordering};

/// Set by the first panic: a panic while panicking must not try the same again.
static IS_PANICKING: AtomicBool = AtomicBool::new(false);

/// What is known of a panic.
struct Crash<'a> {
    what: fmt::Arguments<'a>,
    /// The registers, where there is a trap's frame.
    frame: Option<&'a TrapFrame>,
    /// Where it happened, unless that is on the chain of frames.
    eip: Option<u32>,
    ebp: u32,
    /// Somewhere on the stack of the task that ran.
    esp: u32,
}

/// Ends the kernel for a fault of its own at `frame`.
pub fn on_kernel_fault(frame: &TrapFrame, what: fmt::Arguments) -> ! {
    // From ring 0 the CPU pushes no esp: the stack that was in use goes on behind the frame.
    let esp = &raw const frame.esp as u32;
    die(Crash { what, frame: Some(frame), eip: Some(frame.eip), ebp: frame.ebp, esp })
}

/// What the double-fault task runs (src/arch/tss.rs).
pub extern "C" fn on_double_fault() -> ! {
    let at = tss::interrupted();
    let what = format_args!("double fault, esp {:#x}", at.esp);
    // Its esp leads nowhere: the task is the one whose ring-0 stack the CPU was to use.
    die(Crash { what, frame: None, eip: Some(at.eip), ebp: at.ebp, esp: at.esp0 - 1 })
}

#[panic_handler]
fn on_panic(info: &PanicInfo) -> ! {
    let ebp = backtrace::current_frame() as u32;
    let what = format_args!("{} at {}", info.message(), info.location().unwrap_or(Location::caller()));
    die(Crash { what, frame: None, eip: None, ebp, esp: ebp })
}

fn die(crash: Crash) -> ! {
    interrupt::disable();
    // What runs now is no task.
    recorder::set_groups(Groups::NONE);
    if IS_PANICKING.swap(true, Ordering::Relaxed) {
        power::panic_exit();
    }
    // SAFETY: the first panic comes here once, and interrupts are off.
    unsafe { crash_stack::run(say_it, &crash) }
}

extern "C" fn say_it(crash: &Crash) -> ! {
    // SAFETY: interrupts are off and we do not come back.
    unsafe { console::seize() };
    log::error!(target: "tusk", "panic: {}", crash.what);
    // Writing to the console cannot fail.
    let _ = report(crash);
    power::panic_exit()
}

fn report(crash: &Crash) -> fmt::Result {
    let out = &mut Output;
    let (ebp, esp) = (crash.ebp, crash.esp);
    match crash.frame {
        Some(f) => {
            writeln!(out, "eax {:08x}  ebx {:08x}  ecx {:08x}  edx {:08x}", f.eax, f.ebx, f.ecx, f.edx)?;
            writeln!(out, "esi {:08x}  edi {:08x}  ebp {ebp:08x}  esp {esp:08x}", f.esi, f.edi)?;
            writeln!(out, "eip {:08x}  eflags {:08x}  error code {:x}", f.eip, f.eflags, f.error_code)?;
        }
        None => writeln!(out, "ebp {ebp:08x}  esp {esp:08x}")?,
    }
    let registers = cpu::control_registers();
    writeln!(out, "cr0 {:08x}  cr2 {:08x}  cr3 {:08x}", registers.cr0, registers.cr2, registers.cr3)?;

    let page = Page::containing(esp).address();
    let Some(task) = find_by_stack(esp) else {
        return writeln!(out, "running: unknown, no task is intact at {page:#x}");
    };
    let pid = task.pid().map_or(0, |pid| pid.number());
    writeln!(out, "running: {} (pid {pid}), PCB page {page:#x}", task.name().as_str())?;
    writeln!(out, "backtrace:")?;
    // SAFETY: the page of a task that exists is mapped.
    let frames = unsafe { Frames::new(ebp as usize, page as usize..task.stack_top() as usize) };
    backtrace::print(out, crash.eip.map(|eip| eip as usize), frames)?;
    report_events(out)
}

/// The last events, if any were recorded.
fn report_events(out: &mut Output) -> fmt::Result {
    const SHOWN: u64 = 16;
    let numbers = recorder::RING.numbers();
    let first = numbers.start.max(numbers.end.saturating_sub(SHOWN));
    for number in first..numbers.end {
        if number == first {
            writeln!(out, "the last events (docs/trace.md):")?;
        }
        if let Some(record) = recorder::RING.get(number) {
            line::write(out, &record, recorder::call_names())?;
            writeln!(out)?;
        }
    }
    Ok(())
}

/// Crashes, to see what the above makes of it (`crash=`).
pub fn crash_on_purpose(crash: cmdline::Crash) -> ! {
    match crash {
        cmdline::Crash::Panic => panic!("asked for by crash=panic"),
        cmdline::Crash::Assert => {
            let name = running_thread().name();
            assert_eq!(name.as_str(), "nobody", "asked for by crash=assert");
            unreachable!("main is somebody")
        }
        cmdline::Crash::DoubleFault => cpu::lose_the_stack(),
    }
}
