// @ts-check
// What is asked of a step before it is shown, what the answer is, and how it comes about.

/** @import { Graph } from "./graph.js" */
/** @import { Moment } from "./moment.js" */
/** @import { Sketch } from "./sketch.js" */

import { bracketed, digits } from "./digits.js";
import { stepInWords } from "./sentences.js";
import { counted } from "./text.js";
import { derivative, partialInNames } from "./words.js";
import { TEXT } from "./writing.js";

/** @typedef {"value" | "partial" | "flow" | "sum" | "which" | "layer"} Kind */

/** @typedef {Exclude<Kind, "layer">} Asked  of one operation */

/**
 * @typedef {object} Question
 * @property {Kind} kind
 * @property {string} text
 * @property {number} truth  NaN where a node is to be clicked
 * @property {string} words  how the answer comes about
 * @property {number} index  of the input along which a local derivative is asked; -1 elsewhere
 */

const MOST_TERMS = 6; // of a sum that is written out

/**
 * The question of a step: several kinds take turns, where the step is worth them; null where there
 * is nothing to ask. The output's own gradient is 1.
 * @param {Moment} moment
 * @param {Sketch} sketch
 * @returns {Question | null}
 */
export function questionOf(moment, sketch) {
  const { graph, forward, backward, isBlocked, made, position } = moment;
  if (isBlocked || (forward === null && (backward === null || backward.index < 0))) return null;
  const kinds = forward !== null ? forwardKinds(moment, sketch) : backwardKinds(moment, sketch);
  const turn = (forward !== null ? position : made) - 1;
  const kind = kinds[Math.floor(turn / 2) % kinds.length];
  const index = kind === "partial" ? askedIndex(graph, forward ?? 0) : -1;
  return { kind, index, ...ASKED[kind](moment, index) };
}

/**
 * @param {Moment} moment
 * @param {Sketch} sketch
 * @returns {Asked[]}
 */
function forwardKinds({ graph, forward, position }, sketch) {
  /** @type {Asked[]} */
  const kinds = ["value"];
  if (askedIndex(graph, forward ?? 0) >= 0) kinds.push("partial");
  const left = graph.forwardCount - position;
  if (left > 0 && isAllDrawn(sketch)) kinds.push("which");
  return kinds;
}

/**
 * @param {Moment} moment
 * @param {Sketch} sketch
 * @returns {Asked[]}
 */
function backwardKinds(moment, sketch) {
  const { computed, backward, made } = moment;
  const into = pathsInto(moment);
  if (into.length > 1 && moment.isComplete(backward?.input ?? 0)) return ["sum"];
  const isFirst = computed.steps.findIndex(
    ({ node, index }) => index >= 0 && node === backward?.node,
  );
  const isChoice = isFirst === made - 1 && made > 2 && !computed.fault && isAllDrawn(sketch);
  return isChoice ? ["flow", "which"] : ["flow"];
}

/** @param {Sketch} sketch */
const isAllDrawn = (sketch) => sketch.shapes.every(({ box }) => box === null);

/**
 * The first input whose local derivative depends on numbers; -1: there is none.
 * @param {Graph} graph
 * @param {number} node
 */
const askedIndex = (graph, node) =>
  graph.inputs[node].findIndex(
    (input, k) => !graph.isConstant(input) && graph.form(node).partials[k][0].includes("{"),
  );

/**
 * All that flows into the node of this backward step.
 * @param {Moment} moment
 */
export const pathsInto = ({ computed, backward }) =>
  computed.steps.filter(({ index, input }) => index >= 0 && input === backward?.input);

/** @type {Record<Asked, (moment: Moment, index: number) => {text: string, truth: number, words: string}>} */
const ASKED = {
  value: (moment) => ({
    text: `What number is ${moment.graph.names[moment.forward ?? 0]}?`,
    truth: moment.result,
    words: stepInWords(moment, TEXT, true),
  }),
  partial({ graph, computed, forward }, index) {
    const node = forward ?? 0;
    const own = derivative(graph, node, graph.inputs[node][index], TEXT);
    const truth = computed.partials[node][index];
    const words = [own, partialInNames(graph, node, index, TEXT), digits(truth)].join(" = ");
    return { text: `What is the local derivative ${own} here?`, truth, words };
  },
  flow: (moment) => ({
    text: `How much flows from ${nameOf(moment, "node")} to ${nameOf(moment, "input")}?`,
    truth: moment.result,
    words: stepInWords(moment, TEXT, true),
  }),
  sum(moment) {
    const { graph, backward } = moment;
    const own = derivative(graph, graph.output, backward?.input ?? 0, TEXT);
    const paths = pathsInto(moment);
    const many = counted(paths.length, "path", "paths");
    const truth = backward?.after ?? NaN;
    const terms = paths.slice(0, MOST_TERMS).map(({ contribution }) => bracketed(contribution));
    if (paths.length > MOST_TERMS) terms.push("…");
    const words = `${own} = ${terms.join(" + ")} = ${digits(truth)}`;
    return { text: `What is ${own} in all, the sum over its ${many}?`, truth, words };
  },
  which: ({ forward }) => ({
    text: `Which node can ${forward !== null ? "be computed" : "pass its gradient on"} next? Click it.`,
    truth: NaN,
    words: "",
  }),
};

/**
 * @param {Moment} moment
 * @param {"node" | "input"} end  of the edge of a backward step
 */
const nameOf = ({ graph, backward }, end) => graph.names[backward?.[end] ?? 0];
