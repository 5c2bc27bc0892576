"""What a step of one's own engine is: what to write and why, its properties, known slips."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Slip:
    """A mistake that people make: one change of the solution, the property that then fails,
    what its program shows, and the hint that helps just here."""

    right: str
    wrong: str
    fails: str
    hint: str
    shows: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps from an empty class to a net that learns."""

    number: int
    title: str
    task: str
    properties: tuple[str, ...]
    reason: str
    hints: tuple[str, ...]
    slips: tuple[Slip, ...]
    stub: str = ""  # new methods of Value, to fill in
    methods: str = ""  # of the solution: new ones, and those that are written anew
    gone: tuple[str, ...] = ()  # methods that the solution needs no more
    stub_below: str = ""  # the same below the class
    below: str = ""

    @property
    def name(self) -> str:
        return f"engine{self.number}"

    @property
    def solution(self) -> str:
        """What is new in it."""
        return "\n\n".join(filter(None, (self.methods, self.below)))


HEAD = '''\
import math
import random


class Value:
    """A number that knows what it was computed from, and after backward() its gradient."""

'''


def engine_after(steps: Sequence[Step]) -> str:
    """The whole file with the solutions of these steps."""
    methods: dict[str, str] = {}
    for step in steps:
        methods |= blocks(step.methods)
        for name in step.gone:
            del methods[name]
    below = "".join(f"\n\n{step.below}\n" for step in steps if step.below)
    return HEAD + indented("\n\n".join(methods.values())) + "\n" + below


def blocks(code: str) -> dict[str, str]:
    """Definitions that stand one blank line apart, by name.

    >>> blocks("def f(x):\\n    return x\\n\\n@staticmethod\\ndef g():\\n    return 1")
    {'f': 'def f(x):\\n    return x', 'g': '@staticmethod\\ndef g():\\n    return 1'}
    """
    found = {}
    for block in filter(None, re.split(r"\n\n+(?=[@dc])", code.strip("\n"))):
        named = re.search(r"^(?:def|class) (\w+)", block, re.M)
        assert named is not None, block
        found[named[1]] = block
    return found


def indented(code: str) -> str:
    return re.sub(r"^(?=.)", "    ", code, flags=re.M)
