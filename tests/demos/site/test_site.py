"""The site is built once; every link leads somewhere, and every page is looked at in a browser."""

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest

from demos.course import LESSONS, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PATIENCE = 60_000  # milliseconds, on a machine that does much else
WINDOWS = [{"width": width, "height": 850} for width in (1440, 1100, 390)]

# What reaches beyond the window, and what covers something else.
LOOK = """
async () => {
  const look = () => {
    const wrong = [];
    const { scrollWidth, clientWidth } = document.scrollingElement;
    if (scrollWidth > clientWidth) wrong.push(`it is ${scrollWidth} wide`);
    const blocks = "h1, h2, h3, p, pre, img, iframe, dt, table, summary, figcaption, .doors a";
    const places = [...document.querySelectorAll(`.sidebar-drawer, article :is(${blocks})`)]
      .map((element) => ({ element, at: element.getBoundingClientRect() }))
      .filter(({ element, at }) => element.checkVisibility() && at.height > 1 && at.right > 0)
      .sort((a, b) => a.at.top - b.at.top);
    for (const [index, one] of places.entries())
      for (const other of places.slice(index + 1)) {
        if (other.at.top > one.at.bottom - 2) break;
        if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
        if (Math.min(one.at.right, other.at.right) - Math.max(one.at.left, other.at.left) > 2)
          wrong.push([one, other].map((each) => each.element.outerHTML.slice(0, 70)).join(" / "));
      }
    return wrong;
  };
  let wrong = look();
  for (let frame = 0; wrong.length && frame < 60; frame++) {
    await new Promise(requestAnimationFrame); // a new size takes some
    wrong = look();
  }
  return wrong;
}
"""


class Page(HTMLParser):
    """The places in a page, what it loads, and the addresses that it leads to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.places = {""}
        self.loads: list[str] = []
        self.links: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value for name, value in attrs if value}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        loads = [given.get("src"), given.get("href") if tag == "link" else None]
        self.loads += [address for address in loads if address]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The site at small size; the playground has tests of its own, so a page stands in for it."""
    playground = tmp_path / "playground.html"
    playground.write_text("<!doctype html><html lang=en><title>Playground</title></html>")
    command = [sys.executable, "-m", "demos", "site", "--quick", "--playground", str(playground)]
    done = subprocess.run(
        [*command, "--output", str(tmp_path / "site")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "any browser opens it" in done.stdout
    return tmp_path / "site"


def test_links_lead_somewhere_and_pages_look_right(site: Path, browser: Any) -> None:
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    names = {str(path.relative_to(site)) for path in pages}
    assert {f"demos/{each.chapter}/{each.name}.html" for each in LESSONS.values()} <= names
    assert {"index.html", "demos/engine.html", "how_to/layer.html", "search.html"} <= names
    assert "playground.html" in pages[site / "index.html"].links
    lesson = "demos/chapter4_images_and_sequences/names.html"
    assert "(with --file those" in " ".join((site / lesson).read_text("utf-8").split())
    wrong = [fault for page in pages.values() for fault in broken_links(page, pages)]
    assert wrong == []
    assert looked_at(list(pages), site / "search.html", browser) == []


def broken_links(page: Page, pages: dict[Path, Page]) -> list[str]:
    """What a page loads or leads to and is not there; it loads nothing from elsewhere."""
    wrong = [address for address in page.loads if "//" in address]
    for link in [*page.loads, *page.links]:
        address, place = urldefrag(link)
        if address.startswith(("http:", "https:", "data:", "mailto:")):
            continue
        path = (page.path.parent / unquote(address.partition("?")[0])).resolve()
        path = page.path if not address else path
        if not path.is_file():
            wrong.append(link)
        elif path in pages and path.name != "playground.html":
            wrong += [link] if unquote(place) not in pages[path].places else []
    return [f"{page.path}: {each}" for each in wrong]


def looked_at(paths: list[Path], index: Path, browser: Any) -> list[str]:
    """What each page complains of or asks for in a browser, in all windows, and what overlaps;
    and a search finds a lesson."""
    wrong: list[str] = []
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("console", lambda message: wrong.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("request", lambda request: wrong.append(request.url) if is_outside(request.url) else 0)
    for path in paths:
        page.goto(path.as_uri())
        for size in WINDOWS:
            page.set_viewport_size(size)
            wrong += [f"{path} at {size['width']}: {fault}" for fault in page.evaluate(LOOK)]
    page.goto(f"{index.as_uri()}?q=kinks")
    page.wait_for_selector("#search-results a[href*='kinks.html']")
    context.close()
    return wrong


def is_outside(address: str) -> bool:
    return not address.startswith(("file:", "data:", "blob:", "about:"))
