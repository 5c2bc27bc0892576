"""Training: `fit`, its backends, data, history and callbacks, and `predict`."""
