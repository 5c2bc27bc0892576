// @ts-check
// The worker: CPython as WebAssembly, with the library, and Graphviz beside it.

/** @import { Begin, FromWorker, ToWorker } from "./messages.js" */

import { instance } from "@viz-js/viz";
import { loadPyodide } from "pyodide";
// @ts-expect-error: it has no types; loadPyodide knows what it is
import createPyodideModule from "../node_modules/pyodide/pyodide.asm.mjs";
import { info } from "../node_modules/pyodide/pyodide-lock.json";

/** @param {FromWorker} message */
const tell = (message) => postMessage(message);

/** @param {string} text */
const printed = (text) => tell({ kind: "printed", text });

/** @type {((source: string) => any) | undefined} */
let runProgram;

/** @param {Begin} begin */
async function start({ wasm, stdlib, library }) {
  // Nothing is asked of a network: Pyodide is given what it would fetch.
  globalThis.fetch = async (request) => {
    if (String(request).endsWith("python_stdlib.zip")) return new Response(stdlib);
    if (String(request).endsWith(".wasm")) return new Response();
    throw new Error("the playground has no network");
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  const [viz, python] = await Promise.all([
    instance(),
    loadPyodide({
      indexURL: "playground://python/",
      createPyodideModule,
      lockFileContents: { info: { version: "", ...info, arch: "wasm32" }, packages: {} },
      packageBaseUrl: "playground://python/",
      checkAPIVersion: true,
      stdout: printed,
      stderr: printed,
    }),
  ]);
  python.unpackArchive(library, "zip");
  const playground = python.pyimport("playground");
  playground.use_graphviz(
    (/** @type {string} */ dot, /** @type {string} */ engine, /** @type {string} */ format) =>
      viz.renderString(dot, { engine, format }),
  );
  python.runPython("import engine, nn, engine.explorer.contents");
  runProgram = (source) => {
    const outcome = playground.run(source, printed);
    try {
      return outcome.toJs({ dict_converter: Object.fromEntries });
    } finally {
      outcome.destroy();
    }
  };
}

/** @param {ToWorker} message */
async function answer(message) {
  if (message.kind === "begin") {
    await start(message);
    tell({ kind: "ready" });
  } else if (runProgram) {
    const began = performance.now();
    const outcome = runProgram(message.source);
    tell({ kind: "done", outcome, milliseconds: performance.now() - began });
  }
}

addEventListener("message", ({ data }) => {
  answer(data).catch((error) => tell({ kind: "broken", text: String(error) }));
});
