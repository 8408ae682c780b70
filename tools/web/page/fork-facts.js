// The facts of a recorded fork at one step: what is compared, counted, and told in words.

import { USER_ENTRIES, addressSpaceAt, bitmapOf, directoryEntries, mappedPages } from "./address-space.js";
import { STEPS } from "./fork-recorder.js";
import { frameCounts, pools, usersOf } from "./frames.js";
import { differingFields } from "./pcb-page.js";
import { allTasks, openDescriptors, readyTasks, taskAt } from "./tasks.js";

const COPIED = STEPS.findIndex(({ name }) => name === "copy_pcb_vaddrbitmap_stack0");
/** Values that fit in a sentence, in characters. */
const SHORT = 10;
const HAS_STACK = STEPS.findIndex(({ name }) => name === "build_child_stack");
const HAS_DIRECTORY = STEPS.findIndex(({ name }) => name === "create_page_dir");

/** What `switch_to` will pop for a task that has never run: the name of the place where it begins. */
function beginningOf(memory, address) {
    const stack = memory.member(address, "Task", "self_kstack");
    return memory.layout.functionAt(memory.member(stack, "ThreadStack", "eip"))?.replace(/\+0x0$/, "");
}

/** The facts at a step: of its `memory`, in which the child may be half made. */
export function factsOf(memory, recording, step) {
    const parent = taskAt(memory, recording.parentAddress);
    const space = addressSpaceAt(memory, parent.memory);
    const facts = {
        parentPage: memory.page(recording.parentAddress),
        parentBitmap: bitmapOf(memory, space),
        firstAddress: space.firstAddress,
        parentDirectory: space.directoryFrame,
        parentPages: mappedPages(memory, space.directoryFrame),
        counts: countsOf(memory),
        hasBouncePage: memory.frameOf(recording.bouncePage) !== undefined,
    };
    const parentOpen = openDescriptors(memory, recording.parentAddress);
    let childOpen = [];
    if (step >= COPIED) {
        facts.childPage = memory.page(recording.childAddress);
        facts.childBitmap = bitmapOf(memory, childSpace(memory, recording));
        childOpen = openDescriptors(memory, recording.childAddress);
    }
    if (step >= HAS_STACK) facts.beginning = beginningOf(memory, recording.childAddress);
    if (step >= HAS_DIRECTORY) {
        facts.childDirectory = childSpace(memory, recording).directoryFrame;
        facts.childPages = mappedPages(memory, facts.childDirectory);
        const users = frameCounts(memory);
        facts.tables = directoryEntries(memory, facts.childDirectory).filter((entry, index) => entry & 1 && index < USER_ENTRIES).length;
        facts.shared = facts.childPages.filter(({ frame }) => usersOf(users, frame) > 1).length;
    }
    const { counts } = facts;
    facts.rows = [
        ["frames free, kernel's pool", counts.kernelFree],
        ["frames free, programs' pool", counts.userFree],
        ["kernel pages free", counts.addresses],
        ["descriptors open, of all processes", counts.descriptors],
        ...parentOpen.map(({ number, descriptors }) => [`descriptors of what the parent has as ${number}`, descriptors]),
        ["descriptors of the child", childOpen.length],
        ["page tables of the child", facts.tables ?? 0],
        ["pages mapped in the child", facts.childPages?.length ?? 0],
        ["tasks on the list of all", counts.tasks],
        ["tasks on the ready list", counts.ready],
    ];
    return facts;
}

/**
 * The child's address space. It gets to the child after step b, and is found there in a later image; where its parts are
 * does not change.
 */
function childSpace(memory, recording) {
    recording.childSpace ??= (() => {
        const later = memory.of(recording.images.at(-1));
        return addressSpaceAt(later, taskAt(later, recording.childAddress).memory);
    })();
    return recording.childSpace;
}

function countsOf(memory) {
    const { kernel, user } = pools(memory);
    return {
        kernelFree: kernel.free,
        userFree: user.free,
        addresses: memory.static("kernel_addresses.free"),
        descriptors: memory.static("open_descriptors"),
        tasks: allTasks(memory).length,
        ready: readyTasks(memory).length,
    };
}

/** What has changed from one step's facts to the next one's, in words. */
export function changesBetween(before, now, layout) {
    const said = [];
    const less = (name) => before.counts[name] - now.counts[name];
    const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
    const kernel = less("kernelFree");
    if (kernel > 0) said.push(`${count(kernel, "more frame", "more frames")} of the kernel's pool in use`);
    if (kernel < 0) said.push(`${count(-kernel, "frame", "frames")} given back to the kernel's pool`);
    const tables = (now.tables ?? 0) - (before.tables ?? 0);
    if (tables > 0) said.push(`${count(tables, "page table", "page tables")} made for the child`);
    if (before.hasBouncePage && !now.hasBouncePage) said.push("the bounce page given back");
    if (less("userFree") > 0) said.push(`${count(less("userFree"), "frame", "frames")} of the programs' pool taken`);
    if (now.childPage && !before.childPage) said.push("the child's PCB page is a copy of the parent's");
    if (now.childBitmap && !before.childBitmap) {
        const differ = now.childBitmap.filter((byte, index) => byte !== now.parentBitmap[index]).length;
        said.push(`bitmap of ${now.childBitmap.length.toLocaleString("en")} bytes copied, ${differ === 0 ? "every bit the same" : `${differ} bytes differ`}`);
    }
    const pages = (now.childPages?.length ?? 0) - (before.childPages?.length ?? 0);
    if (pages > 0) said.push(`${count(pages, "page", "pages")} of the child mapped, ${now.shared} of them shared with the parent`);
    if (before.childPage) {
        const fields = differingFields(before.childPage, now.childPage, layout);
        const change = ({ name, one, other }) => (one.length <= SHORT ? `${name} ${one} → ${other}` : name);
        if (fields.length) said.push(`in the child's page: ${fields.map(change).join(", ")}`);
    }
    if (now.beginning && !before.beginning) said.push(`on the child's stack, for switch_to: eip = ${now.beginning}`);
    if (less("descriptors") < 0) said.push(`${count(-less("descriptors"), "descriptor", "descriptors")} more open`);
    if (less("tasks") < 0) said.push("the child is on the list of all tasks");
    if (less("ready") < 0) said.push("the child is on the ready list");
    return said;
}
