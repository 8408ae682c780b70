// The kernel's memory in an image: what lies at its virtual addresses.
//
// The kernel's half is the same in every page directory, so one walk through its own directory finds what any task would
// see there. An address that is not mapped reads as an error: while the machine runs a list may be half changed, and
// whoever reads it then is to notice and try again later.

import { PAGE } from "./images.js";

const PRESENT = 1;

/** The kernel has not set up its memory yet. */
export class NotYet extends Error {}

/** Reads the kernel's half of one image. */
export class KernelMemory {
    #image;
    #pages = new Map();
    #directory;

    constructor(image, layout) {
        this.#image = image;
        this.layout = layout;
        const place = directoryPlace(layout);
        this.#directory = viewOf(image.frame(place >>> 12)).getUint32(place & 0xfff, true);
        if (this.#directory === 0 || this.#directory >= image.frames) throw new NotYet("the kernel has no memory yet");
    }

    /** The kernel's memory in another image. */
    of(image) {
        return new KernelMemory(image, this.layout);
    }

    get image() {
        return this.#image;
    }

    /** The frame behind a kernel address, or behind any address with a directory given; undefined where none is. */
    frameOf(address, directory = this.#directory) {
        const table = this.entry(directory, address >>> 22);
        if (!(table & PRESENT)) return undefined;
        const page = this.entry(table >>> 12, (address >>> 12) & 0x3ff);
        return page & PRESENT ? page >>> 12 : undefined;
    }

    /** Entry `index` of the directory or table in a frame. */
    entry(frame, index) {
        if (frame >= this.#image.frames) throw new Error(`a table in frame 0x${frame.toString(16)}, where no memory is`);
        return viewOf(this.#image.frame(frame)).getUint32(index * 4, true);
    }

    /** The 4,096 bytes of the page in which `address` lies. */
    page(address) {
        const number = address >>> 12;
        let bytes = this.#pages.get(number);
        if (!bytes) {
            const frame = this.frameOf(address);
            if (frame === undefined || frame >= this.#image.frames) throw new Error(`0x${address.toString(16)} is not mapped`);
            bytes = this.#image.frame(frame);
            this.#pages.set(number, bytes);
        }
        return bytes;
    }

    /** A copy of `length` bytes from `address` on. */
    bytes(address, length) {
        const result = new Uint8Array(length);
        for (let done = 0; done < length; ) {
            const offset = (address + done) & 0xfff;
            const part = Math.min(length - done, PAGE - offset);
            result.set(this.page(address + done).subarray(offset, offset + part), done);
            done += part;
        }
        return result;
    }

    /** A number of 1, 2 or 4 bytes. */
    number(address, size) {
        const bytes = this.bytes(address, size);
        return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    }

    /** A static's value. */
    static(name) {
        const { address, size } = this.layout.static(name);
        return this.number(address, size);
    }

    /** A member's value in the structure at `address`. */
    member(address, type, name) {
        const { offset, size } = this.layout.member(type, name);
        return this.number(address + offset, size);
    }
}

/** The physical address of the static that names the kernel's directory. The image lies as it was loaded. */
export function directoryPlace(layout) {
    return layout.static("kernel_directory").address - layout.linearBase;
}

function viewOf(bytes) {
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
