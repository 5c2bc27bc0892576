// @ts-check
// The remainder of IEEE 754.

/**
 * x minus the multiple of y nearest to it; halfway, the even multiple.
 * @param {number} x
 * @param {number} y
 */
export function remainder(x, y) {
  const size = Math.abs(y);
  let rest = Math.abs(x) % size;
  const toNext = size - rest;
  if (rest > toNext) rest = -toNext;
  else if (rest === toNext) rest -= 2 * (((Math.abs(x) - rest) * 0.5) % size);
  return Math.sign(x) < 0 ? -rest : rest;
}
