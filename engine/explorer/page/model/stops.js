// @ts-check
// The positions at which a view's picture changes: steps within a closed box pass unseen.

/** @import { Flow, Graph } from "./graph.js" */
/** @import { Shape, Sketch } from "./sketch.js" */

/**
 * @param {Graph} graph
 * @param {Sketch} sketch
 * @param {Flow[]} flows  the steps of the backward pass
 */
export function stopsOf(graph, sketch, flows = graph.backwardOrder) {
  const found = [0];
  let before = "";
  for (const { position, change } of changes(graph, sketch, flows)) {
    if (change === before) found[found.length - 1] = position;
    else found.push(position);
    before = change;
  }
  const isAlone = sketch.view.level === -1; // a box, which ends inside itself
  if (!isAlone && found[found.length - 1] !== graph.stepCount) found.push(graph.stepCount);
  return found;
}

/**
 * The steps that are seen, and what changes with each: one change is one stop.
 * @param {Graph} graph
 * @param {Sketch} sketch
 * @param {Flow[]} flows
 */
function changes(graph, sketch, flows) {
  const drawn = new Set(sketch.edges.map(({ source, result }) => joined(source, result)));
  const found = [];
  for (const [k, node] of graph.forwardOrder.entries()) {
    if (sketch.shapeOf.get(node)?.outlets.includes(node)) {
      found.push({ position: k + 1, change: `value ${node}` });
    }
  }
  for (const [k, { node, input, index }] of flows.entries()) {
    const [from, to] = [sketch.shapeOf.get(input), sketch.shapeOf.get(node)];
    if (!from || !to) continue;
    const position = graph.forwardCount + k + 1;
    if (index < 0) found.push({ position, change: "seed" });
    else if (from !== to && drawn.has(joined(from, to))) {
      const alone = from.box === null && to.box === null ? ` ${index}` : "";
      found.push({ position, change: joined(from, to) + alone });
    }
  }
  return found;
}

/**
 * @param {Shape} source
 * @param {Shape} result
 */
const joined = (source, result) => `${source.place} ${result.place}`;
