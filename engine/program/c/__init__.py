"""The C backend: kernels as loops over blocks of samples; or a file for a microcontroller."""
