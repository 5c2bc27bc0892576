// @ts-check
// The picture as an SVG file that needs no style sheet, and as a PNG.

import { draw } from "./dom.js";

const MARGIN = 20;
const SCALE = 2; // pixels of a PNG for each of the picture
const MOST_PIXELS = 12_000; // along one side: what browsers can draw
const NEVER = new Set(["class", "style", "id", "role", "tabindex", "data-phase"]);
const PAINTS = ["fill", "stroke"];
const LINES = ["stroke-width", "stroke-dasharray", "opacity"];
const TYPE = ["font-size", "font-weight", "font-style"];
const USUAL = ["none", "1", "400", "normal"]; // what need not be written

/**
 * All of the picture, whatever part of it is on the screen.
 * @param {HTMLElement} world
 * @param {{title: string, words: string, paper: string}} around
 */
export function svgOf(world, { title, words, paper }) {
  const { left, top, scale } = placeOf(world);
  const boxes = [...world.children].map((child) => child.getBoundingClientRect());
  const across = (/** @type {number} */ x) => rounded((x - left) / scale);
  const down = (/** @type {number} */ y) => rounded((y - top) / scale);
  const x = Math.min(0, ...boxes.map((box) => across(box.left))) - MARGIN;
  const y = Math.min(0, ...boxes.map((box) => down(box.top))) - MARGIN;
  const width = Math.ceil(Math.max(...boxes.map((box) => across(box.right))) + MARGIN - x);
  const height = Math.ceil(Math.max(...boxes.map((box) => down(box.bottom))) + MARGIN - y);
  const svg = draw(document.createElement("div"), "svg", {
    width,
    height,
    viewBox: `${x} ${y} ${width} ${height}`,
    "font-family": getComputedStyle(world).fontFamily.replaceAll('"', "'"),
  });
  draw(svg, "title", {}, title);
  draw(svg, "desc", {}, words);
  draw(svg, "rect", { x, y, width, height, ...paint("fill", paper) });
  for (const child of world.children) {
    const box = child.getBoundingClientRect();
    const [childX, childY] = [across(box.left), down(box.top)];
    if (child instanceof SVGSVGElement) copyPicture(child, svg, childX, childY);
    else copyElement(/** @type {HTMLElement} */ (child), svg, { across, down, paper });
  }
  return { text: new XMLSerializer().serializeToString(svg), width, height };
}

/** @param {number} x */
const rounded = (x) => Math.round(100 * x) / 100;

/** @param {HTMLElement} world */
function placeOf(world) {
  const { a, e, f } = new DOMMatrix(getComputedStyle(world).transform);
  const host = /** @type {HTMLElement} */ (world.parentElement).getBoundingClientRect();
  return { left: host.left + e, top: host.top + f, scale: a };
}

/**
 * @param {SVGSVGElement} picture
 * @param {Element} parent
 * @param {number} x
 * @param {number} y
 */
function copyPicture(picture, parent, x, y) {
  const { x: originX, y: originY } = picture.viewBox.baseVal ?? { x: 0, y: 0 };
  const group = draw(parent, "g", { transform: `translate(${x - originX} ${y - originY})` });
  for (const child of picture.children) copyShape(child, group);
}

/**
 * @param {Element} shape
 * @param {Element} parent
 */
function copyShape(shape, parent) {
  const style = getComputedStyle(shape);
  if (style.display === "none" || style.visibility === "hidden") return;
  const kept = [...shape.attributes].filter(
    ({ name }) => !NEVER.has(name) && !name.startsWith("aria-"),
  );
  const attributes = {
    ...Object.fromEntries(kept.map(({ name, value }) => [name, value])),
    ...(shape.localName === "g" ? {} : looksOf(style, shape instanceof SVGTextContentElement)),
  };
  const copy = draw(parent, /** @type {"g"} */ (shape.localName), attributes);
  for (const child of shape.childNodes) {
    if (child instanceof Element) copyShape(child, copy);
    else copy.append(child.cloneNode());
  }
}

/**
 * @param {CSSStyleDeclaration} style
 * @param {boolean} isText
 */
function looksOf(style, isText) {
  /** @type {Record<string, string>} */
  const looks = {};
  for (const name of PAINTS) {
    const opacity = Number(style.getPropertyValue(`${name}-opacity`));
    Object.assign(looks, paint(name, style.getPropertyValue(name), opacity));
  }
  for (const name of isText ? [...LINES, ...TYPE] : LINES) {
    const value = style.getPropertyValue(name);
    if (!USUAL.includes(value)) looks[name] = value.replaceAll("px", "");
  }
  return looks;
}

/**
 * What is HTML within the picture: its text, with a halo that keeps lines away.
 * @param {HTMLElement} element
 * @param {Element} parent
 * @param {{across: (x: number) => number, down: (y: number) => number, paper: string}} frame
 */
function copyElement(element, parent, frame) {
  const { across, down, paper } = frame;
  const style = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  if (style.display === "none" || style.visibility === "hidden" || !box.width) return;
  const [x, y] = [across(box.left), down(box.top)];
  const [width, height] = [across(box.right) - x, down(box.bottom) - y];
  if (element instanceof HTMLCanvasElement) {
    draw(parent, "image", { x, y, width, height, href: element.toDataURL() });
    return;
  }
  const back = paint("fill", style.backgroundColor);
  if (back.fill !== "none") draw(parent, "rect", { x, y, width, height, ...back });
  for (const child of element.children) {
    if (child instanceof SVGSVGElement) {
      const inner = child.getBoundingClientRect();
      copyPicture(child, parent, across(inner.left), down(inner.top));
    } else {
      copyElement(/** @type {HTMLElement} */ (child), parent, frame);
    }
  }
  const text = element.children.length ? "" : (element.textContent ?? "").trim();
  if (!text) return;
  const size = Number.parseFloat(style.fontSize);
  draw(
    parent,
    "text",
    {
      x: x + width / 2,
      y: y + height / 2 + 0.36 * size,
      "text-anchor": "middle",
      "font-size": size,
      "font-weight": style.fontWeight,
      stroke: paint("fill", paper).fill,
      "stroke-width": 3,
      "stroke-linejoin": "round",
      "paint-order": "stroke",
      ...paint("fill", style.color),
    },
    text,
  );
}

/** @type {Map<string, [number, number, number, number]>} */
const known = new Map();

/**
 * A colour as every program reads it: "#0b57d0", and how opaque.
 * @param {string} name
 * @param {string} color
 * @param {number} opacity
 * @returns {Record<string, string>}
 */
function paint(name, color, opacity = 1) {
  if (color === "none") return { [name]: "none" };
  const [red, green, blue, alpha] = known.get(color) ?? measured(color);
  if (!alpha) return { [name]: "none" };
  const hex = [red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("");
  const opaque = (alpha / 255) * opacity;
  return { [name]: `#${hex}`, ...(opaque < 1 && { [`${name}-opacity`]: opaque.toFixed(3) }) };
}

/**
 * Drawn, and looked at: a style says it in words that browsers alone know.
 * @param {string} color
 */
function measured(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  if (!context) throw new Error("no canvas to measure a colour on");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = context.getImageData(0, 0, 1, 1).data;
  known.set(color, [red, green, blue, alpha]);
  return /** @type {const} */ ([red, green, blue, alpha]);
}

/**
 * @param {{text: string, width: number, height: number}} svg
 * @returns {Promise<Blob>}
 */
export async function pngOf({ text, width, height }) {
  const image = new Image(width, height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const scale = Math.min(SCALE, MOST_PIXELS / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob();
}
