//! The machines that the kernel's own tests and the ring-3 cases run on.

use crate::boot::Emulator;

/// An emulator and an amount of memory.
pub struct Machine {
    /// Stands in the names of tests.
    pub name: &'static str,
    /// What it runs on.
    pub emulator: Emulator,
    /// How much memory it has.
    pub memory_mib: u32,
    /// More options for the script that runs it.
    pub options: &'static str,
}

/// QEMU with 32 MiB: what most of the tests are made for.
pub const USUAL: Machine = qemu("qemu-32M", 32);

/// Bochs, which checks segment limits, reserved bits and privileges that QEMU lets pass.
pub const BOCHS: Machine = Machine { name: "bochs-32M", emulator: Emulator::Bochs, memory_mib: 32, options: "" };

/// The same with a processor from before SSE, which has `fsave` in place of `fxsave`. (In QEMU no instruction but `fwait`
/// minds an error that is pending.)
pub const BOCHS_PENTIUM: Machine = Machine { name: "bochs-32M-pentium", options: " --cpu pentium", ..BOCHS };

/// QEMU counting instructions: its time stamp counter tells how many there were, to the last one.
pub const COUNTING: Machine = Machine { options: " --icount", ..qemu("qemu-32M-icount", 32) };

/// QEMU with less memory than Tusk can start in.
pub const TOO_SMALL: Machine = qemu("qemu-4M", 4);

/// All that the tests run on. What differs is what the kernel may have taken for granted.
pub const MACHINES: [Machine; 7] = [
    USUAL,
    // The least that is promised to work.
    qemu("qemu-16M", 16),
    qemu("qemu-64M", 64),
    // More than the book's 16-bit page counts can express.
    qemu("qemu-512M", 512),
    // More than the kernel's 1 GiB of addresses, and a hole below 4 GiB.
    qemu("qemu-3072M", 3072),
    // A processor from before SSE.
    Machine { options: " -- -cpu pentium", ..qemu("qemu-32M-pentium", 32) },
    BOCHS,
];

const fn qemu(name: &'static str, memory_mib: u32) -> Machine {
    Machine { name, emulator: Emulator::Qemu, memory_mib, options: "" }
}
