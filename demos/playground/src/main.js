// @ts-check
// The playground begins here: an editor, Python, and what it shows.

import { at } from "./dom.js";
import { Editor } from "./editor.js";
import { Output } from "./output.js";
import { Python } from "./python.js";

const PAUSE = 250; // milliseconds without a key, after which the program is run
const STATES = { starting: "Python is starting…", idle: "", running: "running…" };

const output = new Output();

const python = new Python({
  state(state) {
    document.body.dataset.python = state;
    at("state").textContent = STATES[state];
    at("stop").hidden = state !== "running";
    if (state === "running") output.begin();
  },
  printed: (text) => output.print(text),
  done(outcome, milliseconds) {
    output.end(outcome);
    editor.mark(outcome.error);
    document.body.dataset.milliseconds = String(Math.round(milliseconds));
  },
});

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function changed() {
  clearTimeout(soon);
  soon = setTimeout(() => python.run(editor.text), PAUSE);
}

const editor = new Editor(at("editor"), changed);
at("stop").addEventListener("click", () => python.stop());
editor.text = `from engine import Value, tanh

w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-0.4, "b")
y = tanh(w * x + b) ** 2
y.backward()
print("dy/dw =", w.grad)
`;
