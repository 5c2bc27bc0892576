// @ts-check
// The picture of a formula's graph: drawn by Graphviz, which comes when it is first wanted.

/** @import { Viz } from "@viz-js/viz" */

import { packed } from "./assets.js";
import { at } from "./dom.js";
import { unpacked } from "./unpack.js";

/** @type {Promise<Viz> | undefined} */
let graphviz;
/** What is to be drawn; older wishes are forgotten. */
let wanted = "";
let drawn = "";
let isDrawing = false;

const SMALLEST = 0.76; // so that what is written in 10 points has 10 pixels

/** @param {string} dot */
export async function drawSoon(dot) {
  wanted = dot;
  if (isDrawing) return;
  isDrawing = true;
  graphviz ??= loaded();
  const viz = await graphviz;
  while (drawn !== wanted) {
    drawn = wanted;
    if (drawn) draw(viz, drawn);
    else at("drawing").replaceChildren();
    await new Promise((done) => requestAnimationFrame(done));
  }
  isDrawing = false;
}

/** Once more, as there may be more room now, or less. */
export function redraw() {
  drawn = "";
  if (wanted) drawSoon(wanted);
}

/**
 * Downwards where it would be too wide.
 * @param {Viz} viz
 * @param {string} dot
 */
function draw(viz, dot) {
  const place = at("drawing");
  place.replaceChildren(pictureOf(viz, dot));
  if (place.scrollWidth > place.clientWidth) {
    place.replaceChildren(pictureOf(viz, dot.replace("=LR", "=TB")));
  }
}

/**
 * As large as there is room for, but that its text stays legible.
 * @param {Viz} viz
 * @param {string} dot
 */
function pictureOf(viz, dot) {
  const picture = viz.renderSVGElement(dot);
  const width = Number.parseFloat(picture.getAttribute("width") ?? "0");
  picture.style.width = `clamp(${SMALLEST * width}pt, 100%, ${width}pt)`;
  return picture;
}

async function loaded() {
  const script = document.createElement("script");
  script.text = new TextDecoder().decode(await unpacked(await packed("graphviz")));
  document.head.append(script);
  return /** @type {{graphviz: Promise<Viz>}} */ (/** @type {unknown} */ (globalThis)).graphviz;
}
