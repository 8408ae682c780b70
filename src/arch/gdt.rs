//! The global descriptor table: flat segments for two rings, and two task states.
//!
//! Selectors are the book's where the book has them: kernel code 0x08 and data 0x10, user code
//! 0x2b and data 0x33, TSS 0x20. The book's video segment (0x18) is not used, and its slot is
//! left empty so that the others keep their numbers; the double fault's task state comes last.
//! References: SDM volume 3A, chapter 3.4; the book's chapters 4 and 11.

use super::lock::IrqLock;
use super::tss;
use x86::dtables::{DescriptorTablePointer, lgdt};
use x86::segmentation::{
    BuildDescriptor, CodeSegmentType, DataSegmentType, Descriptor, DescriptorBuilder, SegmentDescriptorBuilder,
    SegmentSelector, load_cs, load_ds, load_es, load_fs, load_gs, load_ss,
};
use x86::{Ring, task};

/// The kernel's code segment.
pub const KERNEL_CODE: u16 = 0x08;
/// The kernel's data and stack segment.
pub const KERNEL_DATA: u16 = 0x10;
/// The task state that holds every task's ring-0 stack pointer.
pub const TASK_STATE: u16 = 0x20;
/// A program's code segment, ring 3.
pub const USER_CODE: u16 = 0x2b;
/// A program's data and stack segment, ring 3.
pub const USER_DATA: u16 = 0x33;
/// The task state of the double-fault task.
pub const DOUBLE_FAULT_TASK_STATE: u16 = 0x38;

const DESCRIPTORS: usize = 8;
const WHOLE_SPACE_PAGES: u32 = 0xf_ffff;

/// Written once by [`init`]; the CPU sets the accessed and busy bits.
static TABLE: IrqLock<[Descriptor; DESCRIPTORS]> = IrqLock::new([Descriptor::NULL; DESCRIPTORS]);

fn code(ring: Ring) -> Descriptor {
    DescriptorBuilder::code_descriptor(0, WHOLE_SPACE_PAGES, CodeSegmentType::ExecuteRead)
        .present()
        .dpl(ring)
        .limit_granularity_4kb()
        .db()
        .finish()
}

fn data(ring: Ring) -> Descriptor {
    DescriptorBuilder::data_descriptor(0, WHOLE_SPACE_PAGES, DataSegmentType::ReadWrite)
        .present()
        .dpl(ring)
        .limit_granularity_4kb()
        .db()
        .finish()
}

/// Builds the table, loads it, and reloads every segment register and the task register.
pub fn init() {
    let mut table = TABLE.lock();
    let mut set = |selector: u16, descriptor| table[usize::from(selector / 8)] = descriptor;
    set(KERNEL_CODE, code(Ring::Ring0));
    set(KERNEL_DATA, data(Ring::Ring0));
    set(TASK_STATE, tss::descriptor(tss::main_address()));
    set(USER_CODE, code(Ring::Ring3));
    set(USER_DATA, data(Ring::Ring3));
    set(DOUBLE_FAULT_TASK_STATE, tss::descriptor(tss::double_fault_address()));

    let pointer = DescriptorTablePointer::new(&*table);
    let kernel_data = SegmentSelector::from_raw(KERNEL_DATA);
    // SAFETY:
    // 1. The table is a static, so it stays where the CPU looks for it.
    // 2. The selectors loaded are the flat ring-0 segments and the task state put there above.
    unsafe {
        lgdt(&pointer);
        load_cs(SegmentSelector::from_raw(KERNEL_CODE));
        load_ss(kernel_data);
        load_ds(kernel_data);
        load_es(kernel_data);
        load_fs(SegmentSelector::from_raw(0));
        load_gs(SegmentSelector::from_raw(0));
        task::load_tr(SegmentSelector::from_raw(TASK_STATE));
    }
}
