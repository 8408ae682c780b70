// A recorded fork, step by step: parent beside child, and what each step has changed.

import { BitmapView } from "./bitmap-view.js";
import { DirectoryView, directoryLegend } from "./directory-view.js";
import { FoldingPanel, Panel, element, legend, table } from "./elements.js";
import { STEPS } from "./fork-recorder.js";
import { changesBetween, factsOf } from "./fork-facts.js";
import { FramesView, framesLegend, usageOf } from "./frames-view.js";
import { KernelMemory } from "./kernel-memory.js";
import { Mark, compare, differingFields } from "./pcb-page.js";
import { PcbView, pcbLegend } from "./pcb-view.js";

/** Shows one recording. */
export class ForkView {
    #recording;
    #layout;
    #memories;
    #facts;
    #step = 0;
    #buttons;
    #title = element("h2", { tabIndex: -1 });
    #says = element("p", { className: "says" });
    #changes = element("ul", { className: "changes" });
    #views;
    #panels;
    #frames;

    /** `onEnd` is called when the person wants the machine to go on. */
    constructor(recording, layout, onEnd) {
        this.#recording = recording;
        this.#layout = layout;
        this.#memories = recording.images.map((image) => new KernelMemory(image, layout));
        this.#facts = this.#memories.map((memory, step) => factsOf(memory, recording, step));
        const { parentPid, parentName, childPid } = recording;
        const sides = [`parent ${parentPid}, ${parentName}`, `child ${childPid}`];
        const pair = (make) => sides.map((side) => make(side));
        this.#views = {
            pcb: pair((side) => new PcbView(layout, `PCB page of the ${side}`)),
            bitmap: pair((side) => new BitmapView(`Bitmap of user addresses of the ${side}`)),
            directory: pair((side) => new DirectoryView(`Page directory of the ${side}`)),
            frames: new FramesView("The frames of the machine"),
            fields: element("div", { className: "scroll" }),
            counts: element("div"),
        };
        const beside = (views) =>
            element(
                "div",
                { className: "beside" },
                ...views.map((view, index) => element("figure", {}, element("figcaption", {}, sides[index]), view.element)),
            );
        this.#panels = {
            pcb: new FoldingPanel("PCB pages", "pcb", beside(this.#views.pcb), pcbLegend(), this.#views.fields),
            directory: new FoldingPanel("Page directories", "directory", beside(this.#views.directory), directoryLegend()),
            bitmap: new FoldingPanel("User addresses", "bitmap", beside(this.#views.bitmap)),
            counts: new FoldingPanel("Counts", "counts", this.#views.counts),
        };
        this.#frames = new Panel("Frames", "frames", this.#views.frames.element, framesLegend());
        this.side = this.#frames.element;
        this.element = element(
            "div",
            { className: "views fork" },
            this.#head(onEnd),
            ...Object.values(this.#panels).map(({ element }) => element),
        );
        this.show(0);
    }

    get step() {
        return this.#step;
    }

    #head(onEnd) {
        this.#buttons = STEPS.map((step, index) => {
            const label = step.letter ? `${step.letter}  ${step.title}` : step.title;
            const button = element("button", { type: "button", "data-step": index, title: step.name }, label);
            button.addEventListener("click", () => this.show(index));
            return button;
        });
        const back = element("button", { type: "button", className: "back", "aria-keyshortcuts": "ArrowLeft" }, "← Back");
        const next = element("button", { type: "button", className: "next", "aria-keyshortcuts": "ArrowRight" }, "Next →");
        const go = element("button", { type: "button", className: "go-on primary" }, "Continue");
        back.addEventListener("click", () => this.show(this.#step - 1));
        next.addEventListener("click", () => this.show(this.#step + 1));
        go.addEventListener("click", onEnd);
        this.#says.setAttribute("aria-live", "polite");
        return element(
            "section",
            { className: "panel fork-head" },
            element("nav", { className: "steps", "aria-label": "Steps of the fork" }, ...this.#buttons),
            this.#title,
            this.#says,
            this.#changes,
            element("div", { className: "buttons" }, back, next, go),
            legend("changed", "changed in this step", "differs", "not the same as the parent's"),
        );
    }

    /** Shows a step, if there is one of that number. */
    show(step) {
        if (step < 0 || step >= STEPS.length) return;
        this.#step = step;
        const { letter, name, says } = STEPS[step];
        this.#buttons.forEach((button, index) => {
            if (index === step) button.setAttribute("aria-current", "step");
            else button.removeAttribute("aria-current");
        });
        this.element.dataset.step = step;
        this.element.querySelector(".back").disabled = step === 0;
        this.element.querySelector(".next").disabled = step === STEPS.length - 1;
        this.#title.replaceChildren(letter ? element("b", { className: "letter" }, letter) : "", element("code", {}, name));
        this.#says.textContent = says;
        const changes = step === 0 ? [] : changesBetween(this.#facts[step - 1], this.#facts[step], this.#layout);
        this.#changes.replaceChildren(...changes.map((text) => element("li", {}, text)));
        this.redraw();
    }

    /** Draws the step anew. */
    redraw() {
        const [facts, before] = [this.#facts[this.#step], this.#facts[this.#step - 1]];
        const [memory, earlier] = [this.#memories[this.#step], this.#memories[this.#step - 1]];
        this.#showCounts(facts, before);
        this.#showPcbs(facts, before);
        this.#showBitmaps(facts, before);
        this.#showDirectories(memory, earlier, facts, before);
        this.#views.frames.show(memory, earlier);
        this.#frames.summary = usageOf(memory);
    }

    #summarise(panel, isChanged, text) {
        // Before the first step all is there to be looked at.
        this.#panels[panel].isChanged = isChanged;
        if (this.#step === 0) this.#panels[panel].element.open = true;
        this.#panels[panel].summary = text || (this.#step > 0 && !isChanged ? "unchanged by this step" : "");
    }

    #showCounts(facts, before) {
        const rows = facts.rows.map(([name, value], index) => {
            const old = before?.rows[index][1];
            const change = before && value !== old ? signed(value - old) : "";
            return { cells: [name, value.toLocaleString("en"), change], className: change ? "changed" : "" };
        });
        this.#views.counts.replaceChildren(table(["", "now", "change"], rows, { className: "counts" }));
        const changed = rows.filter(({ className }) => className).length;
        this.#summarise("counts", changed > 0, changed ? `${changed} changed` : "");
    }

    #showPcbs(facts, before) {
        const [parent, child] = this.#views.pcb;
        const count = (marks, mark) => marks.filter((each) => each === mark).length;
        const parentMarks = compare(facts.parentPage, { before: before?.parentPage, isRunning: true }, this.#layout);
        parent.show(facts.parentPage, { marks: parentMarks, before: before?.parentPage });
        reveal(child, facts.childPage);
        this.#views.fields.replaceChildren();
        if (!facts.childPage) return this.#summarise("pcb", parentMarks.includes(Mark.CHANGED), "");

        // The step that makes the copy is seen against what it is a copy of: there the stacks are not compared.
        const pages = { before: before.childPage ?? facts.parentPage, parent: facts.parentPage };
        const marks = compare(facts.childPage, { ...pages, isRunning: !before.childPage }, this.#layout);
        child.show(facts.childPage, { marks, before: before.childPage, parent: facts.parentPage });
        const changed = before.childPage && differingFields(before.childPage, facts.childPage, this.#layout).map(({ name }) => name);
        const rows = differingFields(facts.parentPage, facts.childPage, this.#layout).map(({ name, one, other }) => ({
            cells: [name, one, other],
            className: !changed || changed.includes(name) ? "changed" : "",
        }));
        this.#views.fields.replaceChildren(table(["differs", "parent", "child"], rows, { className: "fields" }));
        const bytes = count(marks, Mark.CHANGED);
        if (!before.childPage) this.#summarise("pcb", true, `copied; ${rows.length} fields get another value`);
        else this.#summarise("pcb", bytes > 0, bytes ? `${bytes} bytes of the child's page changed` : "");
    }

    #showBitmaps(facts, before) {
        const [parent, child] = this.#views.bitmap;
        parent.show(facts.parentBitmap, facts.firstAddress, before?.parentBitmap);
        reveal(child, facts.childBitmap);
        if (!facts.childBitmap) return this.#summarise("bitmap", false, "");
        child.show(facts.childBitmap, facts.firstAddress, before.childBitmap);
        const size = facts.childBitmap.length.toLocaleString("en");
        const differ = facts.childBitmap.reduce((sum, byte, index) => sum + (byte !== facts.parentBitmap[index]), 0);
        this.#summarise("bitmap", !before.childBitmap, `${size} bytes, of which ${differ} differ`);
    }

    #showDirectories(memory, earlier, facts, before) {
        const [parent, child] = this.#views.directory;
        parent.show(memory, facts.parentDirectory, { before: earlier });
        reveal(child, facts.childDirectory);
        if (!facts.childDirectory) return this.#summarise("directory", false, "");
        child.show(memory, facts.childDirectory, { before: before.childDirectory && earlier, ways: this.#recording.ways });
        const isChanged = !before.childDirectory || facts.childPages.length !== before.childPages.length;
        const mapped = `parent ${facts.parentPages.length} pages, child ${facts.childPages.length}`;
        this.#summarise("directory", isChanged, mapped);
    }
}

/** Hides a view of what is not there yet. */
function reveal(view, what) {
    const figure = view.element.closest("figure");
    figure.classList.toggle("is-absent", !what);
}

function signed(number) {
    return number > 0 ? `+${number.toLocaleString("en")}` : `−${(-number).toLocaleString("en")}`;
}
