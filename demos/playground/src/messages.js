// @ts-check
// What the page and its worker say to each other.

/** @typedef {Uint8Array<ArrayBuffer>} Packed  compressed */

/**
 * What Python needs to begin: each is used again where a worker is replaced.
 * @typedef {{kind: "begin", wasm: WebAssembly.Module, stdlib: Packed, library: Packed,
 *   snapshot: Packed}} Begin
 */

/** @typedef {{text: string, line?: number | null}} ProgramError */

/**
 * What a program came to: a page, a picture or nothing to show, or where it broke.
 * @typedef {{html?: string, svg?: string, error?: ProgramError}} Outcome
 */

/**
 * A program to run, or whose engine is to be judged.
 * @typedef {{kind: "run" | "judge", source: string}} Task
 */

/** @typedef {Begin | Task} ToWorker */

/**
 * @typedef {{kind: "ready"}
 *   | {kind: "progress", text: string}
 *   | {kind: "printed", text: string}
 *   | {kind: "done", outcome: Outcome, milliseconds: number}
 *   | {kind: "broken", text: string}} FromWorker
 */

export {};
