// @ts-check
// The playground begins here: an editor, formulas or Python, and what they show.

/** @import { Document } from "./document.js" */
/** @import { Part } from "./formula.js" */

import * as table from "#rules";
import { copied } from "../../../engine/explorer/page/screen/location.js";
import { onOpened, opened, remember, rememberSoon } from "./address.js";
import { programOf, withNumber } from "./convert.js";
import { at } from "./dom.js";
import { dotOf } from "./drawing.js";
import { Editor } from "./editor.js";
import { FIRST, offerExamples } from "./examples.js";
import { evaluate, FormulaError } from "./formula.js";
import { momentAfterChange } from "./moment.js";
import { Output } from "./output.js";
import { Parts } from "./parts.js";
import { drawSoon, redraw } from "./picture.js";
import { Python } from "./python.js";

const PAUSE = 250; // milliseconds without a key, after which a program is run
const STATES = { starting: "Python is starting…", idle: "", running: "running…" };
const HAS_ENGINE = /^\s+def backward\b/m;
const FORMULAS = "w = 0.5\nx = 2\nb = -0.4\ny = 1\n\nL = (tanh(w*x + b) - y)**2\n";

/** @type {Document["mode"]} */
let mode = "python";
/** What was typed in each mode. */
const texts = { python: FIRST, formula: FORMULAS };
/** @type {Part[]} */
let parts = [];

const output = new Output(() => rememberSoon(current));
const editor = new Editor(at("editor"), changed);
const list = new Parts(({ line, name }, value) => {
  editor.changeLine(line, (text) => withNumber(text, name, value));
});

/** @type {Python | undefined} it is started when a program is first run */
let python;

const startPython = () =>
  new Python({
    state(state) {
      document.body.dataset.python = state;
      at("state").textContent = STATES[state];
      at("stop").hidden = state !== "running";
      if (state === "running") output.begin();
    },
    progress(text) {
      at("state").textContent = text;
    },
    printed: (text) => output.print(text),
    done(outcome, milliseconds) {
      if (mode !== "python") return;
      output.end(outcome);
      editor.mark(outcome.error);
      document.body.dataset.milliseconds = String(Math.round(milliseconds));
    },
  });

/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

function changed() {
  texts[mode] = editor.text;
  at("judge").hidden = mode !== "python" || !HAS_ENGINE.test(editor.text);
  output.moment = momentAfterChange(output.moment);
  clearTimeout(soon);
  if (mode === "formula") compute();
  else soon = setTimeout(() => run(), PAUSE);
  rememberSoon(current);
}

/** @param {"run" | "judge"} kind */
function run(kind = "run") {
  clearTimeout(soon);
  python ??= startPython();
  python.run({ kind, source: editor.text });
}

function compute() {
  try {
    const found = evaluate(editor.text, table);
    parts = found.parts;
    list.show(parts);
    drawSoon(found.output?.inputs.length ? dotOf(found.output, table.SIGNS) : "");
    output.end({});
    editor.mark(undefined);
  } catch (problem) {
    if (!(problem instanceof FormulaError)) throw problem;
    const error = { text: problem.message, line: problem.line };
    output.end({ error });
    editor.mark(error);
  }
}

/** @returns {Document} */
function current() {
  return { mode, text: editor.text, moment: mode === "python" ? output.moment : "" };
}

/** @param {Document} wanted */
function open({ mode: wanted, text, moment }) {
  mode = wanted;
  const isFormula = mode === "formula";
  at("parts").hidden = !isFormula;
  for (const id of ["result", "printed", "choice", "state"]) at(id).hidden = isFormula;
  for (const id of /** @type {const} */ (["formula", "python"])) {
    at(id).setAttribute("aria-pressed", String(id === mode));
  }
  editor.text = text;
  output.moment = moment; // after what a change of the text does to it
  if (!isFormula) run();
}

for (const id of /** @type {const} */ (["formula", "python"])) {
  at(id).addEventListener("click", () => open({ mode: id, text: texts[id], moment: "" }));
}
at("convert").addEventListener("click", () => {
  if (at("error").hidden && parts.length) {
    open({ mode: "python", text: programOf(editor.text, table), moment: "" });
  }
});
at("judge").addEventListener("click", () => {
  run("judge");
  at("result").scrollIntoView({ block: "nearest" });
});
at("stop").addEventListener("click", () => python?.stop());
addEventListener("resize", redraw);
at("copy").addEventListener("click", async () => {
  await remember(current());
  const before = "Copy the link";
  at("copy").textContent = (await copied()) ? "Copied" : "It is in the address bar";
  setTimeout(() => {
    at("copy").textContent = before;
  }, 2000);
});
offerExamples((text) => open({ mode: "python", text, moment: "" }));
onOpened(open);
opened().then((document) => open(document ?? { mode: "python", text: FIRST, moment: "" }));
