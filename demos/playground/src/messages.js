// @ts-check
// What the page and its worker say to each other.

/**
 * What Python needs to begin: each is used again where a worker is replaced.
 * @typedef {{kind: "begin", wasm: WebAssembly.Module, stdlib: ArrayBuffer, library: ArrayBuffer}} Begin
 */

/** @typedef {{text: string, line?: number | null}} ProgramError */

/**
 * What a program came to: a page, a picture or nothing to show, or where it broke.
 * @typedef {{html?: string, svg?: string, error?: ProgramError}} Outcome
 */

/** @typedef {Begin | {kind: "run", source: string}} ToWorker */

/**
 * @typedef {{kind: "ready"}
 *   | {kind: "printed", text: string}
 *   | {kind: "done", outcome: Outcome, milliseconds: number}
 *   | {kind: "broken", text: string}} FromWorker
 */

export {};
