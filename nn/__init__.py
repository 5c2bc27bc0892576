"""Neural networks out of the engine's Values: modules, layers, losses and optimizers.

>>> model = MLP(2, [3, 1], seed=1)
>>> loss = mean_squared_error([model([0.5, -1.0])], [1.0])
>>> loss.backward()
>>> SGD(model.parameters(), learning_rate=0.1).step()
>>> mean_squared_error([model([0.5, -1.0])], [1.0]) < loss
True
"""

from nn.attention import Embedding, SelfAttention
from nn.convolution import AvgPool2d, Conv2d, MaxPool2d
from nn.dropout import Dropout
from nn.initializers import glorot_uniform, he_normal, starting_weights
from nn.layers import MLP, Layer, Neuron
from nn.losses import (
    Loss,
    binary_cross_entropy,
    hinge,
    huber,
    mean_absolute_error,
    mean_squared_error,
    softmax_cross_entropy,
)
from nn.module import Module
from nn.normalization import LayerNorm, RMSNorm
from nn.optimizer import Optimizer
from nn.optimizers import SGD, Adam, AdamW, RMSprop
from nn.penalties import L1, L2
from nn.recurrent import GRU, LSTM, RNN
from nn.sequential import Flatten, Sequential

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
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
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
    "glorot_uniform",
    "he_normal",
    "hinge",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
    "softmax_cross_entropy",
    "starting_weights",
]
