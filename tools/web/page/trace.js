// Lines of the kernel's trace, as they come out of port 0xe9 byte by byte.
//
//     CYCLES PID MARK GROUP:NAME key=value key="value"

const LINE = /^(\d+) (\d+) ([<>.]) (\w+):(\w+)((?: \w+=(?:"[^"]*"|\S+))*)$/;
const LONGEST = 4096;

/** Puts bytes together to lines and hands on each that is an event. */
export class TraceReader {
    #line = "";
    #onEvent;

    constructor(onEvent) {
        this.#onEvent = onEvent;
    }

    byte(byte) {
        if (byte !== 0x0a) {
            if (this.#line.length < LONGEST) this.#line += String.fromCharCode(byte);
            return;
        }
        const event = parse(this.#line);
        this.#line = "";
        if (event) this.#onEvent(event);
    }
}

/** An event: `{ pid, mark, group, name, values }`; undefined for a line that is none. */
export function parse(line) {
    const match = LINE.exec(line.trim());
    if (!match) return undefined;
    const [, cycles, pid, mark, group, name, rest] = match;
    const values = {};
    for (const [, key, value] of rest.matchAll(/(\w+)=("[^"]*"|\S+)/g)) {
        values[key] = value.startsWith('"') ? value.slice(1, -1) : value;
    }
    return { cycles: Number(cycles), pid: Number(pid), mark, group, name, values };
}
