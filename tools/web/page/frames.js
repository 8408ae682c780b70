// Frames: the two pools and the count of each frame's users, read out of the kernel's memory.

/** Both pools: `{ first, length, free, total, bits }`, the last one byte for eight frames. */
export function pools(memory) {
    return { kernel: pool(memory, "kernel_pool"), user: pool(memory, "user_pool") };
}

function pool(memory, name) {
    const part = (what) => memory.static(`${name}.${what}`);
    const [words, length] = [part("words"), part("length")];
    if (words === 0) throw new Error("the kernel has no frames yet");
    return {
        first: part("first"),
        length,
        free: part("free"),
        total: part("total"),
        bits: memory.bytes(words, Math.ceil(length / 8)),
    };
}

/** What becomes of each frame of the machine. */
export const Frame = { OUTSIDE: 0, KERNEL_FREE: 1, KERNEL: 2, USER_FREE: 3, USER: 4, SHARED: 5 };

/** One byte a frame: a value of `Frame`. */
export function frameMap(memory) {
    const map = new Uint8Array(memory.image.frames);
    const { kernel, user } = pools(memory);
    const counts = frameCounts(memory);
    for (const [pool, free, taken] of [[kernel, Frame.KERNEL_FREE, Frame.KERNEL], [user, Frame.USER_FREE, Frame.USER]]) {
        for (let index = 0; index < pool.length; index++) {
            const frame = pool.first + index;
            const isTaken = pool.bits[index >> 3] & (1 << (index & 7));
            map[frame] = isTaken ? taken : free;
            // A bit without a user is a hole of the memory map, or something that was there before the pools.
            if (isTaken && usersOf(counts, frame) === 0) map[frame] = Frame.OUTSIDE;
            if (usersOf(counts, frame) > 1) map[frame] = Frame.SHARED;
        }
    }
    return map;
}

/** How often each frame is used: `{ first, counts }`. */
export function frameCounts(memory) {
    const [words, length] = [memory.static("frame_counts.words"), memory.static("frame_counts.length")];
    return { first: memory.static("frame_counts.first"), counts: new Uint16Array(memory.bytes(words, length * 2).buffer) };
}

/** How many users a frame has. */
export function usersOf({ first, counts }, frame) {
    return counts[frame - first] ?? 0;
}
