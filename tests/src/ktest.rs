//! The tests inside the kernel: one boot on each machine that runs them all.
//!
//! Their names are read from the kernel's file, where each test has an entry in one section
//! (src/ktest/mod.rs): three words, of which the first two are the address and the length of the
//! name. So a test that never reports is still known, and `--list` boots nothing.

use std::time::Duration;

use anyhow::{Context, Result};
use elf::ElfBytes;
use elf::endian::LittleEndian;

use crate::job::Job;
use crate::machines::{MACHINES, Machine};
use crate::project;
use crate::test_boot::{OF_THE_BOOT, TestBoot};

/// The symbols at the ends of the entries.
const ENDS: [&str; 2] = ["__ktests_start", "__ktests_end"];

/// Length of an entry: address and length of the name, address of the function.
const ENTRY: usize = 12;

/// A job for each machine.
pub fn jobs() -> Vec<Job> {
    match project::built("tusk-boot.elf").and_then(|file| names(&std::fs::read(file)?)) {
        Ok(names) => MACHINES.iter().map(|machine| job(machine, &names)).collect(),
        Err(error) => vec![Job::broken("ktest::names_are_in_the_kernel", &error)],
    }
}

fn job(machine: &'static Machine, names: &[String]) -> Job {
    let prefix = format!("ktest::{}::", machine.name);
    let tests = names.iter().map(String::as_str).chain(OF_THE_BOOT);
    Job {
        expected: Duration::from_secs(5),
        long: false,
        tests: tests.map(|name| format!("{prefix}{name}")).collect(),
        body: Box::new(move |reporter| {
            TestBoot {
                name: format!("ktest-{}", machine.name),
                machine,
                command_line: "ktest log=ttyS1".into(),
                limit: Duration::from_secs(120),
                kernel_prefix: "ktest::",
                prefix,
                word: "ktest",
            }
            .run(reporter);
        }),
    }
}

/// The names of the tests in the kernel's file.
fn names(kernel: &[u8]) -> Result<Vec<String>> {
    let file = ElfBytes::<LittleEndian>::minimal_parse(kernel).context("the kernel is no ELF file")?;
    let [start, end] = ENDS.map(|name| symbol(&file, name));
    let (start, end) = (start?, end?);
    let entries = memory(&file, start, end.saturating_sub(start)).context("the entries are not in the file")?;
    entries
        .chunks_exact(ENTRY)
        .map(|entry| {
            let word =
                |at: usize| u64::from(u32::from_le_bytes([entry[at], entry[at + 1], entry[at + 2], entry[at + 3]]));
            let name = memory(&file, word(0), word(4)).context("a name is not in the file")?;
            Ok(std::str::from_utf8(name)?.to_owned())
        })
        .collect()
}

/// The value of a symbol.
fn symbol(file: &ElfBytes<LittleEndian>, name: &str) -> Result<u64> {
    let (symbols, strings) = file.symbol_table()?.context("the kernel has no symbols")?;
    let found = symbols.iter().find(|symbol| strings.get(symbol.st_name as usize).is_ok_and(|text| text == name));
    Ok(found.with_context(|| format!("the kernel has no symbol {name}"))?.st_value)
}

/// What is loaded at an address, as far as it is in the file.
fn memory<'a>(file: &ElfBytes<'a, LittleEndian>, address: u64, length: u64) -> Option<&'a [u8]> {
    file.segments()?.iter().find_map(|segment| {
        let at = address.checked_sub(segment.p_vaddr)? as usize;
        file.segment_data(&segment).ok()?.get(at..at.checked_add(length as usize)?)
    })
}
