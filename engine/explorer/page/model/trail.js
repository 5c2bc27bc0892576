// @ts-check
// The way to other views: the levels, the boxes around, and a note on what is not drawn.

/** @import { Graph } from "./graph.js" */

import { grouped } from "./text.js";

/**
 * @typedef {object} Stop
 * @property {string} text
 * @property {string} kind  "label", "apart", "level" or "box"
 * @property {number} [view]  that a level shows
 * @property {string} [path]  that a box opens
 * @property {boolean} [isCurrent]
 */

/**
 * @param {Graph} graph
 * @param {number} current
 */
export function trailOf(graph, current) {
  const { path } = graph.views[current];
  const levels = levelsOf(graph, current);
  /** @type {Stop[]} */
  const trail =
    levels.length > 1 || path
      ? [{ text: "Show", kind: "label" }, ...levels]
      : [{ text: `${grouped(graph.count)} nodes`, kind: "label" }];
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
 * @returns {Stop[]}
 */
function levelsOf(graph, current) {
  return [...graph.views.entries()]
    .filter(([, { level }]) => level >= 0)
    .map(([view, { level }]) => ({
      text: levelName(graph.data.levels, level),
      kind: "level",
      view,
      isCurrent: view === current,
    }));
}

/**
 * @param {string[]} levels
 * @param {number} level
 */
function levelName(levels, level) {
  if (level === levels.length) return "every operation";
  return levels[level] ? `${levels[level]}s` : `level ${level + 1}`;
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
