"""Every function that rules are written with, to fifty digits and more: the standard decimals.

Where floats round the derivative away, differences of these numbers still show it.

- `number`: a decimal, and how many digits it has; `functions`: all of them by name
- `elementary`: exp, log, sin and their like; `special`: erf, gamma; `series`: what they sum
"""

from engine.proof.exact.functions import EXACT
from engine.proof.exact.number import DIGITS, Exact, digits

__all__ = ["DIGITS", "EXACT", "Exact", "digits"]
