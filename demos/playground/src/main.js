// @ts-check
// The playground begins here: an editor, Python, and what it shows.

/** @import { Document } from "./document.js" */

import { copied, onOpened, opened, remember, rememberSoon } from "./address.js";
import { at } from "./dom.js";
import { Editor } from "./editor.js";
import { FIRST, offerExamples } from "./examples.js";
import { momentAfterChange } from "./moment.js";
import { Output } from "./output.js";
import { Python } from "./python.js";

const PAUSE = 250; // milliseconds without a key, after which the program is run
const STATES = { starting: "Python is starting…", idle: "", running: "running…" };

const output = new Output(() => rememberSoon(current));

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
  output.moment = momentAfterChange(output.moment);
  clearTimeout(soon);
  soon = setTimeout(() => python.run(editor.text), PAUSE);
  rememberSoon(current);
}

const editor = new Editor(at("editor"), changed);

/** @returns {Document} */
function current() {
  return { text: editor.text, moment: output.moment };
}

/** @param {Document} wanted */
function open({ text, moment }) {
  editor.text = text;
  output.moment = moment; // after what a change of the text does to it
}

at("stop").addEventListener("click", () => python.stop());
at("copy").addEventListener("click", async () => {
  await remember(current());
  at("state").textContent = (await copied()) ? "copied" : "the link is in the address bar";
});
offerExamples((text) => open({ text, moment: "" }));
onOpened(open);
opened().then((document) => open(document ?? { text: FIRST, moment: "" }));
