// @ts-check
// Python, as the page sees it: it is started, given programs one at a time, and stopped.

/** @import { FromWorker, Outcome, Task, ToWorker } from "./messages.js" */

import { packed } from "./assets.js";
import { unpacked } from "./unpack.js";

/**
 * What is told of it while it works.
 * @typedef {object} Listener
 * @property {(state: State) => void} state
 * @property {(text: string) => void} progress
 * @property {(text: string) => void} printed
 * @property {(outcome: Outcome, milliseconds: number) => void} done
 */

/** @typedef {"starting" | "idle" | "running"} State */

export class Python {
  /** @type {Worker | undefined} */
  #worker;
  /** @type {State} */
  #state = "starting";
  /** @type {Task | null} the newest program that waits for its turn */
  #waiting = null;
  #listener;
  #script;
  #parts;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    this.#script = this.#written();
    this.#parts = this.#unpack();
    this.#start();
  }

  /**
   * Run or judge a program, after the one that runs now; of those that wait, only the newest is.
   * @param {Task} task
   */
  run(task) {
    this.#waiting = task;
    this.#next();
  }

  /** End what runs. A worker cannot be interrupted from a page like this: another takes its place. */
  stop() {
    if (this.#state !== "running") return;
    this.#waiting = null;
    this.#listener.done({ error: { text: "stopped" } }, 0);
    this.#start();
  }

  async #written() {
    const scripts = ["graphviz", "worker"].map((name) => packed(name).then(unpacked));
    const parts = [NO_IMPORTS, ...(await Promise.all(scripts))];
    return URL.createObjectURL(new Blob(parts, { type: "text/javascript" }));
  }

  async #unpack() {
    const wasm = packed("wasm").then(unpacked).then(WebAssembly.compile);
    const names = ["snapshot", "stdlib", "library"];
    const [snapshot, stdlib, library] = await Promise.all(names.map(packed));
    return { wasm: await wasm, stdlib, library, snapshot };
  }

  async #start() {
    this.#worker?.terminate();
    this.#enter("starting");
    const worker = new Worker(await this.#script);
    this.#worker = worker;
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = (event) => this.#hear({ kind: "broken", text: event.message });
    this.#tell({ kind: "begin", ...(await this.#parts) });
  }

  /** @param {ToWorker} message */
  #tell(message) {
    this.#worker?.postMessage(message);
  }

  /** @param {FromWorker} message */
  #hear(message) {
    if (message.kind === "printed") {
      this.#listener.printed(message.text);
    } else if (message.kind === "progress") {
      this.#listener.progress(message.text);
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
    const task = this.#waiting;
    this.#waiting = null;
    this.#enter("running");
    this.#tell(task);
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
