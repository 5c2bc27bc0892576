// @ts-check
// The net as boxes and edges: what each neuron sees and its weights, or the gradients.

/** @import { Frame, Neuron } from "./net.js" */

import { color, image, prepared } from "./canvas.js";
import { fields, RATIO } from "./net.js";

const [COLUMNS, ROWS] = [32, 24]; // of the field in a neuron's box

/** @typedef {ReturnType<typeof prepared>} Canvas */

class Drawing {
  /**
   * @param {Canvas} canvas
   * @param {Neuron[][]} layers
   * @param {Frame} frame
   */
  constructor({ pen, width, height }, layers, frame) {
    this.pen = pen;
    this.width = width;
    this.height = height;
    this.layers = layers;
    this.frame = frame;
    this.sizes = [2, ...layers.map((neurons) => neurons.length)];
    this.box = Math.min(width / 8.2, height / 5.6);
    this.tall = this.box * RATIO * 1.12;
  }

  /**
   * The middle of a neuron's box.
   * @param {number} layer
   * @param {number} neuron
   */
  center(layer, neuron) {
    const { box, width, height, sizes } = this;
    return [
      box * 0.75 + ((width - 1.5 * box) * layer) / (sizes.length - 1),
      height / 2 + (neuron - (sizes[layer] - 1) / 2) * (height / 4.25),
    ];
  }

  /** @param {(place: number) => void} stroke  sets the pen for one weight */
  edges(stroke) {
    const { pen, box } = this;
    for (const [layer, neurons] of this.layers.entries()) {
      for (const [neuron, { weights }] of neurons.entries()) {
        for (const [source, place] of weights.entries()) {
          const [x1, y1] = this.center(layer, source);
          const [x2, y2] = this.center(layer + 1, neuron);
          pen.beginPath();
          pen.moveTo(x1 + box / 2, y1);
          pen.lineTo(x2 - box / 2, y2);
          stroke(place);
          pen.stroke();
          pen.setLineDash([]);
          pen.globalAlpha = 1;
        }
      }
    }
  }

  /** @param {(layer: number, neuron: number, x: number, y: number) => void} action */
  forEach(action) {
    for (const [layer, size] of this.sizes.entries()) {
      for (let neuron = 0; neuron < size; neuron++) {
        const [x, y] = this.center(layer, neuron);
        action(layer, neuron, x, y);
      }
    }
  }

  /** @param {(layer: number, neuron: number, x: number, y: number) => void} fill */
  boxes(fill = () => {}) {
    const { pen, box, tall } = this;
    this.forEach((layer, neuron, x, y) => {
      pen.save();
      pen.beginPath();
      pen.roundRect(x - box / 2, y - tall / 2, box, tall, 6);
      pen.fillStyle = color("card");
      pen.fill();
      pen.clip();
      fill(layer, neuron, x, y);
      pen.restore();
      pen.strokeStyle = color("quiet");
      pen.lineWidth = 1;
      pen.stroke();
    });
  }

  /**
   * @param {string} text
   * @param {string} look
   * @param {number} x
   * @param {number} y
   */
  write(text, look, x, y) {
    this.pen.fillStyle = color(look);
    this.pen.textAlign = "center";
    this.pen.textBaseline = "middle";
    this.pen.fillText(text, x, y);
  }
}

/**
 * The weights, and in each box the neuron's own output over the plane.
 * @param {Neuron[][]} layers
 * @param {Frame} frame
 * @param {number} largest
 */
export function drawWeights(layers, frame, largest) {
  const drawing = new Drawing(prepared("net", RATIO), layers, frame);
  const { pen, box, tall } = drawing;
  drawing.edges((place) => {
    const weight = frame.parameters[place];
    pen.strokeStyle = color(weight < 0 ? "negative" : "positive");
    pen.lineWidth = 0.6 + 6 * (Math.abs(weight) / largest);
    pen.setLineDash(weight < 0 ? [6, 4] : []);
  });
  const seen = fields(layers, frame.parameters, COLUMNS, ROWS);
  drawing.boxes((layer, neuron, x, y) => {
    const field = image(seen[layer][neuron], COLUMNS, ROWS, 0.9);
    pen.drawImage(field, x - box / 2, y - tall / 2, box, tall);
  });
  for (const neuron of [0, 1]) {
    const [x, y] = drawing.center(0, neuron);
    drawing.write(`x${neuron + 1}`, "text", x, y + tall / 2 + 10);
  }
}

/**
 * The gradient of each weight, and in each box that of the bias. Widths grow with the cube root,
 * so that late and small gradients are seen as well.
 * @param {Neuron[][]} layers
 * @param {Frame} frame
 * @param {number} largest
 */
export function drawGradients(layers, frame, largest) {
  const drawing = new Drawing(prepared("slopes", RATIO), layers, frame);
  const { pen, box } = drawing;
  drawing.edges((place) => {
    const root = Math.cbrt(Math.abs(frame.gradients[place]) / largest);
    pen.strokeStyle = color("gradient");
    pen.lineWidth = 0.4 + 6 * root;
    pen.globalAlpha = 0.3 + 0.7 * root;
  });
  drawing.boxes();
  drawing.forEach((layer, neuron, x, y) => {
    if (layer === 0) drawing.write(`x${neuron + 1}`, "text", x, y);
    else if (box >= 50) {
      const bias = frame.gradients[layers[layer - 1][neuron].bias];
      drawing.write(bias.toPrecision(2), "gradient", x, y);
    }
  });
}
