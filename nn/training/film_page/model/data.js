// @ts-check
// The data sets of the live page: points of the plane, each with a class or a number.

/** @import { Random } from "./random.js" */

/** @typedef {[x1: number, x2: number, target: number]} Row */
/** @typedef {{title: string, isOfClasses: boolean, row: (random: Random, k: number) => Row}} DataSet */

const WIDE = 1.5; // from the middle to the sides, about

/**
 * A point at an angle and a distance, with its class.
 * @param {number} turn
 * @param {number} radius
 * @param {number} target
 * @returns {Row}
 */
const polar = (turn, radius, target) => [radius * Math.sin(turn), radius * Math.cos(turn), target];

/** @type {(random: Random) => [number, number]} */
const anywhere = (random) => [random.uniform(-WIDE, WIDE), random.uniform(-WIDE, WIDE)];

/** @type {Record<string, DataSet>} */
export const DATA = {
  moons: {
    title: "half-moons",
    isOfClasses: true,
    row: (random, k) => {
      const turn = random.uniform(-Math.PI / 2, Math.PI / 2);
      const [x, y] = polar(turn, 1, 0);
      return k % 2 ? [x + 0.5, 0.25 - y, 1] : [x - 0.5, y - 0.25, 0];
    },
  },
  circles: {
    title: "circles",
    isOfClasses: true,
    row: (random, k) => {
      const [low, high] = k % 2 ? [0, 0.6] : [1, 1.4];
      return polar(random.uniform(0, 2 * Math.PI), random.uniform(low, high), k % 2);
    },
  },
  xor: {
    title: "XOR",
    isOfClasses: true,
    row: (random) => {
      const [x, y] = anywhere(random);
      const gap = (/** @type {number} */ u) => u + (u > 0 ? 0.08 : -0.08);
      return [gap(x), gap(y), x > 0 === y > 0 ? 0 : 1];
    },
  },
  clouds: {
    title: "two clouds",
    isOfClasses: true,
    row: (random, k) => {
      const middle = k % 2 ? 0.7 : -0.7;
      return [middle + random.gauss(0.3), middle + random.gauss(0.3), k % 2];
    },
  },
  spirals: {
    title: "two spirals",
    isOfClasses: true,
    row: (random, k) => {
      const t = random.random();
      return polar(1.75 * t * 2 * Math.PI + (k % 2) * Math.PI, 0.1 + 1.3 * t, k % 2);
    },
  },
  plane: {
    title: "a plane (numbers)",
    isOfClasses: false,
    row: (random) => {
      const [x, y] = anywhere(random);
      return [x, y, (x + y) / (2 * WIDE)];
    },
  },
  hills: {
    title: "hills and hollows (numbers)",
    isOfClasses: false,
    row: (random) => {
      const [x, y] = anywhere(random);
      return [x, y, Math.sin(1.8 * x) * Math.cos(1.2 * y)];
    },
  },
};

/**
 * n samples, of two classes in turn, each moved by normal noise.
 * @param {string} name
 * @param {number} n
 * @param {number} noise  its deviation
 * @param {Random} random
 * @returns {Row[]}
 */
export const makeRows = (name, n, noise, random) =>
  Array.from({ length: n }, (_, k) => {
    const [x, y, target] = DATA[name].row(random, k);
    return [x + random.gauss(noise), y + random.gauss(noise), target];
  });
