// What lies where in a PCB page, in words, and in what two of them differ.

import { PAGE } from "./images.js";

/** What about a byte of a page stands out. */
export const Mark = { CHANGED: 1, DIFFERS: 2 };

/**
 * Compares a page with how it was `before`, and with its `parent`'s; either may be missing. One mark a byte.
 *
 * The stack of a task that runs, as a fork's parent does, changes with every call of the kernel's: of two such stacks only
 * the trap frames are compared. `isRunning` says that of the page itself.
 */
export function compare(bytes, { before, parent, isRunning = false }, layout) {
    const [low, high] = [layout.size("Task"), PAGE - layout.size("TrapFrame")];
    const isStack = (offset) => offset >= low && offset < high;
    return Uint8Array.from(bytes, (byte, offset) => {
        if (before && byte !== before[offset] && !(isRunning && isStack(offset))) return Mark.CHANGED;
        return parent && byte !== parent[offset] && !isStack(offset) ? Mark.DIFFERS : 0;
    });
}

/** Where in a page what begins. */
export function partsOf(bytes, layout) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const taskSize = layout.size("Task");
    const frame = PAGE - layout.size("TrapFrame");
    const word = (offset) => view.getUint32(offset, true);
    // Fresh stack is painted with one word; what was never used still is.
    const paint = word(taskSize);
    let used = taskSize;
    while (used < frame && word(used) === paint) used += 4;
    const left = word(layout.member("Task", "self_kstack").offset);
    // Where the task was left, for one that does not run; else its whole stack may be in use.
    const inUse = left >>> 12 !== 0 && (left & 0xfff) >= used ? left & 0xfff : used;
    return { word, taskSize, used, inUse, frame, magic: layout.member("Task", "stack_magic").offset };
}

/** A byte in words, for `parts` of `partsOf`; with what it was `before`, or what it is in the `parent`'s page. */
export function describeByte(bytes, { before, parent }, offset, parts, layout) {
    const differs = (what, other) => (other && other[offset] !== bytes[offset] ? `, ${what} ${hex(other[offset], 2)}` : "");
    const value = hex(bytes[offset], 2) + differs("was", before) + differs("the parent's is", parent);
    return `0x${hex(offset, 3)} ${nameOf(offset, parts, layout)}: ${value}`;
}

/** What the byte at `offset` belongs to. */
function nameOf(offset, { word, taskSize, used, inUse, frame }, layout) {
    const within = (type, base) => {
        const field = layout.fields(type).find(({ offset: start, size }) => offset >= base + start && offset < base + start + size);
        return field && `${field.name} (${field.type}, byte ${offset - base - field.offset} of ${field.size})`;
    };
    if (offset < taskSize) return within("Task", 0) ?? "between two fields";
    if (offset >= frame) return `trap frame, ${within("TrapFrame", frame)}`;
    if (offset < used) return "stack, never used";
    const number = word(offset & ~3);
    const place = layout.functionAt(number);
    const meaning = place ? ` = 0x${hex(number, 8)}, in ${place}` : ` = 0x${hex(number, 8)}`;
    return (offset < inUse ? "stack, used before, word" : "stack, word") + meaning;
}

/** The fields of the task in which two pages differ: `{ name, one, other }`, values in words. */
export function differingFields(one, other, layout) {
    const fields = [
        ...layout.fields("Task"),
        ...layout.fields("TrapFrame").map((field) => ({
            ...field,
            name: `trap frame: ${field.name}`,
            offset: field.offset + PAGE - layout.size("TrapFrame"),
        })),
    ];
    const part = (bytes, { offset, size }) => bytes.subarray(offset, offset + size);
    return fields
        .filter((field) => part(one, field).some((byte, index) => byte !== part(other, field)[index]))
        .map((field) => ({ name: field.name, one: valueOf(part(one, field), field, layout), other: valueOf(part(other, field), field, layout) }));
}

/** A field's bytes as a person wants them. */
function valueOf(bytes, field, layout) {
    if (field.type === "Cell<Status>") return layout.enumerator("Status", bytes[0]);
    if (/^Cell<(Option<)?(u8|Pid)>?>$/.test(field.type) || field.name.endsWith("ticks")) return String(little(bytes));
    if ([1, 2, 4].includes(bytes.length)) return `0x${little(bytes).toString(16)}`;
    if (field.type === "Cell<u64>") return String(little(bytes));
    return Array.from({ length: Math.ceil(bytes.length / 4) }, (_, index) => hex(little(bytes.subarray(index * 4, index * 4 + 4)), 8)).join(" ");
}

function little(bytes) {
    return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}

function hex(number, digits) {
    return number.toString(16).padStart(digits, "0");
}
