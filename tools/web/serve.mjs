// Serves one folder on this machine's own address, for make web and its test.
//
// usage: node tools/web/serve.mjs FOLDER [PORT]     without a port, or with 0, a free one; prints the address

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, resolve, sep } from "node:path";
import { pipeline } from "node:stream";

const TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".png": "image/png",
    ".txt": "text/plain; charset=utf-8",
};

const [folder, port = "0"] = process.argv.slice(2);
if (!folder || !/^\d{1,5}$/.test(port) || Number(port) > 65535) {
    console.error("usage: node tools/web/serve.mjs FOLDER [PORT]     PORT is a number from 0 to 65535");
    process.exit(2);
}
const root = resolve(folder);

const server = createServer(async (request, response) => {
    const refuse = (status) => response.writeHead(status, { "content-type": "text/plain" }).end(`${status}\n`);
    if (request.method !== "GET" && request.method !== "HEAD") return refuse(405);
    try {
        const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
        const file = normalize(join(root, path.endsWith("/") ? `${path}index.html` : path));
        if (!file.startsWith(root + sep)) return refuse(403);
        const found = await stat(file);
        if (!found.isFile()) return refuse(404);
        response.writeHead(200, {
            "content-type": TYPES[extname(file)] ?? "application/octet-stream",
            "content-length": found.size,
            // What make web has built anew is not to be mixed with what the browser has kept.
            "cache-control": "no-cache",
        });
        if (request.method === "HEAD") return response.end();
        pipeline(createReadStream(file), response, () => {});
    } catch (error) {
        if (!response.headersSent) refuse(["ENOENT", "ENOTDIR"].includes(error.code) ? 404 : 400);
        else response.destroy();
    }
});

server.on("error", (error) => {
    const busy = error.code === "EADDRINUSE";
    console.error(busy ? `tusk: port ${port} is taken: another PORT=, or none for a free one` : `tusk: ${error.message}`);
    process.exit(1);
});
server.listen(Number(port), "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
