// A PCB page as a map of its 4,096 bytes: the task at its bottom, the ring-0 stack growing down from its top.

import { ByteMap } from "./byte-map.js";
import { legend } from "./elements.js";
import { PAGE } from "./images.js";
import { describeByte, partsOf } from "./pcb-page.js";

const WIDTH = 64;
/** What a byte belongs to; the names are those of the colours in style.css. */
const PALETTE = ["field", "field-zero", "magic", "unused", "left", "stack", "stack-zero", "frame", "frame-zero"];
const Colour = Object.fromEntries(PALETTE.map((name, index) => [name, index]));

/** Shows a PCB page. */
export class PcbView {
    #map;
    #layout;

    constructor(layout, label) {
        this.#layout = layout;
        this.#map = new ByteMap({ columns: WIDTH, label });
        this.element = this.#map.element;
    }

    /** Shows the page's `bytes`. `marks`, of `compare`, say what stands out; `before` and `parent` are told beside a byte. */
    show(bytes, { marks, before, parent } = {}) {
        const parts = partsOf(bytes, this.#layout);
        const describe = (offset) => describeByte(bytes, { before, parent }, offset, parts, this.#layout);
        this.#map.show({ colours: coloursOf(bytes, parts), marks, palette: PALETTE, describe });
    }
}

function coloursOf(bytes, { taskSize, used, inUse, frame, magic }) {
    const colours = new Uint8Array(PAGE);
    return colours.map((_, offset) => {
        const isZero = bytes[offset] === 0;
        if (offset >= frame) return isZero ? Colour["frame-zero"] : Colour.frame;
        if (offset >= inUse) return isZero ? Colour["stack-zero"] : Colour.stack;
        if (offset >= used) return Colour.left;
        if (offset >= taskSize) return Colour.unused;
        if (offset >= magic) return Colour.magic;
        return isZero ? Colour["field-zero"] : Colour.field;
    });
}

/** What the colours mean. */
export function pcbLegend() {
    return legend("field", "task", "magic", "stack_magic", "unused", "stack, never used", "left", "used before", "stack", "in use", "frame", "trap frame");
}
