"""What the browser tests of the pages measure: what is wrong in a window."""

# Texts that are small or pale, what sticks out of the window, names covered by neurons.
FAULTS = """() => {
  const faults = [];
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const light = (color, under) => {
    pen.fillStyle = under;
    pen.fillRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    const parts = [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((p) => p / 255);
    const linear = parts.map((p) => (p <= 0.04045 ? p / 12.92 : ((p + 0.055) / 1.055) ** 2.4));
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const card = getComputedStyle(document.documentElement).getPropertyValue("--card");
  const behind = (e) => {
    const { backgroundColor } = getComputedStyle(e);
    const isClear = backgroundColor === "rgba(0, 0, 0, 0)";
    return isClear && e.parentElement ? behind(e.parentElement) : backgroundColor;
  };
  const contrast = (e) => {
    const { color, fill } = getComputedStyle(e);
    const back = e instanceof SVGElement ? card : behind(e); // a text on a picture has a halo
    const lights = [light(back, card), light(e instanceof SVGElement ? fill : color, back)];
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
  };
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !seen(e) || e.closest("title, option, pre")) continue;
    if (parseFloat(getComputedStyle(e).fontSize) < 10) faults.push(`small: ${e.textContent}`);
    const isOff = e.closest(":disabled");
    if (!isOff && contrast(e) < 4.5) faults.push(`pale: ${contrast(e)} ${e.textContent}`);
    const { left, right } = e.getBoundingClientRect();
    if (left < -1 || right > innerWidth + 1) faults.push(`outside: ${e.textContent}`);
  }
  if (document.documentElement.scrollWidth > innerWidth + 1) faults.push("wider than the window");
  for (const e of [...document.querySelectorAll("#slopes .neuron span")].filter(seen)) {
    const { width } = e.getBoundingClientRect();
    if (width > e.parentElement.clientWidth) faults.push(`too wide: ${e.textContent}`);
  }
  const neurons = [...document.querySelectorAll("#net .neuron")];
  const boxes = neurons.map((e) => e.getBoundingClientRect());
  const names = [...document.querySelectorAll("#net .neuron span")].filter(seen);
  for (const name of names) {
    const a = name.getBoundingClientRect();
    for (const b of boxes) {
      const across = a.left < b.right - 1 && b.left < a.right - 1;
      if (across && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        faults.push(`covered: ${name.textContent}`);
    }
  }
  return faults;
}"""
