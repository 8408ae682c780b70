//! A system call with every register marked, to see which of them come back.

use core::arch::naked_asm;

/// The registers after the call; esp is proved by the function's coming back at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Registers {
    /// The result.
    pub eax: u32,
    /// The first argument, which the marked call does not have.
    pub ebx: u32,
    /// The second.
    pub ecx: u32,
    /// The third.
    pub edx: u32,
    /// The fourth.
    pub esi: u32,
    /// The fifth.
    pub edi: u32,
    /// The sixth.
    pub ebp: u32,
    /// eflags.
    pub flags: u32,
}

/// The direction flag.
pub const FLAG_DIRECTION: u32 = 1 << 10;

impl Registers {
    /// The registers as they are loaded before the call, but for the result.
    pub const MARKS: Registers = Registers {
        eax: 0,
        ebx: 0xb0b1_b2b3,
        ecx: 0xc0c1_c2c3,
        edx: 0xd0d1_d2d3,
        esi: 0x5051_5253,
        edi: 0xd1d1_d1d1,
        ebp: 0xe0e1_e2e3,
        flags: FLAG_DIRECTION,
    };

    /// The same registers without the result, and with only the flag that was marked.
    pub fn kept(self) -> Registers {
        Registers { eax: 0, flags: self.flags & FLAG_DIRECTION, ..self }
    }
}

/// Makes the system call `number`, which takes no arguments, with the marks in all registers and the direction flag
/// set; returns what the registers hold afterwards.
pub fn call(number: usize) -> Registers {
    let mut registers = Registers { eax: number as u32, ..Registers::MARKS };
    // SAFETY: the function reads and writes this structure only and keeps the registers that are the caller's; the
    // calls it is used for touch no memory.
    unsafe { marked_call(&mut registers) };
    registers
}

/// Loads the registers from the structure, makes the call, and stores them back.
#[unsafe(naked)]
unsafe extern "C" fn marked_call(registers: &mut Registers) {
    naked_asm!(
        "push ebp",
        "push ebx",
        "push esi",
        "push edi",
        "mov eax, [esp + 20]",
        "mov ebx, [eax + 4]",
        "mov ecx, [eax + 8]",
        "mov edx, [eax + 12]",
        "mov esi, [eax + 16]",
        "mov edi, [eax + 20]",
        "mov ebp, [eax + 24]",
        "mov eax, [eax]",
        "std",
        "int 0x80",
        // The compiler's code relies on a clear direction flag, so it goes first.
        "pushfd",
        "cld",
        "push eax",
        "mov eax, [esp + 28]",
        "pop dword ptr [eax]",
        "mov [eax + 4], ebx",
        "mov [eax + 8], ecx",
        "mov [eax + 12], edx",
        "mov [eax + 16], esi",
        "mov [eax + 20], edi",
        "mov [eax + 24], ebp",
        "pop dword ptr [eax + 28]",
        "pop edi",
        "pop esi",
        "pop ebx",
        "pop ebp",
        "ret",
    )
}
