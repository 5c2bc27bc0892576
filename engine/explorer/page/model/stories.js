// @ts-check
// What a view tells in place of its nodes: which story, by the view's level, which is below -1.

/** @import { Flow, Graph, View } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Figure } from "./net_figures.js" */
/** @import { Place } from "./net_steps.js" */
/** @import { Question } from "./questions.js" */

/** @typedef {{sample: number, neuron: Place | null}} Shown  of a net */

/**
 * @typedef {object} Story
 * @property {Shown} shown
 * @property {unknown} [net]
 * @property {boolean} hasWeights  in its picture
 * @property {number[]} stops
 * @property {number[]} leaves  that can be changed here
 * @property {string | null} hint  above the list of leaves
 * @property {number | null} picked  a leaf whose cell was pressed
 * @property {string} scope  that opens to every operation
 * @property {(moment: Moment) => string} formulas
 * @property {(moment: Moment) => string} sentence
 * @property {(moment: Moment) => Question | null} question
 * @property {(moment: Moment) => Figure[]} figures
 */

/** @type {Record<number, new (graph: Graph, shown: Shown, order: Flow[], view: View) => Story>} */
export const stories = {};

/** @param {View} view */
export const storyFor = ({ level }) => stories[Math.max(level, -3)];
