// A program's bitmap of addresses, 94,199 bytes, in cells of 64 bytes each, and the ranges that it says are taken.

import { takenRanges } from "./address-space.js";
import { ByteMap } from "./byte-map.js";
import { PAGE } from "./images.js";

const PALETTE = ["free", "some-taken", "all-taken"];
const PAGES_A_BYTE = 8;
const BYTES_A_CELL = 64;
const WIDTH = 46;

/** Shows a bitmap. */
export class BitmapView {
    #map;
    #ranges = document.createElement("ul");

    constructor(label) {
        this.#map = new ByteMap({ columns: WIDTH, label });
        this.#ranges.className = "ranges";
        this.element = document.createElement("div");
        this.element.append(this.#map.element, this.#ranges);
    }

    /** Shows `bytes`, whose first bit stands for the page at `firstAddress`; what differs from `before` stands out. */
    show(bytes, firstAddress, before) {
        const cells = Math.ceil(bytes.length / BYTES_A_CELL);
        const part = (index, all = bytes) => all.subarray(index * BYTES_A_CELL, (index + 1) * BYTES_A_CELL);
        const colours = Uint8Array.from({ length: cells }, (_, index) => colourOf(part(index)));
        const isChanged = (index) => part(index).some((byte, at) => byte !== part(index, before)[at]);
        const marks = before && Uint8Array.from({ length: cells }, (_, index) => Number(isChanged(index)));
        const describe = (index) => {
            const first = index * BYTES_A_CELL;
            const start = firstAddress + first * PAGES_A_BYTE * PAGE;
            const end = start + part(index).length * PAGES_A_BYTE * PAGE;
            const taken = part(index).reduce((sum, byte) => sum + bitsOf(byte), 0);
            return `bytes ${first}..${first + part(index).length}, ${range(start, end)}: ${taken} of ${(end - start) / PAGE} pages taken`;
        };
        this.#map.show({ colours, marks, palette: PALETTE, describe });
        this.#ranges.replaceChildren(...takenRanges(bytes, firstAddress).map(rangeItem));
    }

    /** There is no bitmap. */
    clear() {
        this.#map.show({ colours: new Uint8Array(0), palette: PALETTE, describe: () => "" });
        this.#ranges.replaceChildren();
    }
}

function colourOf(bytes) {
    if (bytes.every((byte) => byte === 0)) return 0;
    return bytes.every((byte) => byte === 0xff) ? 2 : 1;
}

function bitsOf(byte) {
    let bits = 0;
    for (let rest = byte; rest; rest &= rest - 1) bits++;
    return bits;
}

function rangeItem({ start, end }) {
    const item = document.createElement("li");
    const pages = (end - start) / PAGE;
    item.textContent = `${range(start, end)}  ${pages.toLocaleString("en")} ${pages === 1 ? "page" : "pages"}`;
    return item;
}

function range(start, end) {
    return `0x${start.toString(16).padStart(8, "0")}..${end.toString(16).padStart(8, "0")}`;
}
