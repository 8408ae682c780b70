// The facts of a recorded fork at one step: what is compared, counted, and told in words.

import { addressSpaceAt, bitmapOf, mappedPages } from "./address-space.js";
import { STEPS } from "./fork-recorder.js";
import { frameCounts, pools, usersOf } from "./frames.js";
import { allTasks, openDescriptors, readyTasks, taskAt } from "./tasks.js";

const COPIED = STEPS.findIndex(({ name }) => name === "copy_pcb_vaddrbitmap_stack0");
const HAS_DIRECTORY = STEPS.findIndex(({ name }) => name === "create_page_dir");

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
    };
    const parentOpen = openDescriptors(memory, recording.parentAddress);
    let childOpen = [];
    if (step >= COPIED) {
        facts.childPage = memory.page(recording.childAddress);
        facts.childBitmap = bitmapOf(memory, childSpace(memory, recording));
        childOpen = openDescriptors(memory, recording.childAddress);
    }
    if (step >= HAS_DIRECTORY) {
        facts.childDirectory = childSpace(memory, recording).directoryFrame;
        facts.childPages = mappedPages(memory, facts.childDirectory);
        const users = frameCounts(memory);
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
export function changesBetween(before, now) {
    const said = [];
    const less = (name) => before.counts[name] - now.counts[name];
    const count = (number, one, many) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
    if (less("kernelFree") > 0) said.push(`${count(less("kernelFree"), "frame", "frames")} of the kernel's pool taken`);
    if (less("kernelFree") < 0) said.push(`${count(-less("kernelFree"), "frame", "frames")} given back to the kernel's pool`);
    if (less("userFree") > 0) said.push(`${count(less("userFree"), "frame", "frames")} of the programs' pool taken`);
    if (now.childPage && !before.childPage) said.push("the child's PCB page is a copy of the parent's");
    if (now.childBitmap && !before.childBitmap) {
        const differ = now.childBitmap.filter((byte, index) => byte !== now.parentBitmap[index]).length;
        said.push(`bitmap of ${now.childBitmap.length.toLocaleString("en")} bytes copied, ${differ === 0 ? "every bit the same" : `${differ} bytes differ`}`);
    }
    const pages = (now.childPages?.length ?? 0) - (before.childPages?.length ?? 0);
    if (pages > 0) said.push(`${count(pages, "page", "pages")} of the child mapped, ${now.shared} of them shared with the parent`);
    const bytes = before.childPage && now.childPage ? now.childPage.filter((byte, index) => byte !== before.childPage[index]).length : 0;
    if (bytes > 0) said.push(`${count(bytes, "byte", "bytes")} of the child's PCB page changed`);
    if (less("descriptors") < 0) said.push(`${count(-less("descriptors"), "descriptor", "descriptors")} more open`);
    if (less("tasks") < 0) said.push("the child is on the list of all tasks");
    if (less("ready") < 0) said.push("the child is on the ready list");
    return said;
}
