// Drives the page of `make web` in a headless Chromium, as a person would, and says of each test how it ended.
//
// usage: node tests/web/drive.mjs CHROMIUM       prints a line of JSON a test: { test, why }, without `why` when it passed
//
// build/web must have been built, and build/npm have playwright-core. Pictures go to build/web-pictures.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { forkTests } from "./fork.mjs";
import { liveTests } from "./live.mjs";
import { pureTests } from "./pure.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const { chromium } = createRequire(`${root}build/npm/`)("playwright-core");
const pictures = `${root}build/web-pictures`;
/** A boot takes eight seconds on an idle machine; this one may have much else to do. */
const PATIENCE_MS = 150_000;

const [executablePath] = process.argv.slice(2);
mkdirSync(pictures, { recursive: true });
const server = spawn(process.execPath, [`${root}tools/web/serve.mjs`, `${root}build/web`], { stdio: ["ignore", "pipe", "inherit"] });
// However this ends.
process.on("exit", () => server.kill());
const address = await new Promise((resolve, reject) => {
    server.stdout.once("data", (data) => resolve(String(data).trim()));
    server.once("exit", (status) => reject(new Error(`the server ended with status ${status}`)));
});
const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"],
});

/** What went wrong on any page: complaints of the browser, and requests to anybody but the server. */
const troubles = [];

async function open(colorScheme) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    context.on("request", (request) => {
        if (!request.url().startsWith(address) && !/^(blob|data):/.test(request.url())) troubles.push(`asks for ${request.url()}`);
    });
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => troubles.push(error.stack));
    return page;
}

/** What is done with the page beside looking at it. */
class Driver {
    constructor(page) {
        this.page = page;
    }

    /** What is on the console. */
    text() {
        return this.page.evaluate(() => globalThis.tusk?.console.text ?? "");
    }

    /** Waits until a shell waits for a command. */
    prompt() {
        return this.page.waitForFunction(() => globalThis.tusk?.console.isAtPrompt);
    }

    /** Types a command, and returns what it prints. */
    async run(command) {
        await this.prompt();
        const before = (await this.text()).lastIndexOf("$ ");
        await this.page.locator("#terminal textarea").focus();
        await this.page.keyboard.type(`${command}\n`);
        await this.page.waitForFunction(
            ([start, typed]) => {
                const text = globalThis.tusk.console.text.slice(start);
                return text.includes(typed) && globalThis.tusk.console.isAtPrompt && text.indexOf("$ ", typed.length) > 0;
            },
            [before, command],
        );
        return (await this.text()).slice(before).split("\n").slice(1, -1).join("\n");
    }

    picture(name) {
        return this.page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    }
}

/** Says how a test ended. */
async function test(name, body) {
    let why;
    try {
        await body();
    } catch (error) {
        why = error.stack ?? String(error);
    }
    console.log(JSON.stringify({ test: name, why }));
    return why === undefined;
}

async function missingPartIsTold() {
    const page = await open("light");
    await page.route("**/v86.wasm", (route) => route.fulfill({ status: 404, body: "" }));
    await page.goto(address);
    await page.locator("#error", { hasText: "the emulator (vendor/v86.wasm) is not there (404)" }).waitFor();
    // This complaint was asked for.
    troubles.length = 0;
    await page.context().close();
}

try {
    for (const [name, body] of pureTests) await test(name, body);
    await test("missing_part_is_told", missingPartIsTold);
    const page = await open("light");
    const driver = new Driver(page);
    const boots = await test("boots_to_a_prompt", async () => {
        await page.goto(address);
        await driver.prompt();
    });
    if (boots) {
        for (const [name, body] of [...liveTests(driver), ...forkTests(driver)]) await test(name, body);
        await test("asks_nobody_else_and_nothing_complains", () => {
            if (troubles.length) throw new Error(troubles.join("\n"));
        });
    } else {
        await driver.picture("no-prompt");
        console.error(await driver.text(), troubles.join("\n"));
    }
} finally {
    await browser.close();
    server.kill();
}
