"""Steps by a plan drawn at random, each the same, of what other steps and the sample give them."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Value, atan, cos, dot, maximum, sigmoid, tanh
from engine.program import Program
from engine.proof.programs import check_program

OPERATIONS: dict[str, Any] = {
    "bends": lambda a, b, w: [tanh(x) for x in a],
    "turns": lambda a, b, w: [cos(x) + atan(y) for x, y in zip(a, b)],
    "multiplies": lambda a, b, w: [x * y for x, y in zip(a, b)],
    "weighs": lambda a, b, w: [dot(w, a) + y for y in b],
    "gates": lambda a, b, w: [sigmoid(x) * y + 0.5 * x for x, y in zip(a, b)],
    "compares": lambda a, b, w: [maximum(x, y) for x, y in zip(a, b)],
    "reverses": lambda a, b, w: a[::-1],
}
PLACES = st.sampled_from(["before", "long before", "noted", "noted", "seen", "seen last"])


@st.composite
def programs_of_steps(draw: st.DrawFn) -> tuple[Program, list[list[float]]]:
    """Vectors, each of the one before it, and of one that the last step computed, or the one before
    that, or a step whose vectors all steps read, or of what is seen, in order or the last first."""
    rng, size, steps = random.Random(draw(st.integers(0, 999))), draw(st.integers(1, 3)), 9
    operation = st.tuples(st.sampled_from(sorted(OPERATIONS)), PLACES)
    plan = draw(st.lists(operation, min_size=3, max_size=6))
    noted = draw(st.integers(0, 2))

    def made() -> list[Value]:
        return [Value(rng.uniform(-1, 1)) for _ in range(size)]

    weights, seen, states = made(), [made() for _ in range(steps)], [[made() for _ in plan]]
    inputs = [x for row in (*seen, *states[0]) for x in row]
    for step in range(steps):
        new: list[list[Value]] = []
        for k, (name, place) in enumerate(plan):
            other = {
                "before": states[-1][k],
                "long before": states[max(0, step - 1)][k],
                "noted": states[noted][k] if noted <= step else (new or states[-1])[-1],
                "seen": seen[step],
                "seen last": seen[-1 - step],
            }[place]
            new.append(OPERATIONS[name]((new or states[-1])[-1], other, weights))
        states.append([*new[:-1], [tanh(x) for x in new[-1]]])
    last, *others = states[-1][-1], *states[draw(st.integers(1, steps))][-1]
    outputs = [*last, *others] if draw(st.booleans()) else engine.sum([*last, *others])
    points = [[rng.uniform(-1, 1) for _ in inputs] for _ in range(2)]
    return Program(outputs, inputs, weights), points


@given(programs_of_steps())
def test_steps_agree(case: tuple[Program, list[list[float]]]) -> None:
    check_program(*case)
