// Parts of the page that need no browser.

import assert from "node:assert/strict";

import { takenRanges } from "../../tools/web/page/address-space.js";
import { Camera, PAGE } from "../../tools/web/page/images.js";
import { TraceReader, parse } from "../../tools/web/page/trace.js";

/** The tests, by name. */
export const pureTests = [
    ["lines_of_the_trace_are_read", linesAreRead],
    ["ranges_of_a_bitmap_are_found", rangesAreFound],
    ["images_keep_what_was", imagesKeepWhatWas],
];

function linesAreRead() {
    const line = '1099511627776 3 . fork:page page=0x8048000 how=shared name="a b"';
    const event = { cycles: 2 ** 40, pid: 3, mark: ".", group: "fork", name: "page", values: { page: "0x8048000", how: "shared", name: "a b" } };
    assert.deepEqual(parse(line), event);
    for (const none of ["", "fork", "1 2 ? fork:page", "1 > fork:page", "x 1 > fork:page"]) assert.equal(parse(none), undefined);
    const events = [];
    const reader = new TraceReader((event) => events.push(`${event.mark}${event.name}`));
    for (const byte of new TextEncoder().encode("1 2 > fork:a\nnonsense\n3 2 < fork:a\n4 2 . fork:half")) reader.byte(byte);
    assert.deepEqual(events, [">a", "<a"]);
}

function rangesAreFound() {
    const [first, page] = [0x8048000, 4096];
    const ranges = (...bytes) => takenRanges(Uint8Array.from(bytes), first).map(({ start, end }) => [(start - first) / page, (end - first) / page]);
    assert.deepEqual(ranges(0, 0), []);
    assert.deepEqual(ranges(0b1000_0110, 0b1), [[1, 3], [7, 9]], "one goes on in the next byte");
    assert.deepEqual(ranges(0xff, 0xff), [[0, 16]], "one goes on to the end");
    assert.deepEqual(ranges(0xfe, 0xff, 0x01, 0x80), [[1, 17], [31, 32]]);
}

function imagesKeepWhatWas() {
    const memory = new Uint8Array(3 * PAGE);
    const live = { frames: 3, frame: (number) => memory.subarray(number * PAGE, (number + 1) * PAGE) };
    const camera = new Camera(live);
    const before = camera.take();
    memory[PAGE + 5] = 7;
    const after = camera.take();
    memory[PAGE + 5] = 9;
    assert.deepEqual([before, after].map((image) => image.frame(1)[5]), [0, 7]);
    assert.equal(before.frame(2), after.frame(2), "what has not changed is kept once");
}
