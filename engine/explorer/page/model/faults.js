// @ts-check
// Three ways to get a backward pass wrong, and what each does to the gradients of this graph.

/** @import { Computation } from "./computation.js" */
/** @import { Flow, Graph } from "./graph.js" */

import { counted } from "./text.js";

/** @typedef {"overwrite" | "order" | "twice"} Fault */

/** @type {Record<Fault, string>} */
export const FAULTS = {
  overwrite: "= instead of +=",
  order: "wrong order",
  twice: "no zero_grad before the second pass",
};

/** @type {Record<Fault, string>} */
const WHY = {
  overwrite: "Each gradient that arrives overwrites what came along another path before it.",
  order:
    "A node passes its gradient on as soon as one path has reached it: too early, where more are to come.",
  twice:
    "This is the second pass: the leaves still hold the gradients of the first, and the same is added again.",
};

/** @type {Record<Fault, string>} */
const WHY_NOT = {
  overwrite: "no gradient comes along two paths that both count, so nothing is lost",
  order: "no node passes its gradient on before all of it has arrived",
  twice: "every leaf's gradient is 0, and twice 0 is 0",
};

/**
 * Every edge once, but from each node on at once, and into none twice: not a topological order.
 * @param {Graph} graph
 */
export function wrongOrder(graph) {
  const seed = graph.backwardOrder[0];
  const flows = [seed];
  const visited = new Set([graph.output]);
  const path = [{ node: graph.output, next: 0 }];
  while (path.length) {
    const top = path[path.length - 1];
    const index = top.next;
    top.next += 1;
    if (index === graph.inputs[top.node].length) {
      path.pop();
      continue;
    }
    const input = graph.inputs[top.node][index];
    if (!graph.isConstant(input)) flows.push({ node: top.node, input, index });
    if (!visited.has(input)) path.push({ node: input, next: 0 });
    visited.add(input);
  }
  return flows;
}

/**
 * The order of the backward pass with this fault.
 * @param {Graph} graph
 * @param {Fault | null} fault
 * @returns {Flow[]}
 */
export const orderWith = (graph, fault) =>
  fault === "order" ? wrongOrder(graph) : graph.backwardOrder;

/**
 * Whether a gradient came out wrong; rounding is not wrong.
 * @param {Computation} computed
 * @param {number} node
 */
export function isWrong({ fault, gradients, trueGradients }, node) {
  if (!fault) return false;
  const [got, right] = [gradients[node], trueGradients[node]];
  return Math.abs(got - right) > 1e-9 * Math.max(Math.abs(got), Math.abs(right));
}

/**
 * What the fault does here.
 * @param {Computation} computed
 */
export function faultWords(computed) {
  const { graph, fault, blocked } = computed;
  if (!fault || blocked) return "";
  const wrong = graph.nodes.filter((node) => !graph.isConstant(node) && isWrong(computed, node));
  if (!wrong.length) return `It shows nothing here: ${WHY_NOT[fault]}. Every gradient is right.`;
  const comes = wrong.length === 1 ? "comes" : "come";
  return `${WHY[fault]} ${counted(wrong.length, "gradient", "gradients")} ${comes} out wrong ✗; the right number stands beside ✓.`;
}
