// @ts-check
// A loss over several samples: which nodes belong to which. They are found, not declared: terms of
// the last sum whose operations stand in the same scopes, have none in common, and share leaves.

/** @import { Graph } from "./graph.js" */

/**
 * @typedef {object} Samples
 * @property {number} count
 * @property {Map<number, number>} of  the sample, from 1 on, of each node that one alone uses
 */

const MOST_VISITS = 1e6; // of nodes: a page opens without waiting for this
const SUMS = ["add", "subtract", "sum", "negate"];
const SCALES = ["multiply", "divide"];

/**
 * Null where there are not several samples.
 * @param {Graph} graph
 * @returns {Samples | null}
 */
export function samplesOf(graph) {
  let terms = [termOf(graph, graph.output)];
  let visits = 0;
  while (visits < MOST_VISITS) {
    const most = Math.max(...terms.map(({ inside }) => inside.length));
    const largest = terms.filter(({ inside }) => inside.length === most);
    if (largest.length > 1) return areSamples(graph, largest) ? numbered(graph, largest) : null;
    const [{ node }] = largest;
    if (!isSum(graph, node)) return null;
    const parts = graph.inputs[node].filter((input) => graph.isOperation(input));
    if (!parts.length) return null;
    terms = terms.filter((term) => term.node !== node);
    terms.push(...[...new Set(parts)].map((part) => termOf(graph, part)));
    visits += most * parts.length;
  }
  return null;
}

/** @typedef {{node: number, inside: number[], leaves: Set<number>}} Term */

/**
 * A node with the operations and the leaves that it is computed from.
 * @param {Graph} graph
 * @param {number} node
 * @returns {Term}
 */
function termOf(graph, node) {
  const found = new Set([node]);
  for (const each of found) {
    for (const input of graph.inputs[each]) found.add(input);
  }
  const all = [...found];
  const leaves = new Set(all.filter((each) => graph.isLeaf(each)));
  return { node, inside: all.filter((each) => graph.isOperation(each)), leaves };
}

/**
 * Whether the node adds up, or scales by a plain number.
 * @param {Graph} graph
 * @param {number} node
 */
function isSum(graph, node) {
  if (!graph.isOperation(node)) return false;
  const name = graph.ruleName(node);
  const moving = graph.inputs[node].filter((input) => !graph.isConstant(input));
  return SUMS.includes(name) || (SCALES.includes(name) && moving.length === 1);
}

/**
 * @param {Graph} graph
 * @param {Term[]} terms
 */
function areSamples(graph, terms) {
  const look = (/** @type {Term} */ { inside }) =>
    inside
      .map((node) => `${graph.data.scope[node]} ${graph.ruleName(node)}`)
      .sort()
      .join();
  const looks = new Set(terms.map(look));
  const all = terms.flatMap(({ inside }) => inside);
  const [first, ...others] = terms;
  const shared = [...first.leaves].some((leaf) => others.every(({ leaves }) => leaves.has(leaf)));
  const isInScope = first.inside.some((node) => graph.scopeOf(node) !== "");
  return looks.size === 1 && new Set(all).size === all.length && shared && isInScope;
}

/**
 * @param {Graph} graph
 * @param {Term[]} terms
 * @returns {Samples}
 */
function numbered(graph, terms) {
  /** @type {Map<number, number>} */
  const of = new Map();
  terms.sort((a, b) => a.node - b.node);
  for (const [k, { inside }] of terms.entries()) {
    for (const node of inside) of.set(node, k + 1);
  }
  for (const [leaf, users] of graph.users()) {
    const sample = of.get(users[0]);
    if (graph.isLeaf(leaf) && sample && users.every((user) => of.get(user) === sample)) {
      of.set(leaf, sample);
    }
  }
  return { count: terms.length, of };
}

/**
 * "sample 2"; "" for what several samples share.
 * @param {Graph} graph
 * @param {number} node
 */
export function sampleName({ samples }, node) {
  const sample = samples?.of.get(node);
  return sample ? `sample ${sample}` : "";
}
