// @ts-check
// The round numbers along an axis.

/**
 * 1, 2 and 5 times powers of ten between two, which are given by their logarithms.
 * @param {number} low
 * @param {number} high
 */
export function roundNumbers(low, high) {
  const found = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
  }
  return found.filter((number) => Math.log10(number) >= low && Math.log10(number) <= high);
}

/**
 * At most so many numbers between two, a round step apart.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 */
export function evenNumbers(low, high, most) {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step = [1, 2, 5, 10].map((digit) => digit * power).find((s) => (high - low) / s <= most);
  if (!step) return [];
  const first = Math.ceil(low / step);
  const count = Math.floor(high / step) - first + 1;
  return Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
}
