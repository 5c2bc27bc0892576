// @ts-check
// The layers view drawn: columns of circles, pills or cells, weights as edges; numbers at each step.

/** @import { Moment } from "../model/moment.js" */
/** @import { Unit } from "../model/net_columns.js" */
/** @import { Standing } from "../model/net_layout.js" */
/** @import { NetStory } from "../model/net_story.js" */
/** @import { Quantity } from "../model/quantity.js" */
/** @import { Viewport } from "./viewport.js" */

import { sizeIn } from "../model/camera.js";
import { figureOfColumn, imageOfWeights } from "../model/net_figures.js";
import { laidOut } from "../model/net_layout.js";
import { shortened } from "../model/text.js";
import { draw } from "./dom.js";
import { Grid } from "./grid.js";
import { Edges } from "./net_edges.js";
import { UnitMark } from "./net_unit.js";

const LETTER = 7; // the width of one in a title

/**
 * @typedef {object} NetPresses
 * @property {(unit: Unit) => void} onUnit
 * @property {(leaf: number) => void} onLeaf
 */

export class NetPicture {
  /**
   * @param {HTMLElement} world
   * @param {Viewport} viewport
   * @param {NetStory} story
   * @param {NetPresses} presses
   */
  constructor(world, viewport, story, presses) {
    this.world = world;
    this.viewport = viewport;
    this.story = story;
    this.presses = presses;
    /** @type {UnitMark[]} */
    this.units = [];
    /** @type {Grid[]} */
    this.grids = [];
    /** @type {Edges[]} */
    this.edges = [];
    /** @type {Moment | null} */
    this.moment = null;
    /** @type {{width: number, height: number} | null} */
    this.size = null;
    this.fit();
  }

  /** Laid out anew where the room is another. */
  fit() {
    const before = this.size;
    this.size = sizeIn(this.viewport.room);
    const isSame = before?.width === this.size.width && before.height === this.size.height;
    if (!isSame) this.build(laidOut(this.story.columns, this.size));
    const whole = { x: this.size.width / 2, y: this.size.height / 2 };
    this.viewport.fit([this.size.width, this.size.height], whole, true);
    if (this.moment && !isSame) this.update(this.moment);
  }

  /** @param {Standing[]} standings */
  build(standings) {
    const { width, height } = this.size ?? { width: 0, height: 0 };
    this.world.replaceChildren();
    const svg = draw(this.world, "svg", {
      class: "net",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
    });
    const lines = draw(svg, "g");
    this.edges = standings.slice(1).map((each, k) => new Edges(standings[k], each, lines));
    [this.units, this.grids] = [[], []];
    for (const each of standings) {
      titles(svg, each);
      if (each.look === "cells") this.cells(svg, each);
      else this.marks(svg, each);
    }
  }

  /** @param {SVGElement} svg  @param {Standing} standing */
  marks(svg, { column, look, boxes, images }) {
    for (const [k, box] of boxes.entries()) {
      const unit = column.unit(k);
      if (images.length && column.layer) {
        const figure = imageOfWeights(column.layer, k);
        const where = { x: images[k].x, y: images[k].y, cell: images[k].width / figure.columns };
        this.grids.push(new Grid(svg, figure, where, (cell) => this.pick(figure.at(cell))));
      }
      const mark = new UnitMark(svg, unit, box, look, column);
      this.viewport.onPress(mark.group, () => this.presses.onUnit(unit));
      this.units.push(mark);
    }
  }

  /** @param {SVGElement} svg  @param {Standing} standing */
  cells(svg, { column, boxes, grid }) {
    const figure = figureOfColumn(column, grid);
    const where = { x: boxes[0].x, y: boxes[0].y, cell: grid.cell };
    const onPress = (/** @type {number} */ k) => {
      if (k < column.count) this.presses.onUnit(column.unit(k));
    };
    this.grids.push(new Grid(svg, figure, where, onPress));
  }

  /** @param {Quantity | null} quantity */
  pick(quantity) {
    if (quantity?.leaf !== null && quantity) this.presses.onLeaf(quantity.leaf ?? 0);
  }

  /** @param {Moment} moment */
  update(moment) {
    this.moment = moment;
    const step = this.story.stepAt(moment.position);
    for (const unit of this.units) unit.update(moment, unit.isActive(step));
    for (const grid of this.grids) grid.update(moment);
    const { values } = moment.computed;
    for (const edges of this.edges) edges.update(values, step.layer?.number === edges.layer);
  }
}

/** @param {SVGElement} svg  @param {Standing} standing */
function titles(svg, { column, middle, width }) {
  const most = Math.max(4, Math.floor(width / LETTER));
  const place = { x: middle, "text-anchor": "middle" };
  const fitting = (/** @type {string[]} */ texts) =>
    texts.find((text) => text.length <= most) ?? shortened(texts[texts.length - 1], most);
  draw(svg, "text", { ...place, y: 14, class: "title" }, fitting(column.titles));
  draw(svg, "text", { ...place, y: 31, class: "note" }, fitting(column.notes));
}
