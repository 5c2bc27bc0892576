"""Program in use: batches, weights, parameters, the report, and the errors."""

import gc
import pickle
import re
import tracemalloc
import weakref
from typing import Any

import numpy as np
import pytest

import engine
from engine import Value, where
from engine.errors import DomainError
from engine.living_programs import living_programs
from engine.program import Program
from engine.program.numpy.running import MOST_SIZES, Running
from nn import MLP
from tests.engine.program.test_source import long_program


def test_terms_without_the_sample_are_added_once() -> None:
    model = MLP(2, [3, 1])
    x = [Value(0.1), Value(0.2)]
    decay = 0.01 * engine.sum([p * p for p in model.parameters()])
    program = Program(model(x) ** 2 + decay, x, model.parameters())
    batch = np.random.default_rng(0).normal(size=(7, 2))
    value, gradient = program.value_and_gradient(batch)
    model.zero_grad()
    loss = engine.sum([model(row) ** 2 for row in batch.tolist()]) / 7
    loss = loss + 0.01 * engine.sum([p * p for p in model.parameters()])
    loss.backward()
    assert value == pytest.approx(loss.data, rel=1e-13)
    assert gradient == pytest.approx([p.grad for p in model.parameters()], rel=1e-12, abs=1e-14)


def line() -> tuple[Program, Value, Value]:
    w, b, x, y = Value(0.5, "w"), Value(0.0, "b"), Value(0.0, "x"), Value(0.0, "y")
    return Program((w * x + b - y) ** 2, inputs=[x, y], parameters=[w, b]), w, b


def test_several_outputs_and_outputs_that_do_not_depend_on_the_sample() -> None:
    w, x = Value(3.0), Value(2.0)
    program = Program([w * x, x, w * w, Value(7.0)], [x], [w])
    assert program([[1.0], [2.0]]).tolist() == [[3.0, 1.0, 9.0, 7.0], [6.0, 2.0, 9.0, 7.0]]
    with pytest.raises(ValueError, match="a gradient is of one output, and there are 4"):
        program.value_and_gradient([[1.0]])


def test_batches_of_none_one_and_many() -> None:
    program, _, _ = line()
    assert program(np.empty((0, 2))).shape == (0,)
    assert program([[1.0, 2.0]]).tolist() == [2.25]
    assert program(np.ones((1000, 2))).shape == (1000,)
    with pytest.raises(ValueError, match="the batch is empty"):
        program.value_and_gradient(np.empty((0, 2)))


def test_more_batch_sizes_than_are_kept() -> None:
    program, _, _ = line()
    for n in [*range(1, 20), 3, 1]:
        assert program.value_and_gradient(np.full((n, 2), 1.0))[0] == pytest.approx(0.25)


def test_weights_make_a_weighted_mean() -> None:
    program, _, _ = line()
    batch = [[1.0, 2.0], [2.0, 1.0], [5.0, 5.0]]
    twice, slope = program.value_and_gradient(batch, weights=[2.0, 1.0, 0.0])
    expected, slopes = program.value_and_gradient([batch[0], batch[0], batch[1]])
    assert twice == pytest.approx(expected) and slope == pytest.approx(slopes)
    plain = program.value_and_gradient(batch)[0]
    assert plain == pytest.approx(program(batch).mean())
    for bad in ([1.0], [0.0, 0.0, 0.0], [1.0, -1.0, 1.0], [np.nan, 1.0, 1.0]):
        with pytest.raises(ValueError, match="the weights"):
            program.value_and_gradient(batch, weights=bad)


def test_weights_of_few_digits_are_shared_out_with_all() -> None:
    program, _, _ = line()
    batch, few = [[1.0, 2.0], [2.0, 1.0]], np.array([0.1, 0.2], dtype=np.float32)
    found, slope = program.value_and_gradient(batch, weights=few)
    expected, slopes = program.value_and_gradient(batch, weights=few.astype(np.float64))
    assert found == expected and slope.tolist() == slopes.tolist()


def test_parameters_are_read_changed_in_place_and_written() -> None:
    program, w, b = line()
    program.parameters[:] = [2.0, 3.0]
    assert program([[1.0, 0.0]]).tolist() == [25.0]
    assert w.data == 0.5
    program.write()
    assert (w.data, b.data) == (2.0, 3.0) and type(w.data) is float
    w.data = -1.0
    program.read()
    assert program.parameters.tolist() == [-1.0, 3.0]


def test_parameters_that_moved_and_those_that_have_a_gradient_are_known() -> None:
    v, w, x = Value(2.0, "v"), Value(3.0, "w"), Value(1.0, "x")
    program = Program(w * x + v, [x], [v, w])
    program.value_and_gradient([[0.0]])
    assert program.with_gradient() == [v] and program.unwritten() == []
    program.parameters[1] = 5.0
    assert program.unwritten() == [w]
    program.write()
    assert program.unwritten() == [] and w.data == 5.0


def test_gradient_descent_on_the_program_is_that_of_the_scalar_engine() -> None:
    model, x, y = MLP(2, [4, 1], seed=1), [Value(0.0), Value(0.0)], Value(0.0)
    program = Program((model(x) - y) ** 2, [*x, y], model.parameters())
    rows = np.random.default_rng(1).normal(size=(8, 3))
    for _ in range(20):
        _, gradient = program.value_and_gradient(rows)
        program.parameters -= 0.1 * gradient
        model.zero_grad()
        engine.sum([(model(r[:2]) - r[2]) ** 2 / 8 for r in rows.tolist()]).backward()
        for p in model.parameters():
            p.data -= 0.1 * p.grad
    assert program.parameters == pytest.approx([p.data for p in model.parameters()], rel=1e-10)


def test_the_report_counts_and_names_what_is_frozen() -> None:
    w, x, forgotten = Value(1.0, "w"), Value(1.0, "x"), Value(2.0, "forgotten")
    text = Program(w * x + forgotten, [x], [w]).report()
    assert "1 leaf, neither inputs nor parameters: forgotten" in text
    assert "plain numbers" not in text


def test_arrays_are_freed_with_the_program_and_with_their_batch_size(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At once, whether or not Python's garbage collector ever comes by."""
    made: list[Any] = []  # arrays and functions
    built = Running.built

    def recorded(running: Running, n: int) -> Any:
        names = built(running, n)
        made.extend([weakref.ref(names[name]) for name in ("S", "dS", "forward", "backward")])
        return names

    monkeypatch.setattr(Running, "built", recorded)
    gc.disable()
    try:
        program = long_program()
        program.report()
        assert made and all([each() is None for each in made])
        made.clear()
        for n in range(1, MOST_SIZES + 2):
            program.value_and_gradient(np.ones((n, 4)))
        assert [each() is None for each in made] == [True] * 4 + [False] * 4 * MOST_SIZES
        made.append(weakref.ref(program._running.names["formula1"]))
        del program
        assert all([each() is None for each in made])
    finally:
        gc.enable()


def test_the_report_tells_the_memory_that_a_sample_takes() -> None:
    x = [Value(0.1), Value(0.2)]
    model = MLP(2, [16, 16, 1])
    program = Program(model(x) ** 2, x, model.parameters())
    said = int(re.search(r"memory +([\d,]+) bytes", program.report())[1].replace(",", ""))

    def taken(n: int) -> int:
        tracemalloc.start()
        program.value_and_gradient(np.ones((n, 2)))
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return size

    taken(2)
    assert (taken(5_001) - taken(1)) / 5_000 == pytest.approx(said, rel=0.01)


def test_a_report_is_shown_as_it_prints_and_in_a_notebook_as_a_table() -> None:
    x, w = Value(2.0, "x"), Value(3.0, "<b>")
    report = Program(w * x, [x]).report()
    assert repr(report) == report and "frozen      1 leaf" in report
    table = report._repr_html_()
    assert "<th>frozen</th><td>1 leaf, neither inputs nor parameters: &lt;b&gt;</td>" in table
    assert table.count("<tr>") == len(report.splitlines())


def test_the_report_tells_the_plain_numbers_such_as_one_taken_from_data() -> None:
    x, w = Value(1.0, "x"), Value(0.75, "w")
    text = Program(w.data * x + 2.0 * x + 2.0, [x], [w]).report()
    assert "2 plain numbers: 0.75, 2.0" in text
    assert "leaves" not in text


def test_what_is_no_finite_number_names_sample_and_node() -> None:
    p = Value(1.0, "p")
    program = Program(p.log(), [p])
    with pytest.raises(DomainError, match="sample 1: log\\(p\\): p = -1.0 is outside log's domain"):
        program([[1.0], [-1.0]])
    w = Value(1.0, "w")
    program = Program((w * p).exp(), [p], [w])
    with pytest.raises(OverflowError, match="sample 0: exp"):
        program.value_and_gradient([[1000.0]])
    program.parameters[:] = 1000.0  # w.data is 1.0 still
    with pytest.raises(OverflowError, match="sample 0: exp"):
        program.value_and_gradient([[1.0]])
    with pytest.raises(ValueError, match="p is nan"):
        program([[float("nan")]])


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_the_sample_that_fails_is_named_and_none_before_it_that_does_not(backend: Any) -> None:
    x, y, w = Value(1.0, "x"), Value(1.0, "y"), Value(1.0, "w")
    for harmless in ((1.0 / x).tanh(), where(x, 1.0 / x, 1.0)):
        program = Program(w * harmless + (w * y).exp(), [x, y], [w], backend=backend)
        for call in (program, program.value_and_gradient):
            with pytest.raises(OverflowError, match="sample 2: exp"):
                call([[1.0, 1.0], [0.0, 1.0], [1.0, 1000.0]])


def test_a_gradient_that_is_not_finite_is_refused_though_the_output_is() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    for output, batch in (((w * x).sqrt(), [[4.0], [0.0]]), ((w * x).cbrt(), [[0.0]])):
        program = Program(output, [x], [w])
        assert np.isfinite(program(batch)).all()
        with pytest.raises(DomainError, match=f"sample {len(batch) - 1}: ") as caught:
            program.value_and_gradient(batch)
        assert caught.value.sample == len(batch) - 1


def test_a_finite_gradient_whose_square_is_no_float_is_right() -> None:
    w, x = Value(1.0), Value(1.0)
    value, gradient = Program(w * x, [x], [w]).value_and_gradient([[1e200]])
    assert (value, gradient.tolist()) == (1e200, [1e200])


def test_a_gradient_that_is_too_large_for_a_float_is_refused_where_every_part_of_it_is_not() -> (
    None
):
    w, x = Value(1e-10, "w"), Value(1.0, "x")
    program = Program((w * x) * 1e160, [x], [w])
    assert program.value_and_gradient([[1e140]])[0] == pytest.approx(1e290)
    with pytest.raises(OverflowError, match="a result or the gradient is too large for a float"):
        program.value_and_gradient([[1e150]])


def test_leaves_and_shapes_are_checked() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    with pytest.raises(ValueError, match="input 0 .* is computed from other values"):
        Program(w * x, [w * x], [w])
    with pytest.raises(ValueError, match="parameter 0 .* is already input 0"):
        Program(w * x, [x], [x])
    with pytest.raises(ValueError, match="there are no outputs"):
        Program([], [x], [w])
    for batch in ([1.0], [[1.0, 2.0]], [[[1.0]]]):
        with pytest.raises(ValueError, match="the batch has the shape"):
            Program(w * x, [x], [w])(batch)


@pytest.mark.parametrize("was_on", [True, False])
def test_the_garbage_collector_is_left_as_it_was(was_on: bool) -> None:
    x = Value(1.0)
    (gc.enable if was_on else gc.disable)()
    try:
        Program(x.exp(), [x])
        assert gc.isenabled() is was_on
    finally:
        gc.enable()


def test_what_is_no_value_is_named() -> None:
    w, x = Value(1.0, "w"), Value(1.0, "x")
    with pytest.raises(TypeError, match="output 1 is 2.0, and a Value is needed"):
        Program([w * x, 2.0], [x], [w])  # type: ignore[list-item]
    with pytest.raises(TypeError, match="input 0 .0.5. is not a Value"):
        Program(w * x, [0.5], [w])  # type: ignore[list-item]


def test_what_is_no_list_of_values_is_told_how_it_is_one() -> None:
    w, x, model = Value(1.0, "w"), Value(1.0, "x"), MLP(1, [1])
    for given, said in [
        ((None, [x]), "outputs is None, and a list of Values is needed"),
        ((w * x, x), r"inputs is Value.*, and a list is needed: put it in \[ \]"),
        ((model([x]), [x], model), "a list of Values is needed: write model.parameters"),
        (([[w * x]], [x]), r"output 0 .* Value is needed: write \[x for xs in outputs for x in xs"),
        ((w * x, [[x], [w]]), r"input 0 .* is not a Value: write \[x for xs in inputs for x in xs"),
    ]:
        with pytest.raises(TypeError, match=said):
            Program(*given)  # type: ignore[arg-type]


def test_parameters_may_be_assigned_to() -> None:
    w, x = Value(1.0), Value(1.0)
    program = Program(w * x, [x], [w])
    program.parameters = np.array([3.0])
    assert program([[2.0]]).tolist() == [6.0]
    with pytest.raises(ValueError):
        program.parameters = np.array([1.0, 2.0])


def test_parameters_are_assigned_to_one_by_one_or_not_at_all() -> None:
    w, b, x = Value(1.0), Value(2.0), Value(1.0)
    program = Program(w * x + b, [x], [w, b])
    for given, shape in ((3.0, ()), ([3.0], (1,)), ([[3.0, 4.0]], (1, 2)), ([1.0] * 3, (3,))):
        said = f"program.parameters: the shape is {shape}, and (2,) is needed"
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            program.parameters = given  # type: ignore[assignment]
    with pytest.raises(ValueError, match="program.parameters: numbers are needed.* 'ab' was given"):
        program.parameters = "ab"  # type: ignore[assignment]
    with pytest.raises(TypeError, match=r"program.parameters: float\(\) of .* or \.data for the n"):
        program.parameters = [w, b]  # type: ignore[assignment]
    with pytest.raises(TypeError, match="program.parameters: real numbers are needed"):
        program.parameters = [1j, 2.0]  # type: ignore[assignment]
    assert program.parameters.tolist() == [1.0, 2.0]
    program.parameters -= 1.0
    program.parameters = (program.parameters + 1.0).tolist()  # type: ignore[assignment]
    assert program.parameters.tolist() == [1.0, 2.0]


def test_a_program_knows_what_it_has_not_written() -> None:
    w, b, x = Value(1.0), Value(2.0), Value(0.0)
    program = Program(w * x + b, inputs=[x], parameters=[w, b])
    program.parameters[0] += 1.0
    assert program.unwritten() == [w]
    restored = pickle.loads(pickle.dumps(program))
    assert [value.data for value in restored.unwritten()] == [1.0]
    w.data = 7.0  # newer, for all that anyone knows
    assert program.unwritten() == []
    program.read()
    program.parameters[:] = [3.0, 4.0]
    program.write()
    assert program.unwritten() == [] and (w.data, b.data) == (3.0, 4.0)


def test_a_program_knows_which_frozen_leaves_have_changed() -> None:
    w, x, frozen = Value(1.0), Value(0.0), Value(2.0, "frozen")
    program = Program(w * x + frozen, inputs=[x], parameters=[w])
    assert program.outdated() == []
    frozen.data = 3.0
    assert program.outdated() == [(frozen, 2.0)]


def test_programs_that_nobody_uses_are_forgotten() -> None:
    w = Value(1.0)
    program = Program(w * w, inputs=[], parameters=[w])
    assert program in living_programs()
    n = len(living_programs())
    del program
    assert len(living_programs()) == n - 1


def test_a_frozen_leaf_of_numpy_s_is_a_plain_number_in_the_source() -> None:
    x, frozen = Value(0.0, "x"), Value(1.0, "frozen")
    frozen.data = np.float32(0.1)  # type: ignore[assignment]
    program = Program((x * frozen).tanh(), inputs=[x])
    assert "float32" not in program.source
    assert program([[1.0]]).tolist() == [np.tanh(float(np.float32(0.1)))]
