// @ts-check
// Puts the playground together: node build.mjs LIBRARY.zip EXAMPLES.json RULES.js OUTPUT.html
//
// Everything large is compressed and written as base64 into the one file that is the result.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const [library, examples, rules, output] = process.argv.slice(2);
const { resolve } = createRequire(import.meta.url);
const source = (/** @type {string} */ name) => new URL(`src/${name}`, import.meta.url).pathname;
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
    alias: { "#rules": rules },
    define: { "import.meta.url": '"playground:"' },
    logLevel: "error",
  });
  return outputFiles[0].text;
}

/** @type {Record<string, Uint8Array | string>} */
const assets = {
  worker: await bundled("worker.js"),
  wasm: runtime("pyodide.asm.wasm"),
  stdlib: runtime("python_stdlib.zip"),
  library: readFileSync(library),
};
const blocks = Object.entries(assets).map(([name, bytes]) => {
  const text = gzipSync(bytes, { level: 9 }).toString("base64");
  return `<script type="text/plain" id="${name}">${text}</script>`;
});

/** @type {Record<string, string>} */
const parts = {
  STYLE: readFileSync(source("playground.css"), "utf8"),
  ASSETS: blocks.join("\n"),
  EXAMPLES: readFileSync(examples, "utf8").replaceAll("<", "\\u003c"),
  // A script ends where this stands, even within a text.
  SCRIPT: (await bundled("main.js")).replaceAll("</script", "<\\/script"),
};
const page = readFileSync(source("playground.html"), "utf8");
writeFileSync(
  output,
  page.replace(/<!--([A-Z]+)-->/g, (_, name) => parts[name]),
);
