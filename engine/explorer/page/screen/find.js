// @ts-check
// The dialog that finds a node: how many there are as one types, and the way to each.

/** @import { Page } from "./page.js" */

import { nodesFound } from "../model/search.js";
import { grouped } from "../model/text.js";
import { at, make } from "./dom.js";

const MOST_LISTED = 50;

/** @param {Page} page */
export function listenToFind(page) {
  const field = at("wanted", HTMLInputElement);
  const show = () => list(page, field.value);
  field.addEventListener("input", show);
  at("find").addEventListener("click", () => {
    field.focus();
    field.select();
    show();
  });
  at("find-dialog").addEventListener("keydown", (event) => {
    const buttons = [...at("found").querySelectorAll("button")];
    const place = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    if (event.key === "Enter" && event.target === field) buttons[0]?.click();
    else if (event.key === "ArrowDown") buttons[Math.min(place + 1, buttons.length - 1)]?.focus();
    else if (event.key === "ArrowUp") (buttons[place - 1] ?? field).focus();
    else return;
    event.preventDefault();
  });
}

/**
 * @param {Page} page
 * @param {string} text
 */
function list(page, text) {
  const { graph } = page.session;
  const nodes = nodesFound(graph, text);
  const items = nodes.slice(0, MOST_LISTED).map((node) => {
    const button = make("button", { type: "button" });
    button.append(make("b", { textContent: graph.names[node] }));
    const kind = graph.isLeaf(node) ? "leaf" : graph.ruleName(node);
    const scope = graph.scopeOf(node);
    button.append(make("span", { textContent: scope ? `${kind} · ${scope}` : kind }));
    button.addEventListener("click", () => {
      at("find-dialog", HTMLDialogElement).close();
      page.visit(node);
    });
    const item = make("li");
    item.append(button);
    return item;
  });
  at("found").replaceChildren(...items);
  at("found-count").textContent = text.trim() ? countWords(nodes.length, graph.count) : "";
}

/**
 * @param {number} found
 * @param {number} all
 */
function countWords(found, all) {
  const listed = found > MOST_LISTED ? `; the first ${MOST_LISTED} are listed` : "";
  return `${grouped(found)} of ${grouped(all)} nodes${listed}`;
}
