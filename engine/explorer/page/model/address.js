// @ts-check
// A session as the part of an address behind #, and back: the step, the view, the numbers changed.

/** @import { Graph } from "./graph.js" */
/** @import { Session } from "./session.js" */

/**
 * @param {Session} session
 * @param {boolean | null} dark  null: as the system has it
 */
export function addressOf({ graph, position, view, computed }, dark) {
  const parts = [];
  if (position) parts.push(`step=${position}`);
  if (view !== graph.data.view) {
    const { path, level } = graph.views[view];
    parts.push(path ? `box=${encodeURIComponent(path)}` : `level=${level}`);
  }
  for (const leaf of graph.leaves) {
    const number = computed.start[leaf];
    if (number !== graph.values[leaf]) parts.push(`n${leaf}=${number}`);
  }
  if (dark !== null) parts.push(`theme=${dark ? "dark" : "light"}`);
  return parts.join("&");
}

/**
 * Put a session where an address says; what makes no sense is left out.
 * @param {Session} session
 * @param {string} address
 */
export function restore(session, address) {
  const { graph } = session;
  const wanted = new URLSearchParams(address);
  session.computed = session.computedFrom(numbersOf(graph, wanted));
  const step = Math.round(Number(wanted.get("step") ?? 0));
  session.position = Math.min(Math.max(step || 0, 0), graph.stepCount);
  session.reveal();
  session.show(viewOf(graph, wanted));
}

/**
 * @param {Graph} graph
 * @param {URLSearchParams} wanted
 */
function numbersOf(graph, wanted) {
  const numbers = [...graph.values];
  if (!graph.editable) return numbers;
  for (const leaf of graph.leaves) {
    const text = wanted.get(`n${leaf}`);
    if (text && Number.isFinite(Number(text))) numbers[leaf] = Number(text);
  }
  return numbers;
}

/**
 * @param {Graph} graph
 * @param {URLSearchParams} wanted
 */
function viewOf(graph, wanted) {
  const [box, level] = [wanted.get("box"), wanted.get("level")];
  const view = graph.views.findIndex((each) => {
    if (box !== null) return each.path === box;
    return level !== null && each.path === "" && each.level === Number(level);
  });
  return view >= 0 ? view : graph.data.view;
}

/**
 * Whether an address asks for dark; null where it does not say.
 * @param {string} address
 */
export function darkOf(address) {
  const theme = new URLSearchParams(address).get("theme");
  return theme === "dark" ? true : theme === "light" ? false : null;
}
