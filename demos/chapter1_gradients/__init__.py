"""Gradients: the chain rule, its order, and what can go wrong."""
