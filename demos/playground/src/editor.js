// @ts-check
// The editor: Python in colours, with the line of an error marked.

import { indentWithTab } from "@codemirror/commands";
import { python } from "@codemirror/lang-python";
import { HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { keymap } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup, EditorView } from "codemirror";

/** @import { ProgramError } from "./messages.js" */

const COLORS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--keyword)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
  { tag: tags.string, color: "var(--string)" },
  { tag: tags.number, color: "var(--value)" },
  { tag: tags.function(tags.variableName), color: "var(--call)" },
]);

export class Editor {
  #view;

  /**
   * @param {HTMLElement} parent
   * @param {() => void} changed  what to do when someone types
   */
  constructor(parent, changed) {
    this.#view = new EditorView({
      parent,
      extensions: [
        basicSetup,
        python(),
        indentUnit.of("    "),
        keymap.of([indentWithTab]),
        lintGutter(),
        syntaxHighlighting(COLORS),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          "aria-label": "Program",
          "aria-description": "Tab indents. Escape, then Tab, leaves the program.",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
      ],
    });
  }

  get text() {
    return this.#view.state.doc.toString();
  }

  set text(text) {
    const { length } = this.#view.state.doc;
    this.#view.dispatch({ changes: { from: 0, to: length, insert: text } });
  }

  /**
   * Write something else in place of a line.
   * @param {number} number  counted from 1
   * @param {(text: string) => string} change
   */
  changeLine(number, change) {
    const { from, to, text } = this.#view.state.doc.line(number);
    this.#view.dispatch({ changes: { from, to, insert: change(text) } });
  }

  /**
   * Mark the line of an error, and no other.
   * @param {ProgramError | undefined} error
   */
  mark(error) {
    const { doc } = this.#view.state;
    if (!error?.line || error.line > doc.lines) {
      this.#view.dispatch(setDiagnostics(this.#view.state, []));
      return;
    }
    const { from, to } = doc.line(error.line);
    const diagnostic = { from, to, severity: /** @type {const} */ ("error"), message: error.text };
    this.#view.dispatch(setDiagnostics(this.#view.state, [diagnostic]));
  }
}
