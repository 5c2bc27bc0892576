"""What holds for every layer of the library: a new one stands in `LAYERS`, or a test fails."""

import copy
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import nn
from engine import check_gradients, dot, draw
from engine.graph import topological_order
from engine.names import name_nodes
from engine.proof.report import Undecided
from nn import (
    GRU,
    LSTM,
    MLP,
    RNN,
    AvgPool2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    MaxPool2d,
    Module,
    Neuron,
    RMSNorm,
    SelfAttention,
    Sequential,
)
from nn.tree import as_value_tree, tree_leaves

Fixture = Callable[..., Any]
Case = tuple[Module, tuple[int, ...]]
Integers = Callable[[int, int], int]

SMOOTH = ("tanh", "sigmoid", "identity", "softplus", "gelu", "sin")


def convolution(integers: Integers) -> Case:
    channels, kernels = integers(1, 3), integers(1, 3)
    kernel, stride, padding = integers(1, 3), integers(1, 3), integers(0, 3)
    least = max(1, kernel - 2 * padding)
    layer = Conv2d(channels, kernels, kernel, "tanh", stride=stride, padding=padding)
    return layer, (channels, integers(least, least + 3), integers(least, least + 3))


def pool(kind: type[MaxPool2d | AvgPool2d], integers: Integers) -> Case:
    size, stride = integers(1, 3), integers(1, 3)
    return kind(size, stride), (integers(1, 2), integers(size, size + 3), integers(size, size + 3))


def recurrent(kind: type[RNN | GRU | LSTM], integers: Integers) -> Case:
    n_inputs = integers(1, 3)
    return kind(n_inputs, integers(1, 3)), (integers(1, 4), n_inputs)


def embedding(integers: Integers) -> Case:
    n_tokens = integers(1, 4)
    return Embedding(n_tokens, integers(1, 3)), (integers(1, 3), n_tokens)


def attention(integers: Integers) -> Case:
    heads = integers(1, 3)
    causal, bias = bool(integers(0, 1)), bool(integers(0, 1))
    layer = SelfAttention(heads * integers(1, 2), heads, causal=causal, bias=bias)
    return layer, (integers(1, 4), layer.size)


def norm(kind: type[LayerNorm | RMSNorm], integers: Integers) -> Case:
    # with a tiny epsilon, a vector of one number loses its gradient to rounding
    size = integers(1, 5)
    if kind is RMSNorm and integers(0, 1):
        return RMSNorm(size, gain=False, epsilon=0.1), (size,)
    return kind(size, epsilon=0.1), (size,)


def neurons(kind: type[Layer | MLP], integers: Integers) -> Case:
    n = integers(1, 3)
    activation = SMOOTH[integers(0, len(SMOOTH) - 1)]
    if kind is Layer:
        return Layer(n, integers(1, 3), activation, bias=bool(integers(0, 1))), (n,)
    return MLP(n, [integers(1, 3) for _ in range(integers(1, 3))], activation, "tanh"), (n,)


def images(integers: Integers) -> Case:
    conv = Conv2d(1, n := integers(1, 2), 2, "tanh", padding=1)
    return Sequential(conv, MaxPool2d(2), Flatten(), Layer(4 * n, 2, "identity")), (1, 3, 3)


# How to make one of each layer, with random sizes, and the shape of a sample for it.
LAYERS: dict[str, Callable[[Integers], Case]] = {
    "AvgPool2d": lambda integers: pool(AvgPool2d, integers),
    "Conv2d": convolution,
    "Dropout": lambda integers: (Dropout(0.5).eval(), (integers(1, 2), integers(1, 3))),
    "Embedding": embedding,
    "Flatten": lambda integers: (Flatten(), (integers(1, 2), integers(1, 3))),
    "GRU": lambda integers: recurrent(GRU, integers),
    "LSTM": lambda integers: recurrent(LSTM, integers),
    "Layer": lambda integers: neurons(Layer, integers),
    "LayerNorm": lambda integers: norm(LayerNorm, integers),
    "MLP": lambda integers: neurons(MLP, integers),
    "MaxPool2d": lambda integers: pool(MaxPool2d, integers),
    "Neuron": lambda integers: (Neuron(n := integers(1, 3), bias=bool(integers(0, 1))), (n,)),
    "RMSNorm": lambda integers: norm(RMSNorm, integers),
    "RNN": lambda integers: recurrent(RNN, integers),
    "SelfAttention": attention,
    "Sequential": images,
}
every_layer = pytest.mark.parametrize("name", LAYERS)

# The sizes are small and soon come again; sixteen layers share the time.
EXAMPLES = settings().max_examples
half = settings(max_examples=EXAMPLES // 2)
few = settings(max_examples=max(1, EXAMPLES // 12))


def sample_of(shape: tuple[int, ...], rng: Random) -> Any:
    """Nested lists of random numbers."""
    if not shape:
        return rng.uniform(-2.0, 2.0)
    return [sample_of(shape[1:], rng) for _ in range(shape[0])]


@st.composite
def _cases(draw: st.DrawFn, name: str) -> tuple[Any, Any]:
    module, shape = LAYERS[name](lambda low, high: draw(st.integers(low, high)))
    rng = Random(draw(st.integers(0, 1000)))
    for parameter in module.parameters():
        parameter.data = rng.uniform(-1.5, 1.5)
    return module, sample_of(shape, rng)


def cases(name: str, data: st.DataObject) -> tuple[Any, Any]:
    """The layer with random parameters, and a sample."""
    return data.draw(_cases(name))  # type: ignore[no-any-return]


@every_layer
@few
@given(data=st.data())
def test_every_number_that_has_a_label_has_a_name_of_its_own(
    name: str, data: st.DataObject
) -> None:
    module, sample = cases(name, data)
    order = topological_order(tree_leaves(Sequential(module)(sample)))
    names = name_nodes(order)
    labelled = [names[node] for node in order if node.label]
    assert not any(mark in each for each in labelled for mark in "′″[#")


def numbers(outputs: Any) -> list[float]:
    return [value.data for value in tree_leaves(outputs)]


def test_no_layer_is_missing() -> None:
    found = {
        name
        for name, item in vars(nn).items()
        if isinstance(item, type) and issubclass(item, Module) and name in nn.__all__
    }
    assert LAYERS.keys() == found - {"Module"}


@every_layer
@half
@given(data=st.data())
def test_a_compiled_layer_is_the_eager_one(
    name: str, compiled_is_eager: Fixture, data: st.DataObject
) -> None:
    compiled_is_eager(*cases(name, data))


@every_layer
@few
@given(data=st.data())
def test_its_gradients_are_proved(name: str, weighed_sum: Fixture, data: st.DataObject) -> None:
    module, sample = cases(name, data)
    try:
        check_gradients(lambda m, x: weighed_sum(m(x)), module, sample, allow_unused=True)
    except Undecided:  # all but saturated
        reject()


@every_layer
@few
@given(data=st.data())
def test_what_is_saved_and_loaded_computes_the_same(
    name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    module, sample = cases(name, data)
    path: Path = tmp_path_factory.getbasetemp() / f"{name}.json"
    module.save(path)
    twin = copy.deepcopy(module)
    for parameter in twin.parameters():
        parameter.data += 1.0
    twin.load(path)
    assert twin.state_dict() == module.state_dict()
    assert numbers(twin(sample)) == numbers(module(sample))
    assert repr(twin) == repr(module)


@every_layer
@few
@given(data=st.data())
def test_its_graph_can_be_drawn_edge_by_edge(name: str, data: st.DataObject) -> None:
    module, sample = cases(name, data)
    outputs = tree_leaves(module(sample))
    order = topological_order(outputs)
    source = draw(outputs, depth=4).source
    if len(order) < 100:  # of a larger one, a part is drawn
        assert source.count(" -> ") == sum(len(value.inputs) for value in order)


@every_layer
@few
@given(data=st.data())
def test_it_is_drawn_as_in_a_textbook(name: str, data: st.DataObject) -> None:
    module, sample = cases(name, data)
    for inputs in (None, sample):
        source = draw(module, inputs=inputs).source
        if name in ("Layer", "MLP", "Neuron"):
            assert source.count("shape=circle") > 1
        else:
            count = len(module.parameters())
            assert f"[label={name} " in source
            assert not count or f"{count} parameter" in source


@pytest.mark.peer
@every_layer
@few
@given(data=st.data())
def test_it_is_that_of_pytorch(name: str, weighed_sum: Fixture, data: st.DataObject) -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    module, sample = cases(name, data)
    if type(module) not in pytest.importorskip("nn.interop.torch").EXPORTS:
        with pytest.raises(ValueError, match="it has no counterpart in PyTorch"):
            nn.to_torch(module)
        return
    if name == "Embedding":
        sample = [vector.index(max(vector)) for vector in sample]  # tokens
        inputs, batch = sample, torch.tensor([sample])
    else:
        inputs = as_value_tree(sample, where="test")
        batch = torch.tensor([sample], dtype=torch.float64, requires_grad=True)
    outputs, exported = module(inputs), nn.to_torch(module)
    theirs = exported(batch).flatten()
    assert numbers(outputs) == pytest.approx(theirs.tolist(), rel=1e-12, abs=1e-12)
    weighed_sum(outputs).backward()
    (theirs * (1.0 + 0.1 * torch.arange(len(theirs), dtype=torch.float64))).sum().backward()
    if name != "Embedding":
        slopes = [value.grad for value in tree_leaves(inputs)]
        assert slopes == pytest.approx(batch.grad.flatten().tolist(), rel=1e-10, abs=1e-12)
    # Both gradients are linear in the direction: a random one tells any two apart.
    parameters, rng = module.parameters(), Random(0)
    for parameter in parameters:
        parameter.data = rng.uniform(-1.0, 1.0)
    direction = nn.to_torch(module)
    expected = sum((p.grad * d).sum().item() for p, d in zip(*both(exported, direction)))
    found = dot([p.data for p in parameters], [p.grad for p in parameters]) if parameters else 0.0
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-11)


def both(first: Any, second: Any) -> tuple[list[Any], list[Any]]:
    return list(first.parameters()), list(second.parameters())


@pytest.mark.parametrize(
    "module, expected",
    [
        (AvgPool2d(3, 1), "AvgPool2d(3, stride 1)"),
        (Conv2d(1, 8, 3), "Conv2d(1 → 8 relu, kernel 3, stride 1, padding 0, 80 parameters)"),
        (Dropout(0.25, seed=3), "Dropout(0.25)"),
        (Embedding(27, 16), "Embedding(27 tokens → 16, 432 parameters)"),
        (Flatten(), "Flatten()"),
        (GRU(1, 4), "GRU(1 → 4, 76 parameters)"),
        (LSTM(1, 4), "LSTM(1 → 4, 96 parameters)"),
        (Layer(3, 2, "relu"), "Layer(3 → 2 relu, 8 parameters)"),
        (LayerNorm(3), "LayerNorm(3, 6 parameters)"),
        (MLP(2, [16, 1]), "MLP(2 → 16 tanh → 1 identity, 65 parameters)"),
        (MaxPool2d(2), "MaxPool2d(2, stride 2)"),
        (Layer(3, 2, bias=False), "Layer(3 → 2 tanh, no bias, 6 parameters)"),
        (Neuron(3, "sin"), "Neuron(3 → 1 sin, 4 parameters)"),
        (Neuron(3, bias=False), "Neuron(3 → 1 tanh, no bias, 3 parameters)"),
        (RMSNorm(3, gain=False), "RMSNorm(3, no gain, 0 parameters)"),
        (SelfAttention(4, bias=False), "SelfAttention(4, 1 head, no bias, 64 parameters)"),
        (RMSNorm(3), "RMSNorm(3, 3 parameters)"),
        (RNN(2, 3, "relu"), "RNN(2 → 3 relu, 18 parameters)"),
        (SelfAttention(4), "SelfAttention(4, 1 head, 80 parameters)"),
        (SelfAttention(4, 2, causal=True), "SelfAttention(4, 2 heads, causal, 80 parameters)"),
        (Sequential(Flatten(), list), "Sequential(\n  1: Flatten()\n  2: list\n)"),
    ],
    ids=lambda item: type(item).__name__,
)
def test_repr(module: Module, expected: str) -> None:
    assert repr(module) == expected
