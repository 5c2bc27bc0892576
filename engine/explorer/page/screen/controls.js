// @ts-check
// Buttons, fields and keys: which of them asks for what.

/** @import { Page } from "./page.js" */

import { isDialogOpen, listenToDialogs } from "./dialogs.js";
import { at } from "./dom.js";
import { listenToFind } from "./find.js";
import { listenToSharing } from "./share.js";
import { listenToFullScreen, listenToMenu, toggleFullScreen } from "./size.js";

const [LARGER, SMALLER] = [1.25, 0.8];

/** @param {Page} page */
export function listen(page) {
  listenToSteps(page);
  listenToDialogs();
  listenToSharing(page);
  listenToFind(page);
  listenToFullScreen();
  listenToMenu();
  const clicks = {
    play: () => page.play(),
    show: () => page.reveal(),
    predict: () => page.togglePredicting(),
    enlarge: () => page.enlarge(),
    theme: () => page.toggleTheme(),
    reset: () => page.reset(),
    undo: () => page.undo(),
    redo: () => page.redo(),
    "next-note": () => page.nextNote(),
    fit: () => page.picture.fit(),
    larger: () => page.picture.viewport.zoom(LARGER),
    smaller: () => page.picture.viewport.zoom(SMALLER),
  };
  for (const [id, action] of Object.entries(clicks)) at(id).addEventListener("click", action);
  at("quiz").addEventListener("submit", (event) => {
    event.preventDefault();
    page.check();
  });
  const speed = at("speed", HTMLSelectElement);
  speed.addEventListener("change", () => page.playAt(Number(speed.value)));
  addEventListener("hashchange", () => page.restore());
  addEventListener("resize", () => page.resize());
  addEventListener("beforeprint", () => page.putOnPaper(true));
  addEventListener("afterprint", () => page.putOnPaper(false));
  addEventListener("keydown", (event) => onKey(event, page));
}

/** @param {Page} page */
function listenToSteps(page) {
  for (const [id, move] of Object.entries(movesOf(page))) {
    at(id).addEventListener("click", () => {
      page.player.pause();
      move();
    });
  }
  const slider = at("slider", HTMLInputElement);
  slider.addEventListener("input", () => {
    page.player.pause();
    page.go(page.session.stops[Number(slider.value)]);
  });
}

/** @param {Page} page */
const movesOf = (page) => ({
  first: () => page.go(0),
  back: () => page.back(),
  next: () => page.next(),
  last: () => page.go(page.session.lastStop),
});

/**
 * @param {KeyboardEvent} event
 * @param {Page} page
 */
function onKey(event, page) {
  if (isDialogOpen()) return;
  const target = /** @type {Element} */ (event.target);
  if (isUndoing(event, target)) {
    if (event.shiftKey || event.key.toLowerCase() === "y") page.redo();
    else page.undo();
    event.preventDefault();
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = /** @type {HTMLElement | null} */ (target.closest("input, select, textarea"));
  if (field && event.key === "Escape") field.blur();
  if (field && field.id !== "slider") return;
  const action = actionOf(event.key, page, target);
  if (!action) return;
  action();
  event.preventDefault();
}

/**
 * Ctrl+Z, Ctrl+Shift+Z or Ctrl+Y; a field for a guess or a word has an undo of its own.
 * @param {KeyboardEvent} event
 * @param {Element} target
 */
function isUndoing({ ctrlKey, metaKey, key }, target) {
  const isText = target.matches(
    "input:not([type=number], [type=range], [type=checkbox]), textarea",
  );
  return (ctrlKey || metaKey) && ["z", "y"].includes(key.toLowerCase()) && !isText;
}

/**
 * @param {string} key
 * @param {Page} page
 * @param {Element} target
 * @returns {(() => void) | undefined}
 */
function actionOf(key, page, target) {
  const { first: Home, last: End, next: ArrowRight, back: ArrowLeft } = movesOf(page);
  const moves = new Map(Object.entries({ Home, End, ArrowRight, ArrowLeft }));
  const move = moves.get(key);
  if (move) {
    return () => {
      page.player.pause();
      move();
    };
  }
  if (key === " ") return target.closest("button, [role=button]") ? undefined : () => page.play();
  const { picture } = page;
  return new Map([
    ["+", () => picture.viewport.zoom(LARGER)],
    ["-", () => picture.viewport.zoom(SMALLER)],
    ["0", () => picture.fit()],
    ["n", () => page.nextNote()],
    ["f", toggleFullScreen],
    ["/", () => at("find").click()],
    ["?", () => at("keys").click()],
  ]).get(key);
}
