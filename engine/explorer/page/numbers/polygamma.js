// @ts-check
// The polygamma functions, by the same formulas as engine/special.py.

import { isPole } from "./gamma.js";
import { remainder } from "./remainder.js";
import { sum } from "./sums.js";

const BERNOULLI = [
  1 / 6,
  -1 / 30,
  1 / 42,
  -1 / 30,
  5 / 66,
  -691 / 2730,
  7 / 6,
  -3617 / 510,
  43867 / 798,
];

/**
 * @param {number} n
 * @param {number} x
 */
export function polygamma(n, x) {
  if (isPole(x) || n < 0 || n !== Math.floor(n)) return NaN;
  if (n > 170) return Infinity;
  if (x < 0.5) return (n % 2 ? -1 : 1) * rightHalf(n, 1 - x) - cotangentDerivative(n, x);
  return rightHalf(n, x);
}

/**
 * Of x ≥ 0.5: the asymptotic series, after steps to the right of 12 + n.
 * @param {number} n
 * @param {number} x
 */
function rightHalf(n, x) {
  const sign = n % 2 ? 1 : -1;
  const terms = [];
  for (; x < 12 + n; x++) terms.push(sign * factorialOverPower(n, x));
  const first = n === 0 ? 1 : sign * factorialOverPower(n - 1, x);
  terms.push(...(n === 0 ? [Math.log(x), -0.5 / x] : [first, (first * n) / x / 2]));
  BERNOULLI.forEach((bernoulli, index) => {
    const k = 2 * index + 2;
    const weight = n === 0 ? -bernoulli / k : first * bernoulli * choose(n + k - 1, k);
    terms.push(weight * x ** -k);
  });
  return sum(...terms);
}

/**
 * n! / xⁿ⁺¹
 * @param {number} n
 * @param {number} x
 */
function factorialOverPower(n, x) {
  let product = 1 / x;
  for (let j = 1; j <= n; j++) product *= j / x;
  return product;
}

/**
 * @param {number} n
 * @param {number} k
 */
function choose(n, k) {
  let product = 1;
  for (let j = 1; j <= k; j++) product = (product * (n - k + j)) / j;
  return Math.round(product);
}

/**
 * The n-th derivative of π cot πx, a polynomial in the cotangent.
 * @param {number} n
 * @param {number} x
 */
function cotangentDerivative(n, x) {
  const c = 1 / Math.tan(Math.PI * remainder(x, 1));
  let polynomial = [0, 1];
  for (let i = 0; i < n; i++) {
    const slope = polynomial.map((a, power) => power * a).slice(1);
    const ahead = [...slope, 0, 0];
    polynomial = [0, 0, ...slope].map((b, power) => -(ahead[power] + b));
  }
  const terms = polynomial.map((a, power) => (a ? a * c ** power : 0));
  return Math.PI ** (n + 1) * sum(...terms);
}
