// @ts-check
// Where a field on a grid is zero, as short lines: marching squares.

/** @typedef {[x: number, y: number]} Point  in columns and rows of the grid */

/** @type {Point[]} */
const CORNERS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/**
 * @param {ArrayLike<number>} field  row by row
 * @param {number} columns
 * @param {number} rows
 * @param {number} least  that changes between two neighbours: a flat field has no line
 */
export function zeroLines(field, columns, rows, least = 0) {
  /** @type {[Point, Point][]} */
  const lines = [];
  for (let row = 0; row + 1 < rows; row++) {
    for (let column = 0; column + 1 < columns; column++) {
      const at = CORNERS.map(([h, v]) => field[(row + v) * columns + column + h]);
      const cuts = cutsOf(at, least).map(([h, v]) => /** @type {Point} */ ([column + h, row + v]));
      for (let k = 0; k + 1 < cuts.length; k += 2) lines.push([cuts[k], cuts[k + 1]]);
    }
  }
  return lines;
}

/**
 * Where the sides of one cell are cut, between corners of different sign.
 * @param {number[]} at  its corners, all around
 * @param {number} least
 */
function cutsOf(at, least) {
  return CORNERS.flatMap(([h, v], k) => {
    const next = (k + 1) % 4;
    if (at[k] < 0 === at[next] < 0 || !(Math.abs(at[k] - at[next]) > least)) return [];
    const part = at[k] / (at[k] - at[next]);
    const [nextH, nextV] = CORNERS[next];
    return [[h + part * (nextH - h), v + part * (nextV - v)]];
  });
}
