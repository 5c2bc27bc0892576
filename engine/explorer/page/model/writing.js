// @ts-check
// The two ways to write a formula, plain text and MathML, and templates filled in either.

/** @import { Template } from "./graph.js" */

import { digits } from "./digits.js";
import { mathOf } from "./naming.js";

/**
 * @typedef {object} Style
 * @property {0 | 1} index  of this style in a template
 * @property {(name: string) => string} name
 * @property {(x: number) => string} number
 * @property {string} open
 * @property {string} close
 * @property {string} equals
 * @property {string} times
 * @property {string} gains
 * @property {(top: string, bottom: string) => string} derivative
 */

/** @type {Style} */
export const TEXT = {
  index: 0,
  name: (name) => name,
  number: digits,
  open: "(",
  close: ")",
  equals: " = ",
  times: " · ",
  gains: " += ",
  derivative: (top, bottom) => `∂${top}/∂${bottom}`,
};

/** @type {Style} */
export const MATH = {
  index: 1,
  name: mathOf,
  number: (x) => `<mn>${digits(x)}</mn>`,
  open: "<mo>(</mo>",
  close: "<mo>)</mo>",
  equals: "<mo>=</mo>",
  times: "<mo>·</mo>",
  gains: "<mo>+=</mo>",
  derivative: (top, bottom) =>
    `<mfrac><mrow><mo>∂</mo>${top}</mrow><mrow><mo>∂</mo>${bottom}</mrow></mfrac>`,
};

/** @param {string} inner  in MathML */
export const formula = (inner) => `<math displaystyle="true">${inner}</math>`;

/** @typedef {(place: string) => {text: string, negative: boolean, raised?: boolean, long?: boolean}} Filler  "y" is the output's place */

/**
 * A template with names or numbers in its places.
 * @param {Template} template
 * @param {Style} style
 * @param {Filler} fill
 */
export function filled(template, style, fill) {
  return template[style.index].replace(/\{([(^)[\]<>]?)([0-9]+|y)\}/g, (_, sign, place) => {
    const { text, negative, raised, long } = fill(place);
    if (!sign) return text;
    if (sign === "^") return superscript(text, negative || long);
    const isTight = "[]".includes(sign) ? long : "<>".includes(sign) && text.includes("·");
    if (!negative && !isTight && !("[]".includes(sign) && raised)) return "";
    return "([<".includes(sign) ? style.open : style.close;
  });
}

/** @type {Record<string, string>} */
const SUPERSCRIPTS = Object.fromEntries([..."0123456789−"].map((c, i) => [c, "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"[i]]));

/**
 * @param {string} text
 * @param {boolean | undefined} isLoose
 */
function superscript(text, isLoose) {
  if ([...text].every((c) => c in SUPERSCRIPTS)) {
    return [...text].map((c) => SUPERSCRIPTS[c]).join("");
  }
  return isLoose ? `^(${text})` : `^${text}`;
}
