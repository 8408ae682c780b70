// Address spaces: a program's bitmap of addresses and its page directory, read out of the kernel's memory.

const PRESENT = 1;
/** Entries of a directory or a table, and how many of a directory's are the program's. */
export const ENTRIES = 1024;
export const USER_ENTRIES = 768;

/** The address space that a task's `memory` points to. */
export function addressSpaceAt(memory, pointer) {
    const address = pointer + memory.layout.counted("AddressSpace");
    const field = (name) => memory.member(address, "AddressSpace", name);
    const bits = field("bitmap.length");
    return {
        directory: field("directory"),
        directoryFrame: field("directory_frame"),
        bitmap: field("bitmap.words"),
        bits,
        // The bitmap ends where the kernel's half begins.
        firstAddress: memory.layout.linearBase - bits * 4096,
        brk: { start: field("brk.start"), end: field("brk.end") },
    };
}

/** The bytes of its bitmap: bit i of byte j stands for page 8 j + i. */
export function bitmapOf(memory, space) {
    return memory.bytes(space.bitmap, Math.ceil(space.bits / 8));
}

/** The ranges that a bitmap says are taken: `{ start, end }`, addresses. */
export function takenRanges(bytes, firstAddress) {
    const ranges = [];
    let start = -1;
    const end = (bit) => {
        if (start >= 0) ranges.push({ start: firstAddress + start * 4096, end: firstAddress + bit * 4096 });
        start = -1;
    };
    for (let index = 0; index < bytes.length; index++) {
        const byte = bytes[index];
        if (byte === 0) end(index * 8);
        else if (byte === 0xff && start >= 0) continue;
        else {
            for (let bit = index * 8; bit < index * 8 + 8; bit++) {
                if (!(byte & (1 << (bit % 8)))) end(bit);
                else if (start < 0) start = bit;
            }
        }
    }
    end(bytes.length * 8);
    return ranges;
}

/** The entries of the directory in a frame. */
export function directoryEntries(memory, frame) {
    const bytes = memory.image.frame(frame);
    return new Uint32Array(bytes.buffer, bytes.byteOffset, ENTRIES);
}

/** The program's pages that a directory maps: `{ page, frame, flags }`, from low to high addresses. */
export function mappedPages(memory, frame) {
    const pages = [];
    directoryEntries(memory, frame).forEach((table, high) => {
        if (high >= USER_ENTRIES || !(table & PRESENT)) return;
        directoryEntries(memory, table >>> 12).forEach((entry, low) => {
            if (!(entry & PRESENT)) return;
            pages.push({ page: high * 0x400000 + low * 4096, frame: entry >>> 12, flags: entry & 0xfff });
        });
    });
    return pages;
}
