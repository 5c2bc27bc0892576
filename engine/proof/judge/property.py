"""A property that an engine should have, and what was found of an engine that has it not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.proof.judge.bench import Bench
from engine.proof.judge.program import Failure
from engine.proof.judge.subject import Subject
from engine.value import Value

Show = Callable[[Bench], Failure | None]  # raises NotOffered


class EngineError(AssertionError):
    """An engine lacks a property. The smallest program that shows it is in `finding`."""

    def __init__(self, finding: "Finding") -> None:
        super().__init__(f"{finding}")
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Property:
    """One thing that is true of a right engine.

    `show` looks for the smallest program that shows the contrary; `python -m demos LESSON`
    explains it.
    """

    name: str
    why: str
    lesson: str
    show: Show

    def __str__(self) -> str:
        return self.name

    def finding(self, bench: Bench) -> "Finding | None":
        """What is wrong, if anything.

        Raises NotOffered where the engine lacks what this is about, CannotJudge where it is none.
        """
        bench.require_engine()
        failure = self.show(bench)
        return None if failure is None else Finding(self, bench.subject, failure)

    def check(self, engine: Any, *, net: Any = None) -> None:
        """Prove that an engine has this property: a test of one's own calls it.

        Raises EngineError, an AssertionError, with the smallest program that shows the contrary;
        NotOffered, which pytest and unittest take for a test to skip; CannotJudge.

        >>> from engine.proof import PROPERTIES
        >>> PROPERTIES[0].check("engine:Value")
        """
        with Bench(Subject(engine, net)) as bench:
            finding = self.finding(bench)
        if finding is not None:
            raise EngineError(finding)


@dataclass(frozen=True, slots=True)
class Finding:
    """The smallest program that shows that an engine lacks a property."""

    lacks: Property
    subject: Subject
    failure: Failure

    @property
    def program(self) -> str:
        """Python to paste and run, with what comes out and what should."""
        program = self.failure.python()
        return "\n".join([*self.subject.imports(program), program])

    def __str__(self) -> str:
        program = "\n".join(f"    {line}".rstrip() for line in self.program.splitlines())
        lesson = f"More: python -m demos {self.lacks.lesson}"
        return f"✗ {self.lacks}\n{self.lacks.why}\n\n{program}\n\n{lesson}"

    def graph(self) -> Value | None:
        """The same graph in our Values, with the right gradients; None where there is no graph."""
        names: dict[str, Any] = {self.subject.name: Value}
        program = self.failure.program
        if not program.output:
            return None
        try:
            exec(program.text, names)
            output = eval(program.output, names)
        except Exception:  # what our Values refuse makes no picture
            return None
        for name, value in names.items():
            if isinstance(value, Value) and not value.label:
                value.label = name
        return output if isinstance(output, Value) else None

    def svg(self) -> str:
        """The picture of that graph, as an `<svg>` element; "" where there is none."""
        from engine.drawing.picture import svg  # loaded only when a picture is asked for

        graph = self.graph()
        return "" if graph is None else svg(graph)


def also(findings: Sequence[Finding]) -> list[str]:
    """The properties but for the first that one program shows to fail, in a line."""
    names = [each.lacks.name for each in findings[1:]]
    return [f"It shows as well: {', '.join(names)}"] if names else []
