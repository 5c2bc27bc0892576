// @ts-check
// Carries out what is asked: changes the session, then shows it.

/** @import { Unit } from "../model/net_columns.js" */
/** @import { Shown } from "../model/stories.js" */
/** @import { Session } from "../model/session.js" */

import { addressOf, restore } from "../model/address.js";
import { nextNote } from "../model/lecture.js";
import { Nudge, NudgedMoment } from "../model/nudge.js";
import { openingView } from "../model/opening.js";
import { viewShowing } from "../model/search.js";
import { at } from "./dom.js";
import { Downhill } from "./downhill.js";
import { Faults } from "./faults.js";
import { showPlaying, showSteps } from "./footer.js";
import { Leaves } from "./leaves.js";
import { showMarks, showNotes } from "./lecture.js";
import { address, opening, rememberSoon } from "./location.js";
import { showNudge } from "./nudge.js";
import { Picture } from "./picture.js";
import { Player } from "./player.js";
import { showTextSize } from "./size.js";
import { showStep } from "./step.js";
import { Theme } from "./theme.js";
import { showNote, showTrail } from "./trail.js";

export class Page {
  /** @param {Session} session */
  constructor(session) {
    this.session = session;
    this.sight = session.look.sight; // to come back to after printing
    this.theme = new Theme(session.look);
    this.picture = new Picture(at("picture"), session, {
      onNode: (node) => this.jumpTo(node),
      onOpen: (path) => this.open(path),
      onClose: (path) => this.close(path),
      onSee: () => this.seen(),
      onUnit: (unit) => this.openUnit(unit),
      onLeaf: (leaf) => this.pick(leaf),
    });
    this.leaves = new Leaves(session, {
      onEdit: (leaf, number) => this.edit(leaf, number),
      onEdited: () => session.history.seal(),
      onNudge: (leaf, delta) => this.nudge(leaf, delta),
      onHeld: () => this.rememberSoon(),
    });
    const changed = () => this.render({ isStill: true });
    this.downhill = new Downhill(session, changed);
    this.faults = new Faults(session, () => (session.story ? this.renderView() : changed()));
    this.player = new Player({
      isOver: () => session.isAtEnd || session.asking,
      next: () => this.next(),
      speed: () => session.look.speed,
      show: showPlaying,
    });
  }

  // Show the session

  render({ isStill = false } = {}) {
    const { session, picture } = this;
    const { moment } = session;
    picture.update(moment);
    if (!isStill) picture.keepInSight(moment);
    showStep(session, moment, (leaf) => this.pick(leaf));
    this.leaves.update(moment);
    this.downhill.update();
    this.faults.update();
    showSteps(session, moment);
    showNotes(session);
    at("reset").hidden = !session.computed.edited;
    this.rememberSoon();
  }

  /** After another view was chosen. */
  renderView() {
    const { session, picture } = this;
    picture.show(session.sketch, session.story);
    this.leaves.list();
    showMarks(session);
    this.render({ isStill: true });
    showTrail(
      session,
      (view, shown) => this.showView(view, shown),
      (path) => this.open(path),
    );
  }

  // Steps

  /** @param {number} position */
  go(position) {
    this.session.go(position);
    this.render();
  }

  next() {
    const { session } = this;
    if (session.asking) {
      this.reveal();
    } else if (!session.isAtEnd) {
      session.next();
      this.render();
      if (session.asking && !at("guess").hidden) at("guess").focus({ preventScroll: true });
    }
  }

  back() {
    this.session.back();
    this.render();
  }

  nextNote() {
    const { session, player } = this;
    if (!session.graph.data.notes.length) return;
    player.pause();
    this.go(nextNote(session));
  }

  /** @param {number} node */
  jumpTo(node) {
    this.player.pause();
    if (this.session.question?.kind === "which") {
      this.session.pick(node);
      return this.showVerdict();
    }
    const position = this.session.positionOf(node);
    if (position !== null) return this.go(position);
    selectField(node);
  }

  play() {
    if (this.player.isPlaying) {
      this.player.pause();
    } else {
      if (this.session.isAtEnd) this.go(0);
      this.player.play();
    }
  }

  // Numbers

  /**
   * @param {number} leaf
   * @param {number} number
   */
  edit(leaf, number) {
    this.session.edit(leaf, number);
    this.render({ isStill: true });
  }

  reset() {
    this.session.reset();
    this.render();
  }

  /**
   * @param {number} leaf
   * @param {number | null} delta  null: let go
   */
  nudge(leaf, delta) {
    this.player.pause();
    if (delta === null) return this.render({ isStill: true });
    const nudge = new Nudge(this.session.computed, leaf, delta);
    this.picture.update(new NudgedMoment(nudge));
    this.leaves.showNudge(nudge);
    showNudge(nudge);
  }

  undo() {
    this.session.undo();
    this.render({ isStill: true });
  }

  redo() {
    this.session.redo();
    this.render({ isStill: true });
  }

  // Predicting

  togglePredicting() {
    this.session.togglePredicting();
    at("predict").setAttribute("aria-pressed", String(this.session.predicting));
    this.player.pause();
    this.render({ isStill: true });
  }

  check() {
    const field = at("guess", HTMLInputElement);
    const refused = this.session.guess(field.value);
    if (!refused) return this.showVerdict();
    field.setAttribute("aria-invalid", "true");
    at("verdict").className = "wrong";
    at("verdict").textContent = refused;
  }

  reveal() {
    this.session.reveal();
    this.showVerdict();
  }

  showVerdict() {
    this.render();
    at("next").focus({ preventScroll: true });
  }

  // Boxes

  /**
   * Show a node, in another view where it must be.
   * @param {number} node
   */
  visit(node) {
    const { session, picture, player } = this;
    player.pause();
    const view = viewShowing(session, node);
    if (view !== null && view !== session.view) this.showView(view);
    if (!picture.point(node)) showNote(`${session.graph.names[node]} is not drawn in this view.`);
  }

  /**
   * @param {number} view
   * @param {Shown} [shown]  of a net
   */
  showView(view, shown) {
    this.session.show(view, shown);
    this.renderView();
  }

  // Nets

  /** @param {Unit} unit */
  openUnit({ opens, lines }) {
    const { session } = this;
    const leaf = lines[0].quantity.leaf;
    if (leaf !== null) this.pick(leaf);
    if (!opens || !session.story) return;
    this.showView(session.view, { ...session.story.shown, neuron: opens });
  }

  /**
   * List a leaf first, and be ready to change it.
   * @param {number} leaf
   */
  pick(leaf) {
    const { story, moment } = this.session;
    if (story) story.picked = leaf;
    this.leaves.list();
    this.leaves.update(moment);
    selectField(leaf);
  }

  /** @param {string} path */
  open(path) {
    if (this.session.open(path)) this.renderView();
    else showNote(`${path} is too large to be drawn open.`);
  }

  /** @param {string} path */
  close(path) {
    this.session.close(path);
    this.renderView();
  }

  // The address, and what it says

  /** The address, which is never empty where an empty one would open at another moment. */
  get address() {
    return addressOf(this.session) || (opening() && "step=0");
  }

  rememberSoon() {
    rememberSoon(() => this.address);
  }

  restore() {
    const { session } = this;
    restore(session, address());
    const { sight } = session.look;
    this.theme.show();
    showTextSize(session.look);
    at("speed", HTMLSelectElement).value = String(session.look.speed);
    at("predict").setAttribute("aria-pressed", String(session.predicting));
    this.renderView();
    session.look.sight = sight; // which a new view forgets
    this.place();
  }

  get isOnPaper() {
    return at("picture").classList.contains("paper");
  }

  /** What a reader chose to see, or else the step; on paper all of it. */
  place() {
    const { session, picture } = this;
    if (this.isOnPaper) return picture.fit();
    picture.place(session.look.sight);
    if (!session.look.sight) picture.keepInSight(session.moment);
  }

  /**
   * A printed picture is whole, on a sheet of paper whatever the window is.
   * @param {boolean} isPrinting
   */
  putOnPaper(isPrinting) {
    const { look } = this.session;
    at("picture").classList.toggle("paper", isPrinting);
    if (isPrinting) this.sight = look.sight;
    else look.sight = this.sight;
    this.theme.show(isPrinting);
    this.turn();
    this.place();
    this.render({ isStill: true });
  }

  /** What was seen of a graph that is drawn otherwise now is not there any more. */
  resize() {
    if (this.refold() || this.turn()) this.session.look.sight = null;
    this.place();
  }

  /**
   * Show the view that a page would open with in the window as it is now; whether that is another.
   * What a reader chose to see stays, and so do an open question and the fields while one is typed
   * in.
   */
  refold() {
    const { session, picture } = this;
    const { graph, look } = session;
    if (this.isOnPaper) return false;
    graph.data.view = openingView(graph, picture.viewport.room);
    const isTyping = at("leaves").contains(document.activeElement);
    const stays = session.isChosen || session.asking || look.sight !== null || isTyping;
    if (stays || session.view === graph.data.view) return false;
    const { focused } = picture;
    this.showView(graph.data.view);
    session.isChosen = false;
    picture.focus(focused);
    return true;
  }

  /** Draw the graph across or down, whichever is larger; whether that is a change. */
  turn() {
    const { session, picture } = this;
    if (!picture.isTurned) return false;
    const { focused } = picture;
    picture.show(session.sketch, session.story);
    picture.update(session.moment);
    picture.focus(focused);
    return true;
  }

  toggleTheme() {
    this.theme.toggle();
    this.render({ isStill: true });
  }

  enlarge() {
    const { look } = this.session;
    look.enlarge();
    showTextSize(look);
    this.picture.place(null);
  }

  seen() {
    this.session.look.sight = this.picture.viewport.sight;
    this.picture.showBeyond();
    this.rememberSoon();
  }

  /** @param {number} speed */
  playAt(speed) {
    this.session.look.speed = speed;
    this.rememberSoon();
  }
}

/**
 * Be ready to change a leaf, where it is listed.
 * @param {number} leaf
 */
function selectField(leaf) {
  const field = document.getElementById(`leaf-${leaf}`);
  if (field instanceof HTMLInputElement) field.select();
}
