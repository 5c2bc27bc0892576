// @ts-check
// Canvases and colours of the page.

/**
 * The element of this id and kind.
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 */
export function at(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`the page has no ${kind.name} "${id}"`);
}

/** @param {HTMLCanvasElement} canvas */
function penOf(canvas) {
  const pen = canvas.getContext("2d");
  if (!pen) throw new Error("this browser draws on no canvas");
  return pen;
}

/**
 * A canvas cleared and scaled, so that one unit is one CSS pixel.
 * @param {string} id
 * @param {number} ratio  of height to width
 */
export function prepared(id, ratio) {
  const canvas = at(id, HTMLCanvasElement);
  const width = canvas.clientWidth;
  const height = Math.round(width * ratio);
  const dots = window.devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = Math.round(width * dots);
  canvas.height = Math.round(height * dots);
  const pen = penOf(canvas);
  pen.scale(dots, dots);
  pen.font = "12px system-ui, sans-serif";
  return { pen, width, height };
}

/** @param {string} name */
export const color = (name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** @param {string} hex */
const rgb = (hex) => [1, 3, 5].map((k) => Number.parseInt(hex.slice(k, k + 2), 16));

/**
 * A field as a small image: blue below 0, orange above.
 * @param {Float32Array} values
 * @param {number} columns
 * @param {number} rows
 * @param {number} strength
 */
export function image(values, columns, rows, strength) {
  const [low, zero, high] = ["low", "zero", "high"].map((name) => rgb(color(name)));
  const canvas = document.createElement("canvas");
  canvas.width = columns;
  canvas.height = rows;
  const pen = penOf(canvas);
  const pixels = pen.createImageData(columns, rows);
  for (const [k, value] of values.entries()) {
    const end = value < 0 ? low : high;
    const share = Math.min(1, Math.abs(value)) * strength;
    for (let c = 0; c < 3; c++) pixels.data[4 * k + c] = zero[c] + share * (end[c] - zero[c]);
    pixels.data[4 * k + 3] = 255;
  }
  pen.putImageData(pixels, 0, 0);
  return canvas;
}
