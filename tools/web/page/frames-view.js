// All frames of the machine, one cell each: whose they are, and which are in use.

import { ByteMap } from "./byte-map.js";
import { legend } from "./elements.js";
import { frameCounts, frameMap, pools, usersOf } from "./frames.js";

const PALETTE = ["outside", "kernel-free", "kernel", "user-free", "user", "shared"];
const WORDS = ["no pool's", "free, the kernel's pool", "the kernel's", "free, the programs' pool", "a program's", "shared"];
const WIDTH = 128;

/** Shows the frames of an image. */
export class FramesView {
    #map;

    constructor(label) {
        this.#map = new ByteMap({ columns: WIDTH, label });
        this.element = this.#map.element;
    }

    /** Shows the frames of a memory; what differs from `before`, another memory, stands out. */
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
    }
}

/** How much of both pools is in use, in words. */
export function usageOf(memory) {
    const { kernel, user } = pools(memory);
    const used = ({ free, total }) => `${(total - free).toLocaleString("en")} of ${total.toLocaleString("en")}`;
    return `in use: kernel ${used(kernel)}, programs ${used(user)}`;
}

/** What the colours mean. */
export function framesLegend() {
    return legend("kernel", "the kernel's", "user", "a program's", "shared", "shared", "kernel-free", "free", "user-free", "free for programs", "outside", "no pool's");
}
