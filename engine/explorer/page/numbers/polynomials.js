// @ts-check
// Polynomials and their ratios, the highest power first.

/**
 * @param {number[]} coefficients
 * @param {number} x
 */
const horner = (coefficients, x) => coefficients.reduce((sum, c) => sum * x + c, 0);

/**
 * @param {number[][]} polynomials  above and below the line
 * @param {number} x
 */
export const ratio = ([above, below], x) => horner(above, x) / horner(below, x);
