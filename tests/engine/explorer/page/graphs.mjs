// @ts-check
// Graphs for the tests, as Python writes them into the page; where things stand is made up.

/** @import { Form, PageData, Rule, View } from "../../../../engine/explorer/page/model/graph.js" */

import { Graph } from "../../../../engine/explorer/page/model/graph.js";
import { Session } from "../../../../engine/explorer/page/model/session.js";

const LEAF = -1;
const CONSTANT = -2;
const [TIMES, PLUS, SCALED, LOG] = [0, 1, 2, 3];

/**
 * @param {string} base
 * @param {number} k
 */
const numbered = (base, k) =>
  base + [...String(k)].map((digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]).join("");

/** @type {Rule[]} */
const RULES = [
  {
    name: "multiply",
    names: ["a", "b"],
    domain: [null, null],
    condition: null,
    value: (a, b) => a * b,
    partials: (_, a, b) => [b, a],
  },
  {
    name: "add",
    names: ["a", "b"],
    domain: [null, null],
    condition: null,
    value: (a, b) => a + b,
    partials: () => [1, 1],
  },
  {
    name: "log",
    names: ["x"],
    domain: [{ text: "{} > 0", intervals: [[0, Number.POSITIVE_INFINITY]] }],
    condition: null,
    value: Math.log,
    partials: (_, x) => [1 / x],
  },
];

/** @type {Form[]} */
const FORMS = [
  {
    rule: 0,
    symbol: "*",
    operation: ["{0}·{(1}{1}{)1}", "{0}<mo>·</mo>{(1}{1}{)1}"],
    partials: [
      ["{1}", "{1}"],
      ["{0}", "{0}"],
    ],
  },
  {
    rule: 1,
    symbol: "+",
    operation: ["{0} + {(1}{1}{)1}", "{0}<mo>+</mo>{(1}{1}{)1}"],
    partials: [
      ["1", "<mn>1</mn>"],
      ["1", "<mn>1</mn>"],
    ],
  },
  {
    rule: 0,
    symbol: "*",
    operation: ["{0}·2", "{0}<mo>·</mo><mn>2</mn>"],
    partials: [
      ["2", "<mn>2</mn>"],
      ["", ""],
    ],
  },
  { rule: 2, symbol: "log", operation: ["log({0})", "log({0})"], partials: [["1/{0}", "1/{0}"]] },
];

/**
 * @param {Partial<View> & Pick<View, "shapes" | "edges">} view
 * @returns {View}
 */
const view = (view) => ({ level: -1, path: "", layout: 0, frames: [], ...view });

/**
 * @param {Partial<PageData> & Pick<PageData, "names" | "kinds" | "inputs" | "values">} data
 * @returns {PageData}
 */
function page(data) {
  const every = data.names.map((_, node) => node);
  const edges = every.flatMap((node) =>
    data.inputs[node].map((input, index) => [input, node, index]),
  );
  return {
    labelled: every.map(() => 1),
    forms: FORMS,
    partials: every.map(() => []),
    scopes: [""],
    scope: every.map(() => 0),
    title: "",
    missing: "",
    layouts: [
      { size: [900, 100], cards: every.map((k) => [100 * k, 50, 80, 40]), frames: [], curves: [] },
    ],
    views: [view({ level: 0, shapes: every, edges })],
    view: 0,
    levels: [],
    heading: "",
    notes: [],
    nets: [],
    ...data,
  };
}

/** L = w·(w·x + b), where w·x + b stands in a box within a box. */
export function boxed() {
  const data = page({
    names: ["w", "x", "v₁", "b", "z", "L"],
    kinds: [LEAF, LEAF, TIMES, LEAF, PLUS, TIMES],
    inputs: [[], [], [0, 1], [], [2, 3], [0, 4]],
    values: [0.5, 2, 1, -3, -2, -1],
    partials: [[], [], [2, 0.5], [], [1, 1], [-2, 0.5]],
    scopes: ["", "layer 1/neuron 1"],
    scope: [0, 0, 1, 1, 1, 0],
    levels: ["layers", "neurons"],
  });
  const every = data.views[0].edges;
  const inside = every.filter(([, result]) => result < 5);
  const folded = [
    [0, 2],
    [1, 2],
    [0, 3, 0],
    [2, 3],
  ];
  data.views = [
    view({ level: 0, shapes: [0, 1, "layer 1", 5], edges: folded }),
    view({ level: 1, shapes: [0, 1, "layer 1/neuron 1", 5], frames: ["layer 1"], edges: folded }),
    view({ level: 2, shapes: [0, 1, 2, 3, 4, 5], edges: every }),
    view({ path: "layer 1", shapes: [0, 1, "layer 1/neuron 1", 5], edges: folded }),
    view({ path: "layer 1/neuron 1", shapes: [0, 1, 2, 3, 4], edges: inside }),
  ];
  data.layouts[0].frames = [[0, 0, 100, 100]];
  data.view = 2;
  return new Graph(data, RULES);
}

/** y = log(p)·x, which has no number where p is not positive. */
export function logarithm() {
  const data = page({
    names: ["p", "v₁", "x", "y"],
    kinds: [LEAF, LOG, LEAF, TIMES],
    inputs: [[], [0], [], [1, 2]],
    values: [1, 0, 2, 0],
    partials: [[], [1], [], [2, 0]],
  });
  return new Graph(data, RULES);
}

/** y = x·2: one leaf and a constant. */
export function doubled(name = "x") {
  const data = page({
    names: [name, "2", "y"],
    kinds: [LEAF, CONSTANT, SCALED],
    inputs: [[], [], [0, 1]],
    values: [3, 2, 6],
    partials: [[], [], [2, 3]],
  });
  return new Graph(data, RULES);
}

/**
 * x + x + …, so many times: as many paths lead to the one leaf.
 * @param {number} paths
 */
export function manyPaths(paths) {
  const nodes = Array.from({ length: paths }, (_, k) => k);
  const data = page({
    names: ["x", ...nodes.slice(1).map((k) => numbered("v", k))],
    kinds: [LEAF, ...nodes.slice(1).map(() => PLUS)],
    inputs: [[], ...nodes.slice(1).map((k) => [k - 1, 0])],
    values: nodes.map((k) => k + 1),
    partials: [[], ...nodes.slice(1).map(() => [1, 1])],
  });
  return new Graph(data, RULES);
}

/**
 * So many leaves, added up in a box, closed in the first view.
 * @param {number} count
 */
export function manyLeaves(count) {
  const leaves = Array.from({ length: count }, (_, k) => k);
  const sums = leaves.slice(1);
  const node = (/** @type {number} */ k) => (k === 0 ? 0 : count + k - 1);
  const data = page({
    names: [...leaves.map((k) => numbered("x", k)), ...sums.map((k) => numbered("v", k))],
    kinds: [...leaves.map(() => LEAF), ...sums.map(() => PLUS)],
    inputs: [...leaves.map(() => []), ...sums.map((k) => [node(k - 1), k])],
    values: [...leaves.map(() => 1), ...sums.map((k) => k + 1)],
    partials: [...leaves.map(() => []), ...sums.map(() => [1, 1])],
    scopes: ["sum"],
    scope: [...leaves, ...sums].map(() => 0),
    levels: ["sum"],
  });
  data.views.unshift(view({ level: 0, shapes: ["sum"], edges: [] }));
  data.views[1].level = 1;
  return new Graph(data, RULES);
}

/** y = x·x in a box, closed in the first view: two edges lead from x into it. */
export function squared() {
  const data = page({
    names: ["x", "y"],
    kinds: [LEAF, TIMES],
    inputs: [[], [0, 0]],
    values: [3, 9],
    partials: [[], [3, 3]],
    scopes: ["", "square"],
    scope: [0, 1],
    levels: ["square"],
  });
  data.views.unshift(view({ level: 0, shapes: [0, "square"], edges: [[0, 1]] }));
  data.views[1].level = 1;
  return new Graph(data, RULES);
}

/** z = y·y, where y = x·x. */
export function squaredTwice() {
  const data = page({
    names: ["x", "y", "z"],
    kinds: [LEAF, TIMES, TIMES],
    inputs: [[], [0, 0], [1, 1]],
    values: [3, 9, 81],
    partials: [[], [3, 3], [9, 9]],
  });
  return new Graph(data, RULES);
}

/**
 * The sum over samples of (w·x)², w shared, built up one after another in a scope.
 * @param {number} count
 * @param {object} options  what is otherwise than in a batch
 * @param {string[]} [options.scopes]  of the samples, in place of one for all
 * @param {(k: number) => number[]} [options.factors]
 * @param {(k: number) => number[]} [options.halves]  of the square
 */
export function batch(count, options = {}) {
  const scopes = options.scopes ?? ["", "neuron 1"];
  const factors = options.factors ?? ((k) => [0, 1 + 3 * k]);
  const halves = options.halves ?? ((k) => [2 + 3 * k, 2 + 3 * k]);
  const each = Array.from({ length: count }, (_, k) => k);
  const sums = each.slice(1);
  const end = 1 + 3 * count;
  const scope = (/** @type {number} */ k) => Math.min(1 + k, scopes.length - 1);
  const data = page({
    names: ["w", ...each.flatMap((k) => [`x${k}`, `z${k}`, `l${k}`]), ...sums.map((k) => `s${k}`)],
    kinds: [LEAF, ...each.flatMap(() => [LEAF, TIMES, TIMES]), ...sums.map(() => PLUS)],
    inputs: [
      [],
      ...each.flatMap((k) => [[], factors(k), halves(k)]),
      ...sums.map((k) => [k === 1 ? 3 : end + k - 2, 3 + 3 * k]),
    ],
    values: [2, ...each.flatMap((k) => [k, 2 * k, 4 * k * k]), ...sums.map((k) => k)],
    partials: [[], ...each.flatMap((k) => [[], [k, 2], [2 * k, 2 * k]]), ...sums.map(() => [1, 1])],
    scopes,
    scope: [0, ...each.flatMap((k) => [0, scope(k), scope(k)]), ...sums.map(() => 0)],
  });
  return new Graph(data, RULES);
}

export const session = (graph = boxed()) => new Session(graph);

/**
 * Numbers that look random and are the same each time.
 * @param {number} seed
 */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
