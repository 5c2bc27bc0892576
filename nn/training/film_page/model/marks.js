// @ts-check
// The round numbers along an axis.

const UP = 5; // numbers along a loss
const LOGARITHMIC = 12; // marks of 1, 2, 5, … that are not too many

/**
 * A number in as many digits as there is room for beside an axis.
 * @param {number} x
 */
export const short = (x) => Number(x.toPrecision(4));

/**
 * The losses that are marked between two, each in a few digits, and none twice.
 * @param {number} low  its logarithm, where the scale is logarithmic
 * @param {number} high
 * @param {boolean} isLog
 */
export function lossMarks(low, high, isLog) {
  const round = isLog ? roundNumbers(low, high) : [];
  if (round.length > LOGARITHMIC) return round.filter((n) => Math.log10(n) % 1 === 0);
  if (round.length > 1) return round;
  const [least, largest] = isLog ? [10 ** low, 10 ** high] : [low, high];
  const marks = new Set(evenNumbers(least, largest, UP).map(short));
  return [...marks].filter((mark) => mark >= least && mark <= largest);
}

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
