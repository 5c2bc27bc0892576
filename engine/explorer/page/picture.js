// The graph on the page: cards for nodes and closed boxes, frames for open ones, edges; pan, zoom.
// Each card is an SVG of its own: when a text changes, a browser lays out all text of its SVG.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const CHIP = 17; // the height of a number's field
const LARGEST_SCALE = 1.35; // that a small graph is enlarged to
const SMALLEST_SCALE = 0.35; // that a large graph opens with; 0.55 on a phone

function draw(name, attributes = {}, parent = null, text = null) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== null) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
const lastPart = (path) => path.slice(path.lastIndexOf("/") + 1);
const counted = (n, one, many) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
const isWithin = (scope, path) => scope === path || scope.startsWith(`${path}/`);

// Changes the page only where something is different: a step then costs next to nothing.
function set(element, attribute, value) {
  const known = (element.known ??= {});
  if (known[attribute] === value) return;
  known[attribute] = value;
  if (attribute === "text") element.textContent = value;
  else if (value === null) element.removeAttribute(attribute);
  else element.setAttribute(attribute, value);
}

class Picture {
  constructor(host, graph, actions) {
    this.host = host;
    this.world = host.appendChild(document.createElement("div"));
    this.world.className = "world";
    this.graph = graph;
    this.actions = actions; // node(n), open(path), close(path)
    this.box = { x: 0, y: 0, scale: 1 };
    this.listen();
  }

  // Build one view

  show(view) {
    this.view = view;
    this.layout = this.graph.layouts[view.layout];
    this.world.replaceChildren();
    const [width, height] = this.layout.size;
    const [frames, edges] = [0, 1].map(() => draw("svg", { width, height }, this.world));
    view.frames.forEach((path, k) => this.frame(frames, path, this.layout.frames[k]));
    this.shapes = view.shapes.map((item, k) => this.shape(item, this.layout.cards[k]));
    this.members();
    this.edges = view.edges.map((edge, k) => this.edge(edges, edge, this.layout.curves[k]));
    this.captions();
    this.fit(true);
  }

  frame(parent, path, [x, y, width, height]) {
    const group = draw("g", { class: "frame" }, parent);
    draw("rect", { x, y, width, height, rx: 12 }, group);
    const label = draw("text", { x: x + 10, y: y + 16, role: "button", tabindex: 0,
      "aria-label": `Close ${path}` }, group, `▾ ${lastPart(path)}`);
    this.press(label, () => this.actions.close(path));
  }

  shape(item, [x, y, width, height]) {
    const viewBox = `${-width / 2} ${-height / 2} ${width} ${height}`;
    const group = draw("svg", { width, height, viewBox }, this.world);
    group.style.left = `${x - width / 2}px`;
    group.style.top = `${y - height / 2}px`;
    const shape = { item, x, y, width, height, group, folded: typeof item === "string" };
    if (shape.folded) return this.closedBox(shape);
    const node = item;
    group.id = `node-${node}`;
    shape.node = node;
    const { graph } = this;
    if (graph.isConstant(node)) {
      shape.kind = "constant";
      const look = { class: "value number-text", "text-anchor": "middle", y: 4 };
      shape.value = draw("text", look, group);
      return shape;
    }
    shape.kind = graph.isLeaf(node) ? "leaf" : "operation";
    draw("rect", { class: "face", x: -width / 2, y: -height / 2, width, height, rx: 10 }, group);
    const auto = graph.labelled[node] ? "" : " auto";
    const name = shortened(graph.names[node], 18);
    draw("text", { class: `name${auto}`, x: -width / 2 + 10, y: -height / 2 + 17 }, group, name);
    if (graph.isOperation(node)) {
      const rule = shortened(graph.form(node)[1], 18);
      draw("text", { class: "rule", x: width / 2 - 10, y: -height / 2 + 17, "text-anchor": "end" },
        group, rule);
    }
    this.chips(shape);
    this.press(group, () => this.actions.node(node));
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", 0);
    return shape;
  }

  closedBox(shape) {
    const { group, width, height, item } = shape;
    shape.kind = "folded";
    draw("rect", { class: "face", x: -width / 2, y: -height / 2, width, height, rx: 12 }, group);
    const name = item ? `▸ ${shortened(lastPart(item), 24)}` : "…";
    draw("text", { class: "name", x: -width / 2 + 10, y: -height / 2 + 18 }, group, name);
    const at = { x: -width / 2 + 10, y: -height / 2 + 33 };
    shape.caption = draw("text", { class: "caption", ...at }, group);
    if (item) {
      group.setAttribute("role", "button");
      group.setAttribute("tabindex", 0);
      this.press(group, () => this.actions.open(item));
    }
    return shape;
  }

  chips(shape) {
    const { group, width, height } = shape;
    const wide = (width - 20) / 2;
    const y = height / 2 - CHIP - 6;
    for (const [kind, x] of [["value", -width / 2 + 8], ["gradient", 2]]) {
      const size = { x, y, width: wide, height: CHIP, rx: 5 };
      const chip = draw("rect", { class: `${kind} chip`, ...size }, group);
      const text = draw("text", { class: `${kind} number-text`, x: x + wide / 2, y: y + 13,
        "text-anchor": "middle" }, group);
      shape[`${kind}Chip`] = chip;
      shape[kind] = text;
    }
    shape.room = wide - 6;
  }

  // Which shape each node is drawn in
  members() {
    this.shapeOf = new Map();
    const { graph } = this;
    for (const shape of this.shapes) {
      if (!shape.folded) this.shapeOf.set(shape.node, shape);
    }
    const boxes = this.shapes.filter((shape) => shape.folded);
    for (const shape of boxes) shape.members = [];
    const byScope = new Map();
    for (let node = 0; node < graph.count; node++) {
      if (this.shapeOf.has(node)) continue;
      const number = graph.scope[node];
      if (!byScope.has(number)) {
        const scope = graph.scopes[number];
        byScope.set(number, boxes.find((box) => (box.item ? isWithin(scope, box.item) : true)));
      }
      const box = byScope.get(number);
      if (!box) continue;
      box.members.push(node);
      this.shapeOf.set(node, box);
    }
  }

  // What a closed box says of its inside, and the one number that leaves it
  captions() {
    const { graph } = this;
    const used = new Map();
    for (let node = 0; node < graph.count; node++) {
      for (const input of graph.inputs[node]) {
        if (!used.has(input)) used.set(input, []);
        used.get(input).push(node);
      }
    }
    for (const shape of this.shapes.filter((each) => each.folded)) {
      const leaves = shape.members.filter(graph.isLeaf).length;
      const operations = shape.members.filter(graph.isOperation).length;
      const words = [];
      if (leaves) words.push(counted(leaves, "leaf", "leaves"));
      if (operations) words.push(counted(operations, "operation", "operations"));
      shape.caption.textContent = shortened(words.join(", "), 30);
      const said = `${shape.item || "the rest"}, closed: ${words.join(", ")}`;
      shape.group.setAttribute("aria-label", said);
      const inside = new Set(shape.members);
      const leaving = shape.members.filter((node) => node === graph.output
        || (used.get(node) ?? []).some((user) => !inside.has(user)));
      shape.outlets = leaving;
      if (leaving.length === 1) {
        shape.node = leaving[0];
        this.chips(shape);
      }
    }
  }

  edge(parent, [from, to, ...through], points) {
    const [source, result] = [this.shapes[from], this.shapes[to]];
    const pairs = [];
    for (let k = 0; k < through.length; k += 2) pairs.push([through[k], through[k + 1]]);
    const group = draw("g", { class: "edge" }, parent);
    const edge = { source, result, pairs, group };
    const { path, tip, label } = points ? this.routed(points) : this.straight(source, result);
    edge.line = draw("path", { class: "line", d: path }, group);
    edge.tip = draw("path", { class: "tip", d: tip }, group);
    if (label) {
      edge.label = this.world.appendChild(document.createElement("span"));
      edge.label.id = `edge-${pairs[0].join("-")}`;
      edge.label.style.left = `${label[0]}px`;
      edge.label.style.top = `${label[1]}px`;
    }
    edge.weights = result.folded ? this.weightsOf(pairs) : [];
    return edge;
  }

  // Graphviz's curve around what stands between
  routed([labelX, labelY, tipX, tipY, ...rest]) {
    const points = [];
    for (let k = 0; k < rest.length; k += 2) points.push([rest[k], rest[k + 1]]);
    const last = points[points.length - 1];
    const path = `M${points[0]}C${points.slice(1).join(" ")}L${tipX},${tipY}`;
    const angle = Math.atan2(tipY - last[1], tipX - last[0]);
    return { path, tip: this.arrow(tipX, tipY, angle), label: [labelX, labelY] };
  }

  straight(source, result) {
    const [x1, x2] = [source.x + source.width / 2, result.x - result.width / 2];
    const bend = Math.max(24, Math.abs(x2 - x1) * 0.4);
    const path = `M${x1},${source.y}C${x1 + bend},${source.y} ${x2 - bend - 6},${result.y} `
      + `${x2 - 6},${result.y}`;
    return { path, tip: this.arrow(x2, result.y, 0), label: null };
  }

  arrow(x, y, angle) {
    const corner = (turn) => [x - 8 * Math.cos(angle + turn), y - 8 * Math.sin(angle + turn)]
      .map((n) => n.toFixed(1));
    return `M${x},${y}L${corner(0.42)}L${corner(-0.42)}Z`;
  }

  // The leaves that multiply what comes along an edge: the connection's weights. A factor is
  // another input that the local derivative is equal to, as in a product and a dot product.
  weightsOf(pairs) {
    const { graph } = this;
    const found = pairs.map(([node, index]) => {
      const [partial] = graph.form(node)[4 + index]; // as text
      const factor = /^\{([0-9]+)\}$/.exec(partial);
      return factor ? graph.inputs[node][factor[1]] : -1;
    });
    return found.length === 1 && found.every((n) => n >= 0 && graph.isLeaf(n)) ? found : [];
  }

  // Show a moment

  update(moment) {
    set(this.host, "data-phase", moment.phase);
    for (const shape of this.shapes) this.updateShape(shape, moment);
    const weights = this.edges.flatMap((edge) => edge.weights);
    const largest = weights.reduce((most, n) => Math.max(most, Math.abs(moment.values[n])), 0);
    for (const edge of this.edges) this.updateEdge(edge, moment, largest);
    this.keepInSight(moment);
  }

  updateShape(shape, moment) {
    const { graph } = this;
    const inside = shape.folded ? shape.members : [shape.node];
    const has = (nodes) => nodes.some((node) => this.shapeOf.get(node) === shape);
    const classes = ["card", shape.kind];
    const failed = (node) => moment.errors.has(node) && moment.isReached(node);
    if (inside.some(failed)) classes.push("failed");
    if (has(moment.active)) classes.push("active");
    else if (has(moment.sources)) classes.push("source");
    const { node } = shape;
    if (node !== undefined && !moment.isKnown(node)) classes.push("waiting");
    set(shape.group, "class", classes.join(" "));
    if (!shape.value) return;
    const value = moment.valueText(node);
    this.write(shape, "value", value);
    if (!shape.gradient) return;
    const gradient = moment.gradientText(node);
    this.write(shape, "gradient", gradient);
    const part = moment.largest > 0 ? Math.abs(moment.gradients[node]) / moment.largest : 0;
    const strength = Math.sqrt(part);
    set(shape.gradientChip, "fill-opacity", (0.22 + 0.78 * Math.min(1, strength)).toFixed(2));
    if (!shape.folded) {
      const known = graph.isOperation(node) ? graph.rule(node)?.name ?? graph.form(node)[1] : "leaf";
      const rule = `, ${known}`;
      set(shape.group, "aria-label",
        `${graph.names[node]}${rule}: value ${spoken(value)}, gradient ${spoken(gradient)}`);
    }
  }

  write(shape, kind, text) {
    set(shape[kind], "text", text);
    const chip = shape[`${kind}Chip`];
    if (!chip) return;
    set(chip, "class", `${kind} chip${text === "–" ? " empty" : ""}`);
    const tight = text.length * 7.2 > shape.room;
    set(shape[kind], "textLength", tight ? shape.room.toFixed(0) : null);
    set(shape[kind], "lengthAdjust", tight ? "spacingAndGlyphs" : null);
  }

  updateEdge(edge, moment, largestWeight) {
    const classes = ["edge"];
    const [node, index] = edge.pairs[0];
    if (moment.isActive(edge.pairs)) classes.push("active");
    else if (edge.weights.length) {
      classes.push(moment.values[edge.weights[0]] < 0 ? "negative" : "positive");
    } else if (edge.pairs.every((pair) => moment.hasFlowed(...pair))) classes.push("done");
    set(edge.group, "class", classes.join(" "));
    let width = 1.2;
    if (edge.weights.length && largestWeight > 0) {
      width = 0.5 + 3 * Math.sqrt(Math.abs(moment.values[edge.weights[0]]) / largestWeight);
    } else if (classes.includes("done") && moment.largestFlow > 0) {
      const flow = Math.max(...edge.pairs.map(([n, i]) =>
        Math.abs((moment.partials[n][i] ?? 0) * moment.gradients[n])));
      width = 0.8 + 2.2 * Math.sqrt(Math.min(1, flow / moment.largestFlow));
    }
    set(edge.line, "stroke-width", width.toFixed(2));
    if (!edge.label) return;
    set(edge.label, "text", moment.partialText(node, index));
    set(edge.label, "class", classes.includes("active") ? "partial active" : "partial");
  }

  // Pan and zoom

  apply() {
    const { x, y, scale } = this.box;
    this.world.style.transform = `scale(${scale}) translate(${-x}px, ${-y}px)`;
  }

  // The whole graph; where its cards would be too small to read, its beginning
  fit(readable = false) {
    const { clientWidth: width, clientHeight: height } = this.host;
    const [wide, high] = this.layout.size;
    const whole = Math.min((width - 32) / wide, (height - 24) / high, LARGEST_SCALE);
    const smallest = !readable ? 0.02 : width < 600 ? 0.55 : SMALLEST_SCALE;
    const scale = Math.max(whole, smallest) || 1;
    const [first] = this.shapes;
    const begin = (room, size, place) => (size * scale > room
      ? Math.max(-12 / scale, place - room / scale / 2)
      : (size - room / scale) / 2);
    this.box = { scale, x: begin(width, wide, first.x), y: begin(height, high, first.y) };
    this.apply();
  }

  zoom(factor, at = null) {
    const { clientWidth: width, clientHeight: height } = this.host;
    const { x, y, scale } = this.box;
    const [px, py] = at ?? [width / 2, height / 2];
    const next = Math.min(4, Math.max(0.02, scale * factor));
    this.box = { scale: next, x: x + px / scale - px / next, y: y + py / scale - py / next };
    this.apply();
  }

  // Where the active card is out of sight, bring it to the middle.
  keepInSight(moment) {
    const shape = this.shapeOf.get(moment.active[0]);
    if (!shape || moment.isStill) return;
    const { clientWidth: width, clientHeight: height } = this.host;
    const { x, y, scale } = this.box;
    const [wide, high] = [shape.width / 2, shape.height / 2];
    if (shape.x - wide > x && shape.x + wide < x + width / scale
      && shape.y - high > y && shape.y + high < y + height / scale) return;
    this.box = { scale, x: shape.x - width / scale / 2, y: shape.y - height / scale / 2 };
    this.apply();
  }

  listen() {
    const pointers = new Map();
    const { host } = this;
    host.addEventListener("pointerdown", (event) => {
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      this.travelled = 0;
    });
    addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = [event.clientX, event.clientY];
      const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, at]) => at);
      if (others.length) this.pinch(before, now, others[0]);
      else this.pan(now[0] - before[0], now[1] - before[1]);
      pointers.set(event.pointerId, now);
    });
    const release = (event) => {
      pointers.delete(event.pointerId);
      host.classList.remove("moving");
    };
    addEventListener("pointerup", release);
    addEventListener("pointercancel", release);
    host.addEventListener("wheel", (event) => {
      if (window !== window.top && !event.ctrlKey) return; // a notebook scrolls
      event.preventDefault();
      const { left, top } = host.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 500), [event.clientX - left, event.clientY - top]);
    }, { passive: false });
  }

  pan(dx, dy) {
    this.travelled += Math.hypot(dx, dy);
    if (this.travelled > 4) this.host.classList.add("moving");
    this.box.x -= dx / this.box.scale;
    this.box.y -= dy / this.box.scale;
    this.apply();
  }

  pinch(before, now, other) {
    const distance = (at) => Math.hypot(at[0] - other[0], at[1] - other[1]);
    const frame = this.host.getBoundingClientRect();
    this.travelled += 5;
    const factor = distance(now) / Math.max(1, distance(before));
    this.zoom(factor, [other[0] - frame.left, other[1] - frame.top]);
  }

  // A click that was no drag, or Enter or Space
  press(element, action) {
    element.addEventListener("click", () => {
      if ((this.travelled ?? 0) < 5) action();
    });
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation();
      action();
    });
  }
}

const spoken = (text) => (text === "–" ? "not yet known" : text);
