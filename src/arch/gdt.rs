//! The global descriptor table: flat segments for two rings, and two task states.
//!
//! Selectors are the book's where the book has them: kernel code 0x08 and data 0x10, user code
//! 0x2b and data 0x33, TSS 0x20. The book's video segment (0x18) is not used, and its slot is
//! left empty so that the others keep their numbers; the double fault's task state comes last.
//! References: SDM volume 3A, chapter 3.4; the book's chapters 4 and 11.

use super::lock::IrqLock;
use super::tss;
use x86::dtables::{DescriptorTablePointer, lgdt, load_ldtr};
use x86::segmentation::{
    BuildDescriptor, CodeSegmentType, DataSegmentType, Descriptor, DescriptorBuilder, SegmentDescriptorBuilder,
    SegmentSelector, load_cs, load_ds, load_es, load_fs, load_gs, load_ss,
};
use x86::{Ring, task};

/// The kernel's code segment.
#[doc(alias = "SELECTOR_K_CODE")]
pub const KERNEL_CODE: u16 = 0x08;
/// The kernel's data and stack segment.
#[doc(alias = "SELECTOR_K_DATA")]
pub const KERNEL_DATA: u16 = 0x10;
/// The task state that holds every task's ring-0 stack pointer.
#[doc(alias = "SELECTOR_TSS")]
pub const TASK_STATE: u16 = 0x20;
/// A program's code segment, ring 3.
#[doc(alias = "SELECTOR_U_CODE")]
pub const USER_CODE: u16 = 0x2b;
/// A program's data and stack segment, ring 3.
#[doc(alias = "SELECTOR_U_DATA")]
pub const USER_DATA: u16 = 0x33;
/// The task state of the double-fault task.
pub const DOUBLE_FAULT_TASK_STATE: u16 = 0x38;

/// Where the running task's own segments begin: the numbers that Linux gives to programs on 64-bit machines.
pub const FIRST_THREAD_ENTRY: usize = 12;
/// How many of them there are.
pub const THREAD_ENTRIES: usize = 3;

const DESCRIPTORS: usize = FIRST_THREAD_ENTRY + THREAD_ENTRIES;
const WHOLE_SPACE_PAGES: u32 = 0xf_ffff;

/// Written by [`init`], its last entries at each switch of tasks; the CPU sets the accessed and busy bits.
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
        // No local table: after a reset it would be 64 KiB at address 0, where nothing is mapped.
        load_ldtr(SegmentSelector::from_raw(0));
        task::load_tr(SegmentSelector::from_raw(TASK_STATE));
    }
}

/// Puts the segments of the task that runs next into the table. Only data segments of ring 3 are: see
/// [`ThreadSegment`].
pub fn set_thread_segments(segments: &[u64; THREAD_ENTRIES]) {
    let mut table = TABLE.lock();
    for (place, &segment) in table[FIRST_THREAD_ENTRY..].iter_mut().zip(segments) {
        *place = Descriptor { lower: segment as u32, upper: (segment >> 32) as u32 };
    }
}

/// What a program may say of a segment of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ThreadSegment {
    pub base: u32,
    /// The highest offset, in bytes or pages.
    pub limit: u32,
    pub is_in_pages: bool,
    pub is_read_only: bool,
    pub grows_down: bool,
    /// The bit that is the program's to use.
    pub is_useable: bool,
}

impl ThreadSegment {
    /// The descriptor: data, ring 3, 32 bits, present.
    pub fn descriptor(self) -> u64 {
        const PRESENT_DATA_RING3: u64 = 0xf0 << 40;
        const THIRTY_TWO_BITS: u64 = 1 << 54;
        let (base, limit) = (u64::from(self.base), u64::from(self.limit));
        PRESENT_DATA_RING3
            | THIRTY_TWO_BITS
            | limit & 0xffff
            | (limit >> 16 & 0xf) << 48
            | (base & 0xff_ffff) << 16
            | (base >> 24) << 56
            | u64::from(!self.is_read_only) << 41
            | u64::from(self.grows_down) << 42
            | u64::from(self.is_useable) << 52
            | u64::from(self.is_in_pages) << 55
    }

    /// What `descriptor`, which came from [`ThreadSegment::descriptor`], says.
    pub fn of_descriptor(descriptor: u64) -> Self {
        let bit = |number: u32| descriptor >> number & 1 != 0;
        Self {
            base: (descriptor >> 16 & 0xff_ffff | (descriptor >> 56) << 24) as u32,
            limit: (descriptor & 0xffff | (descriptor >> 48 & 0xf) << 16) as u32,
            is_in_pages: bit(55),
            is_read_only: !bit(41),
            grows_down: bit(42),
            is_useable: bit(52),
        }
    }
}
