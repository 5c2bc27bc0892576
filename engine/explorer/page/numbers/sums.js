// @ts-check
// Sums, products and sums of products.

/**
 * The sum as if without rounding: Shewchuk (1997), as Python's math.fsum.
 * @param {...number} numbers
 */
export function sum(...numbers) {
  /** @type {number[]} */
  const parts = [];
  for (let x of numbers) {
    if (!Number.isFinite(x)) return numbers.reduce((a, b) => a + b, 0);
    let kept = 0;
    for (let y of parts) {
      if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
      const high = x + y;
      const low = y - (high - x);
      if (low) parts[kept++] = low;
      x = high;
    }
    parts.length = kept;
    parts.push(x);
  }
  return rounded(parts);
}

/**
 * Parts that do not overlap, the smallest first, to one number: half to even.
 * @param {number[]} parts
 */
function rounded(parts) {
  let n = parts.length;
  if (n === 0) return 0;
  let high = parts[--n];
  let low = 0;
  while (n > 0) {
    const x = high;
    const y = parts[--n];
    high = x + y;
    low = y - (high - x);
    if (low) break;
  }
  if (n > 0 && ((low < 0 && parts[n - 1] < 0) || (low > 0 && parts[n - 1] > 0))) {
    const y = low * 2;
    const x = high + y;
    if (y === x - high) high = x;
  }
  return high;
}

/** @param {...number} numbers */
export const prod = (...numbers) => numbers.reduce((product, x) => product * x, 1);

/**
 * The sum of the products of the first half with the second.
 * @param {...number} numbers
 */
export function dot(...numbers) {
  const half = numbers.length / 2;
  const products = [];
  for (let i = 0; i < half; i++) products.push(numbers[i] * numbers[half + i]);
  return sum(...products);
}
