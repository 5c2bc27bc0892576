// @ts-check
// What the numbers of a net are called, as a textbook writes them: w⁽²⁾₂₁, z⁽¹⁾₃, a⁽²⁾₁, x₁.

const [SUPERSCRIPTS, SUBSCRIPTS] = ["⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"];

/**
 * @param {number} number
 * @param {string} signs
 */
const written = (number, signs) => [...String(number)].map((c) => signs[Number(c)]).join("");

/** @param {number} layer */
export const inBrackets = (layer) => `⁽${written(layer, SUPERSCRIPTS)}⁾`;

/**
 * Places stand apart where one of them has two digits.
 * @param {number[]} places
 */
export const subscript = (...places) =>
  places.map((k) => written(k, SUBSCRIPTS)).join(places.some((k) => k > 9) ? "," : "");

/**
 * @param {string} letter
 * @param {number} layer
 * @param {number[]} places
 */
export const netName = (letter, layer, ...places) =>
  `${letter}${layer ? inBrackets(layer) : ""}${subscript(...places)}`;

/** @param {string} activation */
export const activationName = (activation) =>
  ({ sigmoid: "σ", identity: "", "": "f" })[activation] ?? activation;
