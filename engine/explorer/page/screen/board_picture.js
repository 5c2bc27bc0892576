// @ts-check
// A board drawn: its grids, and what belongs to the cell that is pointed at, or to the step.

/** @import { Board, BoardStory, Focus } from "../model/board.js" */
/** @import { Placed } from "../model/board_layout.js" */
/** @import { Moment } from "../model/moment.js" */
/** @import { Figure } from "../model/net_figures.js" */
/** @import { Presses } from "./picture.js" */
/** @import { Viewport } from "./viewport.js" */

import { placedWithDiagram } from "../model/board_layout.js";
import { sizeIn } from "../model/camera.js";
import { gradientOf } from "../model/quantity.js";
import { drawDiagram } from "./board_diagram.js";
import { draw, set } from "./dom.js";
import { Grid } from "./grid.js";
import { pictures } from "./picture.js";

class LinkedGrid extends Grid {
  /** @type {(cell: number | null) => void} */
  onPoint = () => {};

  /** @param {number} k */
  point(k) {
    super.point(k);
    this.onPoint(this.cells[k] ? k : null);
  }

  leave() {
    super.leave();
    this.onPoint(null);
  }

  /** Other numbers in the same cells. */
  renew() {
    for (const k of this.cells.keys()) this.cells[k] = this.figure.at(k);
    this.look = "";
  }
}

class BoardPicture {
  /**
   * @param {HTMLElement} world
   * @param {Viewport} viewport
   * @param {BoardStory} story
   * @param {Presses} presses
   */
  constructor(world, viewport, story, presses) {
    this.world = world;
    this.viewport = viewport;
    this.story = story;
    this.presses = presses;
    this.size = { width: 0, height: 0 };
    /** @type {Map<string, {grid: LinkedGrid, place: Placed}>} */
    this.grids = new Map();
    /** @type {SVGElement | null} */
    this.marks = null;
    /** @type {Map<string, SVGElement>} */
    this.faces = new Map(); // of a diagram's parts
    this.isBackward = false;
    /** @type {Moment | null} */
    this.moment = null;
    this.fit();
  }

  /** Laid out anew where the room is another. */
  fit() {
    const before = this.size;
    this.size = sizeIn(this.viewport.room);
    const isSame = before.width === this.size.width && before.height === this.size.height;
    if (!isSame) this.build();
    const whole = { x: this.size.width / 2, y: this.size.height / 2 };
    this.viewport.fit([this.size.width, this.size.height], whole, true);
  }

  build() {
    const { width, height } = this.size;
    const { board } = this.story;
    this.world.replaceChildren();
    const svg = draw(this.world, "svg", {
      class: "net board",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
    });
    this.grids = new Map();
    this.faces = new Map();
    const { drawing, places } = placedWithDiagram(board, this.size);
    if (drawing && board.diagram) {
      this.faces = drawDiagram(svg, board.diagram, drawing.box, drawing.scale);
    }
    for (const place of places) this.panel(svg, board, place);
    this.marks = draw(svg, "g", { class: "marks" });
    if (this.moment) this.update(this.moment);
  }

  /**
   * @param {SVGElement} svg
   * @param {Board} board
   * @param {Placed} place
   */
  panel(svg, board, place) {
    const { panel, x, y, cell } = place;
    const title = this.isBackward ? `∂L/∂ ${panel.title}` : panel.title;
    draw(svg, "text", { x, y: y - 6, class: "note" }, title);
    /** @type {Figure} */
    const figure = {
      name: title,
      math: "",
      rows: panel.rows,
      columns: panel.columns,
      at: (k) => this.quantityOf(panel.node(k)),
      sign: "",
    };
    const onPress = (/** @type {number} */ k) => {
      const node = panel.node(k);
      if (node === null) return;
      if (board.quantity(node).leaf !== null) this.presses.onLeaf(node);
      else this.presses.onNode(node);
    };
    const grid = new LinkedGrid(svg, figure, { x, y, cell }, onPress);
    grid.onPoint = (k) => this.point(k === null ? null : { id: panel.id, cell: k });
    this.grids.set(panel.id, { grid, place });
  }

  /** @param {number | null} node */
  quantityOf(node) {
    if (node === null) return null;
    const quantity = this.story.board.quantity(node);
    return this.isBackward ? gradientOf(node, `∂L/∂${quantity.name}`) : quantity;
  }

  /** @param {Focus | null} focus  null: that of the step */
  point(focus) {
    if (!this.moment || !this.marks) return;
    const { board } = this.story;
    const shown = focus ?? this.story.focusAt(this.moment.position);
    board.look?.(shown);
    const window = this.grids.get("window");
    if (window) {
      window.grid.renew();
      window.grid.update(this.moment);
    }
    const parts = board.parts?.(shown) ?? [];
    for (const [name, face] of this.faces) {
      set(face, "stroke-width", parts.includes(name) ? "3" : "1.2");
    }
    this.marks.replaceChildren();
    for (const { id, x, y, width, height } of board.marks(shown)) {
      const found = this.grids.get(id);
      if (!found) continue;
      const { cell, ...corner } = found.place;
      draw(this.marks, "rect", {
        x: corner.x + x * cell - 1,
        y: corner.y + y * cell - 1,
        width: width * cell + 1,
        height: height * cell + 1,
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 2,
        "pointer-events": "none",
        "data-panel": id,
      });
    }
  }

  /** @param {Moment} moment */
  update(moment) {
    const isBackward = moment.phase === "backward";
    this.moment = moment;
    if (isBackward !== this.isBackward) {
      this.isBackward = isBackward;
      return this.build();
    }
    for (const { grid } of this.grids.values()) grid.update(moment);
    this.point(null);
  }
}

pictures[-3] = BoardPicture;
