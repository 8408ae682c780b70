// Where things lie in this very kernel: what tools/web/layout.py read out of its debugging information.

/** The kernel's statics, members of its structures, and functions, by name. */
export class Layout {
    #data;

    constructor(data) {
        this.#data = data;
    }

    /** What is added to a physical address of the kernel's image to get its virtual one. */
    get linearBase() {
        return this.#data.linear_base;
    }

    /** A static: `{ address, size }`. */
    static(name) {
        return known(this.#data.statics[name], `static ${name}`);
    }

    /** A member of a type: `{ offset, size }`. */
    member(type, name) {
        return known(this.#data.members[type]?.[name], `${type}.${name}`);
    }

    /** Where behind an Arc's pointer the value begins: after the counts. */
    counted(type) {
        return known(this.#data.counted[type], `counted ${type}`);
    }

    /** All fields of a type, by offset: `{ name, offset, size, type }`. */
    fields(type) {
        return known(this.#data.fields[type], `fields of ${type}`);
    }

    /** How an Option of a type says `None`: `{ offset, size, value }`. */
    none(type) {
        return known(this.#data.none[type], `the None of ${type}`);
    }

    size(type) {
        return known(this.#data.sizes[type], `size of ${type}`);
    }

    /** The name of an enum's value, or the number where it has none. */
    enumerator(type, value) {
        return this.#data.enums[type]?.[value] ?? String(value);
    }

    /** The function in which `address` lies, as `name+0x12`; `undefined` where there is none. */
    functionAt(address) {
        const functions = this.#data.functions;
        const end = this.#data.code_end;
        let low = 0;
        let high = functions.length;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (functions[middle][0] <= address) low = middle + 1;
            else high = middle;
        }
        if (low === 0 || address >= end) return undefined;
        const [start, name] = functions[low - 1];
        return `${name}+0x${(address - start).toString(16)}`;
    }
}

function known(value, name) {
    if (value === undefined) throw new Error(`layout.json says nothing of ${name}: make web writes it anew`);
    return value;
}
