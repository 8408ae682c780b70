// "Fork now": each of the book's steps shows what it changes, and the machine goes on behind it.

import assert from "node:assert/strict";

import { fits } from "./live.mjs";

const BITMAP_PAGES = 23;

/** The tests, by name. They follow one fork from its button to the prompt behind it. */
export function forkTests(driver) {
    const { page } = driver;
    const fork = new Fork(page);
    return [
        ["fork_now_stops_at_a_fork", () => fork.begin()],
        ["before_the_fork_there_is_no_child", () => fork.before()],
        ["step_a_copies_pcb_and_bitmap", () => fork.stepA()],
        ["step_b_makes_a_directory", () => fork.stepB()],
        ["step_c_copies_the_body", () => fork.stepC()],
        ["step_d_builds_the_stack", () => fork.stepD()],
        ["step_e_counts_open_files", () => fork.stepE()],
        ["last_the_child_is_on_the_lists", () => fork.lists()],
        ["steps_go_back_too", () => fork.back()],
        ["fork_is_readable_in_light_and_dark_wide_and_narrow", () => fits(driver, "fork-c")],
        ["machine_goes_on_and_agrees", () => fork.goOn(driver)],
    ];
}

class Fork {
    constructor(page) {
        this.page = page;
    }

    /** Goes to a step by the right arrow key, and returns the counts by name: `{ now, change }`. */
    async go(step, name) {
        if (step > 0) await this.page.keyboard.press("ArrowRight");
        await this.page.locator(`.fork[data-step="${step}"]`).waitFor();
        assert.equal(await this.page.locator(".fork-head h2 code").textContent(), name);
        this.changes = await this.page.locator(".changes").innerText();
        const rows = await this.rows("counts");
        return Object.fromEntries(rows.map(([what, now, change]) => [what, { now, change: Number(change.replace("−", "-")) }]));
    }

    /** The cells of a panel's tables, line by line. */
    rows(panel, table = "table") {
        const texts = (rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent));
        return this.page.$$eval(`[data-panel="${panel}"] ${table} tbody tr`, texts);
    }

    summary(panel) {
        return this.page.locator(`[data-panel="${panel}"] .summary`).textContent();
    }

    /** The value of a field in which the two PCB pages differ: `[parent's, child's]`. */
    async field(name) {
        const row = (await this.rows("pcb")).find(([field]) => field === name);
        assert.ok(row, `${name} is the same in both pages`);
        return row.slice(1);
    }

    async begin() {
        await this.page.locator("#fork:enabled").click();
        await this.page.locator(".fork").waitFor();
        await this.page.locator("#state", { hasText: "stopped at a fork" }).waitFor();
    }

    async before() {
        await this.go(0, "sys_fork");
        assert.equal(await this.page.locator(".fork figure.is-absent").count(), 3);
        const counts = await this.go(1, "copy_process");
        assert.equal(counts["frames free, kernel's pool"].change, -2, "PCB page and bounce page");
    }

    async stepA() {
        const counts = await this.go(2, "copy_pcb_vaddrbitmap_stack0");
        assert.equal(counts["kernel pages free"].change, -BITMAP_PAGES);
        assert.equal(await this.summary("bitmap"), "94,199 bytes, of which 0 differ");
        assert.match(this.changes, /bitmap of 94,199 bytes copied, every bit the same/);
        [this.parent, this.child] = await this.field("pid");
        assert.notEqual(this.parent, this.child);
        assert.deepEqual(await this.field("status"), ["Running", "Ready"]);
    }

    async stepB() {
        const counts = await this.go(3, "create_page_dir");
        assert.equal(counts["frames free, kernel's pool"].change, -1);
        assert.match(await this.summary("directory"), /, child 0$/);
    }

    async stepC() {
        const counts = await this.go(4, "copy_body_stack3");
        const [parent, child] = await Promise.all([1, 2].map((side) => this.rows("directory", `figure:nth-child(${side}) table`)));
        assert.ok(parent.length > 2);
        assert.deepEqual(child.map(([page]) => page), parent.map(([page]) => page), "the same pages");
        const isOwn = child.map(([, frame], index) => frame !== parent[index][1]);
        assert.deepEqual(isOwn, child.map(([, , , access]) => access === "rw"), "what can be written has frames of its own");
        assert.deepEqual(isOwn, child.map(([, , , , came]) => came === "bounced"));
        const own = isOwn.filter(Boolean).length;
        assert.ok(own >= 2, "data and stack");
        assert.equal(counts["frames free, programs' pool"].change, -own);
        assert.equal(counts["pages mapped in the child"].now, String(parent.length));
        assert.match(this.changes, /the bounce page given back/);
    }

    async stepD() {
        await this.go(5, "build_child_stack");
        assert.match(this.changes, /trap frame: eax 0x\w+ → 0x0/);
        assert.match(this.changes, /for switch_to: eip = intr_exit/);
    }

    async stepE() {
        const counts = await this.go(6, "update_inode_open_cnts");
        const open = Number(counts["descriptors of the child"].now);
        assert.equal(open, 3);
        assert.equal(counts["descriptors open, of all processes"].change, open);
        // The parent's three are one open file, or more: each has as many more as the parent has of it.
        const changes = Object.entries(counts).filter(([name]) => name.startsWith("descriptors of what the parent has as"));
        assert.ok(changes.length === 3 && changes.every(([, { change }]) => change >= 1));
    }

    async lists() {
        const counts = await this.go(7, "thread_ready_list, thread_all_list");
        assert.equal(counts["tasks on the list of all"].change, 1);
        assert.equal(counts["tasks on the ready list"].change, 1);
        assert.ok(await this.page.locator(".fork .next").isDisabled());
    }

    async back() {
        for (let step = 6; step >= 4; step--) await this.page.keyboard.press("ArrowLeft");
        await this.page.locator('.fork[data-step="4"]').waitFor();
        assert.match(await this.page.locator(".changes").innerText(), /the bounce page given back/);
    }

    /** What the program itself says of its fork is what the steps showed. */
    async goOn(driver) {
        await this.page.locator(".fork .go-on").click();
        await driver.prompt();
        const text = await driver.text();
        assert.ok(text.includes(`pid ${this.parent}: I am about to call fork.`), text);
        assert.ok(text.includes(`pid ${this.child}: fork returned 0 in me: I am the child, and my parent is ${this.parent}.`), text);
        assert.equal(await this.page.locator(".fork").count(), 0);
    }
}
