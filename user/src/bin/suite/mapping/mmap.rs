//! Making mappings: where they come to lie, what they hold, and what is refused.

use super::pages::{ANONYMOUS, NO_FILE, READ_WRITE, anonymous, fill, holds, map, peek, poke, protect, unmap};
use crate::call::sys;
use crate::check::{check, check_eq, must};
use crate::child::{dies_of, run_well};
use crate::probe;
use linux_raw_sys::general::{
    MAP_ANONYMOUS, MAP_FIXED, MAP_FIXED_NOREPLACE, MAP_NORESERVE, MAP_PRIVATE, PROT_NONE, PROT_READ, SIGSEGV,
};
use tusk_user::file::O_RDONLY;
use tusk_user::heap::{Heap, PAGE_SIZE, program_break};
use tusk_user::{Errno, file, linux, on_tusk};

/// Fresh pages are zero, and keep what is written to them.
pub fn anonymous_memory_is_zero_and_keeps_what_is_written() {
    let start = anonymous(20);
    check!(holds(start, 20 * PAGE_SIZE, 0), "a fresh page is not zero");
    fill(start, 20 * PAGE_SIZE, 7);
    check!(holds(start, 20 * PAGE_SIZE, 7), "a byte is not what was written to it");
    check_eq!(unmap(start, 20 * PAGE_SIZE), Ok(()));
}

/// A length counts in bytes, and memory in pages.
pub fn length_is_rounded_up_to_pages() {
    let start = must!(map(0, PAGE_SIZE + 1, READ_WRITE, ANONYMOUS, NO_FILE, 0));
    poke(start + 2 * PAGE_SIZE - 1, 1);
    check_eq!(unmap(start, 2 * PAGE_SIZE), Ok(()));
}

/// The kernel chooses whole pages, below itself, and never the same twice.
pub fn addresses_are_pages_below_the_kernel() {
    let starts = [1, 3, 16, 200].map(|pages| (anonymous(pages), pages * PAGE_SIZE));
    for (index, &(start, length)) in starts.iter().enumerate() {
        check_eq!(start % PAGE_SIZE, 0, "the offset of {start:#x} in its page");
        check!(!on_tusk() || start + length <= 0xc000_0000, "{start:#x} is above where programs are");
        check!(start >= 0x1_0000, "{start:#x} is where null pointers lead");
        for &(other, other_length) in &starts[..index] {
            check!(start + length <= other || other + other_length <= start, "{start:#x} lies over {other:#x}");
        }
    }
    for (start, length) in starts {
        check_eq!(unmap(start, length), Ok(()));
    }
}

/// A wish is granted where nothing lies in the way, and rounded down to a page.
pub fn free_hint_is_taken() {
    let start = anonymous(4);
    check_eq!(unmap(start, 4 * PAGE_SIZE), Ok(()));
    for hint in [start + PAGE_SIZE, start + PAGE_SIZE + 5] {
        check_eq!(map(hint, PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0), Ok(start + PAGE_SIZE), "mmap at {hint:#x}");
        check_eq!(unmap(start + PAGE_SIZE, PAGE_SIZE), Ok(()));
    }
}

/// And is only a wish: what lies there already stays.
pub fn taken_hint_is_only_a_wish() {
    let start = anonymous(2);
    fill(start, 2 * PAGE_SIZE, 9);
    let other = must!(map(start, 2 * PAGE_SIZE, READ_WRITE, ANONYMOUS, NO_FILE, 0));
    check!(other >= start + 2 * PAGE_SIZE || other + 2 * PAGE_SIZE <= start, "{other:#x} lies over {start:#x}");
    check!(holds(start, 2 * PAGE_SIZE, 9), "what was there has changed");
}

/// `MAP_FIXED` puts fresh pages into the middle of others, which keep the rest.
pub fn fixed_mapping_replaces_what_was_there() {
    let start = anonymous(5);
    fill(start, 5 * PAGE_SIZE, 3);
    let middle = start + 2 * PAGE_SIZE;
    check_eq!(map(middle, PAGE_SIZE, READ_WRITE, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(middle));
    check!(holds(start, 2 * PAGE_SIZE, 3), "the pages before have changed");
    check!(holds(middle, PAGE_SIZE, 0), "the page between is not fresh");
    check!(holds(middle + PAGE_SIZE, 2 * PAGE_SIZE, 3), "the pages behind have changed");
    fill(middle, PAGE_SIZE, 4);
    check_eq!(unmap(start, 5 * PAGE_SIZE), Ok(()));
}

/// Also over the heap: musl lays a guard page there.
pub fn fixed_mapping_may_lie_over_the_heap() {
    let mut heap = must!(Heap::new(3));
    heap.bytes().fill(1);
    let middle = heap.start() + PAGE_SIZE;
    check_eq!(map(middle, PAGE_SIZE, PROT_NONE, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(middle));
    dies_of(SIGSEGV, || probe::read(middle));
    check_eq!(program_break(), heap.start() + 3 * PAGE_SIZE, "the break");
    check_eq!(map(middle, PAGE_SIZE, READ_WRITE, ANONYMOUS | MAP_FIXED, NO_FILE, 0), Ok(middle));
    let (zero, rest): (usize, usize) = (
        heap.bytes().iter().filter(|&&byte| byte == 0).count(),
        heap.bytes().iter().filter(|&&byte| byte == 1).count(),
    );
    check_eq!((zero, rest), (PAGE_SIZE, 2 * PAGE_SIZE), "the bytes that are fresh, and those that are old");
}

/// The heap does not grow over what somebody has mapped.
pub fn break_does_not_grow_into_a_mapping() {
    let end = program_break().next_multiple_of(PAGE_SIZE);
    let wall = end + 4 * PAGE_SIZE;
    check_eq!(map(wall, PAGE_SIZE, READ_WRITE, ANONYMOUS | MAP_FIXED_NOREPLACE, NO_FILE, 0), Ok(wall));
    fill(wall, PAGE_SIZE, 6);
    let old = program_break();
    // SAFETY: the break moves up or not at all.
    check_eq!(unsafe { linux::brk(wall + 2 * PAGE_SIZE) }, old, "the break that would reach over a mapping");
    check!(holds(wall, PAGE_SIZE, 6), "the mapping has changed");
    check_eq!(unmap(wall, PAGE_SIZE), Ok(()));
    // SAFETY: as above, and down again to where nobody has a heap.
    check_eq!(unsafe { linux::brk(wall + 2 * PAGE_SIZE) }, wall + 2 * PAGE_SIZE, "the break without the mapping");
    // SAFETY: nothing above the old break is in use.
    check_eq!(unsafe { linux::brk(old) }, old, "the break at last");
}

/// `MAP_FIXED_NOREPLACE` takes just that place, or none.
pub fn fixed_without_replacing_is_eexist_when_taken() {
    let start = anonymous(3);
    fill(start, 3 * PAGE_SIZE, 8);
    let flags = ANONYMOUS | MAP_FIXED_NOREPLACE;
    for taken in [start, start + 2 * PAGE_SIZE] {
        check_eq!(map(taken, 2 * PAGE_SIZE, READ_WRITE, flags, NO_FILE, 0), Err(Errno::EEXIST), "mmap at {taken:#x}");
    }
    check!(holds(start, 3 * PAGE_SIZE, 8), "what was there has changed");
    check_eq!(unmap(start + PAGE_SIZE, PAGE_SIZE), Ok(()));
    check_eq!(map(start + PAGE_SIZE, PAGE_SIZE, READ_WRITE, flags, NO_FILE, 0), Ok(start + PAGE_SIZE));
    check!(holds(start + PAGE_SIZE, PAGE_SIZE, 0), "the page in the gap is not fresh");
}

/// What makes no sense, and what is too much.
pub fn impossible_requests_are_refused() {
    let refused = |hint, length, flags, descriptor| map(hint, length, READ_WRITE, flags, descriptor, 0).err();
    check_eq!(refused(0, 0, ANONYMOUS, NO_FILE), Some(Errno::EINVAL), "mmap of nothing");
    check_eq!(refused(0, PAGE_SIZE, MAP_ANONYMOUS, NO_FILE), Some(Errno::EINVAL), "mmap, neither shared nor private");
    let start = anonymous(2);
    check_eq!(refused(start + 1, 10, ANONYMOUS | MAP_FIXED, NO_FILE), Some(Errno::EINVAL), "mmap at no page");
    check_eq!(refused(0, 0xf000_0000, ANONYMOUS, NO_FILE), Some(Errno::ENOMEM), "mmap of nearly everything");
    check_eq!(refused(0, 0xffff_ffff, ANONYMOUS, NO_FILE), Some(Errno::ENOMEM), "mmap of everything");
    for descriptor in [-1, 99, 0x7fff_ffff] {
        check_eq!(refused(0, PAGE_SIZE, MAP_PRIVATE, descriptor), Some(Errno::EBADF), "mmap of file {descriptor}");
    }
    let beyond = 0xffff_f000;
    check_eq!(refused(beyond, 2 * PAGE_SIZE, ANONYMOUS | MAP_FIXED, NO_FILE), Some(Errno::ENOMEM), "mmap at the end");
}

/// Memory that may not be touched takes none: half a gibibyte is there on any machine, and can be used in parts.
pub fn large_reserve_takes_no_memory() {
    const LENGTH: usize = 512 << 20;
    let start = must!(map(0, LENGTH, PROT_NONE, ANONYMOUS | MAP_NORESERVE, NO_FILE, 0));
    for place in [start, start + LENGTH / 2, start + LENGTH - 1] {
        dies_of(SIGSEGV, || probe::read(place));
    }
    let part = start + LENGTH / 2;
    check_eq!(protect(part, 2 * PAGE_SIZE, READ_WRITE), Ok(()));
    check!(holds(part, 2 * PAGE_SIZE, 0), "the part that may be used is not zero");
    fill(part, 2 * PAGE_SIZE, 2);
    run_well(|| check!(holds(part, 2 * PAGE_SIZE, 2), "the child does not have what its parent wrote"));
    dies_of(SIGSEGV, || probe::write(part + 2 * PAGE_SIZE));
    check_eq!(unmap(start, LENGTH), Ok(()));
    dies_of(SIGSEGV, || probe::read(part));
}

/// `/proc/self/maps` has a line for it, which says where it is and what may be done with it.
pub fn mapping_is_listed_with_its_rights() {
    let start = anonymous(6);
    check_eq!(protect(start + PAGE_SIZE, 2 * PAGE_SIZE, PROT_READ), Ok(()));
    check_eq!(protect(start + 3 * PAGE_SIZE, PAGE_SIZE, PROT_NONE), Ok(()));
    let (list, mut bytes, mut length) = (must!(file::open(c"/proc/self/maps", O_RDONLY)), [0; 8192], 0);
    loop {
        match must!(linux::read(list.number(), &mut bytes[length..])) {
            0 => break,
            count => length += count,
        }
    }
    let text = core::str::from_utf8(&bytes[..length]).unwrap_or_default();
    for (first, last, rights) in [(1, 3, "r--p"), (3, 4, "---p")] {
        let (first, last) = (start + first * PAGE_SIZE, start + last * PAGE_SIZE);
        let is_listed = text.lines().any(|line| {
            let mut words = line.split([' ', '-']).map(|word| usize::from_str_radix(word, 16).ok());
            words.next() == Some(Some(first)) && words.next() == Some(Some(last)) && line.contains(rights)
        });
        check!(is_listed, "{first:x}-{last:x} {rights} is not listed");
    }
}

/// The kernel, too, reads and writes pages that nobody has touched.
pub fn calls_reach_untouched_pages() {
    let (start, (reader, writer)) = (anonymous(4), must!(file::pipe(0)));
    let (from, to) = (start + PAGE_SIZE - 10, start + 3 * PAGE_SIZE - 10);
    check_eq!(sys!(__NR_write, writer.number(), from, 20), Ok(20), "write from untouched pages");
    check_eq!(sys!(__NR_read, reader.number(), to, 20), Ok(20), "read to untouched pages");
    check_eq!(sys!(__NR_write, writer.number(), b"tusk", 4), Ok(4), "write");
    check_eq!(sys!(__NR_read, reader.number(), to + 8, 20), Ok(4), "read across two pages");
    let bytes = [0, 1, 2, 3].map(|index| peek(to + 8 + index));
    check_eq!(bytes, *b"tusk", "what was read");
    check!(holds(start, 3 * PAGE_SIZE - 2, 0), "the bytes before have changed");
}

/// What the process may not do, the kernel does not do for it.
pub fn calls_respect_protections() {
    let (reader, writer) = must!(file::pipe(0));
    let mut back = [0; 4];
    check_eq!(linux::write(writer.number(), b"tusk"), Ok(4), "write");
    for protection in [PROT_READ, PROT_NONE] {
        let start = must!(map(0, PAGE_SIZE, protection, ANONYMOUS, NO_FILE, 0));
        let result = sys!(__NR_read, reader.number(), start, 4);
        check_eq!(result, Err(Errno::EFAULT), "read to pages of protection {protection}");
    }
    let start = must!(map(0, PAGE_SIZE, PROT_NONE, ANONYMOUS, NO_FILE, 0));
    let result = sys!(__NR_write, writer.number(), start, 4);
    check_eq!(result, Err(Errno::EFAULT), "write from pages that may not be read");
    check_eq!(linux::write(writer.number(), b"-end"), Ok(4), "write");
    check_eq!(sys!(__NR_read, reader.number(), &mut back, 4), Ok(4), "read");
    check!(back == *b"tusk" || back == *b"-end", "what came out of the pipe is {back:?}");
}
