"""Interop: nets of this library in scikit-learn and in PyTorch."""
