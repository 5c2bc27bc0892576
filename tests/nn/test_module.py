"""Modules find their parameters, run in their scope, and save and load every bit."""

import copy
import json
import math
import os
import pickle
import tempfile
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Value, no_grad, scope
from nn import MLP, Module

numbers = st.floats(allow_nan=False, allow_infinity=False)


class Held(Module):
    """A module with whatever attributes a test wants."""

    a: Any
    c: Any
    p: Any
    part: Any

    def __init__(self, **attributes: Any) -> None:
        vars(self).update(attributes)

    def forward(self, x: Value) -> Value:
        return x * 2


def leaves(*data: float) -> list[Value]:
    return [Value(number) for number in data]


# Properties


@given(st.lists(numbers, min_size=1))
def test_saved_and_loaded_numbers_are_the_same_bit_for_bit(data: list[float]) -> None:
    source, target = Held(p=leaves(*data)), Held(p=leaves(*[0.5] * len(data)))
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "state.json")
        source.save(path)
        target.load(path)
    assert [p.data.hex() for p in target.p] == [number.hex() for number in data]


@given(st.integers(1, 3), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers())
def test_a_loaded_net_computes_the_same(n_inputs: int, sizes: list[int], seed: int) -> None:
    source, target = MLP(n_inputs, sizes, seed=seed), MLP(n_inputs, sizes, seed=seed + 1)
    target.load_state_dict(source.state_dict())
    assert target.state_dict() == source.state_dict()
    assert repr(target([0.5] * n_inputs)) == repr(source([0.5] * n_inputs))


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "c.0", "c.1", "d", ""]), json_values))
def test_a_state_fits_or_everything_wrong_is_listed_and_nothing_changes(
    state: dict[str, Any],
) -> None:
    model = Held(a=Value(1.0), b=Value(2.0), c=leaves(3.0, 4.0))
    names = {"a", "b", "c.0", "c.1"}
    wrong = {n for n, v in state.items() if not isinstance(v, float) or not math.isfinite(v)}
    expected = [f"missing: {name}" for name in names - state.keys()]
    expected += [f"not in the model: {name}" for name in state.keys() - names]
    expected += [f"not a finite number: {name} = " for name in wrong]
    if not expected:
        model.load_state_dict(state)
        assert model.state_dict() == state
        return
    with pytest.raises(ValueError) as caught:
        model.load_state_dict(state)
    assert all(line in str(caught.value) for line in expected)
    assert len(str(caught.value).split("\n  ")) == 1 + len(expected)
    assert model.state_dict() == {"a": 1.0, "b": 2.0, "c.0": 3.0, "c.1": 4.0}


# Parameters


def test_names_follow_the_attributes_in_order_of_definition() -> None:
    z, a, b, c, d = leaves(1, 2, 3, 4, 5)
    model = Held(z=z, name="no value", inner=Held(a=a), rows=[[b], (c, None)], last=d)
    assert list(model.named_parameters()) == [
        ("z", z),
        ("inner.a", a),
        ("rows.0.0", b),
        ("rows.1.0", c),
        ("last", d),
    ]
    assert [*dict(model.inner.named_parameters())] == ["a"]
    assert model.parameters() == [z, a, b, c, d]


def test_a_shared_parameter_and_a_shared_module_come_once() -> None:
    p = Value(1.0)
    inner = Held(weight=p)
    model = Held(first=p, second=inner, third=[inner, p])
    assert list(model.named_parameters()) == [("first", p)]


def test_two_parameters_of_one_name_are_refused() -> None:
    p, q = leaves(1, 2)
    for model in (Held(p={"a.b": p, "a": {"b": q}}), Held(p={1: p, "1": q})):
        assert model.parameters() == [p, q]
        with pytest.raises(ValueError, match="Held: two parameters have the name p.*another key"):
            model.state_dict()
    assert Held(p={1: p, "1": p}).state_dict() == {"p.1": 1.0}


def test_a_module_that_knows_its_owner_is_walked_once() -> None:
    model = Held(p=Value(1.0))
    model.part = Held(owner=model, q=Value(2.0))
    assert [name for name, _ in model.named_parameters()] == ["p", "part.q"]


def test_nesting_is_bounded_by_memory_alone() -> None:
    model = Held(p=Value(1.0))
    for _ in range(3_000):  # thrice what recursion may
        model = Held(inner=model)
    tracemalloc.start()
    assert len(model.parameters()) == 1
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000 * 1_000  # a name for each depth would take 1.4 GB
    while hasattr(model, "inner"):  # taken apart from outside: Python frees nested objects deeply
        model = model.inner


def test_a_result_that_was_kept_is_no_parameter() -> None:
    p = Value(1.0)
    assert Held(p=p, output=p * 2).parameters() == [p]


def test_zero_grad() -> None:
    model = Held(p=leaves(1.0, 2.0))
    (model.p[0] * model.p[1]).backward()
    model.zero_grad()
    assert [p.grad for p in model.p] == [0.0, 0.0]


def test_attributes_named_so_hold_no_parameters() -> None:
    class Noisy(Held):
        not_parameters = frozenset({"noise"})

    kept, model = Value(1.0), Noisy(noise=leaves(2.0), p=leaves(3.0))
    model.p.append(kept)
    assert [name for name, _ in Held(part=model).named_parameters()] == ["part.p.0", "part.p.1"]


# Training or evaluation


def test_modules_come_once_with_the_module_itself_first() -> None:
    shared = Held()
    inner = Held(parts=[shared])
    model = Held(a=inner, p=Value(1.0), c=(shared, [Held(owner=inner)]))
    assert list(model.modules()) == [model, inner, shared, model.c[1][0]]


def test_train_and_eval_switch_every_module() -> None:
    model = MLP(2, [2, 1])
    assert {module.training for module in model.modules()} == {True}
    assert model.eval() is model
    assert {module.training for module in model.modules()} == {False}
    assert copy.deepcopy(model).training is False
    assert model.train() is model
    assert {module.training for module in model.modules()} == {True}


# Calls and scopes


def test_a_module_computes_in_the_scope_it_was_made_in() -> None:
    with scope("encoder"), scope("block 2"):
        inside = Held()
    x = Value(3.0)
    assert inside(x).scope == "encoder/block 2"
    with scope("elsewhere"):
        assert inside(x).scope == "encoder/block 2"
        assert Held()(x).scope == "elsewhere"
        with pytest.raises(TypeError):
            inside(None)
        assert (x * 2).scope == "elsewhere"
    assert (x * 2).scope == ""


def test_a_module_without_a_scope_leaves_the_scope_alone() -> None:
    module = Held()
    with scope("elsewhere"):
        assert module(Value(1.0)).scope == "elsewhere"


def test_nothing_is_recorded_under_no_grad() -> None:
    with scope("layer"):
        module = Held()
    with no_grad():
        assert module(Value(1.0)).inputs == ()


def test_forward_must_be_defined() -> None:
    with pytest.raises(NotImplementedError, match=r"Module does not define forward\(...\)"):
        Module()()


def test_copies_and_pickles_keep_parameters_and_scope() -> None:
    with scope("net"):
        model = MLP(2, [2, 1], seed=3)
    for twin in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert twin.state_dict() == model.state_dict()
        assert twin([1.0, 2.0]).scope == model([1.0, 2.0]).scope == "net/layer 2/neuron 1"
        assert not set(twin.parameters()) & set(model.parameters())


def test_repr_counts_the_parameters() -> None:
    assert repr(Held(p=Value(1.0))) == "Held(1 parameter)"
    assert repr(Held(p=leaves(*range(1200)))) == "Held(1,200 parameters)"


# State


def test_everything_wrong_with_a_state_is_in_one_error() -> None:
    model = Held(a=Value(1.0), b=Value(2.0), c=Value(3.0), d=Value(4.0))
    with pytest.raises(ValueError) as caught:
        wrong: Any = {"a": "1", "b": [[1.0]], "c": True, "e": 5.0}
        model.load_state_dict(wrong)
    assert str(caught.value) == (
        "the state does not fit Held(4 parameters):\n"
        "  missing: d\n"
        "  not in the model: e\n"
        "  not a finite number: a = '1'\n"
        "  not a finite number: b = [[1.0]]\n"
        "  not a finite number: c = True"
    )
    assert model.state_dict() == {"a": 1.0, "b": 2.0, "c": 3.0, "d": 4.0}


def test_integers_are_numbers_and_huge_ones_are_not_finite() -> None:
    model = Held(a=Value(1.0))
    model.load_state_dict({"a": 3})
    assert model.state_dict() == {"a": 3.0}
    with pytest.raises(ValueError, match="not a finite number: a = 1000"):
        model.load_state_dict({"a": 10**400})


def test_a_state_is_a_mapping() -> None:
    with pytest.raises(TypeError, match="a dict of names and numbers, but a list was given"):
        Held().load_state_dict([1.0])  # type: ignore[arg-type]


# Files


def test_the_file_is_plain_json(tmp_path: Path) -> None:
    Held(a=Value(0.1), b=leaves(2.0)).save(tmp_path / "state.json")
    text = (tmp_path / "state.json").read_text()
    assert text == '{\n "a": 0.1,\n "b.0": 2.0\n}\n'


@pytest.mark.parametrize(
    "content, error, said",
    [
        ("[1.0]", TypeError, "a state is a dict of names and numbers, but a list was given"),
        ('{"a": NaN}', ValueError, "not a finite number: a = nan"),
        ('{"a": 1e999}', ValueError, "not a finite number: a = inf"),
        ('{"a": [1.0, 2.0]}', ValueError, "not a finite number: a = [1.0, 2.0]"),
        ("{'a': 1.0}", ValueError, "is not a JSON file"),
    ],
)
def test_a_file_that_is_no_state_is_named_and_changes_nothing(
    tmp_path: Path, content: str, error: type[Exception], said: str
) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    model = Held(a=Value(5.0))
    with pytest.raises(error) as caught:
        model.load(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)
    assert model.a.data == 5.0


def test_a_state_that_is_not_finite_is_not_saved(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    model = Held(a=Value(1.0), b=Value(2.0), c=Value(3.0))
    model.save(path)
    model.a.data, model.c.data = math.inf, math.nan
    with pytest.raises(ValueError, match="not saved, as these are not finite: a = inf, c = nan"):
        model.save(path)
    assert json.loads(path.read_text()) == {"a": 1.0, "b": 2.0, "c": 3.0}


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("fit", r"fit\(model, loss, samples, targets\)$"),
        ("compile", r"fit\(model, loss, samples, targets, optimizer=…\)$"),
        ("predict", r"predict\(model, samples\)$"),
        ("evaluate", r"loss\(predict\(model, samples\), targets\)$"),
        ("requires_grad_", r"SGD\(parameters, …\) of those that are to be learned$"),
        ("summary", r"print\(model\), or draw\(model\)$"),
        ("to", "not needed: all runs on the CPU"),
        ("cpu", "not needed: all runs on the CPU"),
        ("add", r"Sequential\(\*parts\)$"),
        ("backward", r"loss.backward\(\), where"),
    ],
)
def test_what_is_a_method_elsewhere_is_told_as_a_function(name: str, write: str) -> None:
    model = MLP(1, [1])
    with pytest.raises(AttributeError, match=rf"MLP has no attribute '{name}': here it is {write}"):
        getattr(model, name)
    assert not hasattr(model, name) and name not in dir(model)
    with pytest.raises(AttributeError, match=rf"MLP has no attribute '{name}': here it is {write}"):
        getattr(MLP, name)


def test_other_missing_names_are_python_s_affair() -> None:
    class Broken(Module):
        @property
        def wrong(self) -> float:
            return self.inner_thing  # type: ignore[attr-defined,no-any-return]

    with pytest.raises(AttributeError, match="'Broken' object has no attribute 'inner_thing'"):
        _ = Broken().wrong
    with pytest.raises(
        AttributeError, match="'Broken' object has no attribute 'nothing'"
    ) as caught:
        _ = Broken().nothing
    assert caught.value.name == "nothing"

    class Fits(Module):
        def __init__(self) -> None:
            self.add = 3

        def fit(self) -> str:
            return "own"

    assert (Fits().fit(), Fits().add) == ("own", 3) and {"fit", "add", "save"} <= {*dir(Fits())}
