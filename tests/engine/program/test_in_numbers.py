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

Link = Callable[[Value, Value], Value]
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


def pendulum(q: Value, p: Value, g: Value, c: Value) -> tuple[Value, Value]:
    """By a step of Runge and Kutta."""

    def slopes(q: Value, p: Value) -> tuple[Value, Value]:
        return p, -g * engine.sin(q) - c * p

    h = 0.05
    a1, b1 = slopes(q, p)
    a2, b2 = slopes(q + h / 2 * a1, p + h / 2 * b1)
    a3, b3 = slopes(q + h / 2 * a2, p + h / 2 * b2)
    a4, b4 = slopes(q + h * a3, p + h * b3)
    return q + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), p + h / 6 * (b1 + 2 * b2 + 2 * b3 + b4)


STEPS: dict[str, tuple[Step, list[float], list[float]]] = {
    "predator and prey": (predator_and_prey, [1.0, 0.5], [0.9, 0.4]),
    "Lorenz": (lorenz, [1.0, 0.5, 0.8], [10.0, 28.0]),
    "neural ODE": (neural_ode, [0.5, -0.3], [0.9, -0.4, 0.3, 0.8]),
    "pendulum": (pendulum, [0.5, 0.1], [1.3, 0.2]),
    "driven": (lambda y, x, a, b: (tanh(a * y - b * x), x), [0.5, 0.3], [0.9, 0.4]),
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


@pytest.mark.parametrize("name", STEPS)
def test_a_step_of_parameters_alone(name: str) -> None:
    step, start, given = STEPS[name]
    leaves = list(map(Value, [*start, *given]))
    output = engine.sum(repeated(step, leaves[: len(start)], leaves[len(start) :], 30))
    check_program(Program(output, [], leaves), [[]])


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
        "    return [(S[0:60, 0], s)]",
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
    names = program_of("predator and prey")[0]._running.built(2)
    names["steps1"][:] = [None]
    with pytest.raises(TypeError):
        names["forward"](np.ones((2, 2)))


@pytest.mark.parametrize("size, plain", [(2, True), (8, False)])
def test_nets_of_many_numbers_are_left_to_arrays(size: int, plain: bool) -> None:
    cell = RNN(2, size, rng=random.Random(0))
    xs = [[Value(0.1 * t), Value(0.2)] for t in range(12)]
    loss = engine.sum([h * h for h in cell(xs)[-1]])
    program = Program(loss, [x for pair in xs for x in pair], cell.parameters())
    assert ("by_numbers" in program.source) is plain
    check_program(program, [[x.data for pair in xs for x in pair]])


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
def test_what_is_no_number_stays_so(link: Link) -> None:
    x, v, w = Value(0.5), Value(1.5), Value(0.5)
    y = w
    for _ in range(20):
        y = link(x * x * y - x * x * v, w)  # where both are infinite
    program = Program(y, [x], [v, w])
    assert "by_numbers" in program.source
    for batch in ([[1e200]], [[1e200], [0.5]]):
        with pytest.raises(OverflowError, match="sample 0"):
            program(batch)


@pytest.mark.parametrize("link, start", [(maximum, 0.5), (minimum, -0.5)])
def test_what_is_no_number_is_found_where_it_is_read_once(link: Link, start: float) -> None:
    """inf - inf at one step only: an extreme must not leave it out."""
    xs, v, w = [Value(0.5) for _ in range(20)], Value(start), Value(start)
    y: Value = w
    for x in xs:
        y = link(0.5 * y, x * x * y - x * x * v)
    program = Program(y, xs, [v, w])
    assert "by_numbers" in program.source
    sample = [0.5] * 9 + [1e200] + [0.5] * 10
    for batch in ([sample], [sample, [0.5] * 20]):
        with pytest.raises(OverflowError, match="sample 0"):
            program(batch)


def test_what_is_computed_for_nothing_is_no_error() -> None:
    x, w = Value(0.5), Value(0.9)
    y = x
    for _ in range(20):
        y = where(x, engine.log(x + 0.1 * y), w)
    program = Program(y, [x], [w])
    assert "by_numbers" in program.source
    for batch in ([[-0.5]], [[-0.5], [0.5]]):
        assert program(batch)[0] == 0.9


def test_kinks() -> None:
    x, w = Value(0.5), Value(0.5)
    y = x
    for _ in range(20):
        y = where(y - w, 0.25 * y, y) + 0.3 * engine.greater(y, w) + 0.1 * (y - w) ** 3
    program = Program(y, [x], [w])
    assert "by_numbers" in program.source
    y.backward()  # at the kink: if rounding decided there, nothing could be said
    loss, gradient = program.value_and_gradient([[0.5]])
    assert (loss, gradient.tolist()) == (y.data, [w.grad])
    for number in (0.5, 0.4, 0.6):
        check_program(program, [[number]])


def test_powers() -> None:
    x, w = Value(0.5), Value(1.5)
    y = x
    for _ in range(20):
        y = (y + w) ** -1 + 0.1 * y**3 - 0.5 * y**2 + (y + w) ** 1.5
        y = tanh(y)
    check_program(Program(y, [x], [w]), [[0.5]])


def test_a_part_that_comes_again_is_computed_once() -> None:
    x, w = Value(0.5), Value(0.9)
    y = x
    for _ in range(20):
        y = engine.sigmoid(w * y)
    source = Program(y, [x], [w]).source
    function = source[source.index("def loop1():") : source.index("def views1")]
    assert function.count("math.exp(") == 1


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


def carried(z: list[Value], state: list[Value]) -> list[Value]:
    return [tanh(a) * b + 0.1 * z[0] for a, b in zip(z, state)]


def shared(z: list[Value], state: list[Value]) -> list[Value]:
    return [a * b for a, b in zip(engine.softmax(z), state)]


def normed(z: list[Value], state: list[Value]) -> list[Value]:
    return [tanh(a) / (1.0 + state[0] * state[-1]) for a in z]


def shifted(z: list[Value], state: list[Value]) -> list[Value]:
    return [tanh(a - maximum(*z)) + b for a, b in zip(z, state)]


def crossed(z: list[Value], state: list[Value]) -> list[Value]:
    return [maximum(a, b) for a, b in zip(z, [state[0], state[1], state[0]])]


@pytest.mark.parametrize("size", [2, 3])
@pytest.mark.parametrize("step", [carried, shared, normed, shifted, crossed])
@pytest.mark.parametrize("reversed_too", [False, True])
def test_matrices(step: Callable[..., list[Value]], size: int, reversed_too: bool) -> None:
    """Of a state, and with the same weights of the state reversed."""
    rng = random.Random(size)

    def graph(*leaves: Value) -> Value:
        state, weights = list(leaves[:size]), leaves[size:]
        rows = [weights[k : k + size] for k in range(0, size * size, size)]
        for _ in range(14):
            z = [engine.dot(row, state) for row in rows]
            if reversed_too:
                z = [a - 0.5 * engine.dot(row, state[::-1]) for a, row in zip(z, rows)]
            state = step(z, state)
        return engine.sum(state)

    point = [rng.uniform(-0.9, 0.9) for _ in range(size + size * size)]
    assert_agrees(graph, point, size, 1)


def test_the_same_weights_at_two_positions() -> None:
    def graph(*leaves: Value) -> Value:
        one, other, weights = list(leaves[:2]), list(leaves[2:4]), leaves[4:]
        for _ in range(14):
            one, other = [
                [0.5 * h + tanh(engine.dot(row, state)) for h, row in zip(state, rows)]
                for rows in [[weights[:2], weights[2:]]]
                for state in (one, other)
            ]
        return engine.sum([*one, *other])

    assert_agrees(graph, [0.5, -0.3, 0.2, 0.7, 0.9, -0.4, 0.3, 0.8], 4, 1)


OPERATIONS: list[Callable[[Any, Any, Any], Value]] = [
    lambda a, b, c: a * b + c,
    lambda a, b, c: 0.5 * a - b * c,
    lambda a, b, c: engine.sin(a + 2.0 * b),
    lambda a, b, c: maximum(a, b) - minimum(b, c),
    lambda a, b, c: where(a - 0.3 * b, b, c),
    lambda a, b, c: engine.sigmoid(a) * c,
    lambda a, b, c: abs(a) / (b * b + 1.5),
    lambda a, b, c: engine.hypot(a, b * b + 1.5) - c,
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
        return engine.sum([leaves[0], *state, *losses])

    number = st.integers(-40, 40).map(lambda k: (k + 0.5) / 40)
    point = draw(st.lists(number, min_size=n_leaves, max_size=n_leaves))
    return graph, point, draw(st.integers(0, n_leaves))


@given(repeated_steps(), st.integers(1, 2))
def test_any_step_repeated(made: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = made
    assert_agrees(graph, point, n_inputs, n_samples)
