// The serial console: a terminal of 80 × 24, and whether a shell waits there for a command.

import { Terminal } from "./vendor/xterm.mjs";

/** Tusk's prompt at the beginning of a line, with what may have been typed behind it. */
const PROMPT = /^\[\w+@\w+ [^\]]*\][$#] /;
/** Takes away what has been typed on a line. */
const KILL_LINE = "\x15";

/** The console; `onType(text)` has what the person types. */
export class Console {
    #terminal;
    #decoder = new TextDecoder();
    #pending = [];

    constructor(place, onType) {
        this.#terminal = new Terminal({
            cols: 80,
            rows: 24,
            fontFamily: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
            fontSize: 13,
            scrollback: 2000,
            theme: { background: "#14171a", foreground: "#e6e3dc", cursor: "#f59e0b" },
            screenReaderMode: true,
        });
        this.#terminal.open(place);
        this.#terminal.onData(onType);
    }

    /** A byte from the line. They are shown together, at the end of what the machine does in one go. */
    byte(byte) {
        if (this.#pending.length === 0) queueMicrotask(() => this.#flush());
        this.#pending.push(byte);
    }

    #flush() {
        this.#terminal.write(this.#decoder.decode(Uint8Array.from(this.#pending), { stream: true }));
        this.#pending = [];
    }

    /** Says whether a shell waits for a command. */
    get isAtPrompt() {
        const { active } = this.#terminal.buffer;
        return PROMPT.test(active.getLine(active.baseY + active.cursorY)?.translateToString() ?? "");
    }

    /** What is to be typed so that a shell at its prompt runs `command` and nothing else. */
    static line(command) {
        return `${KILL_LINE}${command}\r`;
    }

    clear() {
        this.#terminal.reset();
    }

    focus() {
        this.#terminal.focus();
    }

    /** All lines, as text. */
    get text() {
        const { active } = this.#terminal.buffer;
        return Array.from({ length: active.length }, (_, line) => active.getLine(line).translateToString(true)).join("\n");
    }
}
