"""to_torch: a model as one of PyTorch's, with the same numbers and the same outputs."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

import torch

from engine import Value
from engine.messages import check_kind
from nn.layers.activations import ACTIVATIONS
from nn.layers.attention import Embedding, SelfAttention
from nn.layers.convolution import AvgPool2d, Conv2d, MaxPool2d
from nn.layers.dense import MLP, Layer, Neuron
from nn.layers.dropout import Dropout
from nn.layers.normalization import LayerNorm, RMSNorm
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.sequential import Flatten, Sequential
from nn.module import Module
from nn.tree import tree_leaves

# Torch's functions by our names of the activations, where it has another name for one.
RENAMED: Final = {"degrees": "rad2deg", "negate": "neg", "radians": "deg2rad"}
LAYERS: Final = {
    **{name.lower(): getattr(torch.nn, name) for name in dir(torch.nn) if name[0].isupper()},
    "softplus": partial(torch.nn.Softplus, threshold=40.0),  # where its own, 20, would cost digits
}


def to_torch(model: Module) -> torch.nn.Sequential:
    """The `torch.nn.Sequential` that computes the same for a batch, in float64.

    A sample has the shape it has here, with an axis for the batch in front: (n, inputs) ->
    (n, outputs) for an `MLP`, (n, channels, rows, columns) for a `Conv2d`, (n, steps, inputs) ->
    (n, steps, hidden) for an `RNN`. One output is an axis of length 1; an `Embedding` takes the
    numbers of tokens. Where a recurrent layer of PyTorch has two biases for one of ours, the second
    is 0; a `Dropout` in evaluation mode is in evaluation mode there.

    Raises ValueError that names what cannot be exported: a function, a module or an activation that
    PyTorch lacks; TypeError for what is no Module; ModuleNotFoundError without PyTorch.

    >>> from nn import to_torch
    >>> to_torch(MLP(2, [3, 1]))
    Sequential(
      (0): Linear(in_features=2, out_features=3, bias=True)
      (1): Tanh()
      (2): Linear(in_features=3, out_features=1, bias=True)
    )
    """
    check_kind(model, Module, where="to_torch")
    return torch.nn.Sequential(*export(model))


def export(model: Module) -> list[torch.nn.Module]:
    """The modules of PyTorch that, one after the other, compute what the model does."""
    if type(model) not in EXPORTS:  # a subclass may compute anything
        raise _refusal(model, "it has no counterpart in PyTorch; a Sequential of layers has one")
    return EXPORTS[type(model)](model)


def _export_sequential(model: Sequential) -> list[torch.nn.Module]:
    modules = []
    made: dict[Module, list[torch.nn.Module]] = {}  # a part that comes twice is one there too
    for name, part in zip(model.names(), model.parts):
        if not isinstance(part, Module):
            raise _refusal(model, f"the function in part {name} cannot be exported")
        if part not in made:
            made[part] = export(part)
        modules += made[part]
    return modules


def _export_mlp(model: MLP) -> list[torch.nn.Module]:
    return [module for layer in model.layers for module in export(layer)]


def _export_dense(model: Module, neurons: Sequence[Neuron]) -> list[torch.nn.Module]:
    activation = _export_activation(model, neurons)
    sizes, bias = [len(neurons[0].weights), len(neurons)], any(n.has_bias for n in neurons)
    linear = torch.nn.Linear(*sizes, bias=bias, dtype=torch.float64)
    _fill(linear.weight, [neuron.weights for neuron in neurons])
    if bias:
        _fill(linear.bias, [neuron.bias for neuron in neurons])
    return [linear, *activation]


def _export_conv2d(conv: Conv2d) -> list[torch.nn.Module]:
    activation = _export_activation(conv, conv.kernels)
    module = torch.nn.Conv2d(
        conv.in_channels,
        len(conv.kernels),
        conv.kernel,
        stride=conv.stride,
        padding=conv.padding,
        dtype=torch.float64,
    )
    _fill(module.weight, [neuron.weights for neuron in conv.kernels])
    _fill(module.bias, [neuron.bias for neuron in conv.kernels])
    return [module, *activation]


def _export_layer_norm(norm: LayerNorm) -> list[torch.nn.Module]:
    module = torch.nn.LayerNorm(norm.size, eps=norm.epsilon, dtype=torch.float64)
    _fill(module.weight, norm.gain)
    _fill(module.bias, norm.bias)
    return [module]


def _export_rms_norm(norm: RMSNorm) -> list[torch.nn.Module]:
    module = torch.nn.RMSNorm(
        norm.size, eps=norm.epsilon, elementwise_affine=bool(norm.gain), dtype=torch.float64
    )
    if norm.gain:
        _fill(module.weight, norm.gain)
    return [module]


def _export_embedding(embedding: Embedding) -> list[torch.nn.Module]:
    module = torch.nn.Embedding(embedding.n_tokens, embedding.size, dtype=torch.float64)
    _fill(module.weight, embedding.vectors)
    return [module]


def _export_self_attention(attention: SelfAttention) -> list[torch.nn.Module]:
    seen = _list_neurons(attention, [attention.query, attention.key, attention.value], "identity")
    neurons = _list_neurons(attention, [attention.output], "identity")
    bias = any(n.has_bias for n in [*seen, *neurons])
    module = torch.nn.MultiheadAttention(
        attention.size, attention.heads, bias=bias, batch_first=True, dtype=torch.float64
    )
    _fill(module.in_proj_weight, [neuron.weights for neuron in seen])
    _fill(module.out_proj.weight, [neuron.weights for neuron in neurons])
    if bias:
        _fill(module.in_proj_bias, [neuron.bias for neuron in seen])
        _fill(module.out_proj.bias, [neuron.bias for neuron in neurons])
    return [Attention(module, causal=attention.causal)]


def _export_rnn(rnn: RNN) -> list[torch.nn.Module]:
    name = rnn.layer.neurons[0].activation
    if name not in ("tanh", "relu"):
        raise _refusal(rnn, f"its activation is {name}, but an RNN of PyTorch has tanh or relu")
    module = torch.nn.RNN(
        rnn.n_inputs, rnn.n_hidden, nonlinearity=name, batch_first=True, dtype=torch.float64
    )
    return _export_recurrent(module, _rows(_list_neurons(rnn, [rnn.layer], name), rnn.n_inputs))


def _export_lstm(lstm: LSTM) -> list[torch.nn.Module]:
    module = torch.nn.LSTM(lstm.n_inputs, lstm.n_hidden, batch_first=True, dtype=torch.float64)
    first = _list_neurons(lstm, [lstm.input, lstm.forget], "sigmoid")
    cells = _list_neurons(lstm, [lstm.cell], "tanh")
    last = _list_neurons(lstm, [lstm.output], "sigmoid")
    return _export_recurrent(module, _rows([*first, *cells, *last], lstm.n_inputs))


def _export_gru(gru: GRU) -> list[torch.nn.Module]:
    module = torch.nn.GRU(gru.n_inputs, gru.n_hidden, batch_first=True, dtype=torch.float64)
    gates = _list_neurons(gru, [gru.reset, gru.update], "sigmoid")
    new = _list_neurons(gru, [gru.new], "identity")
    recall = _list_neurons(gru, [gru.recall], "identity")
    pairs = [(x.weights, h.weights, x.bias, h.bias) for x, h in zip(new, recall)]
    return _export_recurrent(module, [*_rows(gates, gru.n_inputs), *pairs])


def _rows(neurons: list[Neuron], n: int) -> list[tuple[Any, ...]]:
    """Neurons that see n inputs first and the hidden state after them: weights and bias of both."""
    return [(each.weights[:n], each.weights[n:], each.bias, 0.0) for each in neurons]


def _export_recurrent(module: Any, rows: list[tuple[Any, ...]]) -> list[torch.nn.Module]:
    """The module with weights and bias for inputs and hidden state, row by row."""
    names = "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0".split()
    for name, column in zip(names, zip(*rows)):
        _fill(getattr(module, name), column)
    return [Hidden(module)]


EXPORTS: Final[dict[type[Module], Callable[[Any], list[torch.nn.Module]]]] = {
    AvgPool2d: lambda pool: [torch.nn.AvgPool2d(pool.size, pool.stride)],
    Conv2d: _export_conv2d,
    Dropout: lambda dropout: [torch.nn.Dropout(dropout.probability).train(dropout.training)],
    Embedding: _export_embedding,
    Flatten: lambda flatten: [torch.nn.Flatten()],
    GRU: _export_gru,
    LSTM: _export_lstm,
    Layer: lambda layer: _export_dense(layer, layer.neurons),
    LayerNorm: _export_layer_norm,
    MLP: _export_mlp,
    MaxPool2d: lambda pool: [torch.nn.MaxPool2d(pool.size, pool.stride)],
    Neuron: lambda neuron: _export_dense(neuron, [neuron]),
    RMSNorm: _export_rms_norm,
    RNN: _export_rnn,
    SelfAttention: _export_self_attention,
    Sequential: _export_sequential,
}


class Function(torch.nn.Module):  # type: ignore[misc]
    """An activation that PyTorch has as a function and not as a layer."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def forward(self, z: torch.Tensor) -> Any:
        return getattr(torch, self.name)(z)

    def extra_repr(self) -> str:
        return self.name


class Hidden(torch.nn.Module):  # type: ignore[misc]
    """A recurrent layer of PyTorch without its last state: all hidden states."""

    def __init__(self, layer: torch.nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, steps: torch.Tensor) -> Any:
        return self.layer(steps)[0]


class Attention(torch.nn.Module):  # type: ignore[misc]
    """PyTorch's attention as self-attention: queries, keys and values come from one sequence."""

    def __init__(self, layer: torch.nn.Module, *, causal: bool) -> None:
        super().__init__()
        self.layer, self.causal = layer, causal

    def forward(self, x: torch.Tensor) -> Any:
        n = x.shape[-2]
        hidden = torch.ones(n, n, dtype=torch.bool).triu(1) if self.causal else None
        return self.layer(x, x, x, attn_mask=hidden, need_weights=False)[0]


def _export_activation(model: Module, neurons: Sequence[Neuron]) -> list[torch.nn.Module]:
    """The module for what all the neurons have for an activation; none for the identity."""
    name = neurons[0].activation
    for neuron in neurons:
        if neuron.activation != name:
            raise _refusal(model, "the activations of its neurons are not all the same")
        if neuron.function is not ACTIVATIONS.get(name):
            raise _refusal(model, f"its activation {name} is a function of your own")
    if name == "identity":
        return []
    if (layer := LAYERS.get(name.replace("_", ""))) is not None:
        return [layer()]
    if hasattr(torch, RENAMED.get(name, name)):
        return [Function(RENAMED.get(name, name))]
    raise _refusal(model, f"its activation {name} is one that PyTorch lacks")


def _list_neurons(model: Module, layers: Sequence[Layer], activation: str) -> list[Neuron]:
    """The neurons of the layers, which all must have this activation."""
    neurons = [neuron for layer in layers for neuron in layer.neurons]
    for neuron in neurons:
        if neuron.function is not ACTIVATIONS[activation]:
            given = f"an activation inside of it is {neuron.activation}"
            raise _refusal(model, f"{given}, but in PyTorch it is {activation}")
    return neurons


def _fill(tensor: Any, values: Any) -> None:
    """Copy the numbers of nested lists, of whatever nesting, into a parameter of PyTorch."""
    flat = [value.data if isinstance(value, Value) else value for value in tree_leaves(values)]
    with torch.no_grad():
        tensor.copy_(torch.tensor(flat, dtype=torch.float64).reshape(tensor.shape))


def _refusal(model: Module, reason: str) -> ValueError:
    return ValueError(f"to_torch: {model.place()}: {reason}")
