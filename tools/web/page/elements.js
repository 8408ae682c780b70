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
        this.element = element(
            "section",
            { className: "panel", "data-panel": name },
            element("h2", {}, title, " ", this.#summary),
            ...children,
        );
    }

    set summary(text) {
        this.#summary.textContent = text;
    }

    /** Says whether what it shows has changed. */
    set isChanged(isChanged) {
        this.element.classList.toggle("is-changed", isChanged);
    }
}
