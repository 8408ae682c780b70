// A program's bitmap of addresses, 94,199 bytes, as a square of one cell a byte, and its ranges in words.

import { takenRanges } from "./address-space.js";
import { ByteMap } from "./byte-map.js";

const PALETTE = ["free", "some-taken", "all-taken"];
const PAGES_A_CELL = 8;

/** Shows a bitmap. */
export class BitmapView {
    #map;
    #ranges = document.createElement("ul");

    constructor(label, bytes = 94_199) {
        const width = Math.ceil(Math.sqrt(bytes));
        this.#map = new ByteMap({ columns: width, rows: width, label });
        this.#ranges.className = "ranges";
        this.element = document.createElement("div");
        this.element.append(this.#map.element, this.#ranges);
    }

    /** Shows `bytes`, whose first bit stands for the page at `firstAddress`; what differs from `before` stands out. */
    show(bytes, firstAddress, before) {
        const colours = Uint8Array.from(bytes, (byte) => (byte === 0 ? 0 : byte === 0xff ? 2 : 1));
        const marks = before && Uint8Array.from(bytes, (byte, index) => Number(byte !== before[index]));
        const describe = (index) => {
            const [start, end] = [0, 1].map((more) => firstAddress + (index + more) * PAGES_A_CELL * 4096);
            const bits = Array.from({ length: 8 }, (_, bit) => (bytes[index] >> bit) & 1).join("");
            return `byte ${index.toLocaleString("en")}, ${range(start, end)}: pages ${bits}`;
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

function rangeItem({ start, end }) {
    const item = document.createElement("li");
    const pages = (end - start) / 4096;
    item.textContent = `${range(start, end)}  ${pages.toLocaleString("en")} ${pages === 1 ? "page" : "pages"}`;
    return item;
}

function range(start, end) {
    return `0x${start.toString(16).padStart(8, "0")}..${end.toString(16).padStart(8, "0")}`;
}
