// @ts-check
// What the net decides everywhere: a field of its probability, the line of ½, the points.

/** @import { Film, Frame, Neuron } from "./net.js" */

import { color, image, prepared } from "./canvas.js";
import { zeroLines } from "./contour.js";
import { BOTTOM, fields, LEFT, RATIO, RIGHT, TOP } from "./net.js";

const [COLUMNS, ROWS] = [105, 73];

/**
 * @param {Film} film
 * @param {Neuron[][]} layers
 * @param {Frame} frame
 */
export function drawDecision(film, layers, frame) {
  const { pen, width, height } = prepared("field", RATIO);
  const [field] = fields(layers, frame.parameters, COLUMNS, ROWS)[layers.length];
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(image(field, COLUMNS, ROWS, 0.55), 0, 0, width, height);
  drawBorder(pen, field, width / COLUMNS, height / ROWS);
  for (const [k, [x, y]] of film.points.entries()) {
    const h = ((x - LEFT) / (RIGHT - LEFT)) * width;
    const v = ((TOP - y) / (TOP - BOTTOM)) * height;
    drawPoint(pen, h, v, film.classes[k] === 1);
  }
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {Float32Array} field
 * @param {number} wide
 * @param {number} high
 */
function drawBorder(pen, field, wide, high) {
  pen.strokeStyle = color("text");
  pen.lineWidth = 1.6;
  pen.beginPath();
  for (const [from, to] of zeroLines(field, COLUMNS, ROWS)) {
    pen.moveTo((from[0] + 0.5) * wide, (from[1] + 0.5) * high);
    pen.lineTo((to[0] + 0.5) * wide, (to[1] + 0.5) * high);
  }
  pen.stroke();
}

/**
 * A disc for one crescent, a triangle for the other.
 * @param {CanvasRenderingContext2D} pen
 * @param {number} h
 * @param {number} v
 * @param {boolean} isHigh
 */
function drawPoint(pen, h, v, isHigh) {
  pen.beginPath();
  if (isHigh) {
    pen.moveTo(h, v - 5);
    pen.lineTo(h + 5, v + 4);
    pen.lineTo(h - 5, v + 4);
    pen.closePath();
  } else {
    pen.arc(h, v, 4.2, 0, 7);
  }
  pen.fillStyle = color(isHigh ? "high" : "low");
  pen.fill();
  pen.strokeStyle = color("card");
  pen.lineWidth = 1;
  pen.stroke();
}
