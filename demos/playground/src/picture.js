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
const POINTS = 0.75; // of a pixel

/** @param {string} dot */
export async function drawSoon(dot) {
  wanted = dot;
  if (isDrawing) return;
  isDrawing = true;
  graphviz ??= loaded();
  const viz = await graphviz;
  while (drawn !== wanted) {
    drawn = wanted;
    at("drawing").replaceChildren(...(drawn ? [pictureOf(viz, drawn)] : []));
    await new Promise((done) => requestAnimationFrame(done));
  }
  isDrawing = false;
}

/**
 * As large as there is room for, but that its text stays legible; downwards where it is too wide.
 * @param {Viz} viz
 * @param {string} dot
 */
function pictureOf(viz, dot) {
  const room = at("drawing").parentElement?.clientWidth ?? 0;
  const across = viz.renderSVGElement(dot);
  const isWide = SMALLEST * widthOf(across) > room * POINTS;
  const picture = isWide ? viz.renderSVGElement(dot.replace("=LR", "=TB")) : across;
  const width = widthOf(picture);
  picture.style.width = `clamp(${SMALLEST * width}pt, 100%, ${width}pt)`;
  return picture;
}

/** @param {SVGSVGElement} picture  in points */
const widthOf = (picture) => Number.parseFloat(picture.getAttribute("width") ?? "0");

async function loaded() {
  const script = document.createElement("script");
  script.text = new TextDecoder().decode(await unpacked(await packed("graphviz")));
  document.head.append(script);
  return /** @type {{graphviz: Promise<Viz>}} */ (/** @type {unknown} */ (globalThis)).graphviz;
}
