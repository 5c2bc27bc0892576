// @ts-check
// Nodes found by a part of their name or scope, and the view in which one can be seen.

/** @import { Graph } from "./graph.js" */
/** @import { Session } from "./session.js" */

/** Typed plainly: "w(2)21" and "W21" find what is written w⁽²⁾₂₁. */
const plain = (/** @type {string} */ text) => text.normalize("NFKC").toLowerCase().trim();

/**
 * Those named so first, then those whose name begins so, then those that have it anywhere.
 * @param {Graph} graph
 * @param {string} text
 */
export function nodesFound(graph, text) {
  const wanted = plain(text);
  if (!wanted) return [];
  const ranked = graph.nodes
    .filter((node) => !graph.isConstant(node))
    .map((node) => ({ node, rank: rankOf(graph, node, wanted) }))
    .filter(({ rank }) => rank > 0);
  return ranked.sort((a, b) => b.rank - a.rank || a.node - b.node).map(({ node }) => node);
}

/**
 * @param {Graph} graph
 * @param {number} node
 * @param {string} wanted
 */
function rankOf(graph, node, wanted) {
  const name = plain(graph.names[node]);
  if (name === wanted) return 4;
  if (name.startsWith(wanted)) return 3;
  if (name.includes(wanted) || name.replace(/\(\d+\)/, "").includes(wanted)) return 2;
  return plain(graph.scopeOf(node)).includes(wanted) ? 1 : 0;
}

/**
 * The view to see a node in: this one where it is drawn in it, else that of its own box, else any;
 * null where it is only ever inside a closed box.
 * @param {Session} session
 * @param {number} node
 */
export function viewShowing({ graph, view, sketch, story }, node) {
  if (!story && sketch.shapeOf.get(node)?.box === null) return view;
  const drawn = [...graph.views.keys()].filter((each) => graph.views[each].shapes.includes(node));
  const own = drawn.find((each) => graph.views[each].path === graph.scopeOf(node));
  return own ?? drawn[0] ?? null;
}
