"""The course: `python -m demos` lists its lessons, `python -m demos neuron` runs one."""
