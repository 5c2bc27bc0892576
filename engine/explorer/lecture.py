"""What a lecturer adds to the page: a title, notes at steps, the step to open at."""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

from engine.graph import topological_order
from engine.messages import shown
from engine.rules import CONSTANT
from engine.value import Value

CODE = re.compile(r"`([^`]+)`")
UNWRITABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def lecture(output: Value, title: str, notes: Mapping[int, str], start: int) -> dict[str, Any]:
    """The title and the notes as the page is told; what is wrong with them is refused."""
    if not isinstance(title, str):
        raise TypeError(f"explore: title={shown(title)} is not a text")
    if not isinstance(notes, Mapping):
        raise TypeError(f"explore: notes={shown(notes)} is not a dict; write notes={{step: text}}")
    counts = step_counts(output)
    refuse_wrong_step(start, "start", *counts)
    for step, text in notes.items():
        refuse_wrong_step(step, "the step of a note", *counts)
        if not isinstance(text, str):
            raise TypeError(f"explore: the note at step {step} is {shown(text)}, not a text")
    written = [[step, note_markup(notes[step])] for step in sorted(notes)]
    return {"heading": printed(title), "notes": written}


def step_counts(output: Value) -> tuple[int, int]:
    """How many steps the forward and the backward pass have.

    >>> x = Value(3.0, "x")
    >>> step_counts(x * x)
    (1, 3)
    """
    order = topological_order((output,))
    flows = sum(input.rule is not CONSTANT for node in order for input in node.inputs)
    return sum(bool(node.inputs) for node in order), 1 + flows


def refuse_wrong_step(step: object, name: str, forward: int, backward: int) -> None:
    if not isinstance(step, int) or isinstance(step, bool):
        raise TypeError(f"explore: {name}, {shown(step)}, is not a whole number")
    if not 0 <= step <= forward + backward:
        raise ValueError(
            f"explore: {name}, {shown(step)}, is not from 0 to {forward + backward}:"
            f" this graph has {forward} forward and {backward} backward steps"
        )


def note_markup(text: str) -> str:
    """A note as HTML in which nothing but code and paragraphs is markup.

    >>> note_markup("`w < 0` & more")
    '<p><code>w &lt; 0</code> &amp; more</p>'
    """
    paragraphs = re.split(r"\n\s*\n", escape(printed(text).strip()))
    return "".join("<p>" + CODE.sub(r"<code>\1</code>", part) + "</p>" for part in paragraphs)


def printed(text: str) -> str:
    """The text without what no file of text may hold."""
    return UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
