// A square of cells, one for each byte: drawn on a canvas, and asked about by mouse and by keyboard.

const READOUT = "Point at a cell, or go to it with the arrow keys.";

/** A map with that many cells in a row. */
export class ByteMap {
    #columns;
    #rows = 1;
    #colours = new Uint8Array(0);
    #marks;
    #palette = [];
    #describe = () => "";
    #cursor = -1;
    #canvas = document.createElement("canvas");
    #readout = document.createElement("output");

    /** `label` is what a screen reader calls it. */
    constructor({ columns, label }) {
        this.#columns = columns;
        this.element = document.createElement("div");
        this.element.className = "byte-map";
        this.#canvas.tabIndex = 0;
        this.#canvas.setAttribute("role", "application");
        this.#canvas.setAttribute("aria-roledescription", "map");
        this.#canvas.setAttribute("aria-label", label);
        this.#readout.textContent = READOUT;
        this.element.append(this.#canvas, this.#readout);

        this.#canvas.addEventListener("pointermove", (event) => this.#point(this.#cellAt(event)));
        this.#canvas.addEventListener("pointerdown", (event) => this.#point(this.#cellAt(event)));
        this.#canvas.addEventListener("keydown", (event) => this.#key(event));
        new ResizeObserver(() => this.draw()).observe(this.#canvas);
    }

    /**
     * Shows `colours`, for each cell an index into `palette`; `marks`, where given, is 1 for a cell that is to stand
     * out, 2 for one that is to stand out less. `describe(index)` says in words what a cell is.
     */
    show({ colours, marks, palette, describe }) {
        this.#colours = colours;
        this.#rows = Math.ceil(colours.length / this.#columns) || 1;
        this.#canvas.style.aspectRatio = `${this.#columns} / ${this.#rows}`;
        this.#marks = marks;
        this.#palette = palette;
        this.#describe = describe;
        this.draw();
        if (this.#cursor >= 0) this.#say();
    }

    /** Draws it anew: in another size, or other colours. */
    draw() {
        const canvas = this.#canvas;
        const pitch = Math.max(1, (canvas.clientWidth * devicePixelRatio) / this.#columns);
        canvas.width = Math.round(pitch * this.#columns);
        canvas.height = Math.round(pitch * this.#rows);
        const context = canvas.getContext("2d");
        const image = context.createImageData(canvas.width, canvas.height);
        const pixels = new Uint32Array(image.data.buffer);
        const colours = [...this.#palette, "changed", "differs"].map(pixelOf);
        const gap = pitch >= 3.5 ? 1 : 0;
        this.#colours.forEach((colour, index) => {
            const mark = this.#marks?.[index];
            const pixel = colours[mark ? this.#palette.length + mark - 1 : colour];
            const [x, y, width, height] = this.#box(index, pitch);
            for (let row = y; row < y + height - gap; row++) {
                const start = row * canvas.width + x;
                pixels.fill(pixel, start, start + width - gap);
            }
        });
        context.putImageData(image, 0, 0);
        if (this.#cursor >= 0) {
            const [x, y, width, height] = this.#box(this.#cursor, pitch);
            context.lineWidth = Math.max(1, devicePixelRatio);
            context.strokeStyle = colourOf("ink");
            context.strokeRect(x - 1.5, y - 1.5, width + 2, height + 2);
        }
    }

    /** Where a cell is: whole pixels, so that it is sharp. */
    #box(index, pitch) {
        const [column, row] = [index % this.#columns, Math.floor(index / this.#columns)];
        const [x, y, right, bottom] = [column, row, column + 1, row + 1].map((number) => Math.round(number * pitch));
        return [x, y, right - x, bottom - y];
    }

    #cellAt(event) {
        const box = this.#canvas.getBoundingClientRect();
        const column = Math.floor(((event.clientX - box.left) / box.width) * this.#columns);
        const row = Math.floor(((event.clientY - box.top) / box.height) * this.#rows);
        return row * this.#columns + column;
    }

    #key(event) {
        const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns, ArrowDown: this.#columns };
        const step = steps[event.key];
        if (step === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
        // The page's own arrow keys step through a fork.
        event.preventDefault();
        event.stopPropagation();
        this.#point(this.#cursor < 0 ? 0 : this.#cursor + step);
    }

    #point(index) {
        if (index < 0 || index >= this.#colours.length || index === this.#cursor) return;
        this.#cursor = index;
        this.draw();
        this.#say();
    }

    #say() {
        this.#readout.textContent = this.#describe(this.#cursor);
    }
}

/** A colour of style.css, by name. */
function colourOf(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** The same as the word of a pixel. */
function pixelOf(name) {
    const context = new OffscreenCanvas(1, 1).getContext("2d");
    context.fillStyle = colourOf(name);
    context.fillRect(0, 0, 1, 1);
    return new Uint32Array(context.getImageData(0, 0, 1, 1).data.buffer)[0];
}
