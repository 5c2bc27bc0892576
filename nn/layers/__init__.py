"""Layers: modules that compute Values from Values."""

from nn.elsewhere import all_in_nn as _all_in_nn

__getattr__ = _all_in_nn(__name__)
