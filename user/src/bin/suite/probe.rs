//! What a process should not do, done on purpose in a child.
//!
//! Each of these ends the process: by the signal that is expected, or else with status [`SURVIVED`]. Nothing comes
//! back to Rust code, and that is what makes them safe to call: whatever they do to memory, registers or the stack,
//! nobody is left in this process who could be hurt. The parent has memory of its own, which is what is being tested.
//!
//! [`SURVIVED`]: crate::child::SURVIVED

/// Runs instructions and, should they have no consequences, ends the process with status `SURVIVED`.
macro_rules! attempt {
    ($($line:expr),+ $(; $($operands:tt)+)?) => {
        // SAFETY: control does not return to Rust code in this process, see the module documentation.
        unsafe {
            core::arch::asm!(
                $($line,)+
                "mov eax, {exit_group}",
                "mov ebx, {survived}",
                "int 0x80",
                "ud2",
                $($($operands)+,)?
                survived = const $crate::child::SURVIVED,
                exit_group = const linux_raw_sys::general::__NR_exit_group,
                options(noreturn),
            )
        }
    };
}

pub(crate) use attempt;

/// Reads the byte at `address`.
pub fn read(address: usize) -> ! {
    attempt!("mov al, [ecx]"; in("ecx") address)
}

/// Writes to the byte at `address`.
pub fn write(address: usize) -> ! {
    attempt!("mov byte ptr [ecx], 0x5a"; in("ecx") address)
}

/// Jumps to `address`.
pub fn jump(address: usize) -> ! {
    attempt!("jmp ecx"; in("ecx") address)
}
