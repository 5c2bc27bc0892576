"""The bench on which an engine is tried: it runs programs and knows which operations there are."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from unittest import SkipTest

from engine.proof.judge.draft import Draft
from engine.proof.judge.operations import OPERATIONS, Operation, points
from engine.proof.judge.precision import Precision, precision_of
from engine.proof.judge.process import CannotJudge, Process, Runner
from engine.proof.judge.program import Answer, Failure, OneOf, Program, Question, shown
from engine.proof.judge.subject import Subject

SCALES = ("a * n", "a * b", "n - a", "-a")  # what makes the gradient that comes in another than 1
LINKS = ("a + n", "a * n", "-a")  # what chains are made of
NO_METHOD = ("NotImplementedError",)  # the errors that mean that there is none
NO_OPERATOR = (*NO_METHOD, "TypeError", "AttributeError", "AssertionError", "ValueError")
MANY = 4  # points at which an operation is tried before it is used in graphs


class NotOffered(SkipTest):
    """The engine lacks what a property is about. To pytest and unittest it is a test to skip."""


class Bench:
    """One engine, in its process, and what has been found out about it."""

    def __init__(self, subject: Subject, process: Runner | None = None) -> None:
        self.subject = subject
        self.process = process or Process(subject.names)
        self.known: dict[Program, Failure | None] = {}

    def __enter__(self) -> "Bench":
        return self

    def __exit__(self, *error: object) -> None:
        self.process.close()

    @property
    def name(self) -> str:
        """Their class, as programs call it."""
        return self.subject.name

    def failure(self, program: Program) -> Failure | None:
        """Run a program, once: what is wrong with the answer, if anything."""
        if program not in self.known:
            self.known[program] = program.failure(self.process.run(program))
        return self.known[program]

    def failure_at_first(self, program: Program) -> Failure | None:
        """The same in a new process: Python gives code that ran before a call or two more."""
        self.process.close()
        return program.failure(self.process.run(program))

    def answer(self, lines: Iterable[str], *asked: str) -> Answer:
        """What these expressions are after these lines, whatever is right."""
        questions = tuple(Question(each, OneOf(())) for each in asked)
        return self.process.run(Program(tuple(lines), questions))

    def need(self, *names: str) -> None:
        """Raise NotOffered where one of these operations is missing."""
        for name in names:
            if name not in self.offered:
                raise NotOffered(f"there is no {name}")

    def require_engine(self) -> None:
        """Raise CannotJudge where there is no number with a backward pass."""
        _ = self.precision

    # What has been found out

    @cached_property
    def precision(self) -> Precision:
        """The floats that it computes with. Raises CannotJudge where it is no such engine."""
        answer = self.answer([f"a = {self.name}(0.1)"], "a.data", 'hasattr(a, "backward")')
        if answer.error is not None:
            why = f"a = {self.name}(0.1); a.data: {answer.error}"
            is_other = answer.error.type in ("AttributeError", "TypeError")
            raise other_interface(why) if is_other else CannotJudge(why)
        number, has_backward = answer.values
        precision = precision_of(number)
        if precision is None:
            raise CannotJudge(f"{self.name}(0.1).data is {shown(number)}; it has to be 0.1")
        if not has_backward:
            raise other_interface(f"{self.name} has no backward()")
        return precision

    def draft(self) -> Draft:
        """A program to write."""
        return Draft(self.name, self.precision)

    @cached_property
    def offered(self) -> dict[str, Operation]:
        """The operations that there are, right or wrong."""
        return {name: each for name, each in OPERATIONS.items() if self.offers(each)}

    @cached_property
    def methods(self) -> set[str]:
        """Which methods of one number a leaf has."""
        wanted = [each.method for each in OPERATIONS.values() if each.method]
        asked = [f"hasattr(a, {method!r})" for method in wanted]
        answer = self.answer([f"a = {self.name}(2.0)"], *asked)
        return {method for method, there in zip(wanted, answer.values) if there}

    def offers(self, operation: Operation) -> bool:
        """Whether the operation gives a node; one that breaks is there, and wrong."""
        if operation.method and operation.method not in self.methods:
            return False
        draft = self.draft()
        y = draft.result(operation, with_leaves(draft, next(points(operation))))
        answer = self.answer(draft.lines, f'hasattr({y}, "backward")')
        if answer.error is not None:
            return answer.error.type not in (NO_METHOD if operation.method else NO_OPERATOR)
        return answer.values == (True,)

    @cached_property
    def right(self) -> dict[str, Operation]:
        """The operations that are right by themselves, to build graphs of."""
        return {name: each for name, each in self.offered.items() if not self.wrong(each, MANY)}

    def wrong(self, operation: Operation, most: int | None = None) -> Failure | None:
        """The simplest program of this operation that fails: alone, or with another upon it."""
        ordinary = list(islice(points(operation), most))
        programs = [self.of_one(operation, given, None) for given in ordinary]
        if self.scale is not None:
            programs += [self.of_one(operation, given, self.scale) for given in ordinary[:MANY]]
        return first(map(self.failure, programs))

    @cached_property
    def link(self) -> Operation:
        """A right operation of one node, and a plain number perhaps, to make chains of."""
        for name in LINKS:
            if name in self.right:
                return self.right[name]
        raise NotOffered(f"none of {', '.join(LINKS)} is right by itself")

    @cached_property
    def scale(self) -> Operation | None:
        """A right operation to put upon another, so that the gradient which comes in is not 1."""
        for operation in (self.offered[name] for name in SCALES if name in self.offered):
            ordinary = islice(points(operation), MANY)
            if not any(self.failure(self.of_one(operation, given, None)) for given in ordinary):
                return operation
        return None

    def of_one(
        self, operation: Operation, given: dict[str, float], scale: Operation | None
    ) -> Program:
        """A program of one operation, and with `scale` of that upon its result."""
        draft = self.draft()
        leaves = with_leaves(draft, given)
        y = draft.result(operation, leaves)
        if scale is not None:
            more: dict[str, str | float] = {"a": y, "n": 3}
            if "b" in scale.nodes:
                more["b"] = draft.leaf(3.0)
            y = draft.result(scale, more)
        draft.backward(y)
        asked = [draft.value(y), *[draft.gradient(f"{leaves[each]}") for each in operation.nodes]]
        if operation.in_place:
            asked.append(draft.value(f"{leaves['a']}"))
        return draft.program(asked)


def with_leaves(draft: Draft, given: Mapping[str, float]) -> dict[str, str | float]:
    """What an operation is given: a leaf for each node, plain numbers as they are."""
    return {each: x if each == "n" else draft.leaf(x) for each, x in given.items()}


def first(failures: Iterable[Failure | None]) -> Failure | None:
    """The first failure, if there is one; what comes after it is not run."""
    return next((failure for failure in failures if failure is not None), None)


def other_interface(why: str) -> CannotJudge:
    """The error for a class that is not made or read as micrograd's is."""
    error = CannotJudge(why)
    error.add_note("a class with other names is judged by an engine.proof.judge.Adapter of it")
    return error
