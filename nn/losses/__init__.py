"""Losses: one number to make small, what their targets must be, penalties on the weights."""

from nn.elsewhere import all_in_nn as _all_in_nn

__getattr__ = _all_in_nn(__name__)
