"""The JAX backend: kernels as pure functions over jax.numpy."""
