"""What other libraries have in the place of `nn`, and what to write here."""

from typing import Final

_LAYER: Final = "Layer(n_inputs, n_outputs, {})"
_SOFTMAX: Final = "softmax_cross_entropy of the outputs, and engine.softmax for probabilities"
_ACTIVATIONS: Final = "ReLU Tanh Sigmoid GELU SiLU ELU Mish Softplus LogSigmoid Identity".split()

ELSEWHERE: Final = {
    "Linear": _LAYER.format('"identity"'),
    "Dense": _LAYER.format("activation"),
    **{name: _LAYER.format(f'"{name.lower()}"') for name in _ACTIVATIONS},
    "LeakyReLU": _LAYER.format("engine.leaky_relu"),
    "Softmax": _SOFTMAX,
    "LogSoftmax": _SOFTMAX,
    "CrossEntropyLoss": "softmax_cross_entropy",
    "NLLLoss": _SOFTMAX,
    "BCELoss": "binary_cross_entropy of the outputs without a sigmoid",
    "BCEWithLogitsLoss": "binary_cross_entropy",
    "MSELoss": "mean_squared_error",
    "L1Loss": "mean_absolute_error",
    "HuberLoss": "huber()",
    "SmoothL1Loss": "huber()",
    "Parameter": "a Value as an attribute of a Module",
    "ModuleList": "a list as an attribute of a Module",
    "ModuleDict": "a dict as an attribute of a Module",
    "MultiheadAttention": "SelfAttention(size, heads=heads)",
    "functional": "the functions of engine, as engine.relu",
}
