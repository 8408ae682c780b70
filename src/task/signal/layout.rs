//! Where things lie in the frames that a handler finds on its stack.
//!
//! Two kinds, both Linux's for i386. The plain one, which `sigreturn` takes back:
//!
//! ```text
//! esp → 0    return address        the restorer, or the code at 724
//!       4    signal
//!       8    sigcontext            88 bytes
//!       96   (unused)              room for the floating-point registers, as old kernels had them here
//!       720  mask, second word     the first is in the sigcontext
//!       724  code                  popl %eax; movl $119, %eax; int $0x80
//! ```
//!
//! and the one with `SA_SIGINFO`, which `rt_sigreturn` takes back:
//!
//! ```text
//! esp → 0    return address        the restorer, or the code at 260
//!       4    signal
//!       8    address of the siginfo
//!       12   address of the ucontext
//!       16   siginfo               128 bytes
//!       144  ucontext              flags, link, stack (12), sigcontext (88), mask (8)
//!       260  code                  movl $173, %eax; int $0x80
//! ```
//!
//! The floating-point registers lie above either, and the sigcontext points there. After: `struct sigframe`,
//! `struct rt_sigframe`, `struct sigcontext` and `struct _fpstate` of Linux 6.1, x86.

/// The plain frame.
pub mod plain {
    pub const CONTEXT: u32 = 8;
    pub const MASK_SECOND_WORD: u32 = 720;
    pub const CODE: u32 = 724;
    pub const LENGTH: u32 = 732;
    /// `popl %eax; movl $119, %eax; int $0x80`
    pub const CODE_BYTES: [u8; 8] = [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80];
    /// What `sigreturn` finds: the handler's return and the code have popped two words.
    pub const POPPED: u32 = 8;
}

/// The frame with `SA_SIGINFO`.
pub mod full {
    pub const INFORMATION: u32 = 16;
    pub const UCONTEXT: u32 = 144;
    pub const STACK: u32 = UCONTEXT + 8;
    pub const CONTEXT: u32 = UCONTEXT + 20;
    pub const MASK: u32 = CONTEXT + super::context::LENGTH;
    pub const CODE: u32 = 260;
    pub const LENGTH: u32 = 268;
    /// `movl $173, %eax; int $0x80`, and a zero byte.
    pub const CODE_BYTES: [u8; 8] = [0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0];
    /// What `rt_sigreturn` finds: the handler's return has popped a word.
    pub const POPPED: u32 = 4;
}

/// Words of a sigcontext, by index.
pub mod context {
    pub const GS: usize = 0;
    pub const FS: usize = 1;
    pub const ES: usize = 2;
    pub const DS: usize = 3;
    pub const EDI: usize = 4;
    pub const ESI: usize = 5;
    pub const EBP: usize = 6;
    pub const ESP: usize = 7;
    pub const EBX: usize = 8;
    pub const EDX: usize = 9;
    pub const ECX: usize = 10;
    pub const EAX: usize = 11;
    pub const TRAP: usize = 12;
    pub const ERROR: usize = 13;
    pub const EIP: usize = 14;
    pub const CS: usize = 15;
    pub const EFLAGS: usize = 16;
    pub const ESP_AT_SIGNAL: usize = 17;
    pub const SS: usize = 18;
    pub const FLOATING_POINT: usize = 19;
    pub const OLD_MASK: usize = 20;
    pub const CR2: usize = 21;
    pub const WORDS: usize = 22;
    pub const LENGTH: u32 = WORDS as u32 * 4;
}

/// Where a frame of `length` bytes begins on a stack whose last used byte is at `top`: the handler finds its
/// arguments as behind a call, on a 16-byte boundary.
pub const fn place_below(top: u32, length: u32) -> u32 {
    (top.wrapping_sub(length).wrapping_add(4) & !15).wrapping_sub(4)
}

const _: () = assert!(plain::MASK_SECOND_WORD == plain::CONTEXT + context::LENGTH + 624);
const _: () = assert!(plain::CODE + 8 == plain::LENGTH);
const _: () = assert!(full::UCONTEXT == full::INFORMATION + super::information::LENGTH);
const _: () = assert!(full::MASK + 8 == full::CODE && full::CODE + 8 == full::LENGTH);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_lie_on_a_16_byte_boundary() {
        for top in 0xbfff_f000..0xbfff_f040 {
            let place = place_below(top, plain::LENGTH);
            assert_eq!((place + 4) % 16, 0);
            assert!(place + plain::LENGTH <= top && top - place < plain::LENGTH + 16 + 4);
        }
    }

    #[test]
    fn offsets_are_those_of_linux() {
        assert_eq!((full::STACK, full::CONTEXT, full::MASK), (152, 164, 252));
        assert_eq!(context::LENGTH, 88);
    }
}
