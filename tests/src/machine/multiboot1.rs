//! A boot loader that speaks the wrong protocol.
//!
//! The kernel is a Multiboot2 kernel. QEMU's own `-kernel` is a loader for the first Multiboot, and
//! goes by 12 bytes within the file's first 8 KiB. We put those 12 bytes into a copy of the kernel,
//! where nothing else lies, and the kernel is started with everything as it should be but the magic
//! number in `eax`.

use anyhow::{Context, Result, ensure};

use crate::project;

/// The copy, below `build/`.
const COPY: &str = "tests/multiboot1.elf";

/// Multiboot 0.6.96: a header starts with this number, flags, and what makes the sum zero.
const MAGIC: u32 = 0x1bad_b002;

/// How far into the file a loader looks.
const SEARCHED: usize = 8 << 10;

/// Boots the copy. There is no second serial line: this kernel hears of no command line.
pub fn qemu_command() -> String {
    format!(
        "qemu-system-i386 -kernel build/{COPY} -m 32 -nic none -display none -no-reboot -serial stdio \
         -device isa-debug-exit,iobase=0xf4,iosize=4"
    )
}

/// Makes the copy.
pub fn prepare() -> Result<()> {
    let kernel = std::fs::read(project::built("tusk-boot.elf")?)?;
    std::fs::write(project::build(COPY), with_header(kernel)?)?;
    Ok(())
}

/// Writes a Multiboot header into the hole between the ELF headers and the first section.
fn with_header(mut kernel: Vec<u8>) -> Result<Vec<u8>> {
    let half = |at: usize| Some(usize::from(u16::from_le_bytes(kernel.get(at..at + 2)?.try_into().ok()?)));
    // e_phentsize and e_phnum: the program headers follow the file header of 52 bytes.
    let (size, count) = half(42).zip(half(44)).context("this is no ELF file")?;
    let hole = (52 + size * count).next_multiple_of(4);
    ensure!(hole + 12 <= SEARCHED, "the headers of the file leave no room for another");
    let place = kernel.get_mut(hole..hole + 12).context("the file is too short")?;
    ensure!(place.iter().all(|byte| *byte == 0), "something lies behind the headers of the file");
    let header = [MAGIC, 0, MAGIC.wrapping_neg()];
    place.copy_from_slice(header.map(u32::to_le_bytes).as_flattened());
    Ok(kernel)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ELF header with two program headers, then zeros, then code.
    fn kernel() -> Vec<u8> {
        let mut file = vec![0; 0x1000];
        file[42..46].copy_from_slice(&[32, 0, 2, 0]);
        file.extend([0x90; 16]);
        file
    }

    #[test]
    fn header_lies_behind_the_program_headers() {
        let file = with_header(kernel()).unwrap();
        let words: Vec<_> =
            file[52 + 64..][..12].chunks(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect();
        assert_eq!(words[0], MAGIC);
        assert_eq!(words.iter().fold(0, |sum: u32, word| sum.wrapping_add(*word)), 0);
    }

    #[test]
    fn nothing_is_overwritten() {
        let mut full = kernel();
        full[52 + 64] = 1;
        assert!(with_header(full).is_err());
        assert!(with_header(vec![0; 20]).is_err());
    }
}
