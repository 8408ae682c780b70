// Loads what the machine is made of, and shows how far it is.

/** Loads files by name, with the sum of their progress on a bar. */
export class Loading {
    #bar;
    #words;
    #loaded = new Map();

    constructor(bar, words) {
        this.#bar = bar;
        this.#words = words;
    }

    /** The bytes of `url`. */
    async bytes(url, what) {
        let response;
        try {
            response = await fetch(url);
        } catch (error) {
            throw new Error(`${what} (${url}) cannot be loaded: ${error.message}. Does the server still run?`);
        }
        if (!response.ok) throw new Error(`${what} (${url}) is not there (${response.status}): make web builds this folder.`);
        const progress = { loaded: 0, total: Number(response.headers.get("content-length")) || 0 };
        this.#loaded.set(what, progress);
        const parts = [];
        for (const reader = response.body.getReader(); ; ) {
            const { done, value } = await reader.read();
            if (done) break;
            parts.push(value);
            progress.loaded += value.length;
            this.#show();
        }
        return new Blob(parts).arrayBuffer();
    }

    async json(url, what) {
        return JSON.parse(new TextDecoder().decode(await this.bytes(url, what)));
    }

    #show() {
        const all = [...this.#loaded.entries()];
        const sum = (name) => all.reduce((total, [, progress]) => total + progress[name], 0);
        const unfinished = all.filter(([, { loaded, total }]) => loaded < total).map(([what]) => what);
        this.#bar.max = sum("total") || 1;
        this.#bar.value = sum("loaded");
        this.#words.textContent = unfinished.length ? `Loading ${unfinished.join(", ")}` : "Starting";
    }
}
