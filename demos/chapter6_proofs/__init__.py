"""Proofs: how we know that the gradients are right."""
