// The page: loads the machine, wires console, buttons and views to it.

import { Console } from "./console.js";
import { ForkRecorder } from "./fork-recorder.js";
import { ForkView } from "./fork-view.js";
import { directoryPlace } from "./kernel-memory.js";
import { Layout } from "./layout.js";
import { LiveView } from "./live-view.js";
import { Loading } from "./loading.js";
import { Machine } from "./machine.js";
import { TraceReader } from "./trace.js";

/** Enough for everything on the ISO, and little to take pictures of. */
const MEMORY_BYTES = 32 << 20;
/** What "Fork now" runs, and whose fork it is: the shell forks first, to run it. */
const FORKING = { command: "forktree 1", name: "forktree" };

const find = (selector) => document.querySelector(selector);
const buttons = Object.fromEntries(["fork", "catch", "pause", "reset"].map((name) => [name, find(`#${name}`)]));

async function start() {
    find("#unstarted")?.remove();
    if (location.protocol === "file:") throw new Error("A page that is opened as a file may load nothing: make web serves it.");
    if (typeof WebAssembly !== "object") throw new Error("This browser has no WebAssembly, which the machine is made of.");
    const loading = new Loading(find("#progress progress"), find("#progress span"));
    const [wasm, bios, vgaBios, iso, layout] = await Promise.all([
        loading.bytes("vendor/v86.wasm", "the emulator"),
        loading.bytes("vendor/bios.bin", "the BIOS"),
        loading.bytes("vendor/vgabios.bin", "the VGA BIOS"),
        loading.bytes("tusk.iso", "Tusk's ISO"),
        loading.json("layout.json", "the kernel's layout"),
    ]);
    find("#progress").hidden = true;
    new Page({ wasm, bios, vgaBios, iso }, new Layout(layout));
}

/** What is on the page, and what it is doing. */
class Page {
    #layout;
    #machine;
    #console;
    #recorder;
    #live;
    #fork;
    #isOff = false;

    constructor(parts, layout) {
        this.#layout = layout;
        this.#console = new Console(find("#terminal"), (text) => this.#machine.type(text));
        const trace = new TraceReader((event) => this.#traced(event));
        this.#machine = new Machine({
            ...parts,
            memorySize: MEMORY_BYTES,
            on: {
                output: (byte) => this.#console.byte(byte),
                trace: (byte) => trace.byte(byte),
                running: () => this.#showState(),
                off: () => this.#off(),
            },
        });
        this.#recorder = new ForkRecorder(this.#machine, layout);
        this.#live = new LiveView(this.#machine, layout);
        this.#place(this.#live);

        buttons.fork.addEventListener("click", () => this.#forkNow());
        buttons.catch.addEventListener("click", () => this.#catchNext());
        buttons.pause.addEventListener("click", () => (this.#machine.isRunning ? this.#machine.pause() : this.#goOn()));
        buttons.reset.addEventListener("click", () => this.#reset());
        document.addEventListener("keydown", (event) => this.#key(event));
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => (this.#fork ?? this.#live).redraw());
        setInterval(() => this.#showState(), 250);
        this.#console.focus();
        // For tests and for the curious: what is on the console.
        globalThis.tusk = { console: this.#console };
    }

    /** Runs a command that forks, and records that fork. */
    #forkNow() {
        this.#record((task) => task.name === FORKING.name);
        this.#machine.type(Console.line(FORKING.command));
    }

    /** Records whatever forks next; once more, and it is let go. */
    #catchNext() {
        if (this.#recorder.isWaiting) this.#recorder.cancel();
        else this.#record(() => true);
        this.#showState();
        this.#console.focus();
    }

    #record(isWanted) {
        this.#recorder.record(isWanted, (recording) => {
            // The machine stops when its OUT instruction is done and its turn is over; what we show is what was.
            this.#machine.pause();
            setTimeout(() => this.#showFork(recording));
        });
        this.#showState();
    }

    #traced(event) {
        try {
            this.#recorder.event(event);
        } catch (error) {
            // We are inside the guest's instruction, through which nothing may be thrown.
            this.#recorder.cancel();
            queueMicrotask(() => fail(error));
        }
    }

    #showFork(recording) {
        try {
            this.#fork = new ForkView(recording, this.#layout, () => this.#goOn());
        } catch (error) {
            fail(error);
            return this.#goOn();
        }
        this.#place(this.#fork);
        this.#fork.element.querySelector(".next").focus();
        this.#showState();
    }

    async #goOn() {
        this.#closeFork();
        await this.#machine.continue();
        this.#console.focus();
    }

    #closeFork() {
        if (!this.#fork) return;
        this.#fork = undefined;
        this.#place(this.#live);
    }

    /** Puts a view where the views are, and what belongs beside it below the console. */
    #place(view) {
        find("#views").replaceChildren(view.element);
        find("#side").replaceChildren(view.side);
    }

    async #reset() {
        this.#recorder.cancel();
        this.#closeFork();
        this.#isOff = false;
        this.#console.clear();
        // A reset leaves memory as it is: what is in it is not to be taken for a kernel that runs.
        this.#machine.write(directoryPlace(this.#layout), new Uint8Array(4));
        await this.#machine.reset();
        this.#console.focus();
    }

    #off() {
        this.#isOff = true;
        this.#machine.pause();
        this.#showState();
    }

    /** Left and right step through a fork, wherever nothing else wants them. */
    #key(event) {
        const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
        if (!this.#fork || !step || event.ctrlKey || event.altKey || event.metaKey) return;
        if (event.target instanceof Element && event.target.closest("#terminal, input, select, textarea")) return;
        event.preventDefault();
        this.#fork.show(this.#fork.step + step);
    }

    #showState() {
        const isWaiting = this.#recorder.isWaiting;
        const isAtPrompt = this.#machine.isRunning && this.#console.isAtPrompt;
        buttons.fork.disabled = this.#isOff || Boolean(this.#fork) || isWaiting || !isAtPrompt;
        buttons.fork.title = isAtPrompt ? `Runs ${FORKING.command} and stops at its fork` : "A shell has to wait at its prompt for this";
        buttons.catch.disabled = this.#isOff || Boolean(this.#fork);
        buttons.catch.setAttribute("aria-pressed", String(isWaiting));
        buttons.pause.disabled = this.#isOff;
        buttons.pause.textContent = this.#machine.isRunning ? "Pause" : "Continue";
        // Put there only when it is another: each time it is, a screen reader says it.
        const state = find("#state");
        if (state.textContent !== this.#state) state.textContent = this.#state;
    }

    /** What the machine is doing. */
    get #state() {
        if (this.#isOff) return "switched off: Reset starts it anew";
        if (this.#fork) return "stopped at a fork";
        if (!this.#machine.isRunning) return "paused";
        return this.#recorder.isWaiting ? "waiting for a fork" : "running";
    }
}

function fail(error) {
    console.error(error);
    const place = find("#error");
    place.textContent = error.message;
    place.hidden = false;
    find("#progress").hidden = true;
}

start().catch(fail);
