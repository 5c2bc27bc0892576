// @ts-check
// Where the columns of a net stand in the room there is: circles, else pills, else small cells.

/** @import { Column } from "./net_columns.js" */

const TITLES = 46; // pixels above the units
const MARGIN = 10;
const [LARGE, MEDIUM, HIGH] = [84, 58, 20]; // circles, and the height of a pill
const [NARROW, PILL, PILLS] = [50, 58, 114]; // the width of a pill of one number, and of two
const NARROW_ROOM = 500;
const SMALLEST_SIDE = 4; // smaller images are drawn as circles
const [SMALLEST_CELL, LARGEST_CELL] = [3, 14];

/** @typedef {{x: number, y: number, width: number, height: number}} Box  by its corner */

/**
 * @typedef {object} Standing
 * @property {Column} column
 * @property {"large" | "medium" | "pill" | "cells"} look
 * @property {number} middle
 * @property {number} width  that titles may take
 * @property {Box[]} boxes  of the units; of the whole grid, where the look is cells
 * @property {number} image  the side of each unit's image of weights, 0 for none
 * @property {Box[]} images
 * @property {{rows: number, columns: number, cell: number}} grid
 */

/**
 * @param {Column[]} columns
 * @param {{width: number, height: number}} room
 * @returns {Standing[]}
 */
export function laidOut(columns, room) {
  const shares = columns.map((column) => shareOf(column, room.width < NARROW_ROOM));
  const all = shares.reduce((sum, share) => sum + share, 0);
  let left = 0;
  return columns.map((column, k) => {
    const width = (room.width * shares[k]) / all;
    const middle = left + width / 2;
    left += width;
    return standing(column, middle, width, room.height - TITLES - MARGIN);
  });
}

/**
 * How much of the width a column gets: an image more, where there is enough for all.
 * @param {Column} column
 * @param {boolean} isNarrow
 */
function shareOf(column, isNarrow) {
  if (isImage(column)) return isNarrow ? 1.6 : 2.2;
  return column.hasImages && !isNarrow ? 1.5 : 1;
}

/** @param {Column} column */
const isImage = ({ side }) => side > SMALLEST_SIDE;

/**
 * @param {Column} column
 * @param {number} middle
 * @param {number} width
 * @param {number} height
 * @returns {Standing}
 */
function standing(column, middle, width, height) {
  const pitch = Math.min(height / column.rows, 120);
  const twice = column.unit(0).lines.length > 1;
  const none = { image: 0, images: [], grid: { rows: 0, columns: 0, cell: 0 } };
  const base = { column, middle, width, ...none };
  const fits = (/** @type {number} */ side) => pitch >= side + 4 && width >= side + 12;
  if (isImage(column)) return withGrid(base, column.side, height, 40);
  if (!column.hasImages && fits(LARGE + 4))
    return withBoxes(base, "large", LARGE, LARGE, pitch, height);
  if (!column.hasImages && fits(MEDIUM))
    return withBoxes(base, "medium", MEDIUM, MEDIUM, pitch, height);
  const high = Math.min(HIGH, pitch - 2);
  if (high >= 14 && width >= NARROW + 2) {
    const wide = twice && width >= PILLS + 50 ? PILLS : Math.min(PILL, width - 2);
    const found = withBoxes(base, "pill", wide, high, pitch, height);
    return column.hasImages ? withImages(found, pitch) : found;
  }
  return withGrid(base, 0, height, LARGEST_CELL);
}

/**
 * @param {Omit<Standing, "look" | "boxes">} base
 * @param {Standing["look"]} look
 * @param {number} width
 * @param {number} height
 * @param {number} pitch
 * @param {number} all
 * @returns {Standing}
 */
function withBoxes(base, look, width, height, pitch, all) {
  const top = TITLES + (all - base.column.rows * pitch) / 2;
  const boxes = Array.from({ length: base.column.count }, (_, k) => ({
    x: base.middle - width / 2,
    y: top + (k + 0.5) * pitch - height / 2,
    width,
    height,
  }));
  return { ...base, look, boxes };
}

/**
 * An image of each neuron's weights before its pill, where there is room for it.
 * @param {Standing} found
 * @param {number} pitch
 */
function withImages(found, pitch) {
  const image = Math.floor(Math.min(pitch - 4, 60, found.width - found.boxes[0].width - 26));
  if (image < 14) return found;
  const shift = (image + 6) / 2;
  const images = found.boxes.map(({ x, y, height }) => ({
    x: x - shift,
    y: y + height / 2 - image / 2,
    width: image,
    height: image,
  }));
  const boxes = found.boxes.map((box) => ({ ...box, x: box.x + shift }));
  return { ...found, image, images, boxes };
}

/**
 * Cells in as many columns as they need to fit.
 * @param {Omit<Standing, "look" | "boxes">} base
 * @param {number} side  of an image, 0 for none
 * @param {number} height
 * @param {number} largest
 * @returns {Standing}
 */
function withGrid(base, side, height, largest) {
  const { count } = base.column;
  const room = base.width - 16;
  let [cell, columns] = [SMALLEST_CELL, 1];
  for (let each = largest; each >= SMALLEST_CELL; each -= 1) {
    const needed = side || Math.ceil(count / Math.max(1, Math.floor(height / each)));
    const rows = Math.ceil(count / needed);
    [cell, columns] = [each, needed];
    if (needed * each <= room && rows * each <= height) break;
  }
  if (side && side * cell > Math.min(room, height)) cell = Math.min(room, height) / side;
  const rows = Math.ceil(count / columns);
  const box = {
    x: base.middle - (columns * cell) / 2,
    y: TITLES + (height - rows * cell) / 2,
    width: columns * cell,
    height: rows * cell,
  };
  return { ...base, look: "cells", boxes: [box], grid: { rows, columns, cell } };
}
