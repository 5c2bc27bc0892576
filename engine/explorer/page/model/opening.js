// @ts-check
// What fits a window: a view across or down, whichever is larger; the view that a page opens with,
// a net's layers, else the deepest that can be read whole.

/** @import { Room } from "./camera.js" */
/** @import { Graph, Layout } from "./graph.js" */

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
    ({ layout }) => fitting(layoutFor(data.layouts[layout], room).size, room) >= READABLE,
  );
  return (readable ?? levels[levels.length - 1]).place;
}

/**
 * Across, unless it is larger downwards; neither is larger than its own size.
 * @param {Layout} layout
 * @param {Room} room
 */
export function layoutFor(layout, room) {
  const scale = (/** @type {Layout} */ { size }) => Math.min(1, fitting(size, room));
  return layout.down && scale(layout.down) > scale(layout) ? layout.down : layout;
}
