"""Optimizers: how parameters move, and how fast."""
