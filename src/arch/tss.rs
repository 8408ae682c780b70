//! Task state segments: every task's way into ring 0, and the double fault's way out.
//!
//! As in the book one TSS serves all tasks: the CPU takes ss0 and esp0 from it when an interrupt
//! comes in ring 3, and the scheduler sets esp0 at each switch. A second one belongs to the double
//! fault: a fault while the kernel stack is unusable can be reported only on another stack, and a
//! task gate is how the i386 changes stacks in ring 0. References: SDM volume 3A, chapter 8 and
//! 6.15 (interrupt 8); the book's chapter 11.

use super::gdt;
use super::paging::PAGE_SIZE;
use core::cell::UnsafeCell;
use core::mem::offset_of;
use core::ptr::{addr_of, addr_of_mut};
use x86::Ring;
use x86::bits32::task::TaskStateSegment;
use x86::segmentation::{BuildDescriptor, Descriptor, DescriptorBuilder, GateDescriptorBuilder};

// Where the processor looks (SDM volume 3A, figure 8-2).
const _: () = {
    assert!(offset_of!(TaskStateSegment, link) == 0);
    assert!(offset_of!(TaskStateSegment, esp0) == 4);
    assert!(offset_of!(TaskStateSegment, ss0) == 8);
    assert!(offset_of!(TaskStateSegment, cr3) == 28);
    assert!(offset_of!(TaskStateSegment, iobp_offset) == 102);
    assert!(size_of::<TaskStateSegment>() == 104);
};

/// A task state at a fixed address; the CPU reads and writes it.
#[doc(alias = "struct tss")]
#[repr(C, align(128))]
struct State(UnsafeCell<TaskStateSegment>);

// SAFETY: one CPU; every access below is a single store or load of one field, made with
// interrupts off (scheduler, boot, the double-fault task).
unsafe impl Sync for State {}

static MAIN: State = State(UnsafeCell::new(TaskStateSegment::new()));
static DOUBLE_FAULT: State = State(UnsafeCell::new(TaskStateSegment::new()));

/// The double fault's own stack; nothing else ever runs on it.
#[repr(C, align(4096))]
struct Stack(UnsafeCell<[u8; PAGE_SIZE as usize]>);

// SAFETY: used by the CPU alone, as the stack of the one double-fault task.
unsafe impl Sync for Stack {}

static DOUBLE_FAULT_STACK: Stack = Stack(UnsafeCell::new([0; PAGE_SIZE as usize]));

/// What the CPU saved of the task in which a double fault happened.
pub struct Interrupted {
    /// The instruction that could not be completed.
    pub eip: u32,
    /// The stack pointer that most likely was the trouble.
    pub esp: u32,
    /// The frame pointer.
    pub ebp: u32,
    /// The top of the task's PCB page.
    pub esp0: u32,
}

/// The address of the task state that all tasks share.
pub fn main_address() -> u32 {
    MAIN.0.get() as u32
}

/// The address of the double fault's task state.
pub fn double_fault_address() -> u32 {
    DOUBLE_FAULT.0.get() as u32
}

/// The descriptor of the task state at `address`, for the GDT.
#[doc(alias = "make_gdt_desc")]
pub fn descriptor(address: u32) -> Descriptor {
    let limit = size_of::<TaskStateSegment>() as u64 - 1;
    <DescriptorBuilder as GateDescriptorBuilder<u32>>::tss_descriptor(address.into(), limit, true)
        .present()
        .dpl(Ring::Ring0)
        .finish()
}

/// Fills both task states. The book's `tss_init`.
///
/// `double_fault` runs in the kernel's page directory, `directory` (physical address), on its own
/// stack, with interrupts off.
#[doc(alias = "tss_init")]
pub fn init(directory: u32, double_fault: extern "C" fn() -> !) {
    let stack_top = DOUBLE_FAULT_STACK.0.get() as u32 + PAGE_SIZE;
    // SAFETY: boot, interrupts off; the task register is not loaded yet, so the CPU does not look.
    unsafe {
        addr_of_mut!((*MAIN.0.get()).ss0).write_unaligned(gdt::KERNEL_DATA);

        let state = DOUBLE_FAULT.0.get();
        addr_of_mut!((*state).cr3).write_unaligned(directory);
        addr_of_mut!((*state).eip).write_unaligned(double_fault as usize as u32);
        addr_of_mut!((*state).eflags).write_unaligned(0x2);
        addr_of_mut!((*state).esp).write_unaligned(stack_top - 16);
        addr_of_mut!((*state).cs).write_unaligned(gdt::KERNEL_CODE);
        for segment in [addr_of_mut!((*state).ss), addr_of_mut!((*state).ds), addr_of_mut!((*state).es)] {
            segment.write_unaligned(gdt::KERNEL_DATA);
        }
    }
}

/// Sets where the stack begins when an interrupt comes in ring 3: the top of the running task's
/// PCB page. The book's `update_tss_esp`.
///
/// # Safety
/// `top` is the top of a mapped PCB page whose task is the one to run.
#[doc(alias = "update_tss_esp")]
pub unsafe fn set_ring0_stack(top: u32) {
    // SAFETY: one store with interrupts off (the scheduler's switch).
    unsafe { addr_of_mut!((*MAIN.0.get()).esp0).write_unaligned(top) };
}

/// Reads what the CPU saved when it switched to the double-fault task.
pub fn interrupted() -> Interrupted {
    // SAFETY: the CPU wrote the main task state when it left it and does not run it now.
    unsafe {
        let state = MAIN.0.get();
        Interrupted {
            eip: addr_of!((*state).eip).read_unaligned(),
            esp: addr_of!((*state).esp).read_unaligned(),
            ebp: addr_of!((*state).ebp).read_unaligned(),
            esp0: addr_of!((*state).esp0).read_unaligned(),
        }
    }
}
