"""Lookups: what is chosen by a number of the sample is taken from a table, on every backend."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import (
    DomainError,
    Index,
    Value,
    atan,
    choose,
    dot,
    logsumexp,
    sum,
    tanh,
    tracing,
    where,
)
from engine.program import Program
from engine.program.kernels import Elementwise, Pick
from engine.program.lower import Traced
from engine.program.pipeline import compiled
from engine.proof.programs import check_program
from tests.engine.program.agreement import assert_saved_is_the_same, by_jax, on_every_backend

EITHER = pytest.mark.parametrize("backend", ["numpy", "c"])


@st.composite
def pickers(draw: st.DrawFn) -> tuple[Value, list[Value], list[Value], Any]:
    """A graph that chooses by several indices: among parameters of tables, one after the other or
    mixed up; among inputs; among what is computed; among all of these and plain numbers."""
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    height, width = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    n_indices, n_given = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    tables = [
        [[Value(x) for x in row] for row in rng.normal(size=(height, width)).tolist()]
        for _ in range(draw(st.integers(1, 2)))
    ]
    indices = [Index(k) for k in rng.integers(0, height, size=n_indices).tolist()]
    given = [Value(x) for x in rng.normal(size=n_given).tolist()]
    parameters = [number for table in tables for row in table for number in row]
    found: list[Value] = []
    for _ in range(draw(st.integers(1, 6))):
        index = draw(st.sampled_from(indices))
        kinds = [*given, *parameters, *found]
        match draw(st.sampled_from(["row", "column", "given", "computed", "mixed"])):
            case "row":
                found += [choose(index, column) for column in zip(*draw(st.sampled_from(tables)))]
            case "column":
                found.append(choose(index, [row[0] for row in draw(st.sampled_from(tables))]))
            case "given":
                found.append(choose(index, [draw(st.sampled_from(given)) for _ in range(height)]))
            case "computed":
                pairs = [(draw(st.sampled_from(kinds)), given[0]) for _ in range(height)]
                found.append(choose(index, [tanh(a * b) for a, b in pairs]))
            case _:
                found.append(choose(index, [2.0, *[draw(st.sampled_from(kinds))] * height]))
    output = sum([tanh(x) * x for x in found])
    if draw(st.booleans()):
        rng.shuffle(parameters)  # type: ignore[arg-type]
    n = draw(st.integers(1, 4))
    batch = np.hstack([rng.integers(0, height, size=(n, n_indices)), rng.normal(size=(n, n_given))])
    return output, [*indices, *given], parameters, batch


@given(pickers())
def test_lookups_are_what_the_scalar_engine_finds(case: Any) -> None:
    output, inputs, parameters, batch = case
    check_program(Program(output, inputs, parameters), batch)


@pytest.mark.slow
@given(pickers())
def test_in_c_too(case: Any) -> None:
    output, inputs, parameters, batch = case
    check_program(Program(output, inputs, parameters, backend="c"), batch)


def net(height: int = 5, width: int = 3, steps: int = 4) -> tuple[Value, list[Value], list[Value]]:
    """Tokens through an embedding and a layer to the tokens that follow."""
    rng = np.random.default_rng(0)
    table, weights = (
        [[Value(x) for x in row] for row in rng.normal(size=(height, width)).tolist()]
        for _ in range(2)
    )
    tokens = [Index(0, f"x{t}") for t in range(2 * steps)]
    terms = []
    with tracing():
        for token, target in zip(tokens[:steps], tokens[steps:]):
            vector = [choose(token, column) for column in zip(*table)]
            logits = [dot(row, vector) for row in weights]
            terms.append(logsumexp(logits) - choose(target, logits))
        loss = sum(terms) / steps
    return loss, [*tokens], [w for row in table + weights for w in row]


def tokens(n: int, height: int = 5, steps: int = 4) -> Any:
    return np.random.default_rng(1).integers(0, height, size=(n, 2 * steps))


@on_every_backend
def test_a_net_of_tokens(backend: str) -> None:
    loss, inputs, parameters = net()
    program, batch = Program(loss, inputs, parameters), tokens(6)
    check_program(program, batch)
    if backend == "jax":
        expected, slopes = program.value_and_gradient(batch)
        value, gradient = by_jax(Traced([loss], inputs, parameters), batch.astype(float))
        assert abs(value - expected) < 1e-12 and abs(gradient - slopes).max() < 1e-12


def test_the_same_in_c() -> None:
    loss, inputs, parameters = net()
    check_program(Program(loss, inputs, parameters, backend="c"), tokens(37))


def test_one_lookup_serves_all_positions_and_whole_rows() -> None:
    loss, inputs, parameters = net()
    kernels = compiled(Traced([loss], inputs, parameters))["matrices"].forward
    picks = [kernel for _, kernel in kernels if isinstance(kernel, Pick)]
    assert [(len(x.at.places), x.table.rows, x.output.rows) for x in picks] == [
        (4, 15, 12),
        (4, 20, 4),
    ]
    assert not any(isinstance(kernel, Elementwise) for _, kernel in kernels)


def test_in_whatever_order_columns_are_asked_for_they_are_one_table() -> None:
    first, second = Index(0), Index(1)
    a, b = ([Value(0.3 * k + x) for k in range(3)] for x in (0.1, 0.2))
    found = choose(first, a) * choose(first, b) + choose(second, b) * tanh(choose(second, a))
    traced = Traced([found], [first, second], [*a, *b])
    kernels = [kernel for _, kernel in compiled(traced)["fuse"].forward]
    assert [isinstance(kernel, Pick) for kernel in kernels].count(True) == 1
    check_program(Program(found, [first, second], [*a, *b]), [[0, 2], [2, 1]])


@EITHER
@pytest.mark.parametrize("wrong", [-1.0, 5.0, 0.5, 0.1, 1e300])
@pytest.mark.parametrize("column", [1, 6])
def test_what_is_no_index_is_explained(backend: Any, wrong: float, column: int) -> None:
    loss, inputs, parameters = net()
    program, batch = Program(loss, inputs, parameters, backend=backend), tokens(6).astype(float)
    batch[2, column] = wrong
    for call in (program, program.value_and_gradient):
        with pytest.raises(DomainError) as caught:
            call(batch)
        assert str(caught.value) == (
            f"sample 2: choose: the index x{column} is {wrong}, "
            "but must be a whole number from 0 to 4"
        )
    assert program(np.empty((0, 8))).shape == (0,)
    program.value_and_gradient(tokens(6))  # as if nothing had been


@EITHER
@pytest.mark.parametrize("wrong", [-1.0, 2.0, 0.5])
def test_what_is_no_index_is_refused_though_nothing_comes_of_it(backend: Any, wrong: float) -> None:
    """Whether the table is the same for all samples, for none, or for some numbers of it."""
    index, shown, x, w = Index(1, "index"), Value(1.0), Value(0.5), Value(2.0)
    for table in ([w, w + 1.0], [w * x, x], [w, x], [w * x, 0.5]):
        output = where(shown, choose(index, table) * x, x)
        program = Program(output, [index, shown, x], [w], backend=backend)
        right = [[1.0, -1.0, 0.5]] * 150
        for call in (program, program.value_and_gradient):
            for place in (0, 149):
                batch = np.array(right)
                batch[place, 0] = wrong
                with pytest.raises(DomainError, match=f"sample {place}: choose: the index"):
                    call(batch)
            call(right)  # as if nothing had been


@EITHER
@pytest.mark.parametrize("wrong", [-1.0, 2.0, 0.5])
def test_a_learned_or_computed_index_is_refused_though_nothing_comes_of_it(
    backend: Any, wrong: float
) -> None:
    learned, shown, x = Value(1.0), Value(1.0), Value(0.5)
    for index, table in ((learned, [x, 0.5]), (learned * (2.0 * x), [x, x * x])):
        output = where(shown, choose(index, table) * x, x)
        program = Program(output, [shown, x], [learned], backend=backend)
        batch = [[-1.0, 0.5]] * 150  # what is chosen is hidden
        for call in (program, program.value_and_gradient):
            program.parameters[:] = wrong
            with pytest.raises(DomainError, match="sample 0: choose"):
                call(batch)
            program.parameters[:] = 1.0
            call(batch)  # as if nothing had been


@EITHER
@pytest.mark.parametrize("wrong", [-1.0, 2.0, 0.5])
def test_a_learned_index_is_refused_where_no_sample_decides(backend: Any, wrong: float) -> None:
    index, hidden, w = Value(1.0), Value(-1.0), Value(0.5)
    output = where(hidden, choose(index, [w, 0.5]), w)
    program = Program(output, [], [index, hidden, w], backend=backend)
    for call in (program, program.value_and_gradient):
        program.parameters[0] = wrong
        with pytest.raises(DomainError, match="sample 0: choose"):
            call([[]])
        program.parameters[0] = 1.0
        call([[]])  # as if nothing had been


@EITHER
def test_a_table_with_others_between_its_numbers(backend: Any) -> None:
    ws, xs = ([Value(0.1 * k + 0.05) for k in range(first, first + 6)] for first in (0, 3))
    index, hs = Index(0), [tanh(w * x) for w, x in zip(ws, xs)]
    output = choose(index, ws[::2]) * xs[0] + sum([choose(index, hs[::2]) * xs[1], *hs[1::2]])
    program = Program(output, [index, *xs], ws, backend=backend)
    check_program(program, [[2, *[0.2 * k] * 6] for k in range(1, 4)])


@EITHER
def test_each_step_of_a_loop_may_choose_among_what_lies_anywhere(backend: Any) -> None:
    indices, weights = [Index(t % 3, f"x{t}") for t in range(8)], [Value(0.4), Value(-0.7)]
    state = start = [Value(0.3), Value(-0.2), Value(0.5)]
    for index in indices:
        chosen = choose(index, [state[2], state[0], state[1]])
        state = [tanh(dot(weights, [h, chosen])) + k * atan(chosen) for k, h in enumerate(state, 1)]
    program = Program(sum(state), [*indices, *start], weights, backend=backend)
    rng = np.random.default_rng(0)
    check_program(program, np.hstack([rng.integers(0, 3, (9, 8)), rng.normal(size=(9, 3))]))


def test_an_index_that_stays_is_no_lookup() -> None:
    a, b, x = Value(0.5), Value(2.0), Value(1.0)
    program = Program(choose(Value(1.0), [a, b]) * x, [x], [a, b])
    assert program.value_and_gradient([[3.0]])[1].tolist() == [0.0, 3.0]
    assert "choose" not in program.report() and "row of" not in program.source


def test_an_index_that_is_learned_or_computed() -> None:
    a, b, k, x = Value(0.5), Value(2.0), Value(1.0), Value(1.0)
    check_program(Program(choose(k, [a, b]) * x, [x], [a, b, k]), [[3.0], [2.0]])
    check_program(Program(choose(x * x, [a, b]) * x, [x], [a, b]), [[1.0], [0.0]])


def test_source_and_titles() -> None:
    loss, inputs, parameters = net()
    program = Program(loss, inputs, parameters)
    assert "# 4 x row of 5\n    c2[:] = c1[checked(X[0:4], 5)].transpose(0, 2, 1)" in program.source
    assert "np.bincount(" in program.source


def test_it_is_saved_as_a_module_of_its_own(tmp_path: Any) -> None:
    loss, inputs, parameters = net()
    program, batch = Program(loss, inputs, parameters), tokens(3)
    assert_saved_is_the_same(program, batch, tmp_path / "saved.py")
