"""Marking a step of one's own engine: the judge on the properties of that step."""

from demos.exercises.marking import Mark
from demos.exercises.moons import TRAINING
from demos.exercises.step import Step
from engine.proof.judge import PROPERTIES, CannotJudge, Property
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.subject import Subject

BY_NAME = {each.name: each for each in (*PROPERTIES, *TRAINING)}


def mark_step(step: Step, engine: str, net: str | None) -> Mark:
    """Mark an engine, "my_engine.py:Value", at one step: its first property that fails counts."""
    try:
        with Bench(Subject(engine, net)) as bench:
            for name in step.properties:
                mark = mark_property(step, BY_NAME[name], bench)
                if mark is not None:
                    return mark
    except CannotJudge as error:
        return Mark(False, f"There is nothing to judge yet. {error}", step.hints[0])
    return Mark(True, step.reason)


def mark_property(step: Step, property: Property, bench: Bench) -> Mark | None:
    """What is wrong about one property, if anything."""
    try:
        finding = property.finding(bench)
    except NotOffered as reason:
        hint = hint_for(step, property, f"{reason}", exactly=True) or step.hints[0]
        return Mark(False, f"✗ {property}\n{property.why}\n\n    {reason}", hint)
    if finding is None:
        return None
    hint = hint_for(step, property, finding.program)
    return Mark(False, f"{finding}", hint, finding.graph())


def hint_for(step: Step, property: Property, shown: str, *, exactly: bool = False) -> str:
    """The hint of the slip that shows this: of one that says what it shows, or else of any."""
    slips = [slip for slip in step.slips if slip.fails == property.name]
    known = [slip for slip in slips if slip.shows and slip.shows in shown]
    if not exactly:
        known += [slip for slip in slips if not slip.shows]
    return known[0].hint if known else ""
