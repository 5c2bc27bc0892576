// @ts-check
// Training on the page: gradient descent on batches, with the gradients of the rules.

/** @import { Frame } from "./film.js" */
/** @import { NetShape } from "./build.js" */
/** @import { Tape } from "./tape.js" */

import { FIRST, sizesOf } from "./build.js";
import { Random } from "./random.js";

/**
 * The weights that MLP(…, seed=seed) starts with: Glorot and Bengio's, or He's before activations
 * that pass on one half of their inputs only.
 * @param {NetShape} shape
 * @param {string[]} halving  those activations
 * @param {number} seed
 */
export function startingParameters(shape, halving, seed) {
  const random = new Random(seed);
  const sizes = sizesOf(shape);
  return sizes.slice(1).flatMap((size, k) => {
    const before = sizes[k];
    const isHe = k < sizes.length - 2 && halving.includes(shape.activation);
    const limit = Math.sqrt(6 / (before + size));
    const deviation = Math.sqrt(2 / before);
    return Array.from({ length: size }, () => [
      ...Array.from({ length: before }, () =>
        isHe ? random.gauss(deviation) : random.uniform(-limit, limit),
      ),
      0,
    ]).flat();
  });
}

/**
 * The mean gradient over some samples, by each parameter, with the mean loss.
 * @param {Tape} tape  with the parameters in it
 * @param {number[][]} rows
 */
function meanGradient(tape, rows) {
  const count = tape.leaves - FIRST;
  const gradient = new Float64Array(count);
  let loss = 0;
  for (const row of rows) {
    tape.values.set(row);
    tape.forward();
    loss += tape.last;
    const found = tape.backward(tape.results[tape.results.length - 1]);
    for (let k = 0; k < count; k++) gradient[k] += found[FIRST + k];
  }
  return { loss: loss / rows.length, gradient: gradient.map((sum) => sum / rows.length) };
}

/**
 * The mean loss of some samples.
 * @param {Tape} tape
 * @param {number[][]} rows
 */
function meanLoss(tape, rows) {
  let loss = 0;
  for (const row of rows) {
    tape.values.set(row);
    tape.forward();
    loss += tape.last;
  }
  return loss / rows.length;
}

/**
 * One epoch: w ← w − rate · gradient for each batch.
 * @param {Tape} tape
 * @param {number[][]} rows
 * @param {{order: number[], batch: number, rate: number}} how
 */
export function trainEpoch(tape, rows, { order, batch, rate }) {
  for (let start = 0; start < order.length; start += batch) {
    const chosen = order.slice(start, start + batch).map((k) => rows[k]);
    const { gradient } = meanGradient(tape, chosen);
    for (const [k, slope] of gradient.entries()) tape.values[FIRST + k] -= rate * slope;
  }
}

/**
 * The net as it is: what is kept of an epoch.
 * @param {Tape} tape
 * @param {number[][]} rows
 * @param {{epoch: number, isOfClasses: boolean, others: number[][]}} what  others are held out
 * @returns {Frame}
 */
export function frameOf(tape, rows, { epoch, isOfClasses, others }) {
  const { loss, gradient } = meanGradient(tape, rows);
  const frame = {
    epoch,
    loss,
    held: meanLoss(tape, others),
    parameters: [...tape.values.slice(FIRST, tape.leaves)],
    gradients: [...gradient],
  };
  if (!isOfClasses) return frame;
  const [answer] = tape.results;
  const operations = tape.needed([answer]);
  const right = rows.filter((row) => {
    tape.values.set(row);
    tape.forward(operations);
    return tape.values[answer] > 0.5 === row[2] > 0.5;
  });
  return { ...frame, accuracy: right.length / rows.length };
}
