// @ts-check
// One number of a net at a moment: its name, its text, how far it is known, how large it is.

/** @import { Computation } from "./computation.js" */
/** @import { Moment } from "./moment.js" */

import { digits } from "./digits.js";
import { DASH } from "./moment.js";
import { readNumber } from "./reading.js";

const MOST_SHORT = 7; // characters

/**
 * @typedef {object} Quantity
 * @property {string} name
 * @property {"value" | "weight" | "gradient"} kind
 * @property {(moment: Moment) => boolean} isKnown
 * @property {(moment: Moment) => string} text  DASH where it is not known yet
 * @property {(computed: Computation) => number} number  at the end of both passes
 * @property {number | null} leaf  that it is the number of
 */

/**
 * @param {number} node
 * @param {string} name
 * @param {boolean} isLeaf
 * @returns {Quantity}
 */
export const numberOf = (node, name, isLeaf = false) => ({
  name,
  kind: "value",
  isKnown: (moment) => moment.isReached(node),
  text: (moment) => moment.valueText(node),
  number: (computed) => computed.values[node],
  leaf: isLeaf ? node : null,
});

/**
 * @param {number} leaf
 * @param {string} name
 * @returns {Quantity}
 */
export const weightQuantity = (leaf, name) => ({ ...numberOf(leaf, name, true), kind: "weight" });

/**
 * ∂L/∂ this node, shown when the backward pass has reached it.
 * @param {number} node
 * @param {string} name
 * @returns {Quantity}
 */
export const gradientOf = (node, name) => ({
  name,
  kind: "gradient",
  isKnown: (moment) => moment.soFar.has(node),
  text: (moment) => moment.gradientText(node),
  number: (computed) => computed.gradients[node],
  leaf: null,
});

/**
 * The product of two numbers, known when a node is.
 * @param {string} name
 * @param {"value" | "gradient"} kind
 * @param {(computed: Computation) => number} number
 * @param {(moment: Moment) => boolean} isKnown
 * @returns {Quantity}
 */
export const computedQuantity = (name, kind, number, isKnown) => ({
  name,
  kind,
  isKnown,
  text: (moment) => (isKnown(moment) ? digits(number(moment.computed)) : DASH),
  number,
  leaf: null,
});

/**
 * With fewer digits where four make a long text.
 * @param {Quantity} quantity
 * @param {Moment} moment
 */
export function shortText(quantity, moment) {
  const text = quantity.text(moment);
  const [, mark, written] = /** @type {RegExpExecArray} */ (/^([✗≈] |)(.*)$/.exec(text));
  const { number } = readNumber(written);
  if (text.length <= MOST_SHORT || number === null) return text;
  const plus = written.startsWith("+") ? "+" : ""; // of a change
  const shorter = [3, 2, 1].map((count) => mark + plus + digits(Number(number.toPrecision(count))));
  return shorter.find((each) => each.length <= MOST_SHORT) ?? shorter[2];
}
