// @ts-check
// The order in which people count leaves: what a net is given, then layer by layer, w₁ before w₂.

/** @import { Graph } from "./graph.js" */

import { heldAtFirst } from "./descent.js";
import { partsOf } from "./naming.js";

/**
 * Names of one kind stand together, where the first of them is.
 * @param {Graph} graph
 * @param {number[]} leaves  in the graph's order
 */
export function inOrderOfCounting(graph, leaves) {
  const given = heldAtFirst(graph);
  /** @type {Map<string, number>} */
  const families = new Map();
  const keys = new Map(
    leaves.map((leaf, place) => {
      const { base, low, up } = partsOf(graph.names[leaf]);
      const [, above, primes] = /** @type {RegExpExecArray} */ (/^(.*?)([′″]|\[\d+\]|)$/.exec(up));
      const family = `${base} ${above} ${primes}`;
      if (!families.has(family)) families.set(family, place);
      const layer = Number(/\d+/.exec(above)?.[0] ?? 0);
      return [leaf, [given.has(leaf) ? 0 : 1, layer, families.get(family) ?? 0, ...indices(low)]];
    }),
  );
  const key = (/** @type {number} */ leaf) => keys.get(leaf) ?? [];
  return [...leaves].sort((a, b) => compared(key(a), key(b)));
}

/**
 * "12" → 12, before "1,10" → 1 and 10
 * @param {string} low
 */
const indices = (low) =>
  (low.includes(",") ? low.split(",") : [low]).map((each) => Number(each) || 0);

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compared(a, b) {
  const k = a.findIndex((x, i) => x !== b[i]);
  return k < 0 ? 0 : a[k] - (b[k] ?? 0);
}
