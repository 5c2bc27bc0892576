// @ts-check
// A number's text with fewer digits, where there is little room for it.

import { digits, hasPower } from "./digits.js";
import { readNumber } from "./reading.js";

const [MOST, MOST_WITH_POWER] = [7, 10]; // characters; those of an exponent are small

/**
 * At most seven characters where that can be, as on an edge.
 * @param {string} text  after a mark: ✗, ✓ or ≈
 */
export const brief = (text) => shorter(text, (each) => each.length <= MOST);

/**
 * Shorter only where it has a power of 10, as on a card: −1.2·10⁻⁷.
 * @param {string} text
 */
export const briefPower = (text) =>
  text.length <= MOST_WITH_POWER
    ? text
    : shorter(text, (each) => !hasPower(each) || each.length <= MOST_WITH_POWER);

/**
 * @param {string} text
 * @param {(text: string) => boolean} fits
 */
function shorter(text, fits) {
  if (fits(text)) return text;
  const [, mark, written] = /** @type {RegExpExecArray} */ (/^([✗✓≈] |)(.*)$/s.exec(text));
  const { number } = readNumber(written);
  if (number === null) return text;
  const plus = written.startsWith("+") ? "+" : ""; // of a change
  const texts = [3, 2, 1].map((count) => mark + plus + digits(Number(number.toPrecision(count))));
  return texts.find(fits) ?? texts[2];
}
