"""The errors of an operation that has no finite result: which rule, which inputs, which domain."""

from collections.abc import Sequence

from engine.messages import brief
from engine.rules import CHOOSE, Rule


class DomainError(ValueError):
    """An input lies where the operation or its derivative does not exist.

    Of a batch, `sample` is the place of the sample where it was found, counted from 0.
    """

    sample: int | None = None


def refusal(
    rule: Rule,
    numbers: Sequence[float],
    labels: Sequence[str],
    error: Exception | None = None,
) -> Exception:
    """The error for inputs at which the rule gave no finite value or no finite partials.

    DomainError where the inputs are outside the rule's domain, or where the rule itself says so by
    `error`, a ValueError; OverflowError where the result is too large for a float.

    >>> from engine.rules import RULES
    >>> refusal(RULES["log"], [-0.5], ["p"])
    DomainError("log(p): p = -0.5 is outside log's domain x > 0")
    """
    numbers = [float(number) for number in numbers]  # which may be those of NumPy
    labels = [brief(label) for label in labels]
    last = len(numbers) - 2
    if rule is CHOOSE and not (numbers[0].is_integer() and 0.0 <= numbers[0] <= last):
        given = f"the index {labels[0]}".rstrip() + f" is {numbers[0]!r}"
        return DomainError(f"choose: {given}, but must be a whole number from 0 to {last}")
    shown = [label or repr(number) for label, number in zip(labels, numbers)]
    call = brief(write_call(rule, shown))
    named = rule.named_inputs(len(numbers))
    hint = ""
    if rule.near_zero and 0.0 in numbers:
        hint = f"; where it may be 0, write {rule.near_zero}"
    for number, label, (name, domain) in zip(numbers, labels, named):
        if number not in domain:
            stated = domain.text.format(name)
            return DomainError(
                f"{call}: {label or name} = {number!r} is outside {rule.name}'s domain "
                f"{stated}{hint}"
            )
    each = [
        f"{label or name} = {number!r}" for label, (name, _), number in zip(labels, named, numbers)
    ]
    values = brief(", ".join(each))
    if rule.condition is not None and not rule.condition.holds(*numbers):
        stated = rule.condition.text
        return DomainError(f"{call}: {values} is outside {rule.name}'s domain {stated}{hint}")
    if isinstance(error, ValueError):
        return DomainError(f"{call}: {error}")
    return OverflowError(f"{call}: {values} gives a number too large for a float")


def write_call(rule: Rule, inputs: Sequence[str]) -> str:
    """One operation as Python writes it.

    >>> from engine.rules import RULES
    >>> write_call(RULES["multiply"], ["w", "x"]), write_call(RULES["tanh"], ["z"])
    ('w * x', 'tanh(z)')
    """
    if rule.symbol and len(inputs) == 2:
        return f"{inputs[0]} {rule.symbol} {inputs[1]}"
    if rule.symbol:
        return f"{rule.symbol}{inputs[0]}"
    return f"{rule.name}({', '.join(inputs)})"
