"""Training: `fit`, what it runs on, what it tells, and `predict`."""
