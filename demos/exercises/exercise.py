"""What a short exercise is: a file to fill in or mend, how it is marked, hints and the solution."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from engine import Value


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an answer, and the graph that shows it, where there is one."""

    text: str
    graph: Value | None = None


class Kind(Protocol):
    """What is asked for; chapters give each exercise one of demos/exercises/kinds.py."""

    @property
    def asked(self) -> str:
        """The name that the file has to define."""

    @property
    def instruction(self) -> str:
        """What to do with the file."""

    @property
    def graph(self) -> Callable[[], Value] | None:
        """Makes the graph that it is about, where there is one to see from the start."""

    def behaviour(self, answer: Any) -> Any:
        """What the answer does, as numbers: two that do the same are the same answer."""

    def fault(self, answer: Any, right: Any) -> Fault | None:
        """What is wrong, if anything; `right` is the answer of the solution."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that people give, and the hint that helps just them."""

    answer: str
    hint: str


@dataclass(frozen=True, slots=True)
class Exercise:
    """A short exercise. Answers are Python that stands in the file in place of the blank."""

    name: str
    title: str
    task: str
    file: str  # below the task
    kind: Kind
    solution: str
    reason: str
    hints: tuple[str, ...]
    wrong: tuple[Wrong, ...]
    blank: str = "..."  # or what is wrong in the file, where something is to be mended

    @property
    def to_mend(self) -> bool:
        """Whether the file runs, and is wrong."""
        return self.blank != "..."

    def answered(self, answer: str) -> str:
        """The file with this answer."""
        return self.with_task(self.file.replace(self.blank, answer))

    @property
    def start(self) -> str:
        """The file as the learner gets it."""
        return self.answered(self.blank)

    def with_task(self, code: str) -> str:
        return f'"""{self.title}\n\n{self.task}\n\n{self.kind.instruction}\n"""\n\n{code}\n'
