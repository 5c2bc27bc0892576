"""Gradients: the chain rule, the order of it, and what can go wrong."""
