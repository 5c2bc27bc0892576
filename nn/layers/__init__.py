"""Layers: modules that compute Values from Values."""

from nn.elsewhere import all_in_nn

__getattr__ = all_in_nn(__name__)
