"""The NumPy backend: kernels as lines of a module, forward and backward alike."""
