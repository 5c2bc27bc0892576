"""Neural networks out of the engine's Values: layers, losses, optimizers, and `fit`.

>>> model = MLP(2, [3, 1], seed=1)
>>> loss = mean_squared_error([model([0.5, -1.0])], [1.0])
>>> loss.backward()
>>> SGD(model.parameters(), learning_rate=0.1).step()
>>> mean_squared_error([model([0.5, -1.0])], [1.0]) < loss
True
"""

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if (_engine := find_spec("engine")) and not any(
    Path(folder, "value.py").exists() for folder in _engine.submodule_search_locations or ()
):  # somebody's own engine.py, which is not run
    _found = _engine.origin or _engine.submodule_search_locations
    raise ImportError(f"nn needs the package engine, which {_found} hides: give that another name")

from engine.elsewhere import no_such_name
from engine.optional import missing, stand_in
from nn.elsewhere import ELSEWHERE
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
from nn.randomness import seed
from nn.training.callbacks import Callback, Checkpoint, EarlyStopping
from nn.training.history import History

if TYPE_CHECKING:
    from nn.interop.sklearn import Classifier as Classifier
    from nn.interop.sklearn import Regressor as Regressor
    from nn.interop.torch import to_torch as to_torch
    from nn.training.film import film
    from nn.training.fit import DivergenceError, fit
    from nn.training.prediction import predict

# What `from nn import *` brings. It needs NumPy at most, so what needs more is not among it.
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
    "film",
    "fit",
    "glorot_uniform",
    "he_normal",
    "hinge",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "predict",
    "seed",
    "softmax_cross_entropy",
    "starting_weights",
]

# What needs more than Python is loaded when it is asked for.
_LAZY = {
    "Classifier": "nn.interop.sklearn",
    "DivergenceError": "nn.training.fit",
    "Regressor": "nn.interop.sklearn",
    "film": "nn.training.film",
    "fit": "nn.training.fit",
    "predict": "nn.training.prediction",
    "to_torch": "nn.interop.torch",
}
_EXTRAS = {"nn.interop.sklearn": "sklearn", "nn.interop.torch": "torch"}  # all others: "fast"


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise no_such_name(sys.modules[__name__], name, ELSEWHERE)
    try:
        return getattr(import_module(_LAZY[name]), name)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("numpy", "sklearn", "torch"):
            raise
        extra = _EXTRAS.get(_LAZY[name], "fast")
        return stand_in(name, missing(f"nn.{name}", package, extra))


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
