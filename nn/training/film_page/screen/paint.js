// @ts-check
// Fields as small images, in the colours of the page; where there is no number, nothing is drawn.

import { colorName } from "../model/answer.js";

/** @typedef {{columns: number, rows: number}} Grid */
/** @typedef {[red: number, green: number, blue: number]} Rgb */

const FIELD = 0.55; // how strong a field is beside the samples on it

/** @param {string} name */
const rgb = (name) => {
  const hex = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const parts = [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));
  return /** @type {Rgb} */ (parts);
};

/** The colours as they are now: light or dark. */
export const palette = () => ({
  zero: rgb("zero"),
  low: rgb(colorName(0)),
  high: rgb(colorName(1)),
  groups: Array.from({ length: 6 }, (_, group) => rgb(colorName(group))),
});

/** @typedef {ReturnType<typeof palette>} Palette */

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {(k: number) => {color: Rgb, share: number}} look  share 0 is the palette's zero
 * @param {Palette} colors
 */
function fill(canvas, { columns, rows }, look, { zero }) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws on no canvas");
  const pixels = pen.createImageData(columns, rows);
  for (let k = 0; k < columns * rows; k++) {
    const { color, share } = look(k);
    if (!Number.isFinite(share)) continue;
    for (let c = 0; c < 3; c++) pixels.data[4 * k + c] = zero[c] + share * (color[c] - zero[c]);
    pixels.data[4 * k + 3] = 255;
  }
  pen.putImageData(pixels, 0, 0);
}

/**
 * A field of shades from −1, low, to 1, high.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {(k: number) => number} shadeAt
 * @param {Palette} colors
 * @param {number} strength
 */
export function paintShades(canvas, grid, shadeAt, colors, strength = FIELD) {
  const look = (/** @type {number} */ k) => {
    const shade = shadeAt(k);
    return { color: shade < 0 ? colors.low : colors.high, share: Math.abs(shade) * strength };
  };
  fill(canvas, grid, look, colors);
}

/**
 * A field of classes, paler where they are less sure.
 * @param {HTMLCanvasElement} canvas
 * @param {Grid} grid
 * @param {(k: number) => {group: number, strength: number}} classAt
 * @param {Palette} colors
 */
export function paintClasses(canvas, grid, classAt, colors) {
  const look = (/** @type {number} */ k) => {
    const { group, strength } = classAt(k);
    const color = colors.groups[group % colors.groups.length] ?? colors.zero;
    return { color, share: FIELD * (0.15 + 0.85 * strength) };
  };
  fill(canvas, grid, look, colors);
}

/**
 * What a neuron answers, whatever its size: 1 is the largest, or 1.
 * @param {Float32Array} field
 */
export function scaleOf(field) {
  let most = 1;
  for (const value of field) if (Math.abs(value) < Infinity) most = Math.max(most, Math.abs(value));
  return most;
}

/** @param {[number, number, number]} color */
export const css = (color) => `rgb(${color.map(Math.round).join(" ")})`;
