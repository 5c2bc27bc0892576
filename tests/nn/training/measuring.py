"""What the browser tests of the pages measure: the windows, and what is wrong in one."""

SIZES = [(1440, 900), (1024, 768), (390, 844), (844, 390)]
# Texts that are smaller than 10 px, what sticks out of the window, names covered by neurons.
FAULTS = """() => {
  const faults = [];
  const seen = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 0;
  for (const e of document.querySelectorAll("main *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !seen(e) || e.closest("title, option, pre")) continue;
    if (parseFloat(getComputedStyle(e).fontSize) < 10) faults.push(`small: ${e.textContent}`);
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
