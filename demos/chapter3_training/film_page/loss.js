// @ts-check
// The loss of each epoch, on a logarithmic scale.

/** @import { Frame } from "./net.js" */

import { color, prepared } from "./canvas.js";
import { RATIO } from "./net.js";

const [LEFT, RIGHT, ABOVE, BELOW] = [46, 16, 10, 24]; // margins

/**
 * The epoch at a place of the picture, from 0 to the last one.
 * @param {number} x
 * @param {number} width
 * @param {number} last
 */
export const epochAt = (x, width, last) => Math.round(((x - LEFT) / (width - LEFT - RIGHT)) * last);

/**
 * @param {Frame[]} frames
 * @param {number} epoch
 */
export function drawLoss(frames, epoch) {
  const { pen, width, height } = prepared("loss", innerWidth > 760 ? RATIO : 0.5);
  const losses = frames.map((frame) => frame.loss);
  const [low, high] = [Math.min(...losses), Math.max(...losses)].map(Math.log10);
  const bottom = height - BELOW;
  const x = (/** @type {number} */ k) => LEFT + ((width - LEFT - RIGHT) * k) / (losses.length - 1);
  const y = (/** @type {number} */ loss) =>
    bottom - ((bottom - ABOVE) * (Math.log10(loss) - low)) / (high - low || 1);
  pen.fillStyle = color("quiet");
  pen.strokeStyle = color("line");
  pen.lineWidth = 1;
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  for (const loss of roundNumbers(low, high)) {
    pen.fillText(String(Number(loss.toPrecision(1))), LEFT - 8, y(loss));
    pen.beginPath();
    pen.moveTo(LEFT, y(loss));
    pen.lineTo(width - RIGHT, y(loss));
    pen.stroke();
  }
  pen.textAlign = "center";
  const step = Math.ceil((losses.length - 1) / 6 / 5) * 5;
  for (let k = 0; k < losses.length; k += step) pen.fillText(String(k), x(k), height - 8);
  pen.strokeStyle = color("low");
  pen.lineWidth = 2;
  pen.beginPath();
  for (const [k, loss] of losses.entries()) pen.lineTo(x(k), y(loss));
  pen.stroke();
  pen.fillStyle = color("text");
  pen.beginPath();
  pen.arc(x(epoch), y(losses[epoch]), 5, 0, 7);
  pen.fill();
}

/**
 * 1, 2 and 5 times powers of ten between two, which are given by their logarithms.
 * @param {number} low
 * @param {number} high
 */
export function roundNumbers(low, high) {
  const found = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
  }
  return found.filter((number) => Math.log10(number) >= low && Math.log10(number) <= high);
}
