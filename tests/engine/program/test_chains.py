"""chains: few numbers at a time, whose gradients are a running product, or come edge by edge."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Program, Value, hypot, maximum, minimum, sigmoid, sin, tanh
from engine.program.chain_adjoint import MOST_LINKS
from engine.program.chains import LEAST_LINKS
from engine.program.kernels import Chain, Kernels, Scan
from engine.program.lower import Traced
from engine.program.operands import outputs_of
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from tests.engine.program.agreement import assert_agrees, on_every_backend

Link = Callable[[Value, Value], Value]
LINKS: list[Link] = [
    lambda y, x: tanh(y * x),
    lambda y, x: y * x,
    lambda y, x: 1.25 * y * x,
    hypot,
    lambda y, x: hypot(x, y),
    maximum,
    minimum,
    lambda y, x: sin(y) + x,
    lambda y, x: x - 0.5 * y,
    lambda y, x: sigmoid(y) - 0.25,
    lambda y, x: abs(y) / 1.5,
    lambda y, x: x / (y * y + 1.0),
    lambda y, x: 0.5 * sin(y) * sin(y) - x * x,  # y * y, again and again, has no float
    lambda y, x: tanh(y) ** 3 / 4 - y * x,
]


@st.composite
def long_chains(draw: st.DrawFn) -> tuple[Any, list[float], int]:
    """A chain of links over inputs, parameters and constants, with runs of one link, whose numbers
    may be read elsewhere or some links later as well; a point and n_inputs."""
    n_inputs, n_leaves = draw(st.integers(1, 3)), 6
    run = st.tuples(st.sampled_from(LINKS), st.integers(1, 12))
    runs = draw(st.lists(run, min_size=2, max_size=6))
    links = [link for link, times in runs for _ in range(times)]
    leaf = draw(st.one_of(st.integers(0, n_leaves), st.none()))  # one for all, or any
    read = draw(st.lists(st.integers(0, n_leaves), min_size=len(links), max_size=len(links)))
    elsewhere = draw(st.sets(st.integers(0, len(links) - 1), max_size=2))
    back = draw(st.dictionaries(st.integers(1, len(links) - 1), st.integers(2, 6), max_size=2))

    def graph(*leaves: Value) -> Value:
        numbers: list[Any] = [*leaves, 0.75]
        ys, losses = [numbers[draw_start]], []
        for k, link in enumerate(links):
            other = numbers[read[k] if leaf is None else leaf]
            if k in back:
                other = ys[-min(back[k], len(ys))]
            ys.append(link(ys[-1], other))
            losses += ys[-1:] * (k in elsewhere)
        return engine.sum([ys[-1], *losses])

    draw_start = draw(st.integers(0, n_leaves - 1))
    number = st.integers(-40, 40).map(lambda k: (k + 0.5) / 40)
    return graph, draw(st.lists(number, min_size=n_leaves, max_size=n_leaves)), n_inputs


@given(long_chains(), st.integers(1, 3))
def test_chains_agree(made: tuple[Any, list[float], int], n_samples: int) -> None:
    graph, point, n_inputs = made
    assert_agrees(graph, point, n_inputs, n_samples)


def runs(*leaves: Value) -> Value:
    """Runs over one number, over several, and of two links in turn."""
    y = leaves[-1]
    for link in (hypot, maximum, lambda y, x: y * x):
        y = reduce(link, [*leaves[:1] * 4, *leaves], y)
    return reduce(lambda y, x: tanh(y * x), leaves, y)


@on_every_backend
@pytest.mark.parametrize("link", [hypot, maximum, minimum, lambda y, x: y * x])
def test_a_link_may_read_one_of_the_same_run(link: Link, backend: str) -> None:
    def graph(*leaves: Value) -> Value:
        *xs, y = leaves
        seen = reduce(link, xs[:6], y)
        return link(reduce(link, xs[6:], seen), seen)

    point = [0.5 + 0.05 * (k % 7) for k in range(LEAST_LINKS + 2)]
    assert_agrees(graph, point, len(point) - 1, 2, backend)


def test_links_that_read_one_of_another_run_are_one_run() -> None:
    xs = [Value(0.5 + 0.05 * k) for k in range(15)]
    seen = reduce(maximum, xs[:7])
    output = reduce(maximum, xs[7:11], seen)
    for x in xs[11:]:
        output = maximum(maximum(output, seen), x)
    kernels = compiled(Traced([output], xs, []))["adjoint"]
    assert [scan.output.rows for scan in scans(kernels)] == [9, 8]


@pytest.mark.peer
def test_chains_agree_over_jax() -> None:
    point = [0.9, 0.8, -0.7, 0.6]
    assert_agrees(runs, point, 1, 2, "jax")
    leaves = [Value(x) for x in point]
    program = Program(runs(*leaves), leaves[:3], leaves[3:])
    batch = np.array([point[:3]] * 2)
    found = program.to_jax()(program.parameters, batch)
    assert np.asarray(found) == pytest.approx(program(batch), rel=1e-5)  # in float32


@pytest.mark.parametrize("n_inputs", [1, 3])
def test_chains_agree_in_c(n_inputs: int) -> None:
    leaves = [Value(x) for x in (0.9, 0.8, -0.7, 0.6)]
    output, inputs = runs(*leaves), leaves[:n_inputs]
    batch = np.random.default_rng(0).uniform(0.3, 0.9, (11, n_inputs))
    check_program(Program(output, inputs, leaves[n_inputs:], backend="c"), batch)


def passes(link: Link, length: int, *, parameter: bool = True) -> dict[str, Any]:
    y, x = Value(0.7), Value(0.9)
    output = reduce(link, [x] * length, y)
    inputs, parameters = ([y], [x]) if parameter else ([x], [y])
    results = compiled(Traced([output], inputs, parameters))
    check_program(Program(output, inputs, parameters), [[0.7], [0.95]])
    return results


def scans(kernels: Kernels) -> list[Scan]:
    steps = *kernels.forward, *kernels.backward
    return [kernel for _, kernel in steps if isinstance(kernel, Scan)]


@pytest.mark.parametrize("parameter", [True, False])
@pytest.mark.parametrize("link", LINKS[:8])
def test_backward_does_not_grow_with_a_short_chain(link: Link, parameter: bool) -> None:
    short, long = [passes(link, n, parameter=parameter)["adjoint"] for n in (20, 40)]
    assert len(short.backward) == len(long.backward) < 12
    (_, scan) = long.backward[[isinstance(x, Scan) for _, x in long.backward].index(True)]
    assert scan.down and scan.output.gradient


def test_operations_of_one_rule_are_one_kernel_forward_as_well() -> None:
    for link in (lambda y, x: y * x, hypot, maximum, minimum):
        kernels = passes(link, 50)["adjoint"]
        assert len(kernels.forward) == 2  # the first by itself
        assert [scan.output.rows for scan in scans(kernels)] == [49, 49]
        assert np.diff(scans(kernels)[0].output.places).tolist() == [1] * 48
    assert passes(lambda y, x: tanh(y * x), 50)["adjoint"].forward[-1].kernel.rule.name == "tanh"


@pytest.mark.parametrize("link", [hypot, lambda y, x: tanh(y * x)])
def test_a_chain_of_many_pieces(link: Link) -> None:
    y, x = Value(0.7), Value(0.9)
    outputs = [reduce(link, [x] * length, y) for length in (6 * MOST_LINKS, 9 * MOST_LINKS)]
    short, long = [Program(output, [y], [x]) for output in outputs]
    assert short.source.count("\n") == long.source.count("\n")
    outputs[0].backward()
    for n_samples in (1, 130):  # at once, and row by row
        value, gradient = short.value_and_gradient(np.full((n_samples, 1), y.data))
        assert value == pytest.approx(outputs[0].data, rel=1e-12)
        assert gradient == pytest.approx([x.grad], rel=1e-12)


@pytest.mark.parametrize("length", [MOST_LINKS, MOST_LINKS + 1])
def test_the_first_link_sends_its_gradient_where_it_is_a_piece_by_itself(length: int) -> None:
    def graph(v: Value, w: Value) -> Value:
        return reduce(lambda y, _: sin(y), range(length - 1), v * w)

    leaves = [Value(0.7), Value(1.2)]
    assert chain_lengths([graph(*leaves)], [], leaves) == [length]
    assert_agrees(graph, [0.7, 1.2], 0, 1)


def chain_lengths(outputs: list[Value], inputs: list[Value], parameters: list[Value]) -> list[int]:
    steps = compiled(Traced(outputs, inputs, parameters))["chains"].forward
    return [outputs_of(each)[0].rows for _, each in steps if isinstance(each, Chain)]


def test_what_is_read_elsewhere_ends_a_chain() -> None:
    x, w = Value(0.5), Value(0.9)
    ys = [w]
    for _ in range(30):
        ys.append(tanh(ys[-1] * x))
    assert chain_lengths([ys[-1]], [x], [w]) == [60]
    assert chain_lengths([ys[-1] * ys[20]], [x], [w]) == [40, 21]
    assert chain_lengths([ys[-1], ys[20]], [x], [w]) == [40, 20]
    assert chain_lengths([ys[5]], [x], [w]) == [] and LEAST_LINKS > 10
    check_program(Program([ys[-1], ys[20]], [x], [w]), [[0.4], [0.7]])


def test_chains_side_by_side_stay_so() -> None:
    """What is ready at the same time is computed at once."""
    xs, w = [Value(0.1 * k) for k in range(5)], Value(0.9)
    ys: list[Value] = [w] * 5
    for _ in range(20):
        ys = [tanh(y * x) for x, y in zip(xs, ys)]
    assert chain_lengths(ys, xs, [w]) == []


def test_a_chain_of_what_is_the_same_for_all_samples() -> None:
    x, w, v = Value(0.5), Value(0.9), Value(1.1)
    y = reduce(lambda y, _: sin(y * v), range(20), w)
    assert chain_lengths([y * x], [x], [w, v]) == [40]
    check_program(Program(y * x, [x], [w, v]), [[0.4], [0.7]])
    y = reduce(lambda y, _: tanh(y * x), range(20), y)  # from the same into what differs
    assert chain_lengths([y], [x], [w, v]) == [40, 40]
    check_program(Program(y, [x], [w, v]), [[0.4], [0.7]])


def test_a_matrix_with_what_is_added_to_it_is_a_link() -> None:
    x, z, w = Value(0.5), Value(0.2), Value(0.9)
    y = reduce(lambda y, _: sin(y), range(20), w * x + z)
    assert chain_lengths([y], [x, z], [w]) == [21]
    check_program(Program(y, [x, z], [w]), [[0.4, 0.1], [0.7, 0.3]])


def test_what_a_chain_sends_to_parameters_and_to_what_differs_from_sample_to_sample() -> None:
    x, w, v = Value(0.5), Value(0.9), Value(0.3)
    numbers = [v, tanh(w * x)] * 10
    y = reduce(lambda y, number: sin(y) + number, numbers, x)
    assert chain_lengths([y], [x], [w, v]) == [40]
    check_program(Program(y, [x], [w, v]), [[0.4], [0.7]])


def test_a_parameter_in_the_middle_of_a_chain() -> None:
    """Nothing is sent back to what comes before it."""
    x, w = Value(0.5), Value(0.9)
    y = reduce(lambda y, _: tanh(y * 1.5 + x), range(20), x)
    y = reduce(lambda y, _: tanh(y * x), range(20), y * w)
    results = compiled(Traced([y], [x], [w]))
    (scan,) = [each for each in scans(results["adjoint"]) if each.output.gradient]
    assert scan.output.rows == 40
    check_program(Program(y, [x], [w]), [[0.4], [0.7]])


def test_equal_numbers_share_the_gradient_as_eager_values_do() -> None:
    """A chain of maxima of two is no maximum of all: each half goes to the two at a time."""
    xs = [Value(0.5) for _ in range(30)]
    y = reduce(maximum, xs)
    y.backward()
    _, gradient = Program(y, [], xs).value_and_gradient(np.empty((1, 0)))
    assert gradient.tolist() == [x.grad for x in xs]


def test_numbers_that_are_derivatives_themselves() -> None:
    x, w = Value(0.5), Value(0.9)
    y = reduce(lambda y, k: -y if k % 2 else y * x, range(40), w)
    check_program(Program(y, [x], [w]), [[0.4], [0.7]])
    y = w
    for k in range(20):
        y = tanh(y * (1.0 + 0.1 * k)) + engine.greater(y, x)  # of which each factor is another
    check_program(Program(y, [x], [w]), [[0.4], [0.7]])


def test_a_chain_is_one_part_with_all_its_values() -> None:
    y, x = Value(0.7), Value(0.9)
    program = Program(reduce(lambda y, x: tanh(y * x), [x] * 30, y), [y], [x])
    (part,) = program.parts()
    assert part.title == "chain of 60 operations" and len(part.values) == 60
    lines = program.source.splitlines()
    texts = [lines[number] for number in part.lines]
    assert any("np.tanh" in text for text in texts) and any("running(" in x for x in texts)
    assert "(30 times)" not in program.source
