"""The NumPy backend: names that tell the truth, what NumPy lacks, and saved modules."""

import importlib.util
import math
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import engine
from engine import Program, Value, special, tanh
from engine.errors import DomainError
from engine.floats import FLOATS
from engine.program.kernels import Rows
from engine.program.numpy.error_functions import erf_of_arrays, erfc_of_arrays
from engine.program.numpy.kernels import SMALL_GAP, runs, write_plan
from engine.program.numpy.strided import Shape
from engine.program.numpy.writer import Writer
from engine.symbols import Symbol
from nn import LSTM, MLP, Conv2d, Flatten, MaxPool2d, Sequential
from tests.engine.program.agreement import assert_saved_is_the_same


def recurrent_net() -> Program:
    x, layer = [Value(0.1 * k) for k in range(6)], LSTM(2, 3)
    states = layer([x[k : k + 2] for k in range(0, 6, 2)])
    output = engine.sum([value**2 for state in states for value in state])
    return Program(output, x, layer.parameters())


def convolutional_net() -> Program:
    x = [Value(0.1 * k) for k in range(16)]
    layer = Sequential(Conv2d(1, 2, 2, padding=1), MaxPool2d(2), Flatten(), MLP(8, [4, 1], "gelu"))
    return Program(layer([[x[k : k + 4] for k in range(0, 16, 4)]]) ** 2, x, layer.parameters())


def dense_net() -> Program:
    x, model = [Value(0.1), Value(0.2)], MLP(2, [3, 4, 3])
    return Program(engine.logsumexp(model(x)), x, model.parameters())


def rows_of(array: Any, spaces: dict[str, Any]) -> tuple[Any, ...]:
    """Which rows of which of these two an array is a view of."""
    (space,) = [name for name, whole in spaces.items() if np.may_share_memory(array, whole)]
    start = array.__array_interface__["data"][0] - spaces[space].__array_interface__["data"][0]
    return space, start, array.shape, array.strides


OPERATIONS = {"add": 2, "multiply": 2, "sin": 1, "where": 3, "sum": 3, "hypot": 3, "maximum": 2}
ARRAYS = st.sampled_from([Symbol("a"), Symbol("b")])


def operations_on(terms: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    power = st.tuples(terms, st.sampled_from([0.5, 2.0, 3.0])).map(lambda x: Symbol("power", x))
    others = [
        st.tuples(*[terms] * count).map(partial(Symbol, name)) for name, count in OPERATIONS.items()
    ]
    return st.one_of(power, *others)


def number_of(term: Any, numbers: dict[str, float]) -> float:
    if not isinstance(term, Symbol):
        return float(term)
    inputs = [number_of(inner, numbers) for inner in term.terms]
    if term.head == "power":
        assume(inputs[0] >= 0.0 or inputs[1] != 0.5)  # else the root is nan
        return float(np.float64(inputs[0]) ** inputs[1])
    if not inputs:
        return numbers[term.head]
    return float(sum(inputs) if term.head == "sum" else getattr(FLOATS, term.head)(*inputs))


LONG_SUM = Symbol("sum", (Symbol("a"), Symbol("b"), Symbol("sin", (Symbol("a"),))))


@example([LONG_SUM])
@example([Symbol("sin", (LONG_SUM,))])
@given(st.lists(st.recursive(ARRAYS, operations_on, max_leaves=12), min_size=1, max_size=2))
def test_buffers_that_are_used_again_hold_what_is_read(formulas: list[Any]) -> None:
    numbers = {"a": [0.3, 1.7], "b": [0.9, 0.2]}
    writer = Writer(Rows([], 0, 0, 0), {})
    arrays: dict[str, tuple[str, Shape]] = {name: (name, (1,)) for name in numbers}
    spaces = {name: np.array([row]) for name, row in numbers.items()}
    computed = [(formula, f"out{k}") for k, formula in enumerate(formulas)]
    for _, name in computed:
        arrays[name] = name, (1,)
        spaces[name] = np.full((1, 2), np.nan)
    spare = "out0" if len(formulas) == 1 else None
    write_plan(writer, computed, [], arrays, (1,), spare, batched=True)
    with np.errstate(all="ignore"):
        lines = [*writer.definitions()[1], *[line.text.strip() for line in writer.lines]]
        exec("\n".join(lines), {"np": np, "n": 2}, spaces)
    for k, formula in enumerate(formulas):
        right = [number_of(formula, {"a": a, "b": b}) for a, b in zip(*numbers.values())]
        assert spaces[f"out{k}"][0].tolist() == pytest.approx(right, rel=1e-9, nan_ok=True)


def test_sigmoid_is_small_and_not_zero_where_its_input_is_far_below_zero() -> None:
    x = Value(0.0)
    points = [-744.0, -720.0, -1.0, 0.0, 40.0, 800.0, 1e308]
    outputs = Program(engine.sigmoid(x), [x])([[point] for point in points])
    assert outputs.tolist() == pytest.approx([engine.sigmoid(p) for p in points], rel=1e-12)


def test_a_formula_that_is_a_chain_needs_no_buffers() -> None:
    w, x = Value(0.5), Value(0.5)
    program = Program(tanh(tanh(w * x)), [x], [w])
    assert not [name for name in program._running.built(5) if name.startswith("t1")]


@pytest.mark.parametrize("net", [dense_net, convolutional_net, recurrent_net])
def test_dw_is_the_gradient_of_w_for_every_pair_of_names(net: Any) -> None:
    names = net()._running.built(5)
    pairs = [name for name in names if f"d{name}" in names]
    assert len(pairs) > 10
    for name in pairs:
        of_values = rows_of(names[name], {space: names[space] for space in "SK"})
        of_gradients = rows_of(names[f"d{name}"], {space: names[f"d{space}"] for space in "SK"})
        assert of_values == of_gradients


SPECIAL = ["erf", "erfc", "gamma", "lgamma", "gelu"]


def without_scipy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("scipy", "scipy.special"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.parametrize("name", SPECIAL)
def test_what_numpy_lacks_is_scipys_where_it_is_installed_and_pythons_where_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    special = pytest.importorskip("scipy.special", reason="SciPy is not installed")
    w, x = Value(1.0), Value(0.7)
    output = getattr(engine, name)(w * x)
    batch = np.linspace(0.1, 8.0, 50)[:, None]
    program = Program(output, [x], [w])
    own = "erfc" if name == "gelu" else name
    assert program._running.names[own] is getattr(special, {"lgamma": "gammaln"}.get(own, own))
    outputs, (_, gradient) = program(batch), program.value_and_gradient(batch)
    without_scipy(monkeypatch)
    by_python = Program(output, [x], [w])
    assert by_python.source == program.source
    assert ("of_arrays" if own in ("erf", "erfc") else "vectorized") in repr(
        by_python._running.names[own]
    )
    # the noise of a function's argument: 40 units in the last place, as its condition magnifies it
    assert outputs == pytest.approx(by_python(batch), rel=40 * 2.0**-52, abs=40 * 2.0**-52)
    _, expected = by_python.value_and_gradient(batch)
    assert gradient == pytest.approx(expected, rel=1e-12)


@given(st.floats(-30.0, 30.0))
def test_error_functions_of_arrays_are_those_of_floats(x: float) -> None:
    for of_arrays, of_floats in ((erf_of_arrays, math.erf), (erfc_of_arrays, math.erfc)):
        assert of_arrays(np.array([x]))[0] == pytest.approx(of_floats(x), rel=8e-15, abs=1e-307)


def test_error_functions_of_large_arrays_are_right_to_a_few_ulp() -> None:
    """An array of several blocks, the last of which is shorter, and whose rows lie apart."""
    whole = np.linspace(-27.0, 27.0, 4 * 5001).reshape(2, 2 * 5001)
    x = whole[:, ::2]
    for of_arrays, of_floats in ((erf_of_arrays, math.erf), (erfc_of_arrays, math.erfc)):
        right = np.array([[of_floats(each) for each in row] for row in x.tolist()])
        error = np.abs(of_arrays(x) - right) / np.spacing(np.abs(right))
        assert error[np.abs(right) > 1e-307].max() <= 8.0


def test_error_functions_of_arrays_end_where_those_of_floats_do() -> None:
    ends = np.array([np.inf, -np.inf, 1e300, 0.0])
    assert erfc_of_arrays(ends).tolist() == [0.0, 2.0, 0.0, 1.0]
    assert erf_of_arrays(ends).tolist() == [1.0, -1.0, 1.0, 0.0]
    assert np.isnan(erf_of_arrays(np.array([np.nan, 1.0]))).tolist() == [True, False]


@given(st.integers(0, 5), st.floats(-20.0, 20.0).filter(lambda x: abs(x - round(x)) > 1e-3))
def test_polygamma_of_arrays_is_that_of_floats(n: int, x: float) -> None:
    pytest.importorskip("scipy.special", reason="SciPy is not installed")
    w = Value(1.0)
    given = Value(x)
    value = Program(engine.polygamma(n, w * given), [given], [w])([[x]])[0]
    right = special.polygamma(n, x)
    # left of 1/2 two large numbers may cancel
    other = special.polygamma(n, 1.0 - x) if x < 0.5 else 0.0
    assert value == pytest.approx(right, rel=1e-11, abs=1e-13 * abs(other) + 1e-13)


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_polygamma_of_arrays_keeps_its_digits_next_to_its_pole_at_0(n: int) -> None:
    pytest.importorskip("scipy.special", reason="SciPy is not installed")
    xs = [-1e-9, -1e-100, -3e-5, 3e-5, 1e-9]
    xs = [x for x in xs if abs(x) ** (n + 1) > 1e-300]
    x = Value(1.0)
    values = Program(engine.polygamma(n, x), [x])([[number] for number in xs])
    assert values == pytest.approx([special.polygamma(n, x) for x in xs], rel=1e-12)


def test_the_first_product_that_is_added_is_computed_where_the_sum_will_be() -> None:
    """Another one needs a buffer: the sum of those before it is there by then."""
    x = [Value(0.1 * k) for k in range(15)]
    columns = [x[k : k + 3] for k in range(0, 15, 3)]
    sums = [a + b * c for a, b, c, _, _ in zip(*columns)]
    longer = [a - b * c + d * e for a, b, c, d, e in zip(*columns)]
    assert "t0_" not in Program(sums, x, []).source
    program = Program(longer, x, [])
    assert program.source.count("out=t0_3") == 1
    sample = [value.data for value in x]
    np.testing.assert_allclose(program([sample])[0], [total.data for total in longer], 1e-12)


def test_what_is_cleared_first_stands_before_all_titles() -> None:
    x, ws = Value(0.5), [Value(0.1 * k) for k in range(4)]
    output = engine.sum([w.sin() * x for w in ws]) + engine.sum([w.exp() * x for w in ws[:2]])
    first, second, *_ = Program(output, [x], ws).source.split("def backward(X):\n")[1].splitlines()
    assert first.endswith("= 0.0") and second.startswith("    # ")


def test_what_is_cleared_goes_on_over_small_gaps() -> None:
    assert runs([3, 4, 5]) == [(3, 6)]
    assert runs([0, SMALL_GAP]) == [(0, SMALL_GAP + 1)]
    assert runs([0, SMALL_GAP + 1, SMALL_GAP + 2]) == [(0, 1), (SMALL_GAP + 1, SMALL_GAP + 3)]


def test_scipy_is_imported_only_if_it_is_used() -> None:
    assert "scipy" not in dense_net().source
    assert "from scipy.special import erfc\n" in convolutional_net().source


@pytest.mark.parametrize("scipy", [True, False])
def test_a_saved_module_runs_with_scipy_and_without(
    scipy: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    w, x = Value(0.7), Value(0.9)
    program = Program((w * x).gamma() + (w * x).erf(), [x], [w])
    program.save(tmp_path / "net.py")
    if not scipy:
        without_scipy(monkeypatch)
    names: dict[str, Any] = {}
    exec((tmp_path / "net.py").read_text(encoding="utf-8"), names)
    value, gradient = names["value_and_gradient"]([[0.9], [1.4]])
    expected, slopes = program.value_and_gradient([[0.9], [1.4]])
    assert value == pytest.approx(expected, rel=1e-14)
    assert gradient == pytest.approx(slopes, rel=1e-12)


@pytest.mark.parametrize("label", ["two\nlines", "a\0b", "a\u2028b", "# \ud800"])
def test_any_label_may_stand_above_a_group(label: str, tmp_path: Path) -> None:
    x = Value(0.5)
    output = tanh(x)
    output.label = label
    program = Program(output, [x])
    assert program([[0.5]]).tolist() == pytest.approx([output.data])
    (part,) = program.parts()
    assert part.values == (output,)
    program.save(tmp_path / "program.py")


@pytest.mark.parametrize("name", ["net.cpp", "net.txt", "net.h"])
def test_a_name_that_says_neither_python_nor_c_is_refused(name: str, tmp_path: Path) -> None:
    x = Value(3.0, "x")
    with pytest.raises(ValueError, match=f"the ending of .*{name} is .*, and .py for a"):
        Program(x * x, inputs=[x]).save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_saved_program_needs_numpy_only(tmp_path: Path) -> None:
    model, x = MLP(2, [3, 1], "gelu"), [Value(0.1), Value(0.2)]
    program = Program(model(x).lgamma() ** 2, x, model.parameters())
    file = tmp_path / "net.py"
    program.save(file)
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); import net\n"
        "assert not any(name.split('.')[0] == 'engine' for name in sys.modules)\n"
        "print(repr(net.value_and_gradient([[0.5, 1.0], [1.5, 0.5]])[0]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", check, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    batch = [[0.5, 1.0], [1.5, 0.5]]
    assert float(run.stdout) == program.value_and_gradient(batch)[0]
    spec = importlib.util.spec_from_file_location("net", file)
    assert spec is not None and spec.loader is not None
    net = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(net)
    assert net.outputs(batch)[:, 0].tolist() == program(batch).tolist()


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_saved_program_has_nothing_of_an_error_before(backend: Any, tmp_path: Path) -> None:
    """Nor of what is no number among the parameters, as no source can hold it."""
    w, x = Value(0.5, "w"), Value(2.0)
    output = (w * 2.0).exp() * engine.maximum(x, 0.25)  # a number that is needed as it is
    program = Program(output, [x], [w], backend=backend)
    for number in (1e300, math.inf, math.nan):
        program.parameters[0] = number
        with pytest.raises((ValueError, OverflowError)):
            program.value_and_gradient([[1.0]])
        if not math.isfinite(number):
            for name in ("net.py", "net.c"):
                with pytest.raises(ValueError, match=f"parameter 0 w: .* {number} is not"):
                    program.save(tmp_path / name)
        program.parameters[0] = 0.5
        program.save(tmp_path / "net.py")
        names: dict[str, Any] = {}
        exec((tmp_path / "net.py").read_text(encoding="utf-8"), names)
        results = names["outputs"]([[2.0], [-1.0]])[:, 0]
        assert results == pytest.approx([2.0 * math.e, 0.25 * math.e])


def test_a_saved_program_of_many_outputs_can_be_read_and_offers_no_gradient(tmp_path: Path) -> None:
    x, ws = Value(0.5, "x"), [Value(0.1 * k) for k in range(40)]
    program = Program([tanh(w * x) for w in ws], [x], ws)
    program.save(tmp_path / "net.py")
    text = (tmp_path / "net.py").read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100
    assert "takes n samples, shape (n, 1), and returns (n, 40)" in text
    names: dict[str, Any] = {}
    exec(text, names)
    assert names["outputs"]([[0.5], [2.0]]).tolist() == program([[0.5], [2.0]]).tolist()
    assert "value_and_gradient" not in names


def test_a_saved_program_whose_output_is_the_same_for_all_samples(tmp_path: Path) -> None:
    w, x = Value(0.5, "w"), Value(1.0, "x")
    program = Program(tanh(w) ** 2, [x], [w])
    assert_saved_is_the_same(program, [[1.0], [2.0]], tmp_path / "same.py")


def test_what_python_computes_raises_the_same_errors() -> None:
    p = Value(0.5, "p")
    with pytest.raises(DomainError, match="sample 1: gamma\\(p\\): p = 0.0 is outside gamma's"):
        Program(p.gamma(), [p])([[0.5], [0.0]])
    with pytest.raises(OverflowError, match="sample 0: gamma\\(p\\): p = 500.0"):
        Program(p.gamma(), [p]).value_and_gradient([[500.0]])
