// @ts-check
// Numbers as Python's engine writes them.

/**
 * Four significant digits, half to even, a true minus sign and none before a zero: 1.25·10⁻⁷.
 * @param {number} x
 */
export function digits(x) {
  if (x === 0) return "0";
  if (!Number.isFinite(x)) return x > 0 ? "∞" : x < 0 ? "−∞" : "no number";
  let [mantissa, exponent] = x.toExponential(3).split("e");
  const part = (Math.abs(x) / 10 ** (Number(exponent) - 3)) % 1; // of the last digit
  const exact = Math.abs(part - 0.5) < 1e-9 ? x.toExponential(20).split("e") : [""];
  if (/^-?\d\.\d{3}50{16}$/.test(exact[0]) && (exact[0].slice(-18, -17).charCodeAt(0) & 1) === 0) {
    [mantissa, exponent] = [exact[0].slice(0, -17), exact[1]];
  }
  const power = Number(exponent);
  let text;
  if (power < -4 || power >= 4) {
    const factor = trimmed(mantissa);
    const raised = [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));
    text = `${/^-?1$/.test(factor) ? factor.slice(0, -1) : `${factor}·`}10${raised.join("")}`;
  } else {
    text = trimmed(Number(`${mantissa}e${power}`).toFixed(3 - power));
  }
  return text.replaceAll("-", "−");
}

/** @param {string} text */
const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/**
 * Whether it is written with a power of 10, and so needs parentheses where a plain number does not.
 * @param {string} text
 */
export const hasPower = (text) => /10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+$/.test(text);

/**
 * With its sign, as a change is written: +0.1.
 * @param {number} number
 */
export const signed = (number) => (number > 0 ? `+${digits(number)}` : digits(number));

/**
 * As a factor or a term after another: (−0.1).
 * @param {number} number
 */
export const bracketed = (number) => (number < 0 ? `(${digits(number)})` : digits(number));
