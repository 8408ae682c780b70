//! The smallest i386 program: one segment with a few instructions, made without a compiler.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Result;

/// Where the file is loaded, headers and all.
const BASE: u32 = 0x0804_8000;
/// Length of the ELF32 file header and of one program header: the code follows both.
const FILE_HEADER: u32 = 52;
const PROGRAM_HEADER: u32 = 32;

/// Writes an executable file that runs this code. The same file is left alone: another boot may
/// be reading it.
pub fn write(file: &Path, code: &[u8]) -> Result<()> {
    let program = program(code);
    if !fs::read(file).is_ok_and(|present| present == program) {
        fs::write(file, program)?;
        fs::set_permissions(file, Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// The file (System V ABI, chapter 4): the code is the entry point, everything is read, write, execute.
fn program(code: &[u8]) -> Vec<u8> {
    let size = FILE_HEADER + PROGRAM_HEADER + code.len() as u32;
    // Class 32, little endian, version 1.
    let mut file = b"\x7fELF\x01\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let halves = |values: &[u16]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    let words = |values: &[u32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>();
    // ET_EXEC, EM_386.
    file.extend(halves(&[2, 3]));
    // Version, entry, program headers' offset, section headers' offset, flags.
    file.extend(words(&[1, BASE + FILE_HEADER + PROGRAM_HEADER, FILE_HEADER, 0, 0]));
    // Sizes and numbers of headers: one program header, no section headers.
    file.extend(halves(&[FILE_HEADER as u16, PROGRAM_HEADER as u16, 1, 0, 0, 0]));
    // PT_LOAD: offset, virtual and physical address, sizes in the file and in memory, RWX, alignment.
    file.extend(words(&[1, 0, BASE, BASE, size, size, 7, 0x1000]));
    file.extend_from_slice(code);
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_have_their_sizes_and_the_code_follows() {
        let file = program(&[0xcd, 0x80]);
        assert_eq!(file.len() as u32, FILE_HEADER + PROGRAM_HEADER + 2);
        assert_eq!(file[file.len() - 2..], [0xcd, 0x80]);
    }

    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn linux_runs_it() {
        let file = std::env::temp_dir().join(format!("tusk-tiny-{}", std::process::id()));
        write(&file, &[0xb8, 1, 0, 0, 0, 0xbb, 200, 0, 0, 0, 0xcd, 0x80]).unwrap();
        let status = std::process::Command::new(&file).status();
        fs::remove_file(&file).unwrap();
        // A Linux without its i386 half cannot say anything about it.
        if let Ok(status) = status
            && status.code().is_some()
        {
            assert_eq!(status.code(), Some(200));
        }
    }
}
