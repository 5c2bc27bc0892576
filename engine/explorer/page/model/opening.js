// @ts-check
// Which view a page opens with: a net's layers, else the deepest that can be read whole.

/** @import { Room } from "./camera.js" */
/** @import { Graph } from "./graph.js" */

import { fitting, READABLE } from "./camera.js";

/**
 * Where no view can be read whole, the most folded one: its parts come into sight step by step.
 * @param {Graph} graph
 * @param {Room} room  of the picture
 */
export function openingView({ data, views }, room) {
  if (views[data.view].level < -1) return data.view;
  const levels = views
    .map(({ layout, level }, place) => ({ layout, level, place }))
    .filter(({ level }) => level >= 0)
    .sort((a, b) => b.level - a.level);
  const readable = levels.find(
    ({ layout }) => fitting(data.layouts[layout].size, room) >= READABLE,
  );
  return (readable ?? levels[levels.length - 1]).place;
}
