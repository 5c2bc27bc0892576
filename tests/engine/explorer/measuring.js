// What is on the screen, in pixels: every text with its size, contrast and box; cards, labels, edges.
() => {
  const EVERY = 3; // pixels between two points of an edge
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const stage = boxOf(document.getElementById("picture"));

  function boxOf(element) {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom };
  }

  // Colours

  const known = new Map();

  function rgba(color) {
    if (known.has(color)) return known.get(color);
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
    known.set(color, [red, green, blue, alpha / 255]);
    return known.get(color);
  }

  const over = ([r, g, b, a], below) => [r, g, b].map((x, k) => a * x + (1 - a) * below[k]);

  // What is around an element: the colour behind it, how opaque it is, whether it is said, not shown.
  const surroundings = new Map([[null, { color: [255, 255, 255], alpha: 1, isSeen: true }]]);

  function around(element) {
    if (!surroundings.has(element)) {
      const outer = around(element.parentElement);
      const { backgroundColor, opacity, clipPath, fontSize } = getComputedStyle(element);
      const isSvg = element instanceof SVGElement;
      surroundings.set(element, {
        color: isSvg ? outer.color : over(rgba(backgroundColor), outer.color),
        alpha: outer.alpha * opacity,
        isSeen: outer.isSeen && clipPath === "none" && parseFloat(fontSize) > 0,
      });
    }
    return surroundings.get(element);
  }

  // With the shapes that are drawn before a text of a picture, and under its middle.
  function behind(element) {
    let { color } = around(element);
    if (!(element.parentElement instanceof SVGElement)) return color;
    const { left, top, right, bottom } = boxOf(element);
    const [x, y] = [(left + right) / 2, (top + bottom) / 2];
    for (const shape of element.parentElement.children) {
      if (shape === element) break;
      if (!/^(rect|circle|ellipse)$/.test(shape.tagName)) continue;
      const is = boxOf(shape);
      const { fill, fillOpacity } = getComputedStyle(shape);
      if (x < is.left || x > is.right || y < is.top || y > is.bottom || fill === "none") continue;
      const [r, g, b, a] = rgba(fill);
      color = over([r, g, b, a * fillOpacity], color);
    }
    return color;
  }

  function luminance(color) {
    const [r, g, b] = color
      .map((x) => x / 255)
      .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function contrast(element) {
    const style = getComputedStyle(element);
    const below = behind(element);
    const [r, g, b, a] = rgba(element instanceof SVGElement ? style.fill : style.color);
    const alpha =
      a * around(element).alpha * (element instanceof SVGElement ? style.fillOpacity : 1);
    const [low, high] = [luminance(over([r, g, b, alpha], below)), luminance(below)].sort(
      (x, y) => x - y,
    );
    return (high + 0.05) / (low + 0.05);
  }

  // Texts

  function scaleOf(element) {
    if (element.getScreenCTM) return element.getScreenCTM().d;
    const world = element.closest(".world");
    return world ? new DOMMatrix(getComputedStyle(world).transform).d : 1;
  }

  const own = (element) =>
    [...element.childNodes].filter((each) => each.nodeType === 3 && each.data.trim());

  function isShown(element) {
    if (/^(TITLE|title|SCRIPT|STYLE|NOSCRIPT|OPTION|desc)$/.test(element.tagName)) return false;
    if (element.closest(".unseen, [hidden], dialog:not([open]), :disabled")) return false;
    const isVisible = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return isVisible && around(element).isSeen;
  }

  function textBox(element) {
    if (element instanceof SVGElement) return boxOf(element);
    const range = document.createRange();
    const nodes = own(element);
    range.setStart(nodes[0], 0);
    range.setEnd(nodes[nodes.length - 1], nodes[nodes.length - 1].length);
    return boxOf(range);
  }

  // The box that cuts a text off for good: what scrolls is not lost.
  function cutBy(element, box) {
    const face = element.closest(".card, .unit")?.querySelector(".face");
    if (face && element.closest("svg")) return isWithin(box, boxOf(face)) ? "" : "its card";
    let { left, top, right, bottom } = box;
    for (let each = element; each; each = each.parentElement) {
      if (each.id === "picture") return "";
      const { overflowX, overflowY } = getComputedStyle(each);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const room = boxOf(each);
      if (/auto|scroll/.test(overflowX)) [left, right] = [room.left, room.right];
      if (/auto|scroll/.test(overflowY)) [top, bottom] = [room.top, room.bottom];
      const isWide =
        /hidden|clip/.test(overflowX) && (left < room.left - 1 || right > room.right + 1);
      const isHigh =
        /hidden|clip/.test(overflowY) && (top < room.top - 1 || bottom > room.bottom + 1);
      if (isWide || isHigh) return each.id || each.className || each.tagName;
    }
    return left < -1 || right > innerWidth + 1 ? "the window" : "";
  }

  const isWithin = (box, room) =>
    box.left >= room.left - 1 &&
    box.right <= room.right + 1 &&
    box.top >= room.top - 1 &&
    box.bottom <= room.bottom + 1;

  const texts = [...document.querySelectorAll("body *")]
    .filter((element) => own(element).length && isShown(element))
    .map((element) => {
      const box = textBox(element);
      const size = parseFloat(getComputedStyle(element).fontSize) * scaleOf(element);
      const place = element.closest("#picture") ? "picture" : "page";
      return {
        text: element.textContent.trim().slice(0, 40),
        place,
        size,
        contrast: contrast(element),
        cut: cutBy(element, box),
        ...box,
      };
    });
  const fields = [...document.querySelectorAll("input:not([type=range]):not([type=checkbox])")]
    .filter((field) => isShown(field) && field.scrollWidth > field.clientWidth + 1)
    .map((field) => field.value);

  // The picture

  const cards = [...document.querySelectorAll("#picture .card, #picture .unit")].map((card) => ({
    name: card.querySelector(".name, text")?.textContent ?? "",
    ...boxOf(card.querySelector(".face") ?? card),
  }));
  const labels = [...document.querySelectorAll("#picture :is(.partial, .frame text, .net > text)")]
    .filter((label) => label.textContent.trim() && isShown(label))
    .map((label) => ({ name: label.textContent, ...boxOf(label) }));
  const edges = [...document.querySelectorAll("#picture :is(.edge .line, .net-edge)")].map(
    (line) => {
      const screen = line.getScreenCTM();
      const length = line.getTotalLength();
      const count = Math.max(1, Math.ceil((length * screen.a) / EVERY));
      return Array.from({ length: count + 1 }, (_, k) => {
        const { x, y } = line.getPointAtLength((k * length) / count).matrixTransform(screen);
        return [x, y];
      });
    },
  );
  return JSON.stringify({ stage, texts, fields, cards, labels, edges }); // faster than an object
};
