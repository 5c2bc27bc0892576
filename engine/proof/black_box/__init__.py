"""Prove the gradient of any function: what is known of it are the numbers that it gives.

- `check`: the proof, entry by entry or along random directions; `products`: what can be claimed
- `search`: all the wrong entries, by halving; `hints`: what they have in common
- `function`: the calls; `trees`: lists, dicts and arrays as numbers; `theirs`: PyTorch's, JAX's
- `slopes`: a claimed slope against the one that is found on a `line`
- `noise`, `jumps`: what hides a slope; `words`: what is said where none is found
"""
