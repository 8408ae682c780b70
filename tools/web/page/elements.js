// Elements, made in one expression.

/** An element of that kind with properties and children; `data-…` and `aria-…` are attributes. */
export function element(kind, properties = {}, ...children) {
    const made = document.createElement(kind);
    for (const [name, value] of Object.entries(properties)) {
        if (name.includes("-")) made.setAttribute(name, value);
        else made[name] = value;
    }
    made.append(...children);
    return made;
}

/** A table of rows of texts; a row may be `{ cells, className }`. */
export function table(head, rows, properties = {}) {
    const line = (kind, cells) => cells.map((cell) => element(kind, {}, cell instanceof Node ? cell : String(cell)));
    return element(
        "table",
        properties,
        element("thead", {}, element("tr", {}, ...line("th", head))),
        element("tbody", {}, ...rows.map(({ cells, className = "" }) => element("tr", { className }, ...line("td", cells)))),
    );
}

/** A panel with a heading, a line of summary, and what it shows. */
export class Panel {
    #summary = element("span", { className: "summary" });

    constructor(title, name, ...children) {
        const heading = element("h2", {}, title, " ", this.#summary);
        this.element = element("section", { className: "panel", "data-panel": name }, heading, ...children);
    }

    set summary(text) {
        this.#summary.textContent = text;
    }
}

/** A panel that can be closed. */
export class FoldingPanel {
    #summary = element("span", { className: "summary" });

    constructor(title, name, ...children) {
        const heading = element("summary", {}, element("h2", {}, title, " ", this.#summary));
        this.element = element("details", { className: "panel", "data-panel": name, open: true }, heading, ...children);
    }

    set summary(text) {
        this.#summary.textContent = text;
    }

    /** Opens it where what it shows has changed, and closes it where not. */
    set isChanged(isChanged) {
        this.element.classList.toggle("is-changed", isChanged);
        this.element.open = isChanged;
    }
}

/** A legend: colour, word, colour, word. */
export function legend(...pairs) {
    const items = [];
    for (let index = 0; index < pairs.length; index += 2) {
        const sample = element("i", { "aria-hidden": "true" });
        sample.style.background = `var(--${pairs[index]})`;
        items.push(element("li", {}, sample, pairs[index + 1]));
    }
    return element("ul", { className: "legend" }, ...items);
}
