// @ts-check
// What is chosen on the live page: data, net and descent; as a part of the address, and as Python.

/** @import { NetShape } from "./build.js" */

import { DATA } from "./data.js";

export const MOST_LAYERS = 4;
export const MOST_NEURONS = 8;
export const RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3];
export const BATCHES = [1, 2, 5, 10, 20, 50, 200];
export const NOISES = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5];
export const SAMPLES = 200;

/**
 * @typedef {object} Config
 * @property {string} data
 * @property {number} noise
 * @property {string[]} features
 * @property {number[]} hidden
 * @property {string} activation
 * @property {number} rate
 * @property {number} batch
 * @property {number} seed
 */

/** @type {Config} */
export const START = {
  data: "moons",
  noise: 0.1,
  features: ["x₁", "x₂"],
  hidden: [4, 4],
  activation: "tanh",
  rate: 0.3,
  batch: 10,
  seed: 0,
};

/**
 * @param {Config} config
 * @returns {NetShape}
 */
export const shapeOf = ({ data, features, hidden, activation }) => ({
  features,
  hidden,
  activation,
  loss: DATA[data].isOfClasses ? "binary_cross_entropy" : "mean_squared_error",
});

/**
 * What is not as at the start; features by their places.
 * @param {Config} config
 * @param {string[]} features  all that there are
 */
export function configAddress(config, features) {
  const written = (/** @type {Config} */ { features: chosen, hidden, ...rest }) => ({
    ...rest,
    features: chosen.map((name) => features.indexOf(name)).join(),
    hidden: hidden.join(),
  });
  const usual = Object.entries(written(START));
  const own = new Map(Object.entries(written(config)));
  return usual
    .filter(([key, value]) => own.get(key) !== value)
    .map(([key]) => `${key}=${own.get(key)}`)
    .join("&");
}

/**
 * Nonsense is as at the start.
 * @param {string} address
 * @param {{features: string[], activations: string[]}} all
 * @returns {Config}
 */
export function configOf(address, { features, activations }) {
  const wanted = new URLSearchParams(address);
  const text = (/** @type {string} */ key) => wanted.get(key) ?? "";
  const numbers = (/** @type {string} */ key) => text(key).split(",").filter(Boolean).map(Number);
  const oneOf = (
    /** @type {number[]} */ all,
    /** @type {string} */ key,
    /** @type {number} */ usual,
  ) => (wanted.has(key) && all.includes(Number(text(key))) ? Number(text(key)) : usual);
  const hidden = numbers("hidden");
  const isNet =
    hidden.length <= MOST_LAYERS && hidden.every((n) => n >= 1 && n <= MOST_NEURONS && n % 1 === 0);
  const chosen = features.filter((_, place) => numbers("features").includes(place));
  const seed = Number(text("seed"));
  return {
    data: Object.hasOwn(DATA, text("data")) ? text("data") : START.data,
    noise: oneOf(NOISES, "noise", START.noise),
    features: chosen.length ? chosen : START.features,
    hidden: wanted.has("hidden") && isNet ? hidden : START.hidden,
    activation: activations.includes(text("activation")) ? text("activation") : START.activation,
    rate: oneOf(RATES, "rate", START.rate),
    batch: oneOf(BATCHES, "batch", START.batch),
    seed: Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31 ? seed : START.seed,
  };
}

/**
 * The same training with nn, X and y given.
 * @param {Config} config
 */
export function inPython(config) {
  const { features, hidden, activation, seed, rate, batch } = config;
  const { loss } = shapeOf(config);
  const made = `MLP(${features.length}, [${[...hidden, 1].join(", ")}], "${activation}", seed=${seed})`;
  return [
    `model = ${made}`,
    `optimizer = SGD(model.parameters(), learning_rate=${rate})`,
    `fit(model, ${loss}, X, y, optimizer=optimizer, batch_size=${batch})`,
  ].join("\n");
}
