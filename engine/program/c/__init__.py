"""The C backend: kernels as loops over blocks of samples, compiled and loaded; or as a file for a
microcontroller."""
