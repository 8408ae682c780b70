// What the machine's memory says now: tasks, one task's PCB page and bitmap, all frames. Read anew a few times a second.

import { addressSpaceAt, bitmapOf, mappedPages } from "./address-space.js";
import { BitmapView } from "./bitmap-view.js";
import { DirectoryView, directoryLegend } from "./directory-view.js";
import { Panel, element } from "./elements.js";
import { FramesView, framesLegend, usageOf } from "./frames-view.js";
import { frameCounts } from "./frames.js";
import { LiveImage } from "./images.js";
import { KernelMemory, NotYet } from "./kernel-memory.js";
import { PcbView, pcbLegend } from "./pcb-view.js";
import { TasksView } from "./tasks-view.js";
import { allTasks, readyTasks } from "./tasks.js";

const EVERY_MS = 250;
/** What is shown where nobody has chosen. */
const USUAL_CHOICE = "sh";

/** The live views. */
export class LiveView {
    #layout;
    #image;
    #tasks;
    #choice;
    #pcb;
    #bitmap;
    #directory;
    #frames;
    #panels;
    #shown = new Map();

    constructor(machine, layout) {
        this.#layout = layout;
        this.#image = new LiveImage(machine);
        this.#tasks = new TasksView((pid) => {
            this.#choice = pid;
            this.refresh();
        });
        this.#pcb = new PcbView(layout, "The PCB page of the chosen task, a cell a byte");
        this.#bitmap = new BitmapView("The bitmap of user addresses of the chosen task, a cell a byte");
        this.#directory = new DirectoryView("The page directory of the chosen task, a cell an entry");
        this.#frames = new FramesView("The frames of the machine, a cell each");
        this.#panels = {
            tasks: new Panel("Tasks", "tasks", this.#tasks.element),
            pcb: new Panel("PCB page", "pcb", this.#pcb.element, pcbLegend()),
            bitmap: new Panel("User addresses", "bitmap", this.#bitmap.element),
            directory: new Panel("Page directory", "directory", this.#directory.element, directoryLegend()),
            frames: new Panel("Frames", "frames", this.#frames.element, framesLegend()),
        };
        const { frames, ...others } = this.#panels;
        this.element = element("div", { className: "views live" }, ...Object.values(others).map(({ element }) => element));
        this.side = frames.element;
        this.#isUp = false;
        setInterval(() => this.refresh(), EVERY_MS);
    }

    /** Shows what is there, if anybody looks. */
    refresh() {
        if (!this.element.isConnected || document.hidden) return;
        try {
            this.#show(new KernelMemory(this.#image, this.#layout));
            this.#isUp = true;
        } catch (error) {
            // In the midst of a change to a list what was shown stays, and we look again.
            if (error instanceof NotYet) this.#isUp = false;
        }
    }

    set #isUp(isUp) {
        for (const place of [this.element, this.side]) place.classList.toggle("is-waiting", !isUp);
    }

    #show(memory) {
        const tasks = allTasks(memory);
        const broken = tasks.find((task) => !task.isIntact);
        if (broken) throw new Error(`the page at 0x${broken.address.toString(16)} has no stack_magic: it is no PCB`);
        this.#panels.tasks.summary = `${tasks.length}, of which ${readyTasks(memory).length} ready`;
        // Where nobody has chosen, or the task has ended: the shell at the serial terminal, or what there is yet.
        const chosen =
            tasks.find((task) => task.pid === this.#choice) ??
            tasks.filter((task) => task.name === USUAL_CHOICE).at(-1) ??
            tasks.at(-1);
        this.#tasks.show(tasks, chosen?.pid);
        this.#ifChanged("frames", frameCounts(memory).counts, () => this.#frames.show(memory));
        this.#panels.frames.summary = usageOf(memory);
        if (!chosen) return;
        const page = memory.page(chosen.address);
        this.#panels.pcb.summary = `of ${chosen.pid}, ${chosen.name}`;
        this.#ifChanged("pcb", page, () => this.#pcb.show(page.slice()));
        if (chosen.memory !== 0) this.#showAddressSpace(memory, chosen);
        else this.#showNoAddressSpace(chosen);
    }

    #showAddressSpace(memory, task) {
        const space = addressSpaceAt(memory, task.memory);
        const bytes = bitmapOf(memory, space);
        this.#panels.bitmap.summary = `of ${task.pid}, ${task.name}: ${bytes.length.toLocaleString("en")} bytes`;
        this.#ifChanged("bitmap", bytes, () => this.#bitmap.show(bytes, space.firstAddress));
        const pages = mappedPages(memory, space.directoryFrame);
        this.#panels.directory.summary = `of ${task.pid}, ${task.name}: ${pages.length} pages mapped`;
        const looks = pages.flatMap(({ page, frame, flags }) => [page, frame, flags & 7]);
        this.#ifChanged("directory", looks, () => this.#directory.show(memory, space.directoryFrame));
    }

    #showNoAddressSpace(task) {
        for (const name of ["bitmap", "directory"]) {
            this.#panels[name].summary = `${task.pid}, ${task.name}, has none: it is no program`;
            this.#shown.delete(name);
        }
        this.#bitmap.clear();
        this.#directory.clear();
    }

    /** Draws a view only when what it shows is not what it showed. */
    #ifChanged(name, numbers, draw) {
        const sum = checksum(numbers);
        if (this.#shown.get(name) === sum) return;
        this.#shown.set(name, sum);
        draw();
    }

    /** Draws everything anew, in other colours. */
    redraw() {
        this.#shown.clear();
        this.refresh();
    }
}

/** FNV-1a over numbers. */
function checksum(numbers) {
    let sum = 0x811c9dc5;
    for (const number of numbers) sum = Math.imul(sum ^ number, 0x01000193);
    return sum;
}
