// @ts-check
// Where the grids of a board stand: as large as there is room for, all with cells of one size.

/** @import { Board, Drawing, Panel } from "./board.js" */

const [SMALLEST, LARGEST] = [2, 38]; // pixels of a cell
const READABLE = 8; // pixels of a cell that is easy to point at
const TITLE = 20; // pixels above a grid
const [ACROSS, DOWN, MARGIN] = [20, 10, 12];
const LETTER = 6.4; // the width of one in a title, before which backward "∂L/∂" stands

/** @typedef {{panel: Panel, x: number, y: number, cell: number}} Placed */
/** @typedef {{width: number, height: number}} Room */

const [INCH, LARGE_INCH] = [52, 78]; // pixels of an inch of a diagram
const SHARE = 0.58; // of the height, that a diagram may take

/**
 * Where a diagram stands, in the upper part; null where its words would be too small.
 * @param {Drawing} drawing
 * @param {Room} room
 */
function roomOf({ frame: [[left, low], [right, high]] }, { width, height }) {
  const [wide, tall] = [right - left + 1.8, high - low + 1.3]; // with the names around
  const scale = Math.min(LARGE_INCH, width / wide, (SHARE * height) / tall);
  if (scale < INCH) return null;
  const box = { x: (width - wide * scale) / 2, y: 0, width: wide * scale, height: tall * scale };
  return { scale, box };
}

/**
 * The grids, below the diagram where there is room for both; else fewer grids.
 * @param {Board} board
 * @param {Room} room
 */
export function placedWithDiagram(board, room) {
  const drawing = board.diagram ? roomOf(board.diagram, room) : null;
  if (!drawing) return { drawing: null, places: placed(board, room) };
  const above = drawing.box.height;
  const below = { ...room, height: room.height - above };
  for (const tiles of kindsOfTiles(board)) {
    const found = largest({ ...board, tiles }, below, READABLE);
    if (found) return { drawing, places: found.map((each) => ({ ...each, y: each.y + above })) };
  }
  return { drawing: null, places: placed(board, room) };
}

/**
 * @param {Board} board
 * @param {Room} room
 * @returns {Placed[]}
 */
export function placed(board, room) {
  const kinds = kindsOfTiles(board);
  for (const least of [READABLE, SMALLEST]) {
    for (const tiles of kinds) {
      const found = largest({ ...board, tiles }, room, least);
      if (found) return found;
    }
  }
  const tiles = kinds[kinds.length - 1];
  const columns = Math.ceil(Math.sqrt(tiles.length));
  return arranged(board.first, tiles, SMALLEST, false, columns).all;
}

/** All tiles, then those with fewer panels. @param {Board} board */
const kindsOfTiles = ({ tiles, fewer = [] }) => [tiles, ...fewer];

/**
 * With cells as large as fit; null where none do.
 * @param {Board} board
 * @param {Room} room
 * @param {number} least
 */
function largest(board, room, least) {
  for (let cell = LARGEST; cell >= least; cell -= 1) {
    const found = fitting(board, room, cell);
    if (found) return found;
  }
  return null;
}

/**
 * The first panels to the left or above, the tiles in as many columns as fit.
 * @param {Board} board
 * @param {Room} room
 * @param {number} cell
 */
function fitting({ first, tiles, group = 1 }, { width, height }, cell) {
  const isGrouped = tiles.length % group === 0; // and not fewer
  for (const isBelow of [false, true]) {
    for (let columns = tiles.length; columns > 0; columns -= 1) {
      if (isGrouped && columns % group && group % columns) continue; // which would tear a group
      const found = arranged(first, tiles, cell, isBelow, columns);
      if (found.width > width || found.height > height) continue;
      const [x, y] = [(width - found.width) / 2, (height - found.height) / 2];
      return found.all.map((each) => ({
        ...each,
        x: Math.round(each.x + x),
        y: Math.round(each.y + y),
      }));
    }
  }
  return null;
}

/**
 * @param {Panel[]} first
 * @param {Panel[][]} tiles
 * @param {number} cell
 * @param {boolean} isBelow  the tiles, the first ones in a row above
 * @param {number} columns
 */
function arranged(first, tiles, cell, isBelow, columns) {
  const head = isBelow
    ? table(
        first.map((panel) => [panel]),
        first.length,
        cell,
      )
    : column(first, cell);
  const body = table(tiles, columns, cell);
  const gap = first.length && tiles.length ? 1 : 0;
  const [x, y] = isBelow ? [0, head.height + gap * DOWN] : [head.width + gap * ACROSS, 0];
  const middle = Math.max(0, (head.height - body.height) / 2);
  const moved = body.all.map((each) => ({
    ...each,
    x: each.x + x,
    y: each.y + y + (isBelow ? 0 : middle),
  }));
  const lower = isBelow ? 0 : Math.max(0, (body.height - head.height) / 2);
  const lowered = head.all.map((each) => ({ ...each, y: each.y + lower }));
  return {
    all: [...lowered, ...moved],
    width: MARGIN + (isBelow ? Math.max(head.width, body.width) : x + body.width),
    height: MARGIN + (isBelow ? y + body.height : Math.max(head.height, body.height)),
  };
}

/**
 * Panels below one another.
 * @param {Panel[]} panels
 * @param {number} cell
 */
function column(panels, cell) {
  /** @type {Placed[]} */
  const all = [];
  let [width, height] = [0, 0];
  for (const panel of panels) {
    all.push({ panel, x: 0, y: height + TITLE, cell });
    width = Math.max(width, panel.columns * cell, (panel.title.length + 5) * LETTER);
    height += TITLE + panel.rows * cell + DOWN;
  }
  return { all, width, height };
}

/**
 * Columns of panels in rows.
 * @param {Panel[][]} tiles
 * @param {number} columns
 * @param {number} cell
 */
function table(tiles, columns, cell) {
  const made = tiles.map((tile) => column(tile, cell));
  /** @type {Placed[]} */
  const all = [];
  let [x, y, width, height, row] = [0, 0, 0, 0, 0];
  for (const [k, tile] of made.entries()) {
    if (k % columns === 0) [x, y, row] = [0, y + row, 0];
    all.push(...tile.all.map((each) => ({ ...each, x: each.x + x, y: each.y + y })));
    x += tile.width + ACROSS;
    row = Math.max(row, tile.height);
    width = Math.max(width, x - ACROSS);
    height = y + row;
  }
  return { all, width, height };
}
