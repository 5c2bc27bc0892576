"""A program for the engine under test, what is asked of it, and what is wrong with an answer."""

from dataclasses import dataclass
from math import isfinite
from typing import Any, Protocol

from engine.messages import brief

SECONDS = 2.0  # of computing that a small program may take
TIME_IS_UP = "did not end in time"


# What is right


class Right(Protocol):
    """What a right answer is: a number, a range, …; as text it says so."""

    def allows(self, answer: Any) -> bool: ...


@dataclass(frozen=True, slots=True)
class Number:
    """This number, as near as rounding allows.

    >>> Number(2.0).allows(2.0), Number(2.0, 1e-9).allows(2.1), Number(2.0).allows(None)
    (True, False, False)
    """

    value: float
    slack: float = 0.0

    def allows(self, answer: Any) -> bool:
        if not isinstance(answer, (int, float)) or not isfinite(answer):
            return False
        return abs(answer - self.value) <= self.slack

    def __str__(self) -> str:
        return shown(self.value)


@dataclass(frozen=True, slots=True)
class Between:
    """Any number of a closed range."""

    low: float
    high: float
    text: str = ""  # where something says it better

    def allows(self, answer: Any) -> bool:
        return isinstance(answer, (int, float)) and self.low <= answer <= self.high

    def __str__(self) -> str:
        return self.text or f"from {shown(self.low)} to {shown(self.high)}"


@dataclass(frozen=True, slots=True)
class Near:
    """A number that is known with an error, as by finite differences."""

    value: float
    error: float

    def allows(self, answer: Any) -> bool:
        return Number(self.value, self.error).allows(answer)

    def __str__(self) -> str:
        return f"{self.value:.12g} ± {self.error:.1e}"


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of these."""

    answers: tuple[Any, ...]

    def allows(self, answer: Any) -> bool:
        return answer in self.answers

    def __str__(self) -> str:
        return " or ".join(map(shown, self.answers))


@dataclass(frozen=True, slots=True)
class Refusal:
    """No answer: the program has to end in an error of the engine's."""

    def allows(self, answer: Any) -> bool:
        return False

    def __str__(self) -> str:
        return "an error"


# Questions and answers


@dataclass(frozen=True, slots=True)
class Question:
    """An expression in the variables of a program, and what it must be."""

    expression: str
    right: Right


@dataclass(frozen=True, slots=True)
class Error:
    """How a program ended, where it did not come to its end.

    >>> print(Error("ZeroDivisionError", "float division by zero", 2))
    ZeroDivisionError: float division by zero
    """

    type: str  # of the exception; "" where the process itself came to an end
    text: str
    line: int  # of the program, from 1 on; 0 for none of its lines

    @property
    def is_refusal(self) -> bool:
        """Whether the engine said so, and did not just break down."""
        return self.type not in ("", "RecursionError", "MemoryError", "KeyboardInterrupt")

    def __str__(self) -> str:
        if not self.type:
            return f"it {self.text}"
        return brief(f"{self.type}: {self.text}" if self.text else self.type)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out of a program: a value for each question, or an error."""

    values: tuple[Any, ...] = ()
    error: Error | None = None


@dataclass(frozen=True, slots=True)
class Program:
    """Lines of Python that build a graph with an engine, and what is asked afterwards."""

    lines: tuple[str, ...]
    questions: tuple[Question, ...]
    output: str = ""  # the variable whose graph makes the picture
    refusable: bool = False  # an error of the engine's is right as well
    seconds: float = SECONDS  # of computing that it may take

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def failure(self, answer: Answer) -> "Failure | None":
        """What is wrong with an answer, if anything."""
        if answer.error is not None:
            first = self.questions[0]
            refusable = self.refusable or isinstance(first.right, Refusal)
            if refusable and answer.error.is_refusal:
                return None
            return Failure(self, first, f"{answer.error}", answer.error.line)
        for question, value in zip(self.questions, answer.values):
            if not question.right.allows(value):
                return Failure(self, question, shown(value))
        return None


@dataclass(frozen=True, slots=True)
class Failure:
    """A program that shows a fault: which question, and what came out."""

    program: Program
    question: Question
    came_out: str
    line: int = 0  # where it came out, if not at the question

    @property
    def slow(self) -> bool:
        """Whether it is only that the time was up."""
        return self.came_out == f"it {TIME_IS_UP}"

    @property
    def right(self) -> str:
        """What should have come out."""
        return f"{self.question.right}"

    def python(self) -> str:
        """The program, with what came out where it did, and what is right."""
        lines, asked = list(self.program.lines), f"print({self.question.expression})"
        if not self.line:
            return "\n".join([*lines, f"{asked}  # came out: {self.came_out}; right: {self.right}"])
        lines[self.line - 1] += f"  # {self.came_out}"
        return "\n".join([*lines, f"{asked}  # right: {self.right}"])


def shown(answer: Any) -> str:
    """An answer as it is printed.

    >>> shown(2.0), shown({"complex": [0.0, 1.5]}), shown({"other": "'22'"}), shown(None)
    ('2.0', '1.5j', "'22'", 'None')
    """
    if isinstance(answer, dict):
        if "complex" in answer:
            return str(complex(*answer["complex"]))
        return brief(answer["other"])
    return brief(repr(answer))
