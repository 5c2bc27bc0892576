"""What JAX computes natively; every other rule by its formula."""

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import add, mul
from types import SimpleNamespace
from typing import Any

from engine.rules import RULES, Rule
from engine.special import cotangent_polynomial


def plain_functions(jax: Any) -> SimpleNamespace:
    """What JAX computes the rules with: functions of its own, or else the table's formulas."""
    jnp, special = jax.numpy, jax.scipy.special
    names = [name for name in RULES if hasattr(jnp, name)]
    plain = SimpleNamespace(**{name: getattr(jnp, name) for name in names})
    plain.erf, plain.erfc = special.erf, special.erfc
    plain.gamma, plain.lgamma = special.gamma, special.gammaln
    plain.polygamma = partial(polygamma, jax)
    plain.greater = lambda a, b: jnp.where(jnp.greater(a, b), 1.0, 0.0)
    plain.where = lambda condition, a, b: jnp.where(jnp.greater(condition, 0.0), a, b)
    plain.remainder = partial(remainder, jnp)
    plain.sum = lambda xs: reduce(add, xs, 0.0)
    plain.prod = lambda xs: reduce(mul, xs, 1.0)
    plain.dot = lambda a, b: reduce(add, map(mul, a, b), 0.0)
    plain.maximum = lambda *xs: reduce(jnp.maximum, xs)
    plain.minimum = lambda *xs: reduce(jnp.minimum, xs)
    plain.hypot = lambda *xs: reduce(jnp.hypot, xs, 0.0)
    for rule in RULES.values():
        if not hasattr(plain, rule.name):
            setattr(plain, rule.name, by_formula(rule, plain))
    return plain


def by_formula(rule: Rule, plain: SimpleNamespace) -> Callable[..., Any]:
    """The rule as a function that takes vectors as lists, as all functions of `m` do."""
    return lambda *given: rule.value(plain, *flattened(given))


def flattened(given: Sequence[Any]) -> list[Any]:
    """The inputs one by one, of a rule that is given one vector or several."""
    return [x for item in given for x in (item if isinstance(item, (list, tuple)) else [item])]


def remainder(jnp: Any, x: Any, y: Any) -> Any:
    """x minus the multiple of y nearest to it, the even one of two: `math.remainder`."""
    y = jnp.abs(y)
    rest = jnp.abs(jnp.fmod(x, 2.0 * y))
    over = rest > 0.5 * y
    rest = jnp.where(over, rest - y, rest)
    rest = jnp.where(over & (rest >= 0.5 * y), rest - y, rest)
    return jnp.where(x < 0.0, -rest, rest)


def polygamma(jax: Any, n: float, x: Any) -> Any:
    """ψₙ(x), left of 1/2 by reflection, as in engine/special.py."""
    jnp, order = jax.numpy, int(n)
    x = jnp.asarray(x, jnp.result_type(x, 1.0))
    left = x < 0.5
    right = jax.scipy.special.polygamma(order, jnp.where(left, 1.0 - x, x))
    cotangent = 1.0 / jnp.tan(jnp.pi * remainder(jnp, jnp.where(left, x, 0.25), 1.0))
    reflected = jnp.pi ** (order + 1) * jnp.polyval(
        jnp.asarray(cotangent_polynomial(order)[::-1], x.dtype), cotangent
    )
    return jnp.where(left, (-1.0) ** order * right - reflected, right)
