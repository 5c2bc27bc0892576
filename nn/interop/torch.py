"""A net as one of PyTorch's: the same weights, the same outputs.

It needs PyTorch: pip install "glassgrad[torch]".
"""

from typing import TYPE_CHECKING, Any

from nn.layers.activations import ACTIVATIONS

if TYPE_CHECKING:
    from nn.layers.dense import MLP, Layer

# Torch's modules and functions by our names of the activations; cbrt and gamma it has not got.
MODULES = {
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "relu": "ReLU",
    "softplus": "Softplus",
    "gelu": "GELU",
    "silu": "SiLU",
}
FUNCTIONS = {
    "degrees": "rad2deg",
    "radians": "deg2rad",
    "negate": "neg",
    **{
        name: name
        for name in (
            "abs",
            "acos",
            "acosh",
            "asin",
            "asinh",
            "atan",
            "atanh",
            "cos",
            "cosh",
            "erf",
            "erfc",
            "exp",
            "exp2",
            "expm1",
            "lgamma",
            "log",
            "log10",
            "log1p",
            "log2",
            "sin",
            "sinh",
            "sqrt",
            "tan",
        )
    },
}


def to_torch(model: "MLP") -> Any:
    """The `torch.nn.Sequential` that computes the same, in float64: (n, inputs) -> (n, outputs).

    Raises ValueError for an activation that torch lacks or that is a function of one's own, before
    anything is made; ModuleNotFoundError without torch.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'to_torch needs torch: pip install "glassgrad[torch]"', name="torch"
        ) from error
    names = [checked_activation(layer) for layer in model.layers]
    modules: list[Any] = []
    for layer, name in zip(model.layers, names):
        linear = torch.nn.Linear(layer.n_inputs, len(layer.neurons), dtype=torch.float64)
        with torch.no_grad():
            weights = [[weight.data for weight in neuron.weights] for neuron in layer.neurons]
            linear.weight.copy_(torch.tensor(weights, dtype=torch.float64))
            biases = [neuron.bias.data for neuron in layer.neurons]
            linear.bias.copy_(torch.tensor(biases, dtype=torch.float64))
        modules.append(linear)
        if name != "identity":
            modules.append(activation_module(torch, name))
    return torch.nn.Sequential(*modules)


def checked_activation(layer: "Layer") -> str:
    """The name of what all neurons of the layer have for an activation, and torch has too."""
    for neuron in layer.neurons:
        name = neuron.activation
        if name != layer.neurons[0].activation:
            raise ValueError(f"{layer.scope}: the activations of its neurons are not all the same")
        if neuron._function is not ACTIVATIONS.get(name):
            raise ValueError(f"{layer.scope}: the activation {name} is a function of your own")
        if name not in {"identity", *MODULES, *FUNCTIONS}:
            raise ValueError(f"{layer.scope}: the activation {name} is one that torch lacks")
    return name


def activation_module(torch: Any, name: str) -> Any:
    """The module that applies the activation."""
    if name in MODULES:
        return getattr(torch.nn, MODULES[name])()
    function = getattr(torch, FUNCTIONS[name])

    class Function(torch.nn.Module):  # type: ignore[misc]
        def forward(self, z: Any) -> Any:
            return function(z)

        def extra_repr(self) -> str:
            return name

    return Function()
