//! What the CPU says it is: vendor, name, family, and the features that /proc/cpuinfo lists.
//!
//! Reference: SDM volume 2A, CPUID.

use super::cpu;
use core::arch::x86::{__cpuid, CpuidResult};
use core::fmt;

/// What CPUID tells; zeros and blanks on a CPU without it.
pub struct Identification {
    vendor: [u8; 12],
    name: [u8; 48],
    pub family: u32,
    pub model: u32,
    pub stepping: u32,
    features: u32,
    more_features: u32,
}

/// The bits of CPUID leaf 1, edx, as Linux names them; an empty name for one that is reserved.
const FEATURES: [&str; 32] = [
    "fpu", "vme", "de", "pse", "tsc", "msr", "pae", "mce", "cx8", "apic", "", "sep", "mtrr", "pge", "mca", "cmov",
    "pat", "pse36", "pn", "clflush", "", "dts", "acpi", "mmx", "fxsr", "sse", "sse2", "ss", "ht", "tm", "ia64", "pbe",
];
/// The same of ecx, as far as a program of ours could use them.
const MORE_FEATURES: [(u32, &str); 8] = [
    (0, "pni"),
    (9, "ssse3"),
    (13, "cx16"),
    (19, "sse4_1"),
    (20, "sse4_2"),
    (22, "movbe"),
    (23, "popcnt"),
    (31, "hypervisor"),
];

fn words<const BYTES: usize>(words: impl IntoIterator<Item = u32>) -> [u8; BYTES] {
    let mut bytes = [0; BYTES];
    for (place, word) in bytes.chunks_mut(4).zip(words) {
        place.copy_from_slice(&word.to_le_bytes());
    }
    bytes
}

impl Identification {
    /// Asks the CPU.
    pub fn read() -> Self {
        let nothing = CpuidResult { eax: 0, ebx: 0, ecx: 0, edx: 0 };
        let ask = |leaf| if cpu::has_cpuid() { __cpuid(leaf) } else { nothing };
        let (first, about) = (ask(0), ask(1));
        let has_name = ask(0x8000_0000).eax >= 0x8000_0004;
        let name = (0x8000_0002..=0x8000_0004).map(|leaf| if has_name { ask(leaf) } else { nothing });
        let family = about.eax >> 8 & 0xf;
        let model = about.eax >> 4 & 0xf;
        let is_extended = family == 0xf || family == 6;
        Self {
            vendor: words([first.ebx, first.edx, first.ecx]),
            name: words(name.flat_map(|part| [part.eax, part.ebx, part.ecx, part.edx])),
            family: if family == 0xf { family + (about.eax >> 20 & 0xff) } else { family },
            model: if is_extended { model | (about.eax >> 16 & 0xf) << 4 } else { model },
            stepping: about.eax & 0xf,
            features: about.edx,
            more_features: about.ecx,
        }
    }

    /// The vendor's twelve letters.
    pub fn vendor(&self) -> &str {
        text(&self.vendor)
    }

    /// The name that the vendor gave it.
    pub fn name(&self) -> &str {
        text(&self.name)
    }

    /// Says whether it has a floating-point unit.
    pub fn has_fpu(&self) -> bool {
        self.features & 1 != 0
    }

    /// The features, each with a blank before it.
    pub fn flags(&self) -> Flags<'_> {
        Flags(self)
    }
}

fn text(bytes: &[u8]) -> &str {
    let text = core::str::from_utf8(bytes).unwrap_or_default().trim_end_matches('\0').trim();
    if text.is_empty() { "unknown" } else { text }
}

/// A CPU's features, to be shown.
pub struct Flags<'a>(&'a Identification);

impl fmt::Display for Flags<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has = |bits: u32, bit: u32| bits & 1 << bit != 0;
        for (bit, name) in FEATURES.iter().enumerate() {
            if has(self.0.features, bit as u32) && !name.is_empty() {
                write!(out, " {name}")?;
            }
        }
        for (bit, name) in MORE_FEATURES {
            if has(self.0.more_features, bit) {
                write!(out, " {name}")?;
            }
        }
        Ok(())
    }
}
