// Images of the machine's memory: as it is now, and as it was.
//
// Every view reads an image, and none knows which kind it is. An image has `frames`, how many there are, and
// `frame(number)`, the 4,096 bytes of one.

export const PAGE = 4096;

/** Memory as it is: good until the machine goes on. */
export class LiveImage {
    #machine;

    constructor(machine) {
        this.#machine = machine;
    }

    get frames() {
        return this.#machine.memorySize / PAGE;
    }

    frame(number) {
        return this.#machine.memory(number * PAGE, PAGE);
    }
}

/** Memory as it was. */
class StillImage {
    #pages;

    constructor(pages) {
        this.#pages = pages;
    }

    get frames() {
        return this.#pages.length;
    }

    frame(number) {
        return this.#pages[number];
    }
}

/**
 * Takes images of the whole memory, one after the other. Only frames that have changed since the last one are copied, so
 * a dozen images of a fork cost little more than one.
 */
export class Camera {
    #live;
    #latest;

    constructor(live) {
        this.#live = live;
    }

    /** The memory as it is at this moment. */
    take() {
        const count = this.#live.frames;
        const before = this.#latest;
        const pages = new Array(count);
        for (let number = 0; number < count; number++) {
            const now = this.#live.frame(number);
            const old = before?.[number];
            pages[number] = old && isSame(now, old) ? old : now.slice();
        }
        this.#latest = pages;
        return new StillImage(pages);
    }
}

/** Says whether two runs of bytes, both multiples of four long and aligned, are the same. */
function isSame(one, other) {
    const left = words(one);
    const right = words(other);
    for (let index = 0; index < left.length; index++) {
        if (left[index] !== right[index]) return false;
    }
    return true;
}

function words(bytes) {
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >> 2);
}
