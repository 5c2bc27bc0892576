// The page: its state, its controls, what stands beside the picture, and its address.
"use strict";

const at = (id) => document.getElementById(id);
const graph = makeGraph(JSON.parse(at("data").textContent), rules);
const PAUSE = 900; // milliseconds from step to step
const MOST_ROWS = 10; // of a list of contributions
const FEW_LEAVES = 24; // are listed all, more only where they are drawn
const DASH = "–";

const state = {
  start: Float64Array.from(graph.values), // the leaves' numbers are the ones that count
  position: 0, // so many steps have been made
  view: graph.view,
  asking: false, // the step's result is to be guessed
  predicting: false,
  verdict: null,
  asked: 0,
  right: 0,
  timer: null,
  dark: null, // null: as the system has it
};
let computed = compute();
let moment = null;
let stops = [];

const picture = new Picture(at("picture"), graph, { node: jumpTo, open: openBox, close: closeBox });

// Numbers

function compute() {
  const edited = graph.leaves.some((leaf) => state.start[leaf] !== graph.values[leaf]);
  const found = edited
    ? evaluate(graph, state.start)
    : { values: state.start, partials: graph.partials, errors: new Map() };
  const { gradients, steps } = backpropagate(graph, found.partials);
  const flows = steps.map((step) => (step.index < 0 ? 0 : Math.abs(step.contribution)));
  const sizes = [...gradients.keys()].filter((n) => !graph.isConstant(n))
    .map((n) => Math.abs(gradients[n]));
  return {
    ...found, edited, gradients, steps,
    blocked: found.errors.size > 0,
    largest: sizes.reduce((a, b) => Math.max(a, b), 0),
    largestFlow: flows.reduce((a, b) => Math.max(a, b), 0),
  };
}

function edit(leaf, number) {
  state.start[leaf] = number;
  computed = compute();
  state.asking = false;
  if (state.position === 0) state.position = stops[stops.length - 1];
  render({ isStill: true });
}

// The moment: what is known after so many steps

function makeMoment(isStill) {
  const { position } = state;
  const { values, partials, errors, gradients, steps, blocked } = computed;
  const soFar = new Map();
  const made = Math.max(0, position - graph.forwardCount);
  if (!blocked) for (let k = 0; k < made; k++) soFar.set(steps[k].input, steps[k].after);
  const forward = position > 0 && position <= graph.forwardCount
    ? graph.forwardOrder[position - 1] : null;
  const backward = made > 0 ? steps[made - 1] : null;
  const flows = backward !== null && !blocked;
  const active = forward !== null ? [forward] : flows ? [backward.input] : [];
  const isReached = (node) => !graph.isOperation(node) || graph.forwardPlace.get(node) < position;
  const isKnown = (node) => isReached(node) && !Number.isNaN(values[node]);
  const flowed = new Set(steps.slice(0, blocked ? 0 : made).map((s) => `${s.node}-${s.index}`));
  return {
    ...computed, isStill, isReached, isKnown, soFar, forward, backward, made, active,
    phase: forward !== null ? "forward" : backward ? "backward" : "start",
    sources: forward !== null ? graph.inputs[forward] : flows ? [backward.node] : [],
    valueText(node) {
      if (state.asking && node === forward) return "?";
      if (!isReached(node)) return DASH;
      return Number.isNaN(values[node]) ? "none" : digits(values[node]);
    },
    gradientText(node) {
      if (state.asking && backward && node === backward.input) return "?";
      return soFar.has(node) ? digits(soFar.get(node)) : DASH;
    },
    partialText(node, index) {
      if (!isKnown(node) || (state.asking && node === forward)) return "";
      if (graph.isConstant(graph.inputs[node][index])) return "";
      return digits(partials[node][index]);
    },
    isActive(pairs) {
      if (forward !== null) return pairs.some(([node]) => node === forward);
      return flows
        && pairs.some(([node, index]) => node === backward.node && index === backward.index);
    },
    hasFlowed: (node, index) => flowed.has(`${node}-${index}`),
  };
}

// The positions at which the picture of this view changes: steps within a closed box pass unseen.
function findStops() {
  const drawn = new Set(picture.edges.map(({ source, result }) => pairKey(source, result)));
  const found = [0];
  let before = null;
  const add = (position, key) => {
    if (key === before) found[found.length - 1] = position;
    else found.push(position);
    before = key;
  };
  graph.forwardOrder.forEach((node, k) => {
    const shape = picture.shapeOf.get(node);
    if (shape && (!shape.folded || shape.outlets.includes(node))) add(k + 1, `value ${node}`);
  });
  graph.backwardOrder.forEach(({ node, input, index }, k) => {
    const [from, to] = [picture.shapeOf.get(input), picture.shapeOf.get(node)];
    if (!from || !to) return;
    const position = graph.forwardCount + k + 1;
    if (index < 0) add(position, "seed");
    else if (from !== to && drawn.has(pairKey(from, to))) {
      const alone = from.folded || to.folded ? "" : ` ${index}`;
      add(position, pairKey(from, to) + alone);
    }
  });
  if (found[found.length - 1] !== graph.stepCount) found.push(graph.stepCount);
  return found;
}

const pairKey = (a, b) => `${picture.shapes.indexOf(a)} ${picture.shapes.indexOf(b)}`;

const stopIndex = () => {
  let k = stops.length - 1;
  while (k > 0 && stops[k] > state.position) k--;
  return k;
};

// Moving through the steps

function go(position, { ask = false } = {}) {
  state.position = position;
  state.verdict = null;
  state.asking = ask && isAskable(position);
  render();
  if (state.asking) at("guess").focus({ preventScroll: true });
}

function isAskable(position) {
  if (position === 0 || position === graph.forwardCount + 1) return false; // the seed is 1
  if (position > graph.forwardCount) return !computed.blocked;
  return !Number.isNaN(computed.values[graph.forwardOrder[position - 1]]);
}

function next() {
  if (state.asking) return reveal();
  const following = stops.find((stop) => stop > state.position);
  if (following !== undefined) go(following, { ask: state.predicting });
}

function back() {
  const k = stopIndex();
  const before = stops[k] < state.position ? stops[k] : stops[Math.max(0, k - 1)];
  go(before);
}

function jumpTo(node) {
  pause();
  const forward = (graph.forwardPlace.get(node) ?? -1) + 1;
  const backward = computed.steps.findLastIndex((step) => step.input === node);
  if (state.position <= graph.forwardCount && state.position !== forward && forward > 0) {
    go(forward);
  } else if (forward === 0 && state.position <= graph.forwardCount) {
    at(`leaf-${node}`)?.select();
  } else if (backward >= 0) {
    go(graph.forwardCount + backward + 1);
  }
}

function play() {
  if (state.timer !== null) return pause();
  if (stopIndex() === stops.length - 1) go(0);
  const tick = () => {
    if (state.asking) return pause();
    next();
    if (stopIndex() === stops.length - 1 || state.asking) return pause();
    state.timer = setTimeout(tick, PAUSE / Number(at("speed").value));
  };
  state.timer = setTimeout(tick, 120);
  showPlaying();
}

function pause() {
  clearTimeout(state.timer);
  state.timer = null;
  showPlaying();
}

function showPlaying() {
  const playing = state.timer !== null;
  at("play").textContent = playing ? "Pause" : "Play";
  at("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  at("words").setAttribute("aria-live", playing ? "off" : "polite");
}

// Predicting

function check(event) {
  event.preventDefault();
  const text = at("guess").value.trim().replaceAll("−", "-").replace(",", ".");
  const guess = Number(text);
  if (text === "" || !Number.isFinite(guess)) {
    at("guess").setAttribute("aria-invalid", "true");
    return;
  }
  const truth = soughtNumber();
  const right = Math.abs(guess - truth) <= Math.max(0.01 * Math.abs(truth), 5e-4);
  state.asked += 1;
  state.right += right ? 1 : 0;
  reveal(right
    ? { right, text: `Right: ${digits(truth)}.` }
    : { right, text: `Off by ${digits(Math.abs(guess - truth))}: ${wordsOfStep(TEXT, true)}.` });
}

const soughtNumber = () =>
  (moment.forward !== null ? computed.values[moment.forward] : moment.backward.contribution);

function reveal(verdict = null) {
  state.asking = false;
  state.verdict = verdict;
  render();
  at("next").focus({ preventScroll: true });
}

// Boxes

function showView(number) {
  state.view = number;
  picture.show(graph.views[number]);
  stops = findStops();
  listLeaves();
  render({ isStill: true });
  showTrail();
}

function openBox(path) {
  const found = graph.views.findIndex((view) => view.path === path);
  if (found >= 0) return showView(found);
  note(`${path} is too large to be drawn open.`);
}

function closeBox(path) {
  const parts = path.split("/");
  const outer = parts.slice(0, -1).join("/");
  const view = graph.views[state.view];
  const alone = view.path !== "" && outer !== "";
  const found = alone
    ? graph.views.findIndex((other) => other.path === outer)
    : graph.views.findIndex((other) => other.path === "" && other.level === parts.length - 1);
  showView(found >= 0 ? found : graph.view);
}

function showTrail() {
  const trail = at("trail");
  trail.replaceChildren();
  const view = graph.views[state.view];
  const levels = graph.views.filter((each) => each.level >= 0);
  const add = (text, action, current) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    if (current) button.setAttribute("aria-current", "true");
    button.addEventListener("click", action);
    trail.append(button);
  };
  const say = (text, kind) => {
    const span = document.createElement("span");
    span.className = kind;
    span.textContent = text;
    trail.append(span);
  };
  if (levels.length > 1 || view.path) {
    say("Show", "label");
    for (const each of levels) {
      const word = graph.levels[each.level];
      const name = each.level === graph.levels.length ? "every operation"
        : word ? `${word}s` : `level ${each.level + 1}`;
      add(name, () => showView(graph.views.indexOf(each)), each === view);
    }
  } else say(`${graph.count.toLocaleString("en")} nodes`, "label");
  const parts = view.path ? view.path.split("/") : [];
  parts.forEach((part, k) => {
    say("›", "apart");
    add(part, () => openBox(parts.slice(0, k + 1).join("/")), k === parts.length - 1);
  });
  const nodes = graph.count.toLocaleString("en");
  if (view.cut) note(`Of ${nodes} nodes, too many to lay out, those next to the output are drawn.`);
  else if (levels.length <= graph.levels.length && view.level >= 0) {
    note(`${nodes} nodes are too many to lay out at once: open a box to see into it.`);
  } else if (!graph.editable) {
    note(`${graph.missing} is a rule that this page cannot compute: numbers stay as they are.`);
  } else note("");
}

function note(text) {
  at("note").textContent = text;
  at("note").hidden = !text;
}

// What stands beside the picture

function render({ isStill = false } = {}) {
  moment = makeMoment(isStill);
  picture.update(moment);
  showStep();
  showLeaves();
  const k = stopIndex();
  at("slider").max = stops.length - 1;
  at("slider").value = k;
  at("slider").setAttribute("aria-valuetext", `step ${k} of ${stops.length - 1}: ${spokenWords()}`);
  at("first").disabled = at("back").disabled = state.position === 0;
  at("next").disabled = at("last").disabled = k === stops.length - 1 && !state.asking;
  at("reset").hidden = !computed.edited;
  const folded = picture.edges.some((edge) => edge.weights.length);
  document.querySelectorAll(".on-weights").forEach((each) => { each.hidden = !folded; });
  document.querySelector(".on-edges").hidden = !picture.edges.some((edge) => edge.label);
  remember();
}

function showStep() {
  const { phase, forward, backward } = moment;
  at("now").className = phase;
  at("phase").textContent = { start: "Start", forward: "Forward", backward: "Backward" }[phase];
  const score = state.asked ? `${state.right} of ${state.asked} right · ` : "";
  at("count").textContent = `${score}step ${stopIndex()} of ${stops.length - 1}`;
  const [error] = [...computed.errors].filter(([node]) => moment.isReached(node));
  at("error").hidden = !error;
  if (error) set(at("error"), "text", `${graph.names[error[0]]} has no number. ${error[1]}.`);
  at("arithmetic").innerHTML = arithmetic();
  at("arithmetic").className = phase === "backward" && !isBlockedStep() ? "chain" : "";
  at("details").innerHTML = state.asking && forward !== null ? "" : details();
  at("quiz").hidden = !state.asking;
  if (state.asking) {
    at("question").textContent = forward !== null
      ? `What number is ${graph.names[forward]}?`
      : `How much flows from ${graph.names[backward.node]} to ${graph.names[backward.input]}?`;
    at("guess").value = "";
    at("guess").removeAttribute("aria-invalid");
  }
  at("verdict").textContent = state.verdict?.text ?? "";
  at("verdict").className = state.verdict ? (state.verdict.right ? "right" : "wrong") : "";
  set(at("words"), "text", spokenWords());
}

function wordsOfStep(style, withResult = !state.asking) {
  const { forward, backward } = moment;
  if (forward !== null) return forwardWords(graph, forward, computed.values, style, withResult);
  return backwardWords(graph, backward, style, withResult);
}

function isBlockedStep() {
  const { forward, backward } = moment;
  if (forward !== null) return Number.isNaN(computed.values[forward]);
  return backward !== null && computed.blocked;
}

function spokenWords() {
  if (moment.phase === "start") return "The leaves have their numbers; nothing else is computed.";
  return isBlockedStep() ? blockedWords() : wordsOfStep(TEXT);
}

function blockedWords() {
  const failed = [...computed.errors.keys()].map((node) => graph.names[node]).join(", ");
  if (moment.forward === null) return `There is no gradient: ${failed} has no number.`;
  if (computed.errors.has(moment.forward)) return computed.errors.get(moment.forward);
  return `${graph.names[moment.forward]} waits for a number that does not exist: see ${failed}.`;
}

function arithmetic() {
  if (moment.phase === "start") {
    return "The leaves have their numbers. Step forward, and each operation computes its own; "
      + "then the gradients flow back.";
  }
  if (isBlockedStep()) return escaped(blockedWords());
  const [first, ...others] = wordsOfStep(MATH).split("<mo>=</mo>"); // a line may break before =
  const parts = [first, ...others.map((part) => `<mrow><mo>=</mo>${part}</mrow>`)];
  return parts.map((part) => `<math displaystyle="true">${part}</math>`).join(" ");
}

const block = (inner) => `<math displaystyle="true">${inner}</math>`;

const wideRow = (text) => `<tr><td colspan="2">${text}</td></tr>`;

const rowOf = (head, cell, kind = "") =>
  `<tr${kind ? ` class="${kind}"` : ""}><th scope="row">${head}</th><td>${cell}</td></tr>`;

function details() {
  if (moment.phase === "start" || isBlockedStep()) return "";
  if (moment.forward !== null) return localDerivatives(moment.forward);
  const { backward } = moment;
  if (backward.index < 0) return "<p>The output changes as itself: its gradient is 1.</p>";
  const own = derivative(graph, backward.node, backward.input, MATH);
  const filler = nameFiller(graph, backward.node, MATH);
  const formula = partialText(graph, backward.node, backward.index, MATH, filler);
  const rows = [
    rowOf(`${block(derivative(graph, graph.output, backward.node, MATH))} arrives`,
      `<span class="g">${digits(backward.incoming)}</span>`),
    rowOf(block(`${own}<mo>=</mo>${formula}`), digits(backward.partial)),
  ];
  return `<table>${rows.join("")}</table>${contributions(backward.input)}`;
}

function localDerivatives(node) {
  const rows = graph.inputs[node].map((input, index) => {
    if (graph.isConstant(input)) return "";
    const formula = partialText(graph, node, index, MATH, nameFiller(graph, node, MATH));
    const own = derivative(graph, node, input, MATH);
    return rowOf(block(`${own}<mo>=</mo>${formula}`), digits(computed.partials[node][index]));
  }).filter(Boolean);
  const more = rows.length > MOST_ROWS ? wideRow(`and ${rows.length - MOST_ROWS} more`) : "";
  const shown = rows.slice(0, MOST_ROWS).join("");
  return `<table><caption>Local derivatives</caption>${shown}${more}</table>`;
}

// What comes into a node along its several paths, and the sum
function contributions(input) {
  const all = [...computed.steps.keys()].filter(
    (k) => computed.steps[k].input === input && computed.steps[k].index >= 0);
  if (all.length < 2) return "";
  const current = moment.made - 1;
  const first = Math.max(0, all.indexOf(current) - MOST_ROWS + 2);
  const rows = all.slice(first, first + MOST_ROWS).map((k) => {
    const { node, incoming, partial, contribution } = computed.steps[k];
    const hidden = k > current || (k === current && state.asking);
    const sum = `${digits(incoming)} · ${digits(partial)} = ${digits(contribution)}`;
    const kind = k === current ? "active" : "";
    return rowOf(`from ${escaped(graph.names[node])}`, hidden ? DASH : sum, kind);
  });
  if (all.length > rows.length) rows.push(wideRow(`of ${all.length} paths in all`));
  const done = current >= all[all.length - 1] && !state.asking;
  const total = state.asking ? "?" : digits(moment.soFar.get(input) ?? 0);
  rows.push(`<tr class="sum"><td>${done ? "sum" : "so far"}</td><td>${total}</td></tr>`);
  const name = escaped(graph.names[input]);
  return `<table><caption>Paths into ${name} add up</caption>${rows.join("")}</table>`;
}

// The leaves

let rows = [];

function listLeaves() {
  const few = graph.leaves.length <= FEW_LEAVES;
  const shown = graph.leaves.filter((leaf) => few || !(picture.shapeOf.get(leaf)?.folded ?? true));
  const listed = shown.slice(0, 100);
  rows = listed.map(leafRow);
  at("leaves").replaceChildren(...rows.map((row) => row.item));
  const hidden = graph.leaves.length - listed.length;
  const compared = "Each gradient is compared with the slope measured by moving the number a little.";
  const boxed = `${hidden.toLocaleString("en")}${listed.length ? " more" : ""} are in closed boxes: `
    + "open one to change its numbers. ";
  at("hint").textContent = !graph.editable ? "" : (hidden ? boxed : "") + compared;
}

function leafRow(leaf) {
  const item = document.createElement("li");
  item.innerHTML = '<div class="row"><label></label><input class="number" type="number">'
    + '<input type="range"></div>'
    + '<div class="slope"><span>gradient <b></b></span><span></span></div>';
  const [label, field, slider] = item.querySelectorAll("label, input");
  const [gradient, measured] = item.querySelectorAll("b, .slope > span:last-child");
  const value = graph.values[leaf];
  const reach = roundUp(Math.max(2, 2 * Math.abs(value)));
  label.textContent = label.title = graph.names[leaf];
  field.id = `leaf-${leaf}`;
  label.htmlFor = field.id;
  const both = { step: reach / 200, disabled: !graph.editable };
  Object.assign(field, both, { value });
  Object.assign(slider, both, { min: -reach, max: reach, value });
  slider.setAttribute("aria-label", `${graph.names[leaf]}, slider`);
  field.addEventListener("input", () => {
    const number = field.valueAsNumber;
    field.setAttribute("aria-invalid", String(!Number.isFinite(number)));
    if (Number.isFinite(number)) edit(leaf, number);
  });
  slider.addEventListener("input", () => edit(leaf, Number(slider.value)));
  return { leaf, item, field, slider, gradient, measured };
}

function roundUp(x) {
  const unit = 10 ** Math.floor(Math.log10(x));
  return [1, 2, 5, 10].find((k) => k * unit >= x) * unit;
}

function showLeaves() {
  const output = computed.values[graph.output];
  for (const { leaf, field, slider, gradient, measured } of rows) {
    const value = state.start[leaf];
    if (field.valueAsNumber !== value && (document.activeElement !== field || !isTyping(field))) {
      field.value = value;
    }
    if (Number(slider.value) !== value) {
      const reach = Math.max(Number(slider.max), roundUp(Math.abs(value) || 1));
      Object.assign(slider, { min: -reach, max: reach });
      slider.value = value;
    }
    set(gradient, "text", moment.gradientText(leaf));
    showSlope(leaf, measured, output);
  }
}

const isTyping = (field) => !Number.isFinite(field.valueAsNumber);

// The finite difference beside a gradient. Steps do not change it, so it is kept until an edit.
function showSlope(leaf, element, output) {
  if (!graph.editable) return;
  if (Number.isNaN(output) || state.predicting) {
    set(element, "text", `measured ${DASH}`);
    set(element, "class", "");
    return;
  }
  computed.slopes ??= new Map();
  if (!computed.slopes.has(leaf)) {
    computed.slopes.set(leaf, finiteDifference(graph, state.start, leaf));
  }
  const slope = computed.slopes.get(leaf);
  const gradient = computed.gradients[leaf];
  const noise = 1e-8 * Math.max(1, Math.abs(output));
  const size = Math.max(Math.abs(slope), Math.abs(gradient));
  const agrees = Math.abs(slope - gradient) <= 1e-4 * size + noise;
  const shown = Math.abs(slope) < noise ? 0 : slope;
  const complete = moment.soFar.has(leaf)
    && moment.made > computed.steps.findLastIndex((step) => step.input === leaf);
  set(element, "class", complete && !agrees ? "differs" : "");
  const differs = " differs: a kink or an edge is near, or a rule is wrong";
  const said = !complete ? "" : agrees ? " ✓" : differs;
  set(element, "text", `measured ${digits(shown)}${said}`);
}

// The address holds the state: the step, the view, the numbers changed, the theme if chosen

function address() {
  const parts = [];
  if (state.position) parts.push(`step=${state.position}`);
  if (state.view !== graph.view) {
    const { path, level } = graph.views[state.view];
    parts.push(path ? `box=${encodeURIComponent(path)}` : `level=${level}`);
  }
  for (const leaf of graph.leaves) {
    if (state.start[leaf] !== graph.values[leaf]) parts.push(`n${leaf}=${state.start[leaf]}`);
  }
  if (state.dark !== null) parts.push(`theme=${state.dark ? "dark" : "light"}`);
  return parts.join("&");
}

let writing = null;

function remember() {
  clearTimeout(writing);
  writing = setTimeout(writeAddress, 250); // browsers limit how often
}

function writeAddress() {
  if (location.protocol === "about:") return; // in a notebook
  const wanted = address();
  if (location.hash.slice(1) === wanted) return;
  try {
    const page = `${location.pathname}${location.search}`;
    history.replaceState(null, "", wanted ? `${page}#${wanted}` : page);
  } catch {
    location.hash = wanted;
  }
}

function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  state.start = Float64Array.from(graph.values);
  for (const leaf of graph.leaves) {
    const text = wanted.get(`n${leaf}`);
    if (graph.editable && text && Number.isFinite(Number(text))) state.start[leaf] = Number(text);
  }
  const step = Math.round(Number(wanted.get("step") ?? 0));
  state.position = Math.min(Math.max(step || 0, 0), graph.stepCount);
  const found = graph.views.findIndex((view) => (wanted.has("box")
    ? view.path === wanted.get("box")
    : wanted.has("level") && view.path === "" && view.level === Number(wanted.get("level"))));
  if (["dark", "light"].includes(wanted.get("theme"))) state.dark = wanted.get("theme") === "dark";
  state.asking = false;
  state.verdict = null;
  computed = compute();
  showTheme();
  showView(found >= 0 ? found : graph.view);
}

// Light and dark

const system = matchMedia("(prefers-color-scheme: dark)");

function showTheme() {
  const dark = state.dark ?? system.matches;
  document.documentElement.classList.toggle("dark", dark);
  at("theme").setAttribute("aria-pressed", String(dark));
}

// Controls

function listen() {
  const moves = {
    first: () => go(0),
    back,
    next,
    last: () => go(stops[stops.length - 1]),
  };
  for (const [id, move] of Object.entries(moves)) {
    at(id).addEventListener("click", () => { pause(); move(); });
  }
  at("play").addEventListener("click", play);
  at("slider").addEventListener("input", () => { pause(); go(stops[Number(at("slider").value)]); });
  at("quiz").addEventListener("submit", check);
  at("show").addEventListener("click", () => reveal());
  at("predict").addEventListener("click", () => {
    state.predicting = !state.predicting;
    state.asking = false;
    at("predict").setAttribute("aria-pressed", String(state.predicting));
    pause();
    render({ isStill: true });
  });
  at("theme").addEventListener("click", () => {
    state.dark = !(state.dark ?? system.matches);
    showTheme();
    remember();
  });
  at("reset").addEventListener("click", () => {
    state.start = Float64Array.from(graph.values);
    computed = compute();
    go(0);
  });
  at("copy").addEventListener("click", copyLink);
  at("fit").addEventListener("click", () => picture.fit());
  at("larger").addEventListener("click", () => picture.zoom(1.25));
  at("smaller").addEventListener("click", () => picture.zoom(0.8));
  system.addEventListener("change", showTheme);
  addEventListener("hashchange", restore);
  addEventListener("resize", () => picture.fit(true));
  addEventListener("beforeprint", () => picture.fit());
  addEventListener("keydown", (event) => onKey(event, moves));
}

function onKey(event, moves) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target.closest("input, select, textarea");
  if (field && event.key === "Escape") field.blur();
  if (field && field.id !== "slider") return;
  const { first: Home, last: End, next: ArrowRight, back: ArrowLeft } = moves;
  const named = { Home, End, ArrowRight, ArrowLeft };
  const [larger, smaller] = [1.25, 0.8].map((factor) => () => picture.zoom(factor));
  const other = { "+": larger, "-": smaller, 0: () => picture.fit() };
  if (event.key in named) {
    pause();
    named[event.key]();
  } else if (event.key in other) other[event.key]();
  else if (event.key === " " && !event.target.closest("button, [role=button]")) play();
  else return;
  event.preventDefault();
}

async function copyLink() {
  writeAddress();
  const said = at("copy").textContent;
  try {
    await navigator.clipboard.writeText(location.href);
    at("copy").textContent = "Copied";
  } catch {
    at("copy").textContent = "It is in the address bar";
  }
  setTimeout(() => { at("copy").textContent = said; }, 1600);
}

function begin() {
  if (graph.title) at("title").innerHTML = `<math>${graph.title}</math>`;
  else {
    const leaves = counted(graph.leaves.length, "leaf", "leaves");
    at("title").textContent = `${leaves}, ${counted(graph.forwardCount, "operation", "operations")}`;
  }
  at("copy").hidden = location.protocol === "about:";
  listen();
  restore();
}

begin();
