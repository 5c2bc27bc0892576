// @ts-check
// The panel of a net's step: its formulas, its matrices as grids of colour, what they mean.

/** @import { Moment } from "../model/moment.js" */
/** @import { Figure } from "../model/net_figures.js" */
/** @import { Story } from "../model/stories.js" */

import { formula } from "../model/writing.js";
import { at, make } from "./dom.js";
import { Grid } from "./grid.js";

const WIDEST = 200; // pixels of one grid
const HIGHEST = 150;
const LARGEST_CELL = 15;

/**
 * @param {Story} story
 * @param {Moment} moment
 * @param {(leaf: number) => void} onLeaf
 */
export function showNetStep(story, moment, onLeaf) {
  at("arithmetic").innerHTML = story.formulas(moment);
  at("arithmetic").className = "net-formulas";
  const words = make("p", { className: "net-words", textContent: story.sentence(moment) });
  const figures = make("div", { className: "figures" });
  for (const figure of story.figures(moment)) figures.append(shown(figure, moment, onLeaf));
  at("details").replaceChildren(words, figures);
}

/**
 * @param {Figure} figure
 * @param {Moment} moment
 * @param {(leaf: number) => void} onLeaf
 */
function shown(figure, moment, onLeaf) {
  const { rows, columns, sign, math } = figure;
  const cell = Math.min(LARGEST_CELL, WIDEST / columns, HIGHEST / rows);
  const element = make("figure");
  if (sign) element.append(make("span", { className: "sign", textContent: sign }));
  const body = make("div");
  const grid = new Grid(body, figure, { x: 0, y: 0, cell }, (k) => {
    const leaf = figure.at(k)?.leaf ?? null;
    if (leaf !== null) onLeaf(leaf);
  });
  const caption = make("figcaption");
  caption.innerHTML = formula(math);
  body.append(caption);
  element.append(body);
  grid.update(moment);
  return element;
}
