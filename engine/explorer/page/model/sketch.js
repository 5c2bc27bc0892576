// @ts-check
// What one view draws: which nodes stand in which shape, and the edges between shapes.

/** @import { Graph, Item, View } from "./graph.js" */

import { isWithin } from "./text.js";

/**
 * A node's card, or a closed box.
 * @typedef {object} Shape
 * @property {number} place  in the view
 * @property {Item} item
 * @property {string | null} box  the path of a closed box, "" for all that is left out
 * @property {number | null} node  whose numbers the shape shows
 * @property {number[]} members  the nodes inside
 * @property {number[]} outlets  those of them that are used outside
 */

/** @typedef {[node: number, index: number]} Pair  an operation, and which of its inputs */

/**
 * @typedef {object} Edge
 * @property {Shape} source
 * @property {Shape} result
 * @property {Pair[]} pairs
 * @property {number | null} weight  the leaf that multiplies what comes along
 */

export class Sketch {
  /**
   * @param {Graph} graph
   * @param {View} view
   */
  constructor(graph, view) {
    this.view = view;
    this.layout = graph.data.layouts[view.layout];
    this.shapes = view.shapes.map(emptyShape);
    this.shapeOf = shapesOfNodes(graph, this.shapes);
    findOutlets(graph, this.shapes);
    this.edges = edgesOf(graph, this);
    this.hasWeights = this.edges.some((edge) => edge.weight !== null);
    this.hasCurves = this.layout.curves.length > 0;
  }
}

/**
 * @param {Item} item
 * @param {number} place
 * @returns {Shape}
 */
function emptyShape(item, place) {
  if (typeof item === "string") {
    return { place, item, box: item, node: null, members: [], outlets: [] };
  }
  return { place, item, box: null, node: item, members: [item], outlets: [item] };
}

/**
 * Which shape each node is drawn in, noted in the shapes too.
 * @param {Graph} graph
 * @param {Shape[]} shapes
 */
function shapesOfNodes(graph, shapes) {
  /** @type {Map<number, Shape>} */
  const shapeOf = new Map();
  for (const shape of shapes) {
    if (shape.node !== null) shapeOf.set(shape.node, shape);
  }
  const boxes = shapes.filter((shape) => shape.box !== null);
  const boxOf = new Map(
    graph.data.scopes.map((scope) => [scope, boxes.find(({ box }) => holds(box, scope))]),
  );
  for (const node of graph.nodes) {
    const box = boxOf.get(graph.scopeOf(node));
    if (shapeOf.has(node) || !box) continue;
    box.members.push(node);
    shapeOf.set(node, box);
  }
  return shapeOf;
}

/**
 * @param {string | null} box
 * @param {string} scope
 */
const holds = (box, scope) => box === "" || (box !== null && isWithin(scope, box));

/**
 * What leaves a closed box; where it is one number, the box shows it.
 * @param {Graph} graph
 * @param {Shape[]} shapes
 */
function findOutlets(graph, shapes) {
  const users = graph.users();
  for (const shape of shapes.filter(({ box }) => box !== null)) {
    const inside = new Set(shape.members);
    shape.outlets = shape.members.filter(
      (node) => node === graph.output || users.get(node)?.some((user) => !inside.has(user)),
    );
    if (shape.outlets.length === 1) shape.node = shape.outlets[0];
  }
}

/**
 * @param {Graph} graph
 * @param {Sketch} sketch
 * @returns {Edge[]}
 */
function edgesOf(graph, { view, shapes, shapeOf }) {
  const between = pairsBetween(graph, shapeOf);
  return view.edges.map(([from, to, index]) => {
    const [source, result] = [shapes[from], shapes[to]];
    const all = between.get(`${from} ${to}`) ?? [];
    const pairs = index === undefined ? all : all.filter((pair) => pair[1] === index);
    const isWeighted = result.box !== null && pairs.length === 1;
    return { source, result, pairs, weight: isWeighted ? weightOf(graph, pairs[0]) : null };
  });
}

/**
 * Which operations read across each two shapes.
 * @param {Graph} graph
 * @param {Map<number, Shape>} shapeOf
 */
function pairsBetween(graph, shapeOf) {
  /** @type {Map<string, Pair[]>} */
  const between = new Map();
  for (const node of graph.forwardOrder) {
    const result = shapeOf.get(node);
    if (!result) continue;
    for (const [index, input] of graph.inputs[node].entries()) {
      const source = shapeOf.get(input);
      if (!source || source === result) continue;
      const key = `${source.place} ${result.place}`;
      const pairs = between.get(key);
      if (pairs) pairs.push([node, index]);
      else between.set(key, [[node, index]]);
    }
  }
  return between;
}

/**
 * The leaf that is itself the local derivative along an edge: it multiplies what comes along.
 * @param {Graph} graph
 * @param {Pair} pair
 */
export function weightOf(graph, [node, index]) {
  const place = /^\{([0-9]+)\}$/.exec(graph.form(node).partials[index][0]);
  const other = place ? graph.inputs[node][Number(place[1])] : null;
  return other !== null && graph.isLeaf(other) ? other : null;
}
