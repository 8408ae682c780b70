//! Where the fields of the kernel's structures lie, as the compiler laid them: from the debug information.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use gimli::{AttributeValue, DebuggingInformationEntry, Dwarf, EndianSlice, LittleEndian, Unit};
use object::{Object, ObjectSection};

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// A structure as it lies in memory.
#[derive(Debug, PartialEq, Eq, Default)]
pub struct Structure {
    /// Its size in bytes.
    pub size: u64,
    /// The fields' offsets in bytes, by name.
    pub offsets: BTreeMap<String, u64>,
}

/// The structures of a program file at those paths (`task::task_struct::Task`), as far as it has them.
pub fn read(program: &[u8], crate_name: &str, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, Structure>> {
    let object = object::File::parse(program)?;
    let section = |id: gimli::SectionId| -> Result<Cow<[u8]>> {
        object.section_by_name(id.name()).map_or(Ok(Cow::Borrowed(&[][..])), |section| Ok(section.uncompressed_data()?))
    };
    let sections = gimli::DwarfSections::load(section)?;
    let dwarf = sections.borrow(|data| EndianSlice::new(data, LittleEndian));
    let mut found = BTreeMap::new();
    let mut units = dwarf.units();
    while let Some(header) = units.next()? {
        let unit = dwarf.unit(header)?;
        read_unit(&dwarf, &unit, crate_name, wanted, &mut found).context("debug information that makes no sense")?;
    }
    Ok(found)
}

fn read_unit(
    dwarf: &Dwarf<Slice>,
    unit: &Unit<Slice>,
    crate_name: &str,
    wanted: &BTreeSet<String>,
    found: &mut BTreeMap<String, Structure>,
) -> Result<()> {
    // The names of what the entry lies in, the unit's own included.
    let mut around: Vec<Option<String>> = Vec::new();
    let mut entries = unit.entries();
    let mut depth = 0isize;
    while let Some((delta, entry)) = entries.next_dfs()? {
        depth += delta;
        around.truncate(depth.max(0) as usize);
        let name = match entry.tag() {
            gimli::DW_TAG_namespace | gimli::DW_TAG_structure_type => name_of(dwarf, unit, entry)?,
            _ => None,
        };
        if entry.tag() == gimli::DW_TAG_structure_type {
            let path: Option<Vec<_>> = around.iter().skip(1).chain([&name]).map(Option::as_deref).collect();
            let path = path.unwrap_or_default();
            if path.first() == Some(&crate_name) && wanted.contains(&path[1..].join("::")) {
                let size = entry.attr_value(gimli::DW_AT_byte_size)?.and_then(|value| value.udata_value());
                let entry_of = found.entry(path[1..].join("::")).or_default();
                entry_of.size = size.unwrap_or(0);
            }
        }
        if entry.tag() == gimli::DW_TAG_member {
            let path: Option<Vec<_>> = around.iter().skip(1).map(Option::as_deref).collect();
            let owner = path.unwrap_or_default().get(1..).unwrap_or_default().join("::");
            if let Some(structure) = found.get_mut(&owner) {
                let offset = entry.attr_value(gimli::DW_AT_data_member_location)?.and_then(|value| value.udata_value());
                if let (Some(field), Some(offset)) = (name_of(dwarf, unit, entry)?, offset) {
                    // A tuple's fields are called __0, __1, ….
                    structure.offsets.insert(field.trim_start_matches("__").to_owned(), offset);
                }
            }
        }
        around.push(name);
    }
    Ok(())
}

fn name_of<'a>(
    dwarf: &Dwarf<Slice<'a>>,
    unit: &Unit<Slice<'a>>,
    entry: &DebuggingInformationEntry<Slice<'a>>,
) -> Result<Option<String>> {
    let Some(value) = entry.attr_value(gimli::DW_AT_name)? else { return Ok(None) };
    match value {
        AttributeValue::String(_) | AttributeValue::DebugStrRef(_) | AttributeValue::DebugStrOffsetsIndex(_) => {
            Ok(Some(dwarf.attr_string(unit, value)?.to_string_lossy().into_owned()))
        }
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Something whose layout is known, in this very program.
    #[repr(C)]
    struct Known {
        first: u8,
        second: u32,
        third: u16,
    }

    #[test]
    fn offsets_are_those_of_the_compiler() {
        let known = std::hint::black_box(Known { first: 1, second: 2, third: 3 });
        assert_eq!(u32::from(known.first) + known.second + u32::from(known.third), 6);
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let path = "structures::tests::Known".to_owned();
        let found = read(&program, "tusk_book", &BTreeSet::from([path.clone()])).unwrap();
        let offsets = [("first", 0), ("second", 4), ("third", 8)].map(|(name, at)| (name.to_owned(), at));
        assert_eq!(found[&path], Structure { size: 12, offsets: BTreeMap::from(offsets) });
    }
}
