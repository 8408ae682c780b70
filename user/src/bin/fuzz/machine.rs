//! What a child does to the processor: instructions, segments, flags, floating point, stack.

use super::child::{Child, STACK_BOTTOM};
use core::arch::asm;
use tusk_user::linux;

impl Child {
    /// Runs random bytes on the stack, without those that jump.
    pub(super) fn instructions(&mut self) {
        let mut code = [0u8; 96];
        self.random.fill(&mut code[..64]);
        for byte in &mut code[..64] {
            let jumps = matches!(*byte, 0x70..=0x8f | 0xe0..=0xe3 | 0xe8..=0xeb | 0xff | 0x9a);
            if jumps || self.random.below(40) == 0 {
                *byte = self.random.pick(&[0x0f, 0x90, 0xf1, 0xcc, 0xce, 0x9c, 0x9d, 0x17, 0x1f, 0xcd]);
            }
        }
        code[64..].fill(0xf4);
        let [eax, ecx] = [self.value(), self.value()];
        // SAFETY: as in `call`.
        unsafe {
            asm!("pushad", "call {}", "popad", in(reg) code.as_ptr(), inout("eax") eax => _, inout("ecx") ecx => _)
        };
    }

    /// Calls the kernel with selectors of all kinds.
    pub(super) fn segments(&mut self) {
        let selector = match self.random.below(4) {
            0 => self.random.next() & 0xffff,
            _ => self.random.pick(&[0, 1, 3, 0x28, 0x2b, 0x33, 0x33, 0x33]),
        };
        // SAFETY: ds and es are as they were at the end; nobody uses fs and gs.
        unsafe {
            match self.random.below(4) {
                0 => {
                    asm!("mov ds, ecx", "mov es, ecx", "int 0x80", "push ss", "pop ds", "push ss", "pop es",
                        in("ecx") selector, inout("eax") 20 => _)
                }
                1 => asm!("mov fs, ecx", "int 0x80", in("ecx") selector, inout("eax") 158 => _),
                2 => asm!("mov gs, ecx", "int 0x80", in("ecx") selector, inout("eax") 158 => _),
                _ => asm!("mov ss, ecx", "int 0x80", in("ecx") selector, inout("eax") 20 => _),
            }
        }
    }

    /// Loads rubbish into the floating-point unit, and lets others have it.
    pub(super) fn floating_point(&mut self) {
        #[repr(align(16))]
        struct State([u8; 512]);
        let mut state = State([0; 512]);
        self.random.fill(&mut state.0);
        if self.random.below(4) > 0 {
            // The bits of MXCSR that there are.
            state.0[26..28].fill(0);
        }
        let place = state.0.as_ptr();
        // SAFETY: compiled code here does not use these registers.
        unsafe {
            match self.random.below(4) {
                0 => asm!("fldenv [{}]", in(reg) place),
                1 => asm!("frstor [{}]", in(reg) place),
                2 => asm!("fxrstor [{}]", in(reg) place),
                _ => {
                    asm!("fninit", "push 0", "fnstcw [esp]", "and word ptr [esp], 0xffc0", "fldcw [esp]", "pop eax",
                        "fldz", "fld1", "fdiv st, st(1)", out("eax") _)
                }
            }
        }
        let _ = linux::sched_yield();
        self.fork();
        if self.random.below(4) == 0 {
            // SAFETY: as above.
            unsafe { asm!("fwait") };
        }
    }

    pub(super) fn flags(&mut self) {
        const TRAP: usize = 1 << 8;
        let flags = self.random.next() & if self.random.below(4) > 0 { !TRAP } else { usize::MAX };
        let number = self.random.pick(&[20, 158]);
        // SAFETY: the flags are as compiled code wants them at the end.
        unsafe {
            if self.random.below(2) == 0 {
                asm!("push {}", "popfd", "int 0x80", "push 0x202", "popfd", in(reg) flags, inout("eax") number => _);
            } else {
                asm!("push {}", "push cs", "call 2f", "int 0x80", "jmp 3f", "2:", "iretd", "3:", "push 0x202", "popfd",
                    in(reg) flags, inout("eax") number => _);
            }
        }
    }

    /// Touches stack pages far below, in any order, and what lies beyond.
    pub(super) fn deep_stack(&mut self) {
        for _ in 0..self.random.below(600) {
            let address = STACK_BOTTOM + self.random.below(0x7f_0000);
            self.poke(address);
        }
        if self.random.below(4) == 0 {
            self.poke(STACK_BOTTOM - 4);
        }
    }
}
