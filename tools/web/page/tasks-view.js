// The list of tasks; the one that was chosen is what the other views show.

import { element } from "./elements.js";

/** Shows all tasks as a table of buttons. */
export class TasksView {
    #onChoice;
    #shown = "";
    #body = element("tbody");

    /** `onChoice(pid)` hears of the person's choice. */
    constructor(onChoice) {
        this.#onChoice = onChoice;
        const head = ["pid", "parent", "name", "state", "slice", "PCB page"].map((text) => element("th", { scope: "col" }, text));
        this.element = element(
            "div",
            { className: "scroll" },
            element("table", { className: "tasks" }, element("thead", {}, element("tr", {}, ...head)), this.#body),
        );
    }

    /** Shows tasks, of which the one with that pid is the chosen one. */
    show(tasks, chosen) {
        // Nothing is built anew that looks the same: a button in it may have the focus.
        const looks = JSON.stringify([tasks.map(({ ticks, kernelStack, ...rest }) => rest), chosen]);
        if (looks === this.#shown) return;
        const focused = this.#body.querySelector("button:focus")?.dataset.pid;
        this.#body.replaceChildren(...tasks.map((task) => this.#row(task, task.pid === chosen)));
        this.#body.querySelector(`button[data-pid="${focused}"]`)?.focus();
        this.#shown = looks;
    }

    #row(task, isChosen) {
        const choose = element(
            "button",
            { type: "button", "data-pid": task.pid, "aria-pressed": isChosen, "aria-label": `Look at task ${task.pid}, ${task.name}` },
            String(task.pid),
        );
        choose.addEventListener("click", () => this.#onChoice(task.pid));
        const name = element("td", {}, task.name, task.isProcess ? "" : element("small", {}, " kernel thread"));
        const cells = [task.parentPid || "", name, task.status, task.priority, `0x${task.address.toString(16)}`];
        return element(
            "tr",
            { className: isChosen ? "is-chosen" : "", "data-status": task.status },
            element("td", {}, choose),
            ...cells.map((cell) => (cell instanceof Node ? cell : element("td", {}, String(cell)))),
        );
    }
}
