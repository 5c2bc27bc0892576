// @ts-check
// The net of the film: what each of its neurons answers at any point of the plane.

/**
 * The net and its gradients before one step downhill.
 * @typedef {object} Frame
 * @property {number} loss
 * @property {number} accuracy
 * @property {number[]} parameters  layer by layer, neuron by neuron, weights before the bias
 * @property {number[]} gradients
 */

/**
 * @typedef {object} Film
 * @property {number[]} sizes  of the layers, the inputs first
 * @property {[number, number][]} points
 * @property {number[]} classes
 * @property {Frame[]} frames
 */

/** @typedef {{weights: number[], bias: number}} Neuron  where its parameters are */

// The part of the plane that is shown
export const LEFT = -1.6;
export const RIGHT = 2.6;
export const BOTTOM = -1.2;
export const TOP = 1.7;
export const RATIO = (TOP - BOTTOM) / (RIGHT - LEFT);

/**
 * The neurons of each layer after the inputs.
 * @param {number[]} sizes
 */
export function layersOf(sizes) {
  let next = 0;
  return sizes.slice(1).map((size, layer) =>
    Array.from({ length: size }, () => {
      const weights = Array.from({ length: sizes[layer] }, () => next++);
      return { weights, bias: next++ };
    }),
  );
}

/**
 * The output of every neuron for one point, inputs first; the last one is a probability.
 * @param {Neuron[][]} layers
 * @param {number[]} parameters
 * @param {[number, number]} point
 */
export function outputs(layers, parameters, point) {
  /** @type {number[][]} */
  const all = [point];
  for (const [layer, neurons] of layers.entries()) {
    const before = all[layer];
    const isLast = layer === layers.length - 1;
    const sums = neurons.map(({ weights, bias }) =>
      weights.reduce((sum, place, i) => sum + parameters[place] * before[i], parameters[bias]),
    );
    all.push(sums.map((z) => (isLast ? 1 / (1 + Math.exp(-z)) : Math.tanh(z))));
  }
  return all;
}

/**
 * Every neuron's output on a grid, fields[layer][neuron][row * columns + column], from −1 to 1.
 * @param {Neuron[][]} layers
 * @param {number[]} parameters
 * @param {number} columns
 * @param {number} rows
 */
export function fields(layers, parameters, columns, rows) {
  const sizes = [2, ...layers.map((neurons) => neurons.length)];
  const found = sizes.map((size) =>
    Array.from({ length: size }, () => new Float32Array(columns * rows)),
  );
  for (let k = 0; k < columns * rows; k++) {
    const [row, column] = [Math.floor(k / columns), k % columns];
    const x = LEFT + ((RIGHT - LEFT) * (column + 0.5)) / columns;
    const y = TOP - ((TOP - BOTTOM) * (row + 0.5)) / rows;
    for (const [layer, values] of outputs(layers, parameters, [x, y]).entries()) {
      const isLast = layer === layers.length;
      for (const [neuron, value] of values.entries()) {
        found[layer][neuron][k] = isLast ? 2 * value - 1 : layer ? value : value / 2;
      }
    }
  }
  return found;
}

/**
 * The largest weight, or gradient of one, in the whole film.
 * @param {Frame[]} frames
 * @param {Neuron[][]} layers
 * @param {"parameters" | "gradients"} what
 */
export function largest(frames, layers, what) {
  const weights = layers.flat().flatMap((neuron) => neuron.weights);
  const sizes = frames.flatMap((frame) => weights.map((place) => Math.abs(frame[what][place])));
  return sizes.reduce((most, size) => Math.max(most, size), 1e-12);
}
