"""Training: one step by hand, then nets that learn from data."""
