// A page directory as a square of its 1,024 entries, and the program's pages that it maps.

import { USER_ENTRIES, directoryEntries, mappedPages } from "./address-space.js";
import { ByteMap } from "./byte-map.js";
import { element, legend, table } from "./elements.js";
import { frameCounts, usersOf } from "./frames.js";

const PALETTE = ["free", "user", "kernel-free", "kernel", "self"];
const WIDTH = 32;

/** Shows a page directory. */
export class DirectoryView {
    #map;
    #pages = element("div", { className: "scroll" });

    constructor(label) {
        this.#map = new ByteMap({ columns: WIDTH, label });
        this.element = element("div", { className: "directory" }, this.#map.element, this.#pages);
    }

    /**
     * Shows the directory in `frame`; entries and pages that differ from what `before`, another memory, has there stand
     * out. `ways`, where given, says of each page how it came there.
     */
    show(memory, frame, { before, ways } = {}) {
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
        this.#showPages(memory, frame, before, ways);
    }

    /** There is no directory of its own. */
    clear() {
        this.#map.show({ colours: new Uint8Array(WIDTH * WIDTH), palette: PALETTE, describe: () => "" });
        this.#pages.replaceChildren();
    }

    #showPages(memory, frame, before, ways) {
        const counts = frameCounts(memory);
        const old = new Map(before ? mappedPages(before, frame).map(({ page, frame }) => [page, frame]) : []);
        const rows = mappedPages(memory, frame).map(({ page, frame, flags }) => {
            const cells = [`0x${page.toString(16).padStart(8, "0")}`, `0x${frame.toString(16)}`, usersOf(counts, frame), flags & 2 ? "rw" : "r"];
            if (ways) cells.push(ways.get(page) ?? "");
            return { cells, className: before && old.get(page) !== frame ? "changed" : "" };
        });
        const head = ["page", "frame", "users", "may", ...(ways ? ["came"] : [])];
        this.#pages.replaceChildren(table(head, rows));
    }
}

function colourOf(entry, index, frame) {
    if (!(entry & 1)) return index < USER_ENTRIES ? 0 : 2;
    if (entry >>> 12 === frame) return 4;
    return index < USER_ENTRIES ? 1 : 3;
}

/** What the colours mean. */
export function directoryLegend() {
    return legend("user", "a table of the program's", "kernel", "a table of the kernel's", "self", "the directory itself", "free", "none");
}
