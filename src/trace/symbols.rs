//! Names for addresses, from the kernel's own symbol table.
//!
//! GRUB loads the ELF sections of the kernel along with it, `.symtab` and `.strtab` among them. A
//! lookup goes through all symbols: it happens when somebody reads a backtrace, and a sorted copy
//! would be memory that is never used otherwise. It must work in a kernel that is falling over, so
//! it takes no memory, and what makes no sense in the tables is passed over.

use crate::arch::lock::IrqLock;
use elf::abi;
use elf::endian::LittleEndian;
use elf::file::Class;
use elf::string_table::StringTable;
use elf::symbol::{Symbol, SymbolTable};
use rustc_demangle::Demangle;

/// The two tables; empty until [`install`]. Protects nothing but that both change together.
static TABLES: IrqLock<Tables> = IrqLock::new(Tables { symbols: &[], names: &[] });

/// How far a label without a size is taken to reach, in bytes.
const LABEL_REACH: u64 = 4096;

#[derive(Clone, Copy)]
struct Tables {
    symbols: &'static [u8],
    names: &'static [u8],
}

/// Gives the contents of the kernel's `.symtab` and `.strtab`. Once, at boot.
pub fn install(symtab: &'static [u8], strtab: &'static [u8]) {
    *TABLES.lock() = Tables { symbols: symtab, names: strtab };
}

/// Finds the function that `address` is in, and how far in. Its name prints demangled, with `{:#}`
/// without the compiler's hash. `None` when no function covers the address, or before [`install`].
///
/// Printing recurses through the name's types: a short name takes 1 to 2 KiB of stack, one of 400
/// characters 3 KiB. That is most of a ring-0 stack, so a panic prints from a stack of its own.
pub fn lookup(address: u32) -> Option<(Demangle<'static>, u32)> {
    // Not `lock`: a lookup for a panic may have interrupted another one.
    let tables = *TABLES.try_lock()?;
    let (name, offset) = find(tables.symbols, tables.names, address)?;
    Some((rustc_demangle::demangle(name), offset))
}

/// The same for any pair of tables, with the name as it stands there.
pub fn find<'a>(symtab: &[u8], strtab: &'a [u8], address: u32) -> Option<(&'a str, u32)> {
    let table: SymbolTable<LittleEndian> = SymbolTable::new(LittleEndian, Class::ELF32, symtab);
    let candidates = table.iter().filter(|symbol| is_code(symbol) && covers(symbol, address));
    // The nearest start; of several names for one start, that of a true function.
    let nearest = candidates.max_by_key(|symbol| (symbol.st_value, is_function(symbol)))?;
    let name = StringTable::new(strtab).get(nearest.st_name as usize).ok()?;
    (!name.is_empty()).then_some((name, address - nearest.st_value as u32))
}

fn is_function(symbol: &Symbol) -> bool {
    symbol.st_symtype() == abi::STT_FUNC
}

/// Functions, and the plain labels of assembly; not data, files, sections, or constants.
fn is_code(symbol: &Symbol) -> bool {
    let is_placed = symbol.st_shndx != abi::SHN_UNDEF && symbol.st_shndx < abi::SHN_LORESERVE;
    is_placed && (is_function(symbol) || symbol.st_symtype() == abi::STT_NOTYPE)
}

/// A label has no size: it reaches to the next symbol, but not so far that it would claim user
/// addresses for the boot code below them.
fn covers(symbol: &Symbol, address: u32) -> bool {
    let size = if symbol.st_size == 0 { LABEL_REACH } else { symbol.st_size };
    (symbol.st_value..symbol.st_value + size).contains(&u64::from(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Symbols of (offset of the name, value, size, type, section).
    fn symtab(symbols: &[(u32, u32, u32, u8, u16)]) -> Vec<u8> {
        let mut bytes = vec![0; 16];
        for (name, value, size, kind, section) in symbols {
            [name, value, size].iter().for_each(|word| bytes.extend(word.to_le_bytes()));
            bytes.extend([*kind, 0]);
            bytes.extend(section.to_le_bytes());
        }
        bytes
    }

    const NAMES: &[u8] = b"\0label\0fork\0data\0_ZN4tusk4main17h0123456789abcdefE\0";

    #[test]
    fn the_nearest_code_below_an_address_has_it() {
        let table = symtab(&[
            (7, 0x1010, 0x20, 2, 1),
            (1, 0x1000, 0, 0, 1),
            (1, 0x1010, 0, 0, 1),
            (12, 0x1018, 4, 1, 2),
            (17, 0x2000, 0x10, 2, 1),
            (12, 0x2004, 0, 0, abi::SHN_ABS),
        ]);
        assert_eq!(find(&table, NAMES, 0x1004), Some(("label", 4)));
        assert_eq!(find(&table, NAMES, 0x101a), Some(("fork", 10)));
        // Behind a function with a size comes no more of it, but a label without one reaches on.
        assert_eq!(find(&table, NAMES, 0x1030), Some(("label", 0x20)));
        assert_eq!(find(&table, NAMES, 0xfff), None);
        let (name, offset) = find(&table, NAMES, 0x2008).unwrap();
        let name = rustc_demangle::demangle(name);
        assert_eq!((format!("{name:#}+{offset:#x}")), "tusk::main+0x8");
    }

    #[test]
    fn junk_has_no_symbols() {
        assert_eq!(find(&[], &[], 0x1000), None);
        let table = symtab(&[(999, 0, 0xffff_ffff, 2, 1)]);
        for length in 0..table.len() {
            assert_eq!(find(&table[..length], NAMES, u32::MAX - 1), None);
        }
        assert_eq!(find(&[0xff; 160], &[0xff; 4], u32::MAX), None);
    }
}
