"""The table's rules over jax.numpy: values by their formulas, derivatives by their partials."""

from collections.abc import Callable, Sequence
from functools import cache, partial, reduce
from operator import add, mul
from types import SimpleNamespace
from typing import Any

from engine.rules import RULES, Rule
from engine.special import cotangent_polynomial


@cache
def jax_rules() -> "JaxRules":
    """Made when it is first asked for, and JAX loaded."""
    return JaxRules()


class JaxRules:
    """The two namespaces of functions that a rule's formulas are evaluated with.

    `plain` computes numbers. `functions` has a function for each rule whose derivative is made of
    the rule's own partials, and these of `functions` again: so kinks have the slopes of the table,
    and derivatives of any order exist.
    """

    def __init__(self) -> None:
        try:
            import jax
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                'Program.to_jax needs jax: pip install "glassgrad[jax]"', name="jax"
            ) from error
        self.jax: Any = jax
        self.plain = plain_functions(jax)
        self.functions = SimpleNamespace()
        for rule in RULES.values():
            setattr(self.functions, rule.name, self.function_of(rule))

    def function_of(self, rule: Rule) -> Callable[..., Any]:
        """The rule as a function of arrays, and of plain numbers where it wants fixed ones."""

        def function(*given: Any) -> Any:
            inputs = flattened(given)
            free = [k for k in range(len(inputs)) if k not in rule.fixed]

            def all_inputs(xs: Sequence[Any]) -> list[Any]:
                new = dict(zip(free, xs))
                return [new.get(k, x) for k, x in enumerate(inputs)]

            def value_and_slope(xs: Sequence[Any], dxs: Sequence[Any]) -> tuple[Any, Any]:
                y = value(*xs)
                partials = rule.partials(self.functions, y, *all_inputs(xs))
                slopes = [partials[k] * dx for k, dx in zip(free, dxs)]
                return y, reduce(add, slopes, self.jax.numpy.zeros_like(y))

            value = self.jax.custom_jvp(lambda *xs: self.value(rule, all_inputs(xs)))
            value.defjvp(value_and_slope)
            return value(*[inputs[k] for k in free])

        return function

    def value(self, rule: Rule, inputs: Sequence[Any]) -> Any:
        """The rule's formula. Raises TypeError for a function in it that JAX has not got."""
        try:
            return rule.value(self.plain, *inputs)
        except AttributeError as error:
            if error.obj is not self.plain:
                raise
            raise TypeError(f"to_jax: {rule.name} needs {error.name}, which JAX lacks") from None


def flattened(given: Sequence[Any]) -> list[Any]:
    """The inputs one by one: sum, prod and logsumexp take a list, dot two of them."""
    return [x for item in given for x in (item if isinstance(item, (list, tuple)) else [item])]


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
    plain.hypot = lambda *xs: reduce(jnp.hypot, xs, 0.0)
    for rule in RULES.values():
        if not hasattr(plain, rule.name):
            setattr(plain, rule.name, partial(rule.value, plain))
    return plain


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
