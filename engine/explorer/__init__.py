"""The interactive page: a graph that can be stepped through, edited and shared, in one file."""

import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from os import PathLike
from os.path import splitext
from typing import Any

from engine.elsewhere import mark_absent
from engine.explorer.contents import contents, json_block, rules_script
from engine.explorer.javascript import NATIVE
from engine.explorer.lecture import lecture
from engine.explorer.modules import joined, page_file
from engine.files import write_file
from engine.keywords import explain_keywords
from engine.messages import brief, check_kind
from engine.value import Value

PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".pdf", ".gif")


class Page:
    """A whole page in `html`; a notebook shows it in a frame of its own.

    >>> page = explore(Value(3.0, "x").tanh())
    >>> page.html.count("<html")
    1
    """

    title = "The graph, step by step"

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | PathLike[str]) -> None:
        """Write the page to a file, which any browser opens; it needs no network and no Python.

        Raises ValueError for the ending of a picture, OSError where the path cannot be written.
        """
        if (ending := splitext(path)[1].lower()) in PICTURES:
            problem = f"{brief(path)} ends as a picture does, {ending}, and this is a page"
            raise ValueError(f"{type(self).__name__}.save: {problem}: .html is needed")
        write_file(path, self.html)

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.html)}" sandbox="allow-scripts allow-downloads"'
            ' allow="fullscreen" loading="lazy"'
            f' title="{self.title}"'
            ' style="width: 100%; height: 760px; border: 0; border-radius: 12px"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Page({len(self.html.encode()):,} bytes; save(path) writes it)"


mark_absent(Page, dict.fromkeys(["open", "show"], "save(path), which a browser opens"))


@explain_keywords
def explore(
    output: Value, *, title: str = "", notes: Mapping[int, str] | None = None, start: int = 0
) -> Page:
    """A page on which to see and change the computation of a value and its gradients.

    It plays both passes step by step with the arithmetic of each step; recomputes everything when
    a number is edited, by JavaScript generated from the table of rules; compares each gradient
    with a finite difference; asks for a prediction first, if wanted; opens and closes scopes; and
    keeps its whole state in its address. The same graph gives the same bytes.

    For a lecture, the page has a `title`, shows a note at each step that has one, and opens at the
    step `start`. Steps are counted from 1, those of `forward_steps(output)` and then those of
    `backward_steps(output)`; 0 is the start. What stands between backticks in a note is code.

    Raises TypeError for what is not a Value, a text or a whole number, ValueError for a step that
    the graph does not have.

    >>> w, x = Value(0.5, "w"), Value(2.0, "x")
    >>> explore((w * x).tanh()).save("backprop.html")  # doctest: +SKIP
    >>> notes = {2: "`tanh` squashes", 4: "The chain rule begins"}
    >>> page = explore((w * x).tanh(), title="A neuron", notes=notes, start=2)
    >>> "<title>A neuron</title>" in page.html
    True
    >>> explore(w * x, start=7)
    Traceback (most recent call last):
    ...
    ValueError: explore: start, 7, is not from 0 to 4: this graph has 1 forward and 3 backward steps
    """
    hint = ": write model(inputs)" if callable(getattr(output, "parameters", None)) else ""
    check_kind(output, Value, where="explore", hint=hint)
    told = lecture(output, title, {} if notes is None else notes, start)
    rules, rule_of, missing = rules_script(output)
    data = contents(output, rule_of, missing)
    script = page_script(rules, more=board_modules(data))
    return Page(
        filled(
            page_file("page.html"),
            title=escape(told["heading"]) or "Backpropagation, step by step",
            style=page_style(page_file("page.css")),
            moment=f"step={start}" if start else "",
            data=json_block(data | told),
            script=script,
        )
    )


def filled(html: str, *, script: str, **parts: str) -> str:
    """A page with its parts in their places, and the hash that lets just this script run."""
    parts |= {"script": script, "hash": b64encode(sha256(script.encode()).digest()).decode()}
    html = re.sub(r"\n +", "\n", html)
    for name, text in parts.items():
        html = html.replace(f"<!--{name.upper()}-->", text, 1)
    return html


def board_modules(data: dict[str, Any]) -> list[str]:
    """What shows the boards of a page, where it has any."""
    kinds = sorted({view["board"]["kind"] for view in data["views"] if "board" in view})
    boards = [f"model/board_{kind}.js" for kind in kinds]
    return [*boards, "screen/board_picture.js"] if boards else []


@cache
def page_style(css: str) -> str:
    """The style sheet, without the blanks and comments that are for whoever writes it."""
    blanks = r"/\*.*?\*/|\s*([{};,])\s*|(:) +"
    return re.sub(blanks, r"\1\2", css, flags=re.S).strip()


def page_script(
    rules: str,
    main: str = "main.js",
    *,
    way: str = "",
    read: Callable[[str], str] = page_file,
    more: Sequence[str] = (),
) -> str:
    """The modules, the functions that the rules call, the rules, and the line that begins.

    Another page has a `main` module of its own, and the `way` from its folder to this page's.
    Modules that only some pages need are named as `more`.
    """
    called = sorted(set(re.findall(r"\bm\.(\w+)\(", rules)))
    homes = {name: way + NATIVE[name] for name in called}
    functions = "".join(f'  {name}: modules["{home}"].{name},\n' for name, home in homes.items())
    modules = joined([*homes.values(), *more, main], read)
    m = f"const m = {{\n{functions}}};"
    return f'\n"use strict";\n\n{modules}\n{m}\n{rules}\nmodules["{main}"].begin(rules);\n'
