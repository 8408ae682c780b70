// The live views: what they show is what the machine's own programs say.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const layout = JSON.parse(readFileSync(new URL("../../build/web/layout.json", import.meta.url)));
const PS_LINE = /^ *(\d+) +(\d+) +[A-Z]\S* +(.*)$/gm;
const VIEWS_PATIENCE_MS = 20_000;

/** The tests, by name. */
export function liveTests(driver) {
    const { page } = driver;
    return [
        ["runs_what_is_typed", async () => assert.match(await driver.run("echo a-b | tr b c"), /^a-c$/m)],
        ["lists_the_tasks_that_ps_lists", () => listsWhatPsLists(driver)],
        ["shows_the_pcb_page_of_the_chosen_task", () => showsPcb(driver)],
        ["pause_stops_the_machine", () => pauses(driver)],
        ["reset_boots_anew", () => resets(driver)],
        ["is_readable_in_light_and_dark_wide_and_narrow", () => fits(driver, "live")],
    ];
}

/** Asks again until `check` holds: the views follow the machine a few times a second. */
async function soon(check) {
    const end = Date.now() + VIEWS_PATIENCE_MS;
    for (;;) {
        try {
            return await check();
        } catch (error) {
            if (Date.now() > end) throw error;
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }
}

async function listsWhatPsLists(driver) {
    const printed = await driver.run("ps");
    // A task of the kernel's is in brackets there, and the shell prints this itself.
    const base = (command) => command.split(" ")[0].split("/").at(-1).replace(/^\[(.*)\]$/, "$1");
    const expected = [...printed.matchAll(PS_LINE)].map(([, pid, parent, command]) => ({
        pid,
        parent: parent === "0" ? "" : parent,
        name: base(command),
    }));
    assert.ok(expected.length >= 4, `ps printed:\n${printed}`);
    await soon(async () => {
        const shown = await driver.page.$$eval(".tasks tbody tr", (rows) =>
            rows.map(({ cells: [pid, parent, name] }) => ({
                pid: pid.textContent,
                parent: parent.textContent,
                name: name.firstChild.textContent,
            })),
        );
        const byPid = (one, other) => one.pid - other.pid;
        assert.deepEqual(shown.sort(byPid), expected.sort(byPid));
    });
}

async function showsPcb({ page }) {
    await page.getByRole("button", { name: "Look at task 1, init" }).click();
    await soon(async () => assert.match(await page.locator('[data-panel="pcb"] .summary').textContent(), /of 1, init/));
    const map = page.locator('[data-panel="pcb"]');
    const { offset } = layout.fields.Task.find(({ name }) => name === "stack_magic");
    const box = await map.locator("canvas").boundingBox();
    const at = (place, size) => ((place + 0.5) / 64) * size;
    await page.mouse.move(box.x + at(offset % 64, box.width), box.y + at(Math.floor(offset / 64), box.height));
    await map.locator("canvas").focus();
    const bytes = [];
    for (let byte = 0; byte < 4; byte++) {
        const words = await map.locator("output").textContent();
        assert.match(words, new RegExp(`^0x${(offset + byte).toString(16)} stack_magic \\(Cell<u32>, byte ${byte} of 4\\): ..$`));
        bytes.push(words.slice(-2));
        await page.keyboard.press("ArrowRight");
    }
    assert.deepEqual(bytes.reverse().join(""), "19870916");
}

async function pauses({ page }) {
    await page.locator("#pause").click();
    await page.locator("#state", { hasText: "paused" }).waitFor();
    await page.locator("#pause", { hasText: "Continue" }).click();
    await page.locator("#state", { hasText: "running" }).waitFor();
}

async function resets(driver) {
    await driver.page.locator("#reset").click();
    await driver.page.locator(".live.is-waiting").waitFor({ state: "attached" });
    assert.ok(!(await driver.text()).includes("a-c"), "the console is empty");
    assert.match(await driver.run("echo d-b | tr b e"), /^d-e$/m);
    await driver.page.locator(".live:not(.is-waiting)").waitFor();
}

/** Takes pictures in both colours and on both screens, where nothing may stick out of the page. */
export async function fits(driver, name) {
    const { page } = driver;
    for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const width of [1280, 420]) {
            await page.setViewportSize({ width, height: 900 });
            await page.waitForTimeout(400);
            const wide = await page.evaluate(() => document.documentElement.scrollWidth);
            await driver.picture(`${name}-${colorScheme}-${width}`);
            assert.ok(wide <= width, `the page is ${wide} wide on a screen of ${width}`);
        }
    }
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 1280, height: 900 });
}
