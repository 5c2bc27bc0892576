// @ts-check
// Python, as the page sees it: it is started, given programs one at a time, and stopped.

/** @import { FromWorker, Outcome, ToWorker } from "./messages.js" */

import { asset } from "./assets.js";

/**
 * What is told of it while it works.
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(text: string) => void} printed
 * @property {(outcome: Outcome, milliseconds: number) => void} done
 */

/** @typedef {"starting" | "idle" | "running"} State */

export class Python {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {State} */
  #state = "starting";
  /** @type {string | null} the newest program that waits for its turn */
  #waiting = null;
  #listener;
  #assets;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#assets = this.#unpack();
    this.#start();
  }

  /**
   * Run a program, after the one that runs now; of those that wait, only the newest is run.
   * @param {string} source
   */
  run(source) {
    this.#waiting = source;
    this.#next();
  }

  /** End what runs. A worker cannot be interrupted from a page like this: another takes its place. */
  stop() {
    if (this.#state !== "running") return;
    this.#waiting = null;
    this.#listener.done({ error: { text: "stopped" } }, 0);
    this.#start();
  }

  async #unpack() {
    const names = ["worker", "wasm", "stdlib", "library"];
    const [worker, wasm, stdlib, library] = await Promise.all(names.map(asset));
    const script = new Blob([NO_IMPORTS, worker], { type: "text/javascript" });
    const module = await WebAssembly.compile(wasm);
    return { address: URL.createObjectURL(script), wasm: module, stdlib, library };
  }

  async #start() {
    this.#worker?.terminate();
    this.#enter("starting");
    const { address, wasm, stdlib, library } = await this.#assets;
    this.#worker = new Worker(address);
    this.#worker.onmessage = ({ data }) => this.#hear(data);
    this.#worker.onerror = (event) => this.#hear({ kind: "broken", text: event.message });
    this.#tell({ kind: "begin", wasm, stdlib, library });
  }

  /** @param {ToWorker} message */
  #tell(message) {
    this.#worker?.postMessage(message);
  }

  /** @param {FromWorker} message */
  #hear(message) {
    if (message.kind === "printed") {
      this.#listener.printed(message.text);
    } else if (message.kind === "broken") {
      this.#listener.done({ error: { text: `Python ended: ${message.text}` } }, 0);
      if (this.#state === "running") this.#start();
    } else {
      if (message.kind === "done") this.#listener.done(message.outcome, message.milliseconds);
      this.#enter("idle");
      this.#next();
    }
  }

  #next() {
    if (this.#state !== "idle" || this.#waiting === null) return;
    const source = this.#waiting;
    this.#waiting = null;
    this.#enter("running");
    this.#tell({ kind: "run", source });
  }

  /** @param {State} state */
  #enter(state) {
    this.#state = state;
    this.#listener.state(state);
  }
}

// Pyodide refuses a worker that has importScripts, as any has that is no module; a module is not
// taken from a page on disk.
const NO_IMPORTS = "self.importScripts = undefined;\n";
