// @ts-check
// The page begins here: Python's data and rules in, a session on the screen.

/** @import { PageData, Rule } from "./model/graph.js" */

import { Graph } from "./model/graph.js";
import { openingView } from "./model/opening.js";
import { Session } from "./model/session.js";
import { counted } from "./model/text.js";
import { listen } from "./screen/controls.js";
import { at } from "./screen/dom.js";
import { Page } from "./screen/page.js";

/**
 * At once; in a frame that is not laid out yet, such as a hidden one, when there is room.
 * @param {(Rule | null)[]} rules
 */
export function begin(rules) {
  const picture = at("picture");
  if (picture.clientWidth) return start(rules);
  const observer = new ResizeObserver(() => {
    if (!picture.clientWidth) return;
    observer.disconnect();
    start(rules);
  });
  observer.observe(picture);
}

/** @param {(Rule | null)[]} rules */
function start(rules) {
  /** @type {PageData} */
  const data = JSON.parse(at("data").textContent ?? "");
  const picture = at("picture");
  const room = { width: picture.clientWidth, height: picture.clientHeight };
  const graph = new Graph(data, rules);
  showTitle(graph);
  data.view = openingView(graph, room);
  const page = new Page(new Session(graph));
  listen(page);
  page.restore();
}

/** @param {Graph} graph */
function showTitle({ data, leaves, forwardCount }) {
  if (data.heading) {
    at("title").textContent = data.heading;
  } else if (data.title) {
    at("title").innerHTML = data.title;
  } else {
    const operations = counted(forwardCount, "operation", "operations");
    at("title").textContent = `${counted(leaves.length, "leaf", "leaves")}, ${operations}`;
  }
}
