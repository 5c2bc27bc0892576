"""Layers: modules that compute Values from Values."""
