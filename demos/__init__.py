"""Lessons that run: `python -m demos` lists them, `python -m demos neuron` runs one."""
