// @ts-check
// A session as the part of an address behind #, and back.

/** @import { Fault } from "./faults.js" */
/** @import { Graph } from "./graph.js" */
/** @import { Session } from "./session.js" */

import { FIRST_RATE, heldAtFirst } from "./descent.js";
import { FAULTS } from "./faults.js";
import { TEXT_SIZES } from "./look.js";
import { netAddress, netPlace } from "./net_address.js";

/** @typedef {[key: string, value: string | number]} Part */

/**
 * One piece of what an address holds.
 * @typedef {object} Entry
 * @property {(session: Session) => Part[]} write  nothing where it is as the page begins
 * @property {(session: Session, wanted: URLSearchParams) => void} read  nonsense is left out
 */

/** @type {Entry} */
const NUMBERS = {
  write: ({ graph, computed }) => {
    const edited = graph.leaves.filter((leaf) => computed.start[leaf] !== graph.values[leaf]);
    return edited.map((leaf) => [`n${leaf}`, computed.start[leaf]]);
  },
  read: (session, wanted) => {
    session.computed = session.computedFrom(numbersOf(session.graph, wanted));
  },
};

/** @type {Entry} */
const FAULT = {
  write: ({ fault }) => (fault ? [["fault", fault]] : []),
  read: (session, wanted) => {
    const fault = /** @type {Fault} */ (wanted.get("fault") ?? "");
    session.chooseFault(Object.hasOwn(FAULTS, fault) ? fault : null);
  },
};

/** @type {Entry} */
const STEP = {
  write: ({ position }) => (position ? [["step", position]] : []),
  read: (session, wanted) => {
    const step = Math.round(Number(wanted.get("step") ?? 0));
    session.position = Math.min(Math.max(step || 0, 0), session.graph.stepCount);
    session.reveal();
  },
};

/** @type {Entry} */
const VIEW = {
  write: ({ graph, view, story, isChosen }) => {
    const inNet = story ? netAddress(story.shown) : [];
    const { path, level } = graph.views[view];
    const mayOpenElsewhere = isChosen && level >= 0; // in a window of another size
    if (view === graph.data.view && !mayOpenElsewhere) return inNet;
    return [path ? ["box", path] : ["level", level], ...inNet];
  },
  read: (session, wanted) => {
    const { graph } = session;
    const view = viewOf(graph, wanted);
    session.show(view < 0 ? graph.data.view : view, netPlace(graph, wanted));
    session.isChosen = view >= 0;
  },
};

/** @type {Entry} */
const HELD = {
  write: ({ graph, held }) => {
    const first = heldAtFirst(graph);
    const turned = graph.leaves.filter((leaf) => held.has(leaf) !== first.has(leaf));
    return turned.length ? [["turned", turned.join()]] : [];
  },
  read: (session, wanted) => {
    const turned = (wanted.get("turned") ?? "").split(",");
    const first = heldAtFirst(session.graph);
    const isHeld = (/** @type {number} */ leaf) =>
      first.has(leaf) !== turned.includes(String(leaf));
    session.held = new Set(session.graph.leaves.filter(isHeld));
  },
};

/** @type {Entry} */
const RATE = {
  write: ({ rate }) => (rate === FIRST_RATE ? [] : [["rate", rate]]),
  read: (session, wanted) => {
    session.rate = wanted.get("rate") ?? FIRST_RATE;
  },
};

/** @type {Entry} */
const PREDICT = {
  write: ({ predicting }) => (predicting ? [["predict", "on"]] : []),
  read: (session, wanted) => {
    session.predicting = wanted.get("predict") === "on";
  },
};

/** @type {Entry} */
const THEME = {
  write: ({ look }) => (look.dark === null ? [] : [["theme", look.dark ? "dark" : "light"]]),
  read: ({ look }, wanted) => {
    const theme = wanted.get("theme");
    if (theme === "dark" || theme === "light") look.dark = theme === "dark";
  },
};

/** @type {Entry} */
const SPEED = {
  write: ({ look }) => (look.speed === 1 ? [] : [["speed", look.speed]]),
  read: ({ look }, wanted) => {
    const speed = Number(wanted.get("speed"));
    look.speed = speed > 0 && speed <= 20 ? speed : 1;
  },
};

/** @type {Entry} */
const TEXT = {
  write: ({ look }) => (look.text === 1 ? [] : [["text", look.text]]),
  read: ({ look }, wanted) => {
    const text = Number(wanted.get("text"));
    look.text = TEXT_SIZES.includes(text) ? text : 1;
  },
};

/** @type {Entry} */
const SIGHT = {
  write: ({ look: { sight } }) => {
    if (!sight) return [];
    const { x, y, scale } = sight;
    return [["see", [x, y, scale].map((number) => Number(number.toPrecision(6))).join()]];
  },
  read: ({ look }, wanted) => {
    const [x, y, scale] = (wanted.get("see") ?? "").split(",").map(Number);
    look.sight = Number.isFinite(x + y) && scale > 0 && scale <= 4 ? { x, y, scale } : null;
  },
};

const ENTRIES = [STEP, VIEW, NUMBERS, HELD, RATE, FAULT, PREDICT, THEME, SPEED, TEXT, SIGHT];

/** @param {Session} session */
export function addressOf(session) {
  const parts = ENTRIES.flatMap((entry) => entry.write(session));
  return parts.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&");
}

/**
 * Put a session where an address says; what makes no sense is left out.
 * @param {Session} session
 * @param {string} address
 */
export function restore(session, address) {
  const wanted = new URLSearchParams(address);
  for (const entry of ENTRIES) entry.read(session, wanted);
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
 * -1 where an address says none.
 * @param {Graph} graph
 * @param {URLSearchParams} wanted
 */
function viewOf(graph, wanted) {
  const [box, level] = [wanted.get("box"), wanted.get("level")];
  return graph.views.findIndex((each) => {
    if (box !== null) return each.path === box;
    return level !== null && each.path === "" && each.level === Number(level);
  });
}
