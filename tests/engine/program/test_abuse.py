"""Programs under abuse: bad numbers, changed leaves, threads, copies, deep rules."""

import copy
import math
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Program, Rule, Value, apply, prod, where
from nn import MLP


def line() -> tuple[Program, Value, Value]:
    """w·x as a program, and its leaves."""
    w, x = Value(0.5, "w"), Value(2.0, "x")
    return Program(w * x, [x], [w]), w, x


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_batch_that_is_not_finite_is_refused_though_the_output_would_be(bad: float) -> None:
    x = Value(1.0, "x")
    program = Program(where(x, 1.0, 2.0), [x])
    for call in (program, program.value_and_gradient):
        with pytest.raises(ValueError, match=f"sample 1: x is {bad}"):
            call([[1.0], [bad]])


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_finite_is_named_though_the_output_does_not_depend_on_it(
    bad: float, backend: Any
) -> None:
    x, unused = Value(1.0, "x"), Value(1.0, "unused")
    program = Program(x * 2.0, [x, unused], backend=backend)
    for call in (program, program.value_and_gradient):
        with pytest.raises(ValueError, match=f"sample 1: unused is {bad}"):
            call([[1.0, 1.0], [1.0, bad]])


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_what_is_masked_complex_or_a_date_is_no_number(backend: Any) -> None:
    x = Value(1.0, "x")
    program = Program(x * 2.0, [x], backend=backend)
    masked = np.ma.masked_array([[1], [2]], mask=[[False], [True]])
    with pytest.raises(ValueError, match="sample 1: x is nan"):
        program(masked)
    for array in (np.array([[1j]]), np.array([["2026-01-01"]], "datetime64[D]")):
        with pytest.raises(TypeError, match="the batch: real numbers are needed, but"):
            program(array)
        with pytest.raises(TypeError, match="the weights: real numbers are needed, but"):
            program.value_and_gradient([[1.0]], array[0])
    with pytest.raises(ValueError, match="the weights must be finite"):
        program.value_and_gradient([[1.0], [1.0]], [1.5e308, 1.5e308])


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_only_what_comes_out_must_be_finite(backend: Any) -> None:
    w, x = Value(2.0, "w"), Value(1.0, "x")
    program = Program(w * (1.0 / x).tanh(), [x], [w], backend=backend)
    assert program([[0.0]]).tolist() == [2.0]
    with pytest.raises(engine.DomainError):
        Program((w / x).tanh(), [x], [w], backend=backend).value_and_gradient([[0.0]])


def numbers(powers: list[float]) -> st.SearchStrategy[float]:
    return st.builds(float.__mul__, st.floats(-1.7, 1.7), st.sampled_from(powers))


@given(
    ws=st.lists(numbers([1e-308, 1e-8, 1.0, 1e8]), min_size=1, max_size=2),
    xs=st.lists(numbers([1e308, 1e307, 1.0]), min_size=2, max_size=5),
)
def test_sums_in_another_order_are_right_or_refused(ws: list[float], xs: list[float]) -> None:
    """Σ w·x as w·Σ x: near the largest float one may be too large where the other is not."""
    weights, inputs = [Value(1.0) for _ in ws], [Value(1.0) for _ in xs]
    program = Program(engine.sum([w * x for w in weights for x in inputs]), inputs, weights)
    program.parameters[:] = ws
    terms = [abs(w * x) for w in ws for x in xs]
    may_overflow = sum(terms) > 1e308 or sum(map(abs, xs)) > 1e308
    try:
        (found,) = program([[0.0] * len(xs), xs])[1:]
    except OverflowError as error:
        assert may_overflow
        assert str(error).startswith("sample 1: ")
    else:
        right = math.fsum([w * x for w in ws for x in xs]) if sum(terms) < 1e308 else found
        assert abs(found - right) <= 1e-12 * sum(terms) + 1e-320


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_sum_that_is_too_large_in_a_program_only_is_told(backend: Any) -> None:
    w, x, y = (Value(number) for number in (1e-5, 1e308, 1e308))
    output = w * x + w * y
    assert output.data == pytest.approx(2e303)
    program = Program(output, [x, y], [w], backend=backend)
    said = r"sample 1: .* while no Value is: .* another order, w\*\(x \+ y\) for w\*x \+ w\*y"
    for call in (program, program.value_and_gradient):
        with pytest.raises(OverflowError, match=said):
            call([[1.0, 2.0], [1e308, 1e308]])


def test_an_error_that_no_sample_explains_is_raised_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program, _, _ = line()

    def broken(samples: Any) -> None:
        raise ValueError("an array has another shape")

    monkeypatch.setattr(program._running, "evaluate", broken)
    with pytest.raises(ValueError, match="an array has another shape"):
        program([[1.0]])


def test_a_leaf_without_a_label_is_told_by_its_number() -> None:
    x, y, w = Value(1.0), Value(1.0), Value(1.0)
    program = Program(engine.log(y * w) * x, [x, y], [w])
    with pytest.raises(ValueError, match="sample 1: input 1 is nan"):
        program([[1.0, 1.0], [1.0, math.nan]])
    with pytest.raises(engine.DomainError, match=r"sample 0: log\(-1.0\)"):
        program([[1.0, -1.0]])
    program.parameters = [math.inf]
    with pytest.raises(ValueError, match="parameter 0 is inf"):
        program([[1.0, 1.0]])


def test_huge_numbers_whose_sum_is_no_float_are_taken() -> None:
    x = Value(1.0, "x")
    assert Program(x / 2.0, [x])([[1.7e308], [1.7e308]]).tolist() == [0.85e308, 0.85e308]


@pytest.mark.parametrize(
    ("bad", "error", "text"),
    [
        (math.nan, ValueError, "parameter 0 w: a finite number is needed"),
        ("0.5", TypeError, "parameter 0 w: a real number is needed"),
        (b"1", TypeError, "parameter 0 w: a real number is needed"),
    ],
)
def test_a_parameter_that_is_not_a_finite_number_is_named(
    bad: Any, error: type[Exception], text: str
) -> None:
    program, w, x = line()
    w.data = bad
    with pytest.raises(error, match=text):
        program.read()
    assert program.parameters.tolist() == [0.5]
    with pytest.raises(error, match=text):
        Program(x, [x], [w])


def test_a_leaf_that_is_not_finite_is_named_when_the_program_is_built() -> None:
    x, scale = Value(1.0, "x"), Value(1.0, "scale")
    output = x * scale
    scale.data = math.nan
    with pytest.raises(ValueError, match="scale is nan"):
        Program(output, [x])


def test_a_frozen_leaf_that_changes_is_no_longer_computed_with() -> None:
    x, w, scale = Value(1.0, "x"), Value(2.0, "w"), Value(3.0, "scale")
    program = Program(x * w * scale, [x], [w])
    assert program([[1.0]]).tolist() == [6.0]
    scale.data = 4.0
    for call in (program, program.value_and_gradient):
        with pytest.raises(ValueError, match=r"label='scale'\) is neither an input nor .* 3\.0"):
            call([[1.0]])


def test_what_is_made_of_a_frozen_leaf_has_its_number_of_when_the_program_is_built() -> None:
    x, scale = Value(1.0, "x"), Value(3.0, "scale")
    output = engine.tanh(scale) * x + scale
    scale.data = 0.5
    program = Program(output, [x])
    assert program([[2.0]]).tolist() == [pytest.approx(2.0 * math.tanh(0.5) + 0.5, rel=1e-15)]
    output = engine.log(scale) * x
    scale.data = -1.0
    with pytest.raises(engine.DomainError, match="log"):
        Program(output, [x])


def test_a_frozen_divisor_that_became_0_is_told_as_elsewhere() -> None:
    x, scale = Value(1.0, "x"), Value(2.0, "scale")
    output = x / scale
    scale.data = 0.0
    with pytest.raises(engine.DomainError, match="sample 0: x / scale"):
        Program(output, [x])([[1.0]])


@pytest.mark.parametrize("index", [-1.0, 0.5, 2.0])
def test_a_frozen_index_that_is_none_any_more_is_refused(index: float) -> None:
    x, t = Value(1.0, "x"), Value(1.0, "t")
    output = engine.choose(t, [x, 2.0 * x])
    t.data = index
    with pytest.raises(engine.DomainError, match="choose"):
        Program(output, [x])


def test_the_frozen_generator_of_an_adversarial_loss_is_never_an_old_one() -> None:
    generator, judge, z = MLP(1, [1], seed=1), MLP(1, [1], seed=2), Value(0.5, "z")
    of_judge = Program(judge([generator([z])]), [z], judge.parameters())
    of_generator = Program(judge([generator([z])]), [z], generator.parameters())
    of_judge([[1.0]])
    _, gradient = of_generator.value_and_gradient([[1.0]])
    of_generator.parameters -= 0.1 * gradient
    of_generator.write()
    with pytest.raises(ValueError, match="neither an input nor a parameter"):
        of_judge([[1.0]])


def test_calls_from_several_threads_give_the_right_numbers() -> None:
    model, x = MLP(2, [16, 1], seed=1), [Value(0.0), Value(0.0)]
    program = Program(model(x) ** 2, x, model.parameters())
    rng = np.random.default_rng(0)
    batches = [rng.normal(size=(64, 2)) for _ in range(8)]
    expected = [program.value_and_gradient(batch) for batch in batches]
    outputs = [program(batch) for batch in batches]

    def call(k: int) -> bool:
        value, gradient = program.value_and_gradient(batches[k % 8])
        right = value == expected[k % 8][0] and np.array_equal(gradient, expected[k % 8][1])
        return right and np.array_equal(program(batches[k % 8]), outputs[k % 8])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(call, range(800)))


def test_a_call_within_a_call_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    program, _, _ = line()
    arrays = program._running.sized

    def interrupted(n: int) -> Any:
        program([[2.0]])  # as a signal handler may
        return arrays(n)

    monkeypatch.setattr(program._running, "sized", interrupted)
    for call in (program, program.value_and_gradient):
        with pytest.raises(RuntimeError, match="called while it computes"):
            call([[1.0]])
    monkeypatch.undo()
    assert program([[1.0]]).tolist() == [0.5]


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_a_copy_computes_the_same_and_learns_on_its_own(copied: Any) -> None:
    program, w, _ = line()
    program.parameters[:] = 3.0  # not written back
    other = copied(program)
    assert other([[2.0]]).tolist() == program([[2.0]]).tolist() == [6.0]
    other.parameters[:] = 1.0
    other.write()
    assert (program([[2.0]]).tolist(), other([[2.0]]).tolist()) == ([6.0], [2.0])
    assert w.data == 0.5


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))]
)
def test_a_copy_of_a_program_of_several_outputs_computes_the_same(copied: Any) -> None:
    x, w = Value(0.5, "x"), Value(2.0, "w")
    program = Program([w * x, (w * x).tanh()], [x], [w])
    program.parameters[:] = 3.0
    assert copied(program)([[2.0]]).tolist() == program([[2.0]]).tolist()


def test_a_copy_keeps_the_leaves_that_its_outputs_are_made_of() -> None:
    program, _, _ = line()
    holder = {"program": program, "leaves": program.traced}
    other = copy.deepcopy(holder)
    assert other["program"].traced.parameters[0] is other["leaves"].parameters[0]


def test_a_pickle_holds_what_several_outputs_share_once() -> None:
    x = Value(0.5, "x")
    shared = x
    for _ in range(100):
        shared = shared.tanh()
    one, many = [Program([shared * k for k in range(n)], inputs=[x]) for n in (1, 20)]
    other = pickle.loads(pickle.dumps(many))
    assert other([[0.3]]).tolist() == many([[0.3]]).tolist()
    outputs = other.traced.outputs
    assert len({output.inputs[0] for output in outputs}) == 1
    assert len(pickle.dumps(many)) < 2 * len(pickle.dumps(one))


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_rule_may_tell_zero_from_minus_zero(backend: Any) -> None:
    both = Rule(
        "both",
        value=lambda m, x: m.copysign(x, 0.0) - m.copysign(x, -0.0),
        partials=lambda m, y, x: (2.0 * m.copysign(1.0, x),),
    )
    x = Value(2.0, "x")
    program = Program(apply(both, x), [x], backend=backend)
    assert program([[2.0], [-3.0]]).tolist() == [4.0, 6.0]
    assert program([[2.0]]).tolist() == [4.0]


@pytest.mark.parametrize("backend", ["numpy", "c"])
def test_a_fixed_number_may_be_zero_or_minus_zero(backend: Any) -> None:
    signed = Rule(
        "signed",
        inputs=("x", "sign"),
        value=lambda m, x, sign: m.copysign(x, sign),
        partials=lambda m, y, x, sign: (m.copysign(1.0, x) * m.copysign(1.0, sign), 0.0),
        fixed=frozenset({1}),
    )
    x = Value(2.0, "x")
    outputs = [apply(signed, x, 0.0), apply(signed, x, -0.0)]
    assert Program(outputs, [x], backend=backend)([[3.0]]).tolist() == [[3.0, -3.0]]


@pytest.mark.parametrize("backend", ["numpy", "c"])
@pytest.mark.parametrize("links", [1, 40])
def test_a_rule_may_have_numbers_that_are_not_finite(backend: Any, links: int) -> None:
    capped = Rule(
        "capped",
        value=lambda m, x: m.where(m.greater(x, -math.inf), m.tanh(x), math.nan),
        partials=lambda m, y, x: (m.where(m.greater(math.inf, x), 1.0 - y * y, -math.inf),),
    )
    x = w = Value(0.5, "w")
    for _ in range(links):
        x = apply(capped, x)
    program = Program(x, [], [w], backend=backend)
    w.grad = 0.0
    x.backward()
    loss, gradient = program.value_and_gradient(np.zeros((1, 0)))
    assert (loss, gradient.tolist()) == (pytest.approx(x.data), pytest.approx([w.grad]))


def newton(m: Any, x: Any) -> Any:
    """√x, step by step: each step reads the one before twice."""
    y = x
    for _ in range(200):
        y = 0.5 * (y + x / y)
    return y


def test_a_rule_with_a_loop_compiles_in_linear_time() -> None:
    rule = Rule("newton", value=newton, partials=lambda m, y, x: (0.5 / y,))
    x = Value(2.0)
    start = perf_counter()
    program = Program(apply(rule, x), [x])
    assert perf_counter() - start < 10.0  # with work that doubles each step it never ends
    assert program([[9.0]]).tolist() == [3.0]


@pytest.mark.parametrize("n", [9, 17, 5000])
def test_a_product_of_many_numbers_is_compiled_in_linear_time(n: int) -> None:
    """As pairs, and pairs of pairs: each partial is not a formula as long as the product."""
    xs = [Value(1.0 + k / n**2, f"x{k}") for k in range(n)]
    y = prod(xs)
    y.backward()
    program = Program(y, xs[:1], xs[1:])
    found, slopes = program.value_and_gradient([[xs[0].data]])
    assert found == pytest.approx(y.data, rel=1e-12)
    assert slopes == pytest.approx([x.grad for x in xs[1:]], rel=1e-12)
    assert len(program.source) < 10_000


LABEL = "a\x1b[31m\n" * 10_000


def refused(label: str) -> Iterator[Callable[[], object]]:
    """Calls that are refused with a message that names a value with this label."""
    x, w, bad = Value(1.0, label), Value(2.0, label), Value(3.0, label)
    yield lambda: Program([x, label], [x])  # type: ignore[list-item]
    yield lambda: Program(x * w, [label], [w])  # type: ignore[list-item]
    product = x * w
    product.label = label
    yield lambda: Program(product, [x], [product])
    yield lambda: Program(x * w, [x], [w, w])
    yield lambda: Program(x * w, [x], [w])([[math.nan]])
    yield lambda: Program(x.log(), [x])([[-1.0]])
    scaled = x * bad
    program = Program(scaled, [x])
    bad.data = 4.0
    yield lambda: program([[1.0]])
    bad.data = label  # type: ignore[assignment]
    yield lambda: Program(x, [x], [bad])
    bad.data = math.nan
    yield lambda: Program(scaled, [x])


def test_messages_are_short_and_on_one_line_whatever_was_given() -> None:
    for call in refused(LABEL):
        with pytest.raises((TypeError, ValueError)) as caught:
            call()
        message = str(caught.value)
        assert len(message) < 600 and message.isprintable() and "x1b[31m" in message


def test_the_report_names_ten_of_what_is_frozen_and_counts_the_rest() -> None:
    leaves = [Value(0.5 + k, LABEL if k == 0 else f"k{k}") for k in range(1000)]
    x = Value(1.0)
    *_, frozen, plain = (
        Program(engine.sum([leaf * x + leaf.data * x.tanh() for leaf in leaves]), [x])
        .report()
        .splitlines()
    )
    assert frozen.endswith("k8, k9, and 990 more") and len(frozen) < 400
    assert plain.endswith("9.5, and 990 more")
