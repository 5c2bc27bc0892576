"""Optimizers: how parameters move, and how fast."""

from nn.elsewhere import all_in_nn

__getattr__ = all_in_nn(__name__)
