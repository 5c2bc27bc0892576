"""Prove the gradient of any function: what is known of it are the numbers that it gives."""
