// @ts-check
// A number as people write it: 0.5, 1/2, −2e-3, 2·10⁻³, 0,5; or why the text is none.

/** @typedef {{number: number, why: ""} | {number: null, why: string}} Read */

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/;
const POWER = /^(.*?)[·*×x]?10(?:\^|\*\*)?\(?([+-]?[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹\d]+)\)?$/;
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/**
 * @param {string} text
 * @returns {Read}
 */
export function readNumber(text) {
  const plain = text.replace(/\s/g, "").replaceAll("−", "-").toLowerCase();
  if (plain === "") return none("Write a number first.");
  const commas = plain.split(",").length - 1;
  if (commas > 1 || (commas && plain.includes("."))) {
    return none("One comma or one point, please: 0.5 or 0,5.");
  }
  const [top, bottom, ...more] = plain.replace(",", ".").split("/");
  const numbers = [top, bottom ?? "1"].map(decimal);
  if (more.length || numbers.some((number) => number === null)) {
    return none(`“${text.trim()}” is no number: write 0.5, 1/2, −2e-3 or 2·10^-3.`);
  }
  const [a, b] = /** @type {number[]} */ (numbers);
  if (b === 0) return none("Nothing can be divided by 0.");
  return Number.isFinite(a / b) ? { number: a / b, why: "" } : none("That is too large.");
}

/**
 * @param {string} why
 * @returns {Read}
 */
const none = (why) => ({ number: null, why });

/** @param {string} text */
function decimal(text) {
  if (DECIMAL.test(text)) return Number(text);
  const parts = POWER.exec(text);
  if (!parts || !isPower(text, parts)) return null;
  const [, before, raised] = parts;
  const factor = before === "" || before === "+" ? "1" : before === "-" ? "-1" : before;
  const exponent = [...raised].map(lowered).join("");
  return DECIMAL.test(factor) && /^[+-]?\d+$/.test(exponent)
    ? Number(`${factor}e${exponent}`)
    : null;
}

/**
 * 2·10⁻³ and 10^3, but not 2103.
 * @param {string} text
 * @param {RegExpExecArray} parts
 */
const isPower = (text, [, , raised]) =>
  /10(\^|\*\*)/.test(text) || ![...raised].some((c) => /\d/.test(c));

/** @param {string} c */
const lowered = (c) =>
  c === "⁻" ? "-" : c === "⁺" ? "+" : RAISED.includes(c) ? String(RAISED.indexOf(c)) : c;
