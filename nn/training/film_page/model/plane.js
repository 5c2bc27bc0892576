// @ts-check
// The part of the plane that is shown, and what is computed everywhere in it.

/** @import { Operation, Tape } from "./tape.js" */

export const RATIO = 0.72; // of height to width
const MARGIN = 0.15; // beside the samples
const [LEAST, MOST] = [0.4, 1.8]; // of height to width, for one scale along both axes

/** @typedef {{left: number, right: number, bottom: number, top: number}} Plane */

/**
 * All samples with a margin; a step right is as long as a step up, where that wastes little.
 * @param {number[][]} rows
 * @returns {Plane}
 */
export function planeOf(rows) {
  const [x, y] = [0, 1].map((axis) => rangeOf(rows.map((row) => row[axis])));
  const ratio = y.half / x.half;
  if (ratio > LEAST && ratio < MOST) {
    const half = Math.max(x.half, y.half / RATIO);
    [x.half, y.half] = [half, half * RATIO];
  }
  return {
    left: x.middle - x.half,
    right: x.middle + x.half,
    bottom: y.middle - y.half,
    top: y.middle + y.half,
  };
}

/** @param {number[]} numbers */
function rangeOf(numbers) {
  const low = numbers.reduce((a, b) => Math.min(a, b));
  const high = numbers.reduce((a, b) => Math.max(a, b));
  return { middle: (low + high) / 2, half: (0.5 + MARGIN) * (high - low) || 1 };
}

/**
 * How fine a grid is: coarser for a larger net, and while it moves.
 * @param {Operation[]} operations
 * @param {boolean} isMoving
 */
export function gridOf(operations, isMoving) {
  const inputs = operations.reduce((sum, operation) => sum + operation.inputs.length, 0);
  const columns = Math.round(Math.min(64, Math.max(24, 800 / Math.sqrt(inputs || 1))));
  const wide = isMoving ? columns : Math.min(112, 2 * columns);
  return { columns: wide, rows: Math.round(wide * RATIO) };
}

/**
 * The number at each place of the tape over a grid, row by row from the top left.
 * @param {Tape} tape
 * @param {number[]} places
 * @param {Plane} plane
 * @param {{columns: number, rows: number}} grid
 */
export function fieldsOf(tape, places, plane, { columns, rows }) {
  const operations = tape.needed(places);
  const found = places.map(() => new Float32Array(columns * rows));
  const { left, right, bottom, top } = plane;
  for (let k = 0; k < columns * rows; k++) {
    const [row, column] = [Math.floor(k / columns), k % columns];
    tape.values[0] = left + ((right - left) * (column + 0.5)) / columns;
    tape.values[1] = top - ((top - bottom) * (row + 0.5)) / rows;
    tape.forward(operations);
    for (const [index, place] of places.entries()) found[index][k] = tape.values[place];
  }
  return found;
}
