// @ts-check
// What JavaScript's Math has, under the names of the rules, and what is a line away from it.

export const abs = Math.abs;
export const acos = Math.acos;
export const acosh = Math.acosh;
export const asin = Math.asin;
export const asinh = Math.asinh;
export const atan = Math.atan;
export const atan2 = Math.atan2;
export const atanh = Math.atanh;
export const cbrt = Math.cbrt;
export const cos = Math.cos;
export const cosh = Math.cosh;
export const exp = Math.exp;
export const expm1 = Math.expm1;
export const hypot = Math.hypot;
export const log = Math.log;
export const log10 = Math.log10;
export const log1p = Math.log1p;
export const log2 = Math.log2;
export const sin = Math.sin;
export const sinh = Math.sinh;
export const sqrt = Math.sqrt;
export const tan = Math.tan;
export const tanh = Math.tanh;
export const maximum = Math.max;
export const minimum = Math.min;

/** @param {number} x */
export const exp2 = (x) => 2 ** x;

/** @param {number} x */
export const degrees = (x) => x * (180 / Math.PI);

/** @param {number} x */
export const radians = (x) => x * (Math.PI / 180);

/**
 * @param {number} x
 * @param {number} n
 */
export const power = (x, n) => (n === 2 ? x * x : n === 1 ? x : x ** n);

/**
 * @param {number} x
 * @param {number} y
 */
export const fmod = (x, y) => x % y;

/**
 * @param {number} a
 * @param {number} b
 */
export const greater = (a, b) => (a > b ? 1 : 0);

/**
 * @param {number} condition
 * @param {number} a
 * @param {number} b
 */
export const where = (condition, a, b) => (condition > 0 ? a : b);

/**
 * @param {number} x
 * @param {number} y
 */
export const copysign = (x, y) => (y < 0 || Object.is(y, -0) ? -Math.abs(x) : Math.abs(x));
