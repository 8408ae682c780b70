// The machine: v86 with one CD-ROM drive, one serial terminal, and an ear at port 0xe9.

import { V86 } from "./vendor/libv86.mjs";

/** Where the kernel sends its trace, and the bytes of a PC that switch it off (QEMU's chip set; Bochs). */
const TRACE_PORT = 0xe9;
const ACPI_CONTROL = 0x604;
const SOFT_OFF = 0x2000;

/**
 * The machine. `on` has what it tells: `output(byte)` of its serial line, `trace(byte)`, `running(isRunning)`,
 * `off()` when the kernel has switched it off.
 *
 * `trace` is called from within the guest's OUT instruction: memory is what it is between that instruction and the next.
 */
export class Machine {
    #emulator;
    #on;

    constructor({ wasm, bios, vgaBios, iso, memorySize, on }) {
        this.#on = on;
        this.memorySize = memorySize;
        this.#emulator = new V86({
            wasm_fn: (imports) => instantiate(wasm, this.#listening(imports)),
            bios: { buffer: bios },
            vga_bios: { buffer: vgaBios },
            cdrom: { buffer: iso },
            memory_size: memorySize,
            vga_memory_size: 2 << 20,
            autostart: true,
            // The page has no screen: what is typed goes to the serial line.
            disable_keyboard: true,
            disable_mouse: true,
            disable_speaker: true,
        });
        this.#emulator.add_listener("serial0-output-byte", (byte) => on.output(byte));
        this.#emulator.add_listener("emulator-started", () => on.running(true));
        this.#emulator.add_listener("emulator-stopped", () => on.running(false));
    }

    /** v86's own imports, but that we are told first what goes to some ports. This is the way in that v86 offers. */
    #listening(imports) {
        const { io_port_read8: read8, io_port_write8: write8, io_port_write16: write16 } = imports.env;
        // By this answer the kernel knows that somebody listens.
        imports.env.io_port_read8 = (port) => (port === TRACE_PORT ? TRACE_PORT : read8(port));
        imports.env.io_port_write8 = (port, value) => {
            if (port === TRACE_PORT) this.#on.trace(value & 0xff);
            write8(port, value);
        };
        imports.env.io_port_write16 = (port, value) => {
            if (port === ACPI_CONTROL && value & SOFT_OFF) this.#on.off();
            write16(port, value);
        };
        return imports;
    }

    /** A view of physical memory: good until the machine goes on. */
    memory(physical, length) {
        return this.#emulator.read_memory(physical, length);
    }

    get isRunning() {
        return this.#emulator.is_running();
    }

    /** Writes into physical memory. */
    write(physical, bytes) {
        this.#emulator.write_memory(bytes, physical);
    }

    /** Types on the serial line. */
    type(text) {
        this.#emulator.serial_send_bytes(0, new TextEncoder().encode(text));
    }

    pause() {
        return this.#emulator.stop();
    }

    continue() {
        return this.#emulator.run();
    }

    /** Presses the reset button. */
    async reset() {
        this.#emulator.restart();
        if (!this.isRunning) await this.continue();
    }
}

async function instantiate(wasm, imports) {
    const { instance } = await WebAssembly.instantiate(wasm, imports);
    return instance.exports;
}
