// @ts-check
// The net as columns of boxes: where each stands, and what it is called.

/** @import { Layer } from "./film.js" */

import { netName } from "../../../../engine/explorer/page/model/net_names.js";
import { RATIO } from "./plane.js";

const SHARE = 0.62; // of a column's width that a box takes
const [WIDEST, LEAST] = [68, 12]; // of a box
const NAME = 18; // the height of a name under a box
const MOST = 24; // neurons that are drawn
const EDGE = 8; // above the first box and below the last

/**
 * The places of the numbers in each column: what goes in, then what each layer gives.
 * @param {Layer[]} layers
 */
export const columnsOf = (layers) =>
  layers.length ? [layers[0].inputs, ...layers.map((layer) => layer.a)] : [];

/**
 * Which of so many neurons are drawn: all, or the first and the last of many.
 * @param {number} count
 */
export const drawnOf = (count) =>
  Array.from({ length: count }, (_, k) => k).filter(
    (k) => count <= MOST || k < MOST / 2 || k >= count - MOST / 2,
  );

/**
 * How many boxes stand below each other, one of them the gap.
 * @param {number} count
 */
export const slotsOf = (count) => (count <= MOST ? count : MOST + 1);

/**
 * Where a neuron that is drawn stands.
 * @param {number} count
 * @param {number} place  among all neurons
 */
export const slotOf = (count, place) =>
  count <= MOST || place < MOST / 2 ? place : place - count + slotsOf(count);

/**
 * Of the inputs x, of a layer a, which is z where there is no activation.
 * @param {Layer[]} layers
 * @param {number} column
 * @param {number} place
 */
export function nameOf(layers, column, place) {
  const known = column === 0 ? layers[0]?.inputNames?.[place] : undefined;
  if (known) return known;
  const isSum = column > 0 && layers[column - 1].activation === "identity";
  return netName(column === 0 ? "x" : isSum ? "z" : "a", column, place + 1);
}

/**
 * @typedef {object} Arrangement
 * @property {number} height  of the whole picture
 * @property {number} boxWidth
 * @property {number} boxHeight
 * @property {boolean} named  there is room for names
 * @property {(column: number, place: number) => [x: number, y: number]} middle  of a box
 */

/**
 * @param {number[]} sizes  of the columns
 * @param {number} width  of the whole picture
 * @returns {Arrangement}
 */
export function arrange(sizes, width) {
  const most = Math.max(...sizes);
  const column = width / sizes.length;
  const pitch = Math.max(LEAST + 4, (width * RATIO - 2 * EDGE) / most);
  const named = pitch >= 2.2 * NAME && column >= 42;
  const room = named ? pitch - NAME : pitch * 0.84;
  const boxHeight = Math.max(LEAST * RATIO, Math.min(room, SHARE * column * RATIO, WIDEST * RATIO));
  const height = Math.round(Math.max(width * RATIO, most * pitch + 2 * EDGE));
  const tall = Math.min(pitch, boxHeight * 2.1 + NAME);
  return {
    height,
    boxWidth: boxHeight / RATIO,
    boxHeight,
    named,
    middle: (k, place) => [
      (k + 0.5) * column,
      height / 2 + (place - (sizes[k] - 1) / 2) * tall - (named ? NAME / 2 : 0),
    ],
  };
}
