"""What NumPy computes natively, and where the rest comes from.

That is SciPy if it is there, or else Python or formulas of our own.
"""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from engine import special
from engine.program.numpy import error_functions
from engine.special import cotangent_polynomial

# NumPy's name for a rule, where it differs
UFUNCS = {
    "negate": "negative",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
}

# Formulas that NumPy computes in fewer calls than those of the rules; exp(709) is still a float
SHORTER: dict[str, Callable[..., Any]] = {
    "sigmoid": lambda m, x: m.exp(m.minimum(x, 709.0)) / (1.0 + m.exp(m.minimum(x, 709.0))),
}

# What NumPy lacks: how SciPy calls it, and what it is without SciPy
LACKED = {
    "erf": ("erf", "erf_of_arrays"),
    "erfc": ("erfc", "erfc_of_arrays"),
    "gamma": ("gamma", "np.frompyfunc(math.gamma, 1, 1)"),
    "lgamma": ("gammaln", "np.frompyfunc(math.lgamma, 1, 1)"),
    "polygamma": ("polygamma", "np.frompyfunc(polygamma, 2, 1)"),
    "remainder": ("", "np.frompyfunc(math.remainder, 2, 1)"),
}


def imports(names: Iterable[str]) -> list[str]:
    """The lines of a module that define these functions of arrays, of those that NumPy lacks."""
    lines: list[str] = []
    names = sorted(names)
    if "erf" in names or "erfc" in names:
        lines += inspect.getsource(error_functions).splitlines()
    for name in names:
        scipy_name, own = LACKED[name]
        if name == "polygamma":
            lines += inspect.getsource(special).splitlines()
            lines += ["from typing import Any", "", ""]
            lines += inspect.getsource(reflected_polygamma).splitlines()
        if not scipy_name:
            lines.append(f"{name} = {own}")
            continue
        imported = name if scipy_name == name else f"{scipy_name} as {name}"
        lines += ["", "try:", f"    from scipy.special import {imported}"]
        lines += ["except ModuleNotFoundError:", f"    {name} = {own}"]
        if name == "polygamma":
            lines += ["else:", "    polygamma = reflected_polygamma(polygamma)"]
    return [*lines, ""] if lines else []


def reflected_polygamma(right: Any) -> Any:
    """ψₙ of arrays by SciPy's, which is exact right of 0; left of 1/2 by reflection."""

    def polygamma(n: float, x: Any) -> Any:
        left = x < 0.5
        with np.errstate(all="ignore"):
            found = right(int(n), np.where(left, 1.0 - x, x))
            turns = np.where(left, x, 0.25)
            cotangent = 1.0 / np.tan(np.pi * (turns - np.rint(turns)))  # exact next to 0
            powers = np.polyval(cotangent_polynomial(int(n))[::-1], cotangent)
        reflected = (-1.0) ** n * found - np.pi ** (n + 1.0) * powers
        return np.where(left, reflected, found)

    return polygamma
