// @ts-check
// Python's memory once it has started and imported the library, so that no page has to do that.

import { readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import { install } from "./src/install.js";

/**
 * @param {string} stdlib  the archive that the page will have as well
 * @param {string} library  so too
 */
export async function takeSnapshot(stdlib, library) {
  try {
    const python = await loadPyodide({ _makeSnapshot: true, stdLibURL: stdlib });
    install(python, JSON.parse(readFileSync(library, "utf8")));
    python.runPython("from demos.playground.inside import prepare; prepare()");
    return python.makeMemorySnapshot();
  } catch (error) {
    console.error(String(error)); // uncaught, it would come with the source of Pyodide
    process.exit(1);
  }
}
