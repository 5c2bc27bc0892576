"""The scorecard of an engine: every property holds, fails or is not offered."""

import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.page import write_fragment, write_page
from engine.proof.judge.process import Runner
from engine.proof.judge.properties import PROPERTIES
from engine.proof.judge.property import Finding, Property, also
from engine.proof.judge.subject import Subject

HOLDS, FAILS, NOT_OFFERED = "holds", "fails", "not offered"
MARKS = {HOLDS: "✓", FAILS: "✗", NOT_OFFERED: "–"}
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one property."""

    property: Property
    result: str  # "holds", "fails" or "not offered"
    reason: str = ""  # why it is not offered
    finding: Finding | None = None  # what shows that it fails

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it stands in the JSON file."""
        data = {"name": self.property.name, "result": self.result}
        if self.finding is None:
            return {**data, "reason": self.reason} if self.reason else data
        return {
            **data,
            "why": self.property.why,
            "program": self.finding.program,
            "came_out": self.finding.failure.came_out,
            "right": self.finding.failure.right,
            "lesson": self.property.lesson,
        }


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Every property of an engine; it prints as text, and shows itself in a notebook."""

    subject: Subject
    verdicts: tuple[Verdict, ...]

    @property
    def ok(self) -> bool:
        """Whether no property fails."""
        return not self.findings

    @property
    def findings(self) -> list[Finding]:
        """The smallest program of each property that fails."""
        return [each.finding for each in self.verdicts if each.finding is not None]

    def names(self, result: str) -> list[str]:
        """The properties with this result."""
        return [each.property.name for each in self.verdicts if each.result == result]

    @property
    def summary(self) -> str:
        """One line.

        >>> Scorecard(Subject("my_engine.py:Value"), ()).summary
        'my_engine.py:Value: 0 properties hold, 0 fail, 0 are not offered'
        """
        holds, fails, missing = (len(self.names(result)) for result in MARKS)
        return f"{self.subject}: {holds} properties hold, {fails} fail, {missing} are not offered"

    def __str__(self) -> str:
        lists = [
            listed(f"{mark} {result}", names)
            for result, mark in MARKS.items()
            if (names := self.names(result))
        ]
        return "\n\n".join([self.summary, *lists, *map(told, self.by_program.values())])

    __repr__ = __str__

    @property
    def by_program(self) -> dict[str, list[Finding]]:
        """The findings, those together that the same program shows."""
        found: dict[str, list[Finding]] = {}
        for each in self.findings:
            found.setdefault(each.program, []).append(each)
        return found

    def to_json(self) -> str:
        """All of it as JSON: {"engine": …, "properties": [{"name": …, "result": …, …}, …]}."""
        verdicts = [each.as_dict() for each in self.verdicts]
        data = {"engine": f"{self.subject}", "ok": self.ok, "properties": verdicts}
        return json.dumps(data, indent=2, ensure_ascii=False)

    def page(self) -> str:
        """The scorecard as a page that needs nothing else."""
        return write_page(self)

    def _repr_html_(self) -> str:
        """The scorecard with the picture of each graph, which Jupyter asks for."""
        return write_fragment(self)


def listed(title: str, names: list[str]) -> str:
    """A title and names, in lines that break between names alone."""
    whole = ", ".join(names).replace(" ", "\u00a0").replace(",\u00a0", ", ")
    text = textwrap.fill(f"{title}: {whole}", WIDTH, subsequent_indent="  ", break_on_hyphens=False)
    return text.replace("\u00a0", " ")


def told(findings: list[Finding]) -> str:
    """What one program shows, as text."""
    return "\n".join([f"{findings[0]}", *also(findings)])


def check_engine(engine: Any, *, net: Any = None) -> Scorecard:
    """Judge a class of numbers with gradients, and a net made of them: what holds, what fails.

    The class has micrograd's interface: `Value(number)`, operators, `data`, `grad`, `backward()`;
    `Adapter` gives it to others. It may come as itself or as a name, "my_engine.py:Value" or
    "package.module:Value"; so may the net: `MLP(2, [3, 1])`, called with a list of numbers, with
    `parameters()`. For each property that fails there is the smallest program that shows it.

    It runs in a process of its own, within limits of time and memory. Raises CannotJudge where it
    can't be loaded or holds no number. A test of one's own goes through the properties one by one:

        @pytest.mark.parametrize("property", PROPERTIES, ids=str)
        def test_engine(property):
            property.check(Value)
    """
    subject = Subject(engine, net)
    return Scorecard(subject, tuple(verdicts(subject)))


def verdicts(subject: Subject, process: Runner | None = None) -> Iterator[Verdict]:
    """What is found out about each property, one after the other."""
    with Bench(subject, process) as bench:
        for each in PROPERTIES:
            yield verdict(each, bench)


def verdict(property: Property, bench: Bench) -> Verdict:
    try:
        finding = property.finding(bench)
    except NotOffered as reason:
        return Verdict(property, NOT_OFFERED, f"{reason}")
    return Verdict(property, HOLDS if finding is None else FAILS, finding=finding)
