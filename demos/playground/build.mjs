// @ts-check
// Puts the playground together: node build.mjs FOLDER OUTPUT.html
// FOLDER has library.json, stdlib.zip, examples.json and rules.js, as command.py writes them.
//
// Everything large is compressed and written as base64 into the one file that is the result.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { takeSnapshot } from "./snapshot.mjs";

const [folder, output] = process.argv.slice(2);
const made = (/** @type {string} */ name) => join(folder, name);
const { resolve } = createRequire(import.meta.url);
const source = (/** @type {string} */ name) =>
  fileURLToPath(new URL(`src/${name}`, import.meta.url));
const runtime = (/** @type {string} */ name) => readFileSync(resolve(`pyodide/${name}`));

/**
 * A module and all that it imports, as one script.
 * @param {string} name
 */
async function bundled(name) {
  const { outputFiles } = await build({
    entryPoints: [source(name)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    external: ["node:*", "ws"],
    alias: { "#rules": made("rules.js") },
    define: { "import.meta.url": '"playground:"' },
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** @type {Record<string, Uint8Array | string>} in the order in which they are wanted */
const assets = {
  graphviz: await bundled("graphviz.js"),
  worker: await bundled("worker.js"),
  wasm: runtime("pyodide.asm.wasm"),
  stdlib: readFileSync(made("stdlib.zip")),
  library: readFileSync(made("library.json")),
  snapshot: await takeSnapshot(made("stdlib.zip"), made("library.json")),
};
const blocks = Object.entries(assets).map(([name, bytes]) => {
  const text = gzipSync(bytes, { level: 9 }).toString("base64");
  const arrived = '<script>dispatchEvent(new Event("asset"))</script>';
  return `<script type="text/plain" id="${name}">${text}</script>${arrived}`;
});

/** @type {Record<string, string>} */
const parts = {
  STYLE: readFileSync(source("playground.css"), "utf8"),
  ASSETS: blocks.join("\n"),
  EXAMPLES: readFileSync(made("examples.json"), "utf8").replaceAll("<", "\\u003c"),
  // A script ends where this stands, even within a text.
  SCRIPT: (await bundled("main.js")).replaceAll("</script", "<\\/script"),
};
const page = readFileSync(source("playground.html"), "utf8");
writeFileSync(
  output,
  page.replace(/<!--([A-Z]+)-->/g, (_, name) => parts[name]),
);
