// @ts-check
// The worker: CPython as WebAssembly, with the library, and Graphviz beside it.

/** @import { Viz } from "@viz-js/viz" */
/** @import { Begin, FromWorker, Task, ToWorker } from "./messages.js" */

import { loadPyodide } from "pyodide";
// @ts-expect-error: it has no types; loadPyodide knows what it is
import createPyodideModule from "../node_modules/pyodide/pyodide.asm.mjs";
import { info } from "../node_modules/pyodide/pyodide-lock.json";
import { install } from "./install.js";
import { unpacked } from "./unpack.js";

/** @param {FromWorker} message */
const tell = (message) => postMessage(message);

/** @param {string} text */
const printed = (text) => tell({ kind: "printed", text });

/** @param {string} text */
const progress = (text) => tell({ kind: "progress", text });

/** @type {((task: Task) => any) | undefined} */
let perform;

/** @param {Begin} begin */
async function start({ wasm, stdlib, library, snapshot }) {
  const archive = unpacked(stdlib);
  const texts = unpacked(library).then((bytes) => JSON.parse(new TextDecoder().decode(bytes)));

  // Nothing is asked of a network: Pyodide is given what it would fetch.
  globalThis.fetch = async (request) => {
    if (String(request).endsWith("python_stdlib.zip")) return new Response(await archive);
    if (String(request).endsWith(".wasm")) return new Response();
    throw new Error("the playground has no network");
  };
  WebAssembly.instantiateStreaming = async (_, imports) => ({
    module: wasm,
    instance: await WebAssembly.instantiate(wasm, imports),
  });
  const [viz, python] = await Promise.all([
    /** @type {{graphviz: Promise<Viz>}} */ (/** @type {unknown} */ (globalThis)).graphviz,
    loadPyodide({
      indexURL: "playground://python/",
      createPyodideModule,
      lockFileContents: { info: { version: "", ...info, arch: "wasm32" }, packages: {} },
      packageBaseUrl: "playground://python/",
      checkAPIVersion: true,
      _loadSnapshot: unpacked(snapshot),
      stdout: printed,
      stderr: printed,
    }),
  ]);
  install(python, await texts);
  const inside = python.pyimport("demos.playground.inside");
  inside.begin(
    (/** @type {string} */ dot, /** @type {string} */ engine, /** @type {string} */ format) =>
      viz.renderString(dot, { engine, format }),
  );
  perform = ({ kind, source }) => {
    // The judge is imported when it is first asked for.
    const outcome =
      kind === "run"
        ? inside.run(source, printed)
        : python.pyimport("demos.playground.judging").judge(source, progress);
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
  } else if (perform) {
    const began = performance.now();
    const outcome = perform(message);
    tell({ kind: "done", outcome, milliseconds: performance.now() - began });
  }
}

addEventListener("message", ({ data }) => {
  answer(data).catch((error) => tell({ kind: "broken", text: String(error) }));
});
