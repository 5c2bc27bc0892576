"""Neural networks out of the engine's Values: layers, losses, optimizers, and `fit`.

>>> model = MLP(2, [3, 1], seed=1)
>>> loss = mean_squared_error([model([0.5, -1.0])], [1.0])
>>> loss.backward()
>>> SGD(model.parameters(), learning_rate=0.1).step()
>>> mean_squared_error([model([0.5, -1.0])], [1.0]) < loss
True
"""

from typing import TYPE_CHECKING, Any

from nn.layers.attention import Embedding, SelfAttention
from nn.layers.convolution import AvgPool2d, Conv2d, MaxPool2d
from nn.layers.dense import MLP, Layer, Neuron
from nn.layers.dropout import Dropout
from nn.layers.initializers import glorot_uniform, he_normal, starting_weights
from nn.layers.normalization import LayerNorm, RMSNorm
from nn.layers.recurrent import GRU, LSTM, RNN
from nn.layers.sequential import Flatten, Sequential
from nn.losses.losses import (
    Loss,
    binary_cross_entropy,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
    softmax_cross_entropy,
)
from nn.losses.penalties import L1, L2
from nn.module import Module
from nn.optim.optimizer import Optimizer
from nn.optim.update_rules import SGD, Adam, AdamW, RMSprop
from nn.training.callbacks import Callback, Checkpoint, EarlyStopping
from nn.training.history import History

if TYPE_CHECKING:
    from nn.training.fit import DivergenceError, fit
    from nn.training.prediction import predict

__all__ = [
    "GRU",
    "L1",
    "L2",
    "LSTM",
    "MLP",
    "RNN",
    "SGD",
    "Adam",
    "AdamW",
    "AvgPool2d",
    "Callback",
    "Checkpoint",
    "Conv2d",
    "DivergenceError",
    "Dropout",
    "EarlyStopping",
    "Embedding",
    "Flatten",
    "History",
    "Layer",
    "LayerNorm",
    "Loss",
    "MaxPool2d",
    "Module",
    "Neuron",
    "Optimizer",
    "RMSNorm",
    "RMSprop",
    "SelfAttention",
    "Sequential",
    "binary_cross_entropy",
    "fit",
    "glorot_uniform",
    "he_normal",
    "hinge",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "predict",
    "softmax_cross_entropy",
    "starting_weights",
]

# What needs NumPy is loaded when it is asked for.
_LAZY = {
    "DivergenceError": "nn.training.fit",
    "fit": "nn.training.fit",
    "predict": "nn.training.prediction",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'nn' has no attribute {name!r}")
    from importlib import import_module

    try:
        return getattr(import_module(_LAZY[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "numpy":
            raise
        raise ModuleNotFoundError(
            f'nn.{name} needs numpy: pip install "glassgrad[fast]"', name="numpy"
        ) from error
