// @ts-check
// Gamma by Lanczos' formula (1964), with the coefficients for doubles that the Boost library
// gives, and by reflection left of 0.

import { ratio } from "./polynomials.js";

const G = 6.024680040776729583740234375;
const LANCZOS = [
  [
    2.5066282746310002, 210.82427775157935, 8071.6720023658163, 186056.2653952235,
    2876370.6289353724, 31426415.585400194, 248874557.86205416, 1439720407.3117216,
    6039542586.352028, 17921034426.03721, 35711959237.355668, 42919803642.649099, 23531376880.41076,
  ],
  [
    1, 66, 1925, 32670, 357423, 2637558, 13339535, 45995730, 105258076, 150917976, 120543840,
    39916800, 0,
  ],
];

/** @param {number} x */
function lanczos(x) {
  if (x < 5) return ratio(LANCZOS, x);
  return ratio([[...LANCZOS[0]].reverse(), [...LANCZOS[1]].reverse()], 1 / x);
}

/**
 * sin πx, exact at the integers.
 * @param {number} x
 */
function sinpi(x) {
  const y = Math.abs(x) % 2;
  const part = Math.round(2 * y);
  const rest = Math.PI * (y - part / 2);
  const sine = Math.sin(rest);
  const cosine = Math.cos(rest);
  return Math.sign(x) * [sine, cosine, -sine, -cosine, sine][part];
}

/** @param {number} x */
export const isPole = (x) => x <= 0 && x === Math.floor(x);

/** @param {number} x */
export function gamma(x) {
  if (isPole(x)) return NaN;
  if (x === Math.floor(x) && x <= 23) return factorial(x - 1);
  const size = Math.abs(x);
  if (size < 1e-20) return 1 / x;
  if (size > 200) return x < 0 ? 0 / sinpi(size) : Infinity;
  const y = size + (G - 0.5);
  const lost = size > G - 0.5 ? y - size - (G - 0.5) : y - (G - 0.5) - size;
  const correction = (lost * G) / y;
  const root = y ** (size / 2 - 0.25); // in two factors: y^(size - 1/2) may be too large
  if (x > 0) {
    const result = lanczos(size) / Math.exp(y);
    const corrected = result + correction * result;
    return size < 140 ? corrected * y ** (size - 0.5) : corrected * root * root;
  }
  const result = ((-Math.PI / sinpi(size) / size) * Math.exp(y)) / lanczos(size);
  const corrected = result - correction * result;
  return size < 140 ? corrected / y ** (size - 0.5) : corrected / root / root;
}

/** @param {number} n */
function factorial(n) {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** @param {number} x */
export function lgamma(x) {
  if (isPole(x)) return Infinity;
  if (x === 1 || x === 2) return 0;
  const size = Math.abs(x);
  if (size < 1e-20) return -Math.log(size);
  const result = Math.log(lanczos(size)) - G + (size - 0.5) * (Math.log(size + G - 0.5) - 1);
  if (x > 0) return result;
  return Math.log(Math.PI) - Math.log(Math.abs(sinpi(size))) - Math.log(size) - result;
}
