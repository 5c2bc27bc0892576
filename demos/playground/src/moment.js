// @ts-check
// The moment of a page, as the explorer writes it: step=3&n0=2&theme=dark.

const OF_ANY_GRAPH = ["step", "predict", "theme", "speed", "text"];

/**
 * What of it holds for the graph of a changed program too: no numbers, no boxes, no place in it.
 * @param {string} moment
 */
export function momentAfterChange(moment) {
  const parts = [...new URLSearchParams(moment)].filter(([key]) => OF_ANY_GRAPH.includes(key));
  return new URLSearchParams(parts).toString();
}
