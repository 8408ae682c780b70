// All frames of the machine, one cell each: whose they are, and which are in use.

import { ByteMap } from "./byte-map.js";
import { frameCounts, frameMap, pools, usersOf } from "./frames.js";

const PALETTE = ["outside", "kernel-free", "kernel", "user-free", "user", "shared"];
const WORDS = ["no pool's", "free, the kernel's pool", "the kernel's", "free, the programs' pool", "a program's", "shared"];
const WIDTH = 128;

/** Shows the frames of an image. */
export class FramesView {
    #map;
    #counts = document.createElement("p");

    constructor(frames, label) {
        this.#map = new ByteMap({ columns: WIDTH, rows: Math.ceil(frames / WIDTH), label });
        this.#counts.className = "counts";
        this.element = document.createElement("div");
        this.element.append(this.#map.element, this.#counts);
    }

    /** Shows the frames; what differs from `before`, another memory, stands out. */
    show(memory, before) {
        const map = frameMap(memory);
        const counts = frameCounts(memory);
        const earlier = before && frameMap(before);
        const earlierCounts = before && frameCounts(before);
        const isChanged = (state, frame) =>
            state !== earlier[frame] || usersOf(counts, frame) !== usersOf(earlierCounts, frame);
        const marks = before && Uint8Array.from(map, (state, frame) => Number(isChanged(state, frame)));
        const describe = (frame) => {
            const users = usersOf(counts, frame);
            return `frame 0x${frame.toString(16)}: ${WORDS[map[frame]]}${users ? `, ${users} ${users === 1 ? "user" : "users"}` : ""}`;
        };
        this.#map.show({ colours: map, marks, palette: PALETTE, describe });
        const { kernel, user } = pools(memory);
        this.#counts.textContent = `kernel ${used(kernel)}, programs ${used(user)}`;
    }
}

function used({ free, total }) {
    return `${(total - free).toLocaleString("en")} of ${total.toLocaleString("en")} in use`;
}
