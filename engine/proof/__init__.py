"""Proof of gradients: finite differences with an error bar, random points, random graphs."""
