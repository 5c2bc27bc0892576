// @ts-check
// One number of a net at a moment: its name, its text, how far it is known, how large it is.

/** @import { Computation } from "./computation.js" */
/** @import { Moment } from "./moment.js" */

import { digits } from "./digits.js";
import { DASH } from "./moment.js";

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
