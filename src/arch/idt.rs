//! The interrupt descriptor table: which vector enters the kernel where.
//!
//! 32 exceptions, 16 interrupt requests, and the system call's 0x80, the only gate that ring 3 may
//! use by `int` (besides 3 and 4, the breakpoint and overflow instructions). Every gate is an
//! interrupt gate, so the kernel is entered with interrupts off. Vectors in between have no gate:
//! `int 0x40` is a general protection fault of the program. The book fills those from memory past
//! its table. References: SDM volume 3A, chapter 6; the book's chapter 7.

use super::lock::IrqLock;
use super::{gdt, pic};
use x86::Ring;
use x86::dtables::{DescriptorTablePointer, lidt};
use x86::segmentation::{
    BuildDescriptor, Descriptor, DescriptorBuilder, GateDescriptorBuilder, SegmentSelector, TaskGateDescriptorBuilder,
};

/// The vector of system calls.
pub const SYSTEM_CALL: u8 = 0x80;
/// Where the first interrupt request arrives; the exceptions lie below.
pub const FIRST_IRQ: u8 = pic::FIRST_VECTOR;
/// Exceptions and interrupt requests: the vectors with an entry each.
pub const ENTRIES: usize = 48;

const BREAKPOINT: usize = 3;
const OVERFLOW: usize = 4;
const DOUBLE_FAULT: usize = 8;
#[doc(alias = "IDT_DESC_CNT")]
const VECTORS: usize = 0x81;

unsafe extern "C" {
    /// The entry points of asm/trap.s: vectors 0..48, then 0x80.
    static trap_entry_table: [u32; ENTRIES + 1];
}

/// Written once by [`init`].
static TABLE: IrqLock<[Descriptor; VECTORS]> = IrqLock::new([Descriptor::NULL; VECTORS]);

#[doc(alias = "make_idt_desc")]
fn gate(entry: u32, ring: Ring) -> Descriptor {
    let code = SegmentSelector::from_raw(gdt::KERNEL_CODE);
    <DescriptorBuilder as GateDescriptorBuilder<u32>>::interrupt_descriptor(code, entry).present().dpl(ring).finish()
}

fn task_gate(selector: u16) -> Descriptor {
    DescriptorBuilder::task_gate_descriptor(SegmentSelector::from_raw(selector)).present().dpl(Ring::Ring0).finish()
}

/// Builds the table and loads it. The book's `idt_init`.
#[doc(alias = "idt_desc_init")]
#[doc(alias = "idt_init")]
pub fn init() {
    // SAFETY: asm/trap.s defines the table with this many entries, and nothing writes it.
    let entries = unsafe { &trap_entry_table };
    let mut table = TABLE.lock();
    for vector in 0..ENTRIES {
        let ring = if matches!(vector, BREAKPOINT | OVERFLOW) { Ring::Ring3 } else { Ring::Ring0 };
        table[vector] = gate(entries[vector], ring);
    }
    table[DOUBLE_FAULT] = task_gate(gdt::DOUBLE_FAULT_TASK_STATE);
    table[usize::from(SYSTEM_CALL)] = gate(entries[ENTRIES], Ring::Ring3);

    // SAFETY: the table is a static and every gate in it leads to an entry of asm/trap.s or to
    // the double-fault task state.
    unsafe { lidt(&DescriptorTablePointer::new(&*table)) };
}
