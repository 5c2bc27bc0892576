// @ts-check
// What Python puts on the page: the net as a tape, the samples, and a frame for each epoch.

/** @import { TapeContents } from "./tape.js" */

/**
 * The net after so many epochs, and the gradients of the loss of all samples.
 * @typedef {object} Frame
 * @property {number} epoch
 * @property {number} loss
 * @property {number} [accuracy]  where there are classes
 * @property {number} [held]  the loss of samples that it does not learn from
 * @property {number[]} parameters
 * @property {number[]} gradients
 */

/**
 * Where a layer's numbers are on the tape.
 * @typedef {object} Layer
 * @property {number[]} inputs
 * @property {string[]} [inputNames]  of the first layer's
 * @property {number[][]} weights  a row for each neuron
 * @property {number[]} biases
 * @property {number[]} z
 * @property {number[]} a
 * @property {string} activation
 * @property {string} slope  its derivative, as a formula; "" where it is no single rule
 */

/** @typedef {"probability" | "sign" | "class" | "number"} Kind  what an output is */

/**
 * @typedef {object} FilmContents
 * @property {string} model
 * @property {string} loss  its name
 * @property {Kind} kind
 * @property {TapeContents} tape  leaves: two features, the targets, the parameters
 * @property {Layer[]} layers  none where the net is no row of dense layers
 * @property {string[]} names  of the parameters
 * @property {number[][]} rows  the features and targets of the samples that are drawn
 * @property {number} samples  that it learned from
 * @property {Frame[]} frames
 */

/**
 * The largest of some numbers in the whole film, which no width is divided by 0 for.
 * @param {Frame[]} frames
 * @param {"parameters" | "gradients"} what
 * @param {number[]} places
 */
export const largest = (frames, what, places) =>
  frames.reduce(
    (most, frame) => places.reduce((m, place) => Math.max(m, Math.abs(frame[what][place])), most),
    1e-12,
  );

/**
 * The frame that comes next to an epoch.
 * @param {Frame[]} frames
 * @param {number} epoch
 */
export const frameAt = (frames, epoch) =>
  frames.reduce(
    (best, frame, k) =>
      Math.abs(frame.epoch - epoch) < Math.abs(frames[best].epoch - epoch) ? k : best,
    0,
  );

/** @param {Frame} frame */
export function said({ epoch, loss, held, accuracy }) {
  const right = accuracy === undefined ? "" : `, accuracy ${(100 * accuracy).toFixed(0)}%`;
  const others = held === undefined ? "" : `, held out ${held.toPrecision(3)}`;
  return `epoch ${epoch}, loss ${loss.toPrecision(3)}${others}${right}`;
}
