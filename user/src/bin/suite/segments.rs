//! Segment registers: a program may load few values into them, and the kernel must rely on none.

use crate::check::{check, check_eq, skip};
use crate::child::{SURVIVED, dies_of, run, start, wait};
use crate::probe::attempt;
use linux_raw_sys::general::{SIGBUS, SIGSEGV};
use tusk_user::Status;

/// What [`SURVIVED`] looks like to the parent.
const SURVIVOR: Status = Status((SURVIVED as u32) << 8);

/// Loads a segment register; survives only when the segment is one that ring 3 may have (`lar` says which privilege a
/// descriptor has, and nothing for the null selector).
macro_rules! load {
    ($register:literal) => {
        |selector: usize| -> ! {
            attempt!(
                concat!("mov ", $register, ", cx"),
                "lar eax, ecx",
                "jnz 2f",
                "and eax, 0x6000",
                "cmp eax, 0x6000",
                "je 2f",
                "ud2",
                "2:";
                in("ecx") selector
            )
        }
    };
}

/// A segment register by name, and what loads a selector into it.
type Loader = (&'static str, fn(usize) -> !);

/// Every descriptor there is, the kernel's among them, and some that are not: behind the table, in no local table.
pub fn kernel_segments_cannot_be_loaded() {
    let registers: [Loader; 5] =
        [("ds", load!("ds")), ("es", load!("es")), ("fs", load!("fs")), ("gs", load!("gs")), ("ss", load!("ss"))];
    for (register, load) in registers {
        let selectors = (0..0x80).step_by(8).flat_map(|selector| [selector, selector + 3]);
        for selector in selectors.chain([0x07, 0x0f, 0xfff8, 0xffff]) {
            let status = run(|| load(selector));
            // A stack segment that is not there is #SS, which is SIGBUS.
            let is_fault = matches!(status.signal(), Some(SIGSEGV | SIGBUS));
            check!(is_fault || status == SURVIVOR, "{register} = {selector:#x}: {status}");
        }
    }
    // Of these it is known what must happen: our own data segment, and some that nobody may have.
    let own: usize;
    // SAFETY: a selector is read into a register.
    unsafe { core::arch::asm!("mov {0:e}, ds", out(reg) own, options(nomem, nostack)) };
    check_eq!(run(|| load!("es")(own)), SURVIVOR, "the end of a process that loads its own segment");
    dies_of(SIGSEGV, || load!("ds")(0xfff8));
    dies_of(SIGSEGV, || load!("ds")(0x08));
    dies_of(SIGSEGV, || load!("ss")(0));
}

/// Checks that the child was killed by SIGSEGV; skips the case when it was not, and only the processor can be why.
///
/// QEMU's emulation does not look at a segment's type and presence when it is used.
fn faults_where_processors_check(status: Status) {
    if status == SURVIVOR {
        skip(format_args!("this processor does not check segments when they are used"));
    }
    check_eq!(status.signal(), Some(SIGSEGV), "the signal");
}

/// A null segment may be loaded, but not used.
pub fn null_data_segment_is_sigsegv_when_used() {
    static WORD: u32 = 0;
    check_eq!(run(|| attempt!("xor eax, eax", "mov fs, ax", "mov gs, ax")), SURVIVOR, "null fs and gs");
    let status = run(|| attempt!("xor eax, eax", "mov ds, ax", "mov eax, [ecx]"; in("ecx") &raw const WORD));
    faults_where_processors_check(status);
}

/// Writing through a code segment is not possible, wherever it is loaded.
pub fn code_segment_is_not_writable() {
    faults_where_processors_check(run(|| attempt!("mov eax, cs", "mov es, ax", "mov edi, esp", "stosd")));
}

/// fs and gs are the program's own, over system calls, ticks and other processes with other values.
pub fn segment_registers_are_kept() {
    let keepers: [fn() -> i32; 2] = [
        || {
            attempt!(
                "mov esi, ss",
                "mov fs, si",
                "mov gs, si",
                "mov ebp, 30",
                "2:",
                "mov ecx, 300000",
                "3:",
                "dec ecx",
                "jnz 3b",
                "mov eax, 158",
                "int 0x80",
                "mov eax, fs",
                "cmp eax, esi",
                "jne 4f",
                "mov eax, gs",
                "cmp eax, esi",
                "jne 4f",
                "dec ebp",
                "jnz 2b",
                "jmp 5f",
                "4:",
                "ud2",
                "5:"
            )
        },
        || {
            attempt!(
                "mov esi, cs",
                "mov es, si",
                "xor edi, edi",
                "mov gs, di",
                "mov fs, si",
                "mov ebp, 30",
                "2:",
                "mov ecx, 300000",
                "3:",
                "dec ecx",
                "jnz 3b",
                "mov eax, 158",
                "int 0x80",
                "mov eax, fs",
                "cmp eax, esi",
                "jne 4f",
                "mov eax, es",
                "cmp eax, esi",
                "jne 4f",
                "mov eax, gs",
                "cmp eax, edi",
                "jne 4f",
                "dec ebp",
                "jnz 2b",
                "jmp 5f",
                "4:",
                "ud2",
                "5:"
            )
        },
    ];
    for child in keepers.map(start) {
        check_eq!(wait(child), SURVIVOR, "the end of a process with segments of its own");
    }
}
