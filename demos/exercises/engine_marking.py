"""Marking a step of one's own engine: the judge on the properties of that step."""

from demos.exercises.marking import Mark
from demos.exercises.moons import TRAINING
from demos.exercises.net import NET
from demos.exercises.step import Step
from engine.proof.judge import PROPERTIES, CannotJudge, Property
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.operations import OPERATIONS
from engine.proof.judge.subject import Subject

BY_NAME = {each.name: each for each in (*PROPERTIES, NET, *TRAINING)}


def mark_step(step: Step, engine: str, net: str | None) -> Mark:
    """Mark an engine, "my_engine.py:Value", at one step: its first property that fails counts."""
    try:
        with Bench(Subject(engine, net)) as bench:
            for name in step.properties:
                mark = mark_property(step, BY_NAME[name], bench)
                if mark is not None:
                    return mark
    except CannotJudge as error:
        file, _, name = engine.rpartition(":")
        stops = f"{error}".startswith(engine) and f"there is no {name} in" not in f"{error}"
        hint = f"It has to run by itself first: see what python {file} says." if stops else ""
        return Mark(False, f"There is nothing to judge yet. {error}", hint or step.hints[0])
    return Mark(True, step.reason)


def mark_property(step: Step, property: Property, bench: Bench) -> Mark | None:
    """What is wrong about one property, if anything."""
    try:
        finding = property.finding(bench)
    except NotOffered as reason:
        hint = hint_for(step, property, f"{reason}", exactly=True) or step.hints[0]
        said = f"{reason}{what_it_gives(property.name, bench)}"
        return Mark(False, f"✗ {property}\n{property.why}\n\n    {said}", hint)
    if finding is None:
        return None
    hint = hint_for(step, property, finding.program)
    return Mark(False, f"{finding}", hint, finding.graph())


def what_it_gives(operation: str, bench: Bench) -> str:
    """What comes of an operation that is written, and yet not there for the judge."""
    if operation not in OPERATIONS:
        return ""
    lines = [f"a = {bench.name}(2.0)", f"b = {bench.name}(3.0)", "n = 2.0"]
    found = bench.answer(lines, f"type({operation}).__name__")
    if found.error is not None:
        return f" that runs: {found.error}"
    kind = found.values[0]["other"].strip("'")  # what is no number comes as its repr
    return ": it is None, so nothing is returned" if kind == "NoneType" else f": it is a {kind}"


def hint_for(step: Step, property: Property, shown: str, *, exactly: bool = False) -> str:
    """The hint of the slip that shows this: of one that says what it shows, or else of any."""
    slips = [slip for slip in step.slips if slip.fails == property.name]
    known = [slip for slip in slips if slip.shows and slip.shows in shown]
    if not exactly:
        known += [slip for slip in slips if not slip.shows]
    return known[0].hint if known else ""
