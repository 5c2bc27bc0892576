// @ts-check
// What a program came to: the text it printed, its error, and the page or picture beside it.

/** @import { Outcome } from "./messages.js" */

import { at } from "./dom.js";

export class Output {
  /** Where the page of the graph stands: the next one opens there. */
  moment = "";
  #printed = "";

  /** @param {() => void} moved  what to do when someone goes elsewhere on that page */
  constructor(moved) {
    addEventListener("message", ({ source, data }) => {
      if (source !== frame().contentWindow || typeof data?.moment !== "string") return;
      this.moment = data.moment;
      moved();
    });
  }

  /** A program begins: what it prints comes in place of what the last one printed. */
  begin() {
    this.#printed = "";
  }

  /** @param {string} text */
  print(text) {
    this.#printed += text;
    at("printed").textContent = this.#printed;
  }

  /**
   * A program has ended. What the last one showed stays where this one has an error.
   * @param {Outcome} outcome
   */
  end({ html, svg, error }) {
    at("printed").textContent = this.#printed;
    at("error").textContent = error ? where(error) : "";
    at("error").hidden = !error;
    document.body.classList.toggle("old", Boolean(error));
    if (error) return;
    at("hint").hidden = Boolean(html || svg);
    this.#show(html?.replace(BEGINNING, this.#beginning) ?? (svg && `${SVG_PAGE}${svg}`) ?? "");
  }

  // Where the page itself would begin elsewhere, that is only if nobody went anywhere.
  #beginning = (/** @type {string} */ _, /** @type {string} */ own) =>
    `<body data-moment="${escaped(this.moment) || own}"`;

  /** @param {string} html */
  #show(html) {
    if (frame().srcdoc !== html) frame().srcdoc = html;
    frame().hidden = html === "";
  }
}

const frame = () => /** @type {HTMLIFrameElement} */ (at("view"));

const BEGINNING = /<body data-moment="([^"]*)"/;

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** @param {{text: string, line?: number | null}} error */
const where = ({ text, line }) => (line ? `line ${line}: ${text}` : text);

const SVG_PAGE =
  "<!DOCTYPE html><meta charset=utf-8><style>html{height:100%;background:#fff}body{margin:0;min-height:100%;" +
  "display:grid;place-items:center}svg{max-width:96vw;max-height:94vh;height:auto}</style>";
