"""Every function that rules are written with, to fifty digits and more: the standard decimals.

Where floats round the derivative away, differences of these numbers still show it.
"""

from engine.proof.exact.functions import EXACT
from engine.proof.exact.number import DIGITS, Exact, digits

__all__ = ["DIGITS", "EXACT", "Exact", "digits"]
