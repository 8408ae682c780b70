// A page directory as a square of its 1,024 entries, and the program's pages that it maps.

import { USER_ENTRIES, directoryEntries, mappedPages } from "./address-space.js";
import { ByteMap } from "./byte-map.js";
import { frameCounts, usersOf } from "./frames.js";

const PALETTE = ["free", "user", "kernel-free", "kernel", "self"];
const WIDTH = 32;

/** Shows a page directory. */
export class DirectoryView {
    #map;
    #pages = document.createElement("table");

    constructor(label) {
        this.#map = new ByteMap({ columns: WIDTH, rows: WIDTH, label });
        this.element = document.createElement("div");
        const scroll = document.createElement("div");
        scroll.className = "scroll";
        scroll.append(this.#pages);
        this.element.append(this.#map.element, scroll);
    }

    /** Shows the directory in `frame`; entries and pages that differ from what `before`, another memory, has there stand out. */
    show(memory, frame, before) {
        const entries = directoryEntries(memory, frame);
        const earlier = before && directoryEntries(before, frame);
        const colours = Uint8Array.from(entries, (entry, index) => colourOf(entry, index, frame));
        const marks = before && Uint8Array.from(entries, (entry, index) => Number((entry & ~0x60) !== (earlier[index] & ~0x60)));
        const describe = (index) => {
            const start = (index * 0x400000).toString(16).padStart(8, "0");
            const entry = entries[index];
            return entry & 1 ? `entry ${index}, from 0x${start}: table in frame 0x${(entry >>> 12).toString(16)}` : `entry ${index}, from 0x${start}: none`;
        };
        this.#map.show({ colours, marks, palette: PALETTE, describe });
        this.#showPages(memory, frame, before);
    }

    #showPages(memory, frame, before) {
        const counts = frameCounts(memory);
        const old = new Map(before ? mappedPages(before, frame).map(({ page, frame }) => [page, frame]) : []);
        const rows = mappedPages(memory, frame).map(({ page, frame, flags }) => {
            const row = document.createElement("tr");
            const cells = [`0x${page.toString(16).padStart(8, "0")}`, `0x${frame.toString(16)}`, usersOf(counts, frame), flags & 2 ? "read-write" : "read-only"];
            row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
            if (before && old.get(page) !== frame) row.className = "changed";
            return row;
        });
        const head = document.createElement("thead");
        head.innerHTML = "<tr><th>page<th>frame<th>users<th>access</tr>";
        const body = document.createElement("tbody");
        body.append(...rows);
        this.#pages.replaceChildren(head, body);
    }
}

function colourOf(entry, index, frame) {
    if (!(entry & 1)) return index < USER_ENTRIES ? 0 : 2;
    if (entry >>> 12 === frame) return 4;
    return index < USER_ENTRIES ? 1 : 3;
}
