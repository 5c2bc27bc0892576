"""Loops over few numbers, which for one sample run in plain floats: any recurrence, any rule."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import RULES, DomainError, Program, Rule, Value, apply, maximum, minimum, tanh, where
from engine.proof.points import sample_points
from engine.proof.programs import check_program
from nn import RNN
from tests.engine.program.agreement import assert_agrees, assert_saved_is_the_same

Step = Callable[..., Sequence[Value]]  # of the numbers that go on, and those that stay


def repeated(step: Step, state: Sequence[Value], given: Sequence[Value], times: int) -> list[Value]:
    for _ in range(times):
        state = step(*state, *given)
    return list(state)


def predator_and_prey(x: Value, y: Value, a: Value, b: Value) -> tuple[Value, Value]:
    return x + 0.1 * (a * x - x * y), y + 0.1 * (b * x * y - y)


def lorenz(x: Value, y: Value, z: Value, s: Value, r: Value) -> tuple[Value, Value, Value]:
    return x + 0.01 * s * (y - x), y + 0.01 * (x * (r - z) - y), z + 0.01 * (x * y - 2.5 * z)


def neural_ode(x: Value, y: Value, *w: Value) -> tuple[Value, Value]:
    a, b, c, d = w
    return x + 0.1 * tanh(a * x + b * y), y + 0.1 * tanh(c * x + d * y)


STEPS: dict[str, tuple[Step, list[float], list[float]]] = {
    "predator and prey": (predator_and_prey, [1.0, 0.5], [0.9, 0.4]),
    "Lorenz": (lorenz, [1.0, 0.5, 0.8], [10.0, 28.0]),
    "neural ODE": (neural_ode, [0.5, -0.3], [0.9, -0.4, 0.3, 0.8]),
    "rotation": (lambda x, y, c, s: (c * x - s * y, s * x + c * y), [1.0, 0.5], [0.9, 0.4]),
    "switch": (
        lambda x, y, a: (maximum(a * x, y) - 0.5, where(x - y, minimum(x, a), 0.9 * y)),
        [1.0, 0.5],
        [0.9],
    ),
}


def program_of(name: str, times: int = 30) -> tuple[Program, list[float]]:
    step, start, given = STEPS[name]
    inputs, parameters = list(map(Value, start)), list(map(Value, given))
    output = engine.sum(repeated(step, inputs, parameters, times))
    return Program(output, inputs, parameters), start


@pytest.mark.parametrize("name", STEPS)
def test_a_step_repeated(name: str, tmp_path: Path) -> None:
    program, start = program_of(name)
    assert "by_numbers(loop1)" in program.source
    check_program(program, [start, [0.9 * x for x in start]])
    assert_saved_is_the_same(program, [start], tmp_path / "saved.py")


def test_both_passes_have_loops_in_numbers() -> None:
    program, _ = program_of("neural ODE")
    assert "by_numbers(loop2)" in program.source


def test_it_reads_as_one_would_write_it() -> None:
    x, w = Value(0.5), Value(0.9)
    y = w
    for _ in range(30):
        y = tanh(2.0 * y * x - w)
    source = Program(y, [x], [w]).source
    function = source[source.index("def loop1():") : source.index("def views1")]
    assert function.splitlines() == [
        "def loop1():",
        "    s = S[0:60, 0].tolist()",
        "    k = K[0:1, 0].tolist()",
        "    for t2 in range(0, 58, 2):",
        "        s[t2 + 2] = math.tanh(s[t2 + 1])",
        "        s[t2 + 3] = -k[0] + 2.0 * (s[0] * s[t2 + 2])",
        "    S[0:60, 0] = s",
    ]


def poisoned(program: Program) -> None:
    """The arrays that loops go over for one sample are of no use from now on."""
    _, _, forward, _ = program._running.sized(1)
    for name, steps in forward.__globals__.items():
        if name.startswith("steps"):
            steps[:] = [None] * len(steps)


def test_arrays_are_for_more_samples_than_one() -> None:
    program, start = program_of("predator and prey")
    right, _ = program.value_and_gradient([start])
    poisoned(program)
    assert program.value_and_gradient([start])[0] == right
    with pytest.raises(TypeError):
        poisoned_program, _ = program_of("predator and prey")
        names = poisoned_program._running.built(2)
        names["steps1"][:] = [None]
        names["forward"](np.ones((2, 2)))


@pytest.mark.parametrize("size, plain", [(2, True), (8, False)])
def test_nets_of_many_numbers_are_left_to_arrays(size: int, plain: bool) -> None:
    cell = RNN(2, size, rng=random.Random(0))
    xs = [[Value(0.1 * t), Value(0.2)] for t in range(12)]
    loss = engine.sum([h * h for h in cell(xs)[-1]])
    program = Program(loss, [x for pair in xs for x in pair], cell.parameters())
    assert ("by_numbers" in program.source) is plain


LOOPED = [rule for rule in RULES.values() if rule.inputs and not rule.spread]


@pytest.mark.parametrize("rule", LOOPED, ids=lambda rule: rule.name)
def test_every_rule_in_a_loop(rule: Rule) -> None:
    """Each time near a point of its domain, as it is or moved by what the rule found."""
    point = next(sample_points(rule, random.Random(1)))
    leaves = [Value(x) for x in point]
    free = [k for k in range(len(point)) if k not in rule.fixed]
    y = leaves[free[0]]
    for _ in range(20):
        numbers: list[Any] = [x if k in free else x.data for k, x in enumerate(leaves)]
        numbers[free[0]] = y
        y = leaves[free[0]] * (1.0 + 1e-6 * tanh(apply(rule, *numbers)))
    check_program(Program(y, leaves[:1], leaves[1:]), [[point[0]]])


def test_what_is_too_large_meanwhile_is_no_error() -> None:
    """As for several samples: of what is not finite only that which comes out is an error."""
    x, w = Value(0.5), Value(900.0)
    y = x
    for _ in range(20):
        y = tanh(engine.exp(w * y)) * x
    program = Program(y, [x], [w])
    assert "by_numbers" in program.source
    assert program([[0.9]]).tolist() == program([[0.9], [0.9]])[:1].tolist() == [0.9]


@pytest.mark.parametrize("link", [maximum, minimum, lambda y, x: maximum(x, y)])
def test_what_is_no_number_stays_so(link: Callable[[Value, Value], Value]) -> None:
    x, v, w = Value(0.5), Value(1.5), Value(0.5)
    y = w
    for _ in range(20):
        y = link(x * x * y - x * x * v, w)  # where both are infinite
    program = Program(y, [x], [v, w])
    assert "by_numbers" in program.source
    for batch in ([[1e200]], [[1e200], [0.5]]):
        with pytest.raises(OverflowError, match="sample 0"):
            program(batch)


@pytest.mark.parametrize("batch", [[[-0.5]], [[-0.5], [0.5]]])
def test_errors_are_those_of_the_scalar_engine(batch: list[list[float]]) -> None:
    x, w = Value(0.5), Value(1.5)
    y = x
    for _ in range(20):
        y = engine.log(y) * 0.1 + w
    with pytest.raises(DomainError, match="sample 0"):
        Program(y, [x], [w]).value_and_gradient(batch)


def test_no_samples() -> None:
    program, _ = program_of("Lorenz")
    assert program(np.empty((0, 3))).shape == (0,)


OPERATIONS: list[Callable[[Any, Any, Any], Value]] = [
    lambda a, b, c: a * b + c,
    lambda a, b, c: 0.5 * a - b * c,
    lambda a, b, c: engine.sin(a + 2.0 * b),
    lambda a, b, c: maximum(a, b) - minimum(b, c),
    lambda a, b, c: where(a - 0.3 * b, b, c),
    lambda a, b, c: engine.sigmoid(a) * c,
    lambda a, b, c: abs(a) / (b * b + 1.5),
    lambda a, b, c: engine.hypot(a, b) - c,
    lambda a, b, c: engine.exp(-a * a) + 0.25,
    lambda a, b, c: engine.dot([a, b, c], [b, c, a]),
    lambda a, b, c: engine.log1p(a * a) * engine.silu(b),
    lambda a, b, c: engine.sum([a, b, c]) ** 3 / 9.0,
    lambda a, b, c: maximum(a, b, c),
    lambda a, b, c: engine.choose(1, [a, b]) - c,
]


@st.composite
def repeated_steps(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """A few numbers that go on by formulas drawn at random, of one another, of what each step is
    given and of what stays; some steps are left out, some numbers tapped; a point and n_inputs."""
    width, times = draw(st.integers(1, 4)), draw(st.integers(6, 20))
    given, stays = draw(st.integers(0, 1)), draw(st.integers(1, 2))
    n_read = width + given + stays
    place = st.integers(0, n_read + 1)  # of a number that is read; the last is a constant
    formula = st.tuples(st.sampled_from(OPERATIONS), place, place, place)
    formulas = draw(st.lists(st.tuples(formula, formula), min_size=width, max_size=width))
    at_once, skips = draw(st.booleans()), draw(st.sampled_from([0, 0, 3]))
    tapped = draw(st.sampled_from(["last", "each", "one"]))
    n_leaves = width + given * times + stays

    def graph(*leaves: Value) -> Value:
        state, rest = list(leaves[:width]), leaves[width:]
        losses: list[Value] = []
        for t in range(times):
            if skips and t % skips == 2:
                continue
            own = rest[stays + given * t : stays + given * (t + 1)]
            new = list(state)
            for k, (first, second) in enumerate(formulas):
                read: list[Any] = [*(state if at_once else new), *rest[:stays], *own, 0.7]
                inner = first[0](*[read[place % len(read)] for place in first[1:]])
                read[-1] = inner
                bounded = [read[place % len(read)] for place in second[1:]]
                new[k] = tanh(second[0](*bounded) + 0.5 * inner)
            state = new
            if tapped == "each" or (tapped == "one" and t == times // 2):
                losses.append(state[0] * state[-1])
        return engine.sum([*state, *losses])

    number = st.integers(-40, 40).map(lambda k: (k + 0.5) / 40)
    point = draw(st.lists(number, min_size=n_leaves, max_size=n_leaves))
    return graph, point, draw(st.integers(0, n_leaves))


@given(repeated_steps(), st.integers(1, 2))
def test_any_step_repeated(made: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = made
    assert_agrees(graph, point, n_inputs, n_samples)
