// @ts-check
// Which part of the picture is seen, and how large.

/** @import { Sight } from "./look.js" */

/** @typedef {{x: number, y: number, scale: number}} Camera  the corner seen, and the scale */
/** @typedef {{width: number, height: number}} Room  of the window, in pixels */
/** @typedef {{x: number, y: number, width: number, height: number}} Card  by its middle */

const [ACROSS, DOWN] = [32, 24]; // pixels around a picture that is fitted
const LARGEST_FIT = 1.35; // that a small graph is enlarged to
const SMALLEST_TEXT = 12.5; // of a picture, in pixels at its own size: captions, numbers on edges
const READABLE_TEXT = 10; // pixels on the screen
export const READABLE = READABLE_TEXT / SMALLEST_TEXT; // the scale from which all can be read
const [SMALLEST, LARGEST] = [0.02, 4];

/**
 * The whole picture; where its cards would be too small to read, the part around its first card.
 * @param {[number, number]} size
 * @param {Room} room
 * @param {{x: number, y: number}} first
 * @param {boolean} readable
 * @returns {Camera}
 */
export function fitted([width, height], room, first, readable) {
  const whole = Math.min(fitting([width, height], room), LARGEST_FIT);
  const scale = Math.max(whole, readable ? READABLE : SMALLEST) || 1;
  return {
    x: begin(room.width / scale, width, first.x, scale),
    y: begin(room.height / scale, height, first.y, scale),
    scale,
  };
}

/**
 * The scale at which the whole picture just fits.
 * @param {[number, number]} size
 * @param {Room} room
 */
export function fitting([width, height], room) {
  return Math.min((room.width - ACROSS) / width, (room.height - DOWN) / height);
}

/**
 * The size of a picture that is laid out anew for each window, so that its texts keep theirs.
 * @param {Room} room
 */
export const sizeIn = ({ width, height }) => ({
  width: Math.max(280, width - ACROSS),
  height: Math.max(120, height - DOWN),
});

/**
 * Where the window begins along one axis.
 * @param {number} seen
 * @param {number} size
 * @param {number} place
 * @param {number} scale
 */
function begin(seen, size, place, scale) {
  return size > seen ? Math.max(-12 / scale, place - seen / 2) : (size - seen) / 2;
}

/**
 * Enlarged about a point of the window.
 * @param {Camera} camera
 * @param {number} factor
 * @param {[number, number]} point
 * @returns {Camera}
 */
export function zoomed({ x, y, scale }, factor, [px, py]) {
  const next = Math.min(LARGEST, Math.max(SMALLEST, scale * factor));
  return { x: x + px / scale - px / next, y: y + py / scale - py / next, scale: next };
}

/**
 * @param {Camera} camera
 * @param {number} dx
 * @param {number} dy
 * @returns {Camera}
 */
export function panned({ x, y, scale }, dx, dy) {
  return { x: x - dx / scale, y: y - dy / scale, scale };
}

/**
 * The same where the card is seen whole; else with the card in the middle.
 * @param {Camera} camera
 * @param {Room} room
 * @param {Card} card
 * @returns {Camera}
 */
export function withInSight(camera, room, card) {
  const [seenX, seenY] = [room.width / camera.scale, room.height / camera.scale];
  const isWithin =
    card.x - card.width / 2 > camera.x &&
    card.x + card.width / 2 < camera.x + seenX &&
    card.y - card.height / 2 > camera.y &&
    card.y + card.height / 2 < camera.y + seenY;
  if (isWithin) return camera;
  return { x: card.x - seenX / 2, y: card.y - seenY / 2, scale: camera.scale };
}

/**
 * The same on any window: by its middle.
 * @param {Camera} camera
 * @param {Room} room
 * @returns {Sight}
 */
export function sightOf({ x, y, scale }, { width, height }) {
  return { x: x + width / scale / 2, y: y + height / scale / 2, scale };
}

/**
 * @param {Sight} sight
 * @param {Room} room
 * @returns {Camera}
 */
export function cameraOf({ x, y, scale }, { width, height }) {
  return { x: x - width / scale / 2, y: y - height / scale / 2, scale };
}
