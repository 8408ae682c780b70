//! What this CPU can do, and the control-register bits that Tusk wants set.
//!
//! Anything from a Pentium up will do: each feature is used only where CPUID tells of it. A CPU
//! without CPUID gets no feature at all.

use core::arch::asm;
use core::arch::x86::__cpuid;
use core::sync::atomic::{AtomicU32, Ordering};
use x86::controlregs::{Cr0, Cr4, cr0, cr0_write, cr4, cr4_write};

/// CPUID leaf 1, edx (SDM volume 2A, CPUID).
#[derive(Clone, Copy)]
#[repr(u32)]
pub enum Feature {
    /// An x87 on the chip.
    Fpu = 1 << 0,
    /// The cycle counter, `rdtsc`.
    TimeStampCounter = 1 << 4,
    /// `fxsave` and `fxrstor`.
    Fxsr = 1 << 24,
    /// SSE registers and instructions.
    Sse = 1 << 25,
}

/// The feature word of CPUID leaf 1; written once by [`init`].
static FEATURES: AtomicU32 = AtomicU32::new(0);

/// Says whether the CPU has `feature`.
pub fn has(feature: Feature) -> bool {
    FEATURES.load(Ordering::Relaxed) & feature as u32 != 0
}

/// CPUID's feature word, for AT_HWCAP; 0 without CPUID.
pub fn features() -> u32 {
    FEATURES.load(Ordering::Relaxed)
}

/// Reads the features and sets the control registers: kernel obeys read-only pages (CR0.WP),
/// alignment checks may be asked for by programs (AM), x87 errors as exceptions (NE), and SSE on
/// where there is one.
pub fn init() {
    if has_cpuid() {
        FEATURES.store(__cpuid(1).edx, Ordering::Relaxed);
    }
    // SAFETY: sets bits whose effects are wanted everywhere; paging and protection stay as they
    // are. CR4 exists wherever FXSR does.
    unsafe {
        let mut control = cr0();
        control |= Cr0::CR0_WRITE_PROTECT | Cr0::CR0_ALIGNMENT_MASK;
        if has(Feature::Fpu) {
            control |= Cr0::CR0_NUMERIC_ERROR | Cr0::CR0_MONITOR_COPROCESSOR;
            control &= !Cr0::CR0_EMULATE_COPROCESSOR;
        }
        cr0_write(control);
        if has(Feature::Fxsr) {
            // CR4.OSFXSR, named "enable SSE" there, also lets fxsave store the SSE registers.
            let sse = has(Feature::Sse);
            let unmasked = if sse { Cr4::CR4_UNMASKED_SSE } else { Cr4::empty() };
            cr4_write(cr4() | Cr4::CR4_ENABLE_SSE | unmasked);
        }
    }
}

/// CPUID exists where bit 21 of EFLAGS can be changed.
pub(super) fn has_cpuid() -> bool {
    let changed: u32;
    // SAFETY: flips the ID flag and puts EFLAGS back.
    unsafe {
        asm!(
            "pushfd",
            "pushfd",
            "xor dword ptr [esp], 0x200000",
            "popfd",
            "pushfd",
            "pop {changed}",
            "xor {changed}, [esp]",
            "popfd",
            changed = out(reg) changed,
        );
    }
    changed & 0x20_0000 != 0
}

/// The address whose access caused the page fault being handled.
pub fn page_fault_address() -> u32 {
    // SAFETY: reading CR2 changes nothing.
    unsafe { x86::controlregs::cr2() as u32 }
}

/// The cycle counter, or 0 on a CPU that has none.
pub fn cycles() -> u64 {
    if !has(Feature::TimeStampCounter) {
        return 0;
    }
    // SAFETY: the CPU has the instruction, as just checked.
    unsafe { core::arch::x86::_rdtsc() }
}

/// The control registers, for a panic's report.
pub struct ControlRegisters {
    pub cr0: u32,
    /// The address of the last page fault.
    pub cr2: u32,
    /// The physical address of the page directory in use.
    pub cr3: u32,
}

/// Reads the control registers.
pub fn control_registers() -> ControlRegisters {
    // SAFETY: reading CR0 changes nothing.
    let cr0 = unsafe { cr0() }.bits() as u32;
    ControlRegisters { cr0, cr2: page_fault_address(), cr3: super::paging::active_directory().address() }
}

/// Pushes onto a stack that is not there: a page fault that cannot be delivered, which is a double
/// fault. For the test of its handler.
pub fn lose_the_stack() -> ! {
    // SAFETY: none; the CPU changes to the double-fault task and does not come back.
    unsafe { asm!("mov esp, {}", "push 0", in(reg) super::paging::PAGE_TABLES - 4096, options(noreturn)) }
}
