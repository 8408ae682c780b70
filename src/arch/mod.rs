//! The i386: what talks to the CPU and the chips beside it.
//!
//! The lowest layer: it knows nothing of memory management, tasks, or files, and may be called by
//! all of them. What must reach up does so through a handler registered at boot
//! ([`trap::register_handler`]).

pub mod boot_information;
pub mod cpu;
pub mod cpu_identification;
pub mod crash_stack;
pub mod debug_port;
pub mod fpu;
pub mod fpu_image;
pub mod gdt;
pub mod halt;
pub mod idt;
pub mod interrupt;
pub mod lock;
pub mod paging;
pub mod pic;
pub mod pit;
pub mod power;
pub mod rtc;
pub mod trap;
pub mod tss;
pub mod uart;
pub mod watch_word;

core::arch::global_asm!(include_str!("../../asm/memory.s"));
