"""The table's rules over jax.numpy: values by their formulas, derivatives by their partials."""

from collections.abc import Callable, Sequence
from functools import cache, reduce
from operator import add
from types import SimpleNamespace
from typing import Any

from engine.messages import brief
from engine.optional import missing
from engine.program.jax.native import flattened, plain_functions
from engine.rules import RULES, Rule


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
            raise missing("Program.to_jax", "jax", "jax") from error
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
        """The rule's formula, in the shape of all inputs, whether they stand in it or not. Raises
        TypeError for a function in it that JAX has not got."""
        jnp = self.jax.numpy
        try:
            found = jnp.asarray(rule.value(self.plain, *inputs), jnp.result_type(1.0, *inputs))
            return jnp.broadcast_to(found, jnp.broadcast_shapes(*map(jnp.shape, inputs)))
        except AttributeError as error:
            if error.obj is not self.plain:
                raise
            raise TypeError(
                f"to_jax: {brief(rule.name)} needs {error.name}, which JAX lacks"
            ) from None
