// @ts-check
// The way to other views: the levels, the boxes around, and a note on what is not drawn.

/** @import { Graph } from "./graph.js" */
/** @import { Shown, Story } from "./stories.js" */

import { counted, grouped } from "./text.js";

const MOST_SAMPLES = 8; // that have a button

/**
 * @typedef {object} Stop
 * @property {string} text
 * @property {string} kind  "label", "apart", "level" or "box"
 * @property {number} [view]  that a level shows
 * @property {string} [path]  that a box opens
 * @property {Shown} [shown]  of a net, by that view
 * @property {boolean} [isCurrent]
 */

/**
 * @param {Graph} graph
 * @param {number} current
 * @param {Story | null} story
 */
export function trailOf(graph, current, story = null) {
  const { path } = graph.views[current];
  const levels = levelsOf(graph, current, story);
  /** @type {Stop[]} */
  const trail =
    levels.length > 1 || path
      ? [{ text: "Show", kind: "label" }, ...levels]
      : [{ text: counted(graph.count, "node", "nodes"), kind: "label" }];
  if (story?.net) trail.push(...netTrail(graph, current, story));
  const parts = path ? path.split("/") : [];
  for (const [k, part] of parts.entries()) {
    const isCurrent = k === parts.length - 1;
    trail.push({ text: "›", kind: "apart" });
    trail.push({ text: part, kind: "box", path: parts.slice(0, k + 1).join("/"), isCurrent });
  }
  return trail;
}

/**
 * @param {Graph} graph
 * @param {number} current
 * @param {Story | null} story
 * @returns {Stop[]}
 */
function levelsOf(graph, current, story) {
  return [...graph.views.entries()]
    .filter(([, { level }]) => level !== -1)
    .sort(([, a], [, b]) => a.level - b.level)
    .map(([view, { level, title }]) => ({
      text: title ?? levelName(graph.data.levels, level),
      kind: "level",
      view,
      isCurrent: view === current && !story?.shown.neuron,
    }));
}

/**
 * The samples, and the way into a neuron and on to its operations.
 * @param {Graph} graph
 * @param {number} view
 * @param {Story} story
 */
function netTrail({ data, views }, view, { shown, scope }) {
  const { sample, neuron } = shown;
  /** @type {Stop[]} */
  const trail = [];
  if (data.nets.length > 1) {
    trail.push({ text: `of ${counted(data.nets.length, "sample", "samples")}`, kind: "label" });
    for (const each of data.nets.slice(0, MOST_SAMPLES).keys()) {
      const text = String(each + 1);
      trail.push({
        text,
        kind: "level",
        view,
        shown: { ...shown, sample: each },
        isCurrent: each === sample,
      });
    }
  }
  if (!neuron) return trail;
  const text = `layer ${neuron.layer + 1}, neuron ${neuron.row + 1}`;
  trail.push({ text: "›", kind: "apart" });
  trail.push({ text, kind: "level", view, shown, isCurrent: true });
  if (!views.some(({ path }) => path === scope)) return trail;
  trail.push({ text: "›", kind: "apart" });
  trail.push({ text: "its operations", kind: "box", path: scope });
  return trail;
}

/**
 * @param {string[]} levels
 * @param {number} level
 */
function levelName(levels, level) {
  if (level === levels.length) return "every operation";
  return levels[level] || `level ${level + 1}`;
}

/**
 * @param {Graph} graph
 * @param {number} current
 */
export function noteOf(graph, current) {
  const { cut, level } = graph.views[current];
  const nodes = grouped(graph.count);
  if (cut) return `Of ${nodes} nodes, too many to lay out, those next to the output are drawn.`;
  const levels = graph.views.filter((view) => view.level >= 0).length;
  if (levels <= graph.data.levels.length && level >= 0) {
    return `${nodes} nodes are too many to lay out at once: open a box to see into it.`;
  }
  if (graph.editable) return "";
  return `${graph.data.missing} is a rule that this page cannot compute: numbers stay as they are.`;
}
