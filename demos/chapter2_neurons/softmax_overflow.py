"""Why softmax subtracts the maximum: e¹⁰⁰⁰ is too large for any float, and need not be computed.

It shows     softmax as its formula is written and as it must be computed, from 1 up to 1000; that
             the shift changes no result and no gradient; the same for log Σ exp
It takes     about a second
It writes    nothing
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from engine import Value, exp, log, logsumexp, softmax, sum

Softmax = Callable[[Sequence[Value]], list[Value]]


def main(output: Path, *, quick: bool = False) -> None:
    """Compute both ways on larger and larger numbers; `quick` changes nothing."""
    print("softmax(z)ᵢ = exp(zᵢ) / Σ exp(zⱼ), and its gradient, for three numbers z:\n")
    for numbers in ([1.0, 2.0, 3.0], [101.0, 102.0, 103.0], [1001.0, 1002.0, 1003.0]):
        print(f"  z = {', '.join(f'{z:g}' for z in numbers)}")
        print(f"    by the formula        {attempt(naive_softmax, numbers)}")
        print(f"    minus the maximum     {attempt(softmax, numbers)}")
    print("\nAll three give one result: adding c to every z multiplies each exponential by")
    print("exp(c), above the fraction line and below. So take c = −max z. The largest exponential")
    print("is exp(0) = 1, and none can overflow. Plain floats fail the same way:\n")
    print("  exp(1000) = inf, inf / inf = nan (wrong); here it is an error that says where.\n")

    print("log Σ exp(zⱼ) as it stands in the cross-entropy, for z = 1000, 1000:\n")
    zs = [Value(1000.0, "z1"), Value(1000.0, "z2")]
    print(f"  log(sum(exp(z)))        {outcome(lambda: log(sum(map(exp, zs))))}")
    print(f"  logsumexp(z)            {outcome(lambda: logsumexp(zs))}")
    print("\nThe second is max z + log Σ exp(zⱼ − max z): 1000 + log 2.")


def naive_softmax(zs: Sequence[Value]) -> list[Value]:
    """The formula as it stands in the book."""
    exponentials = [exp(z) for z in zs]
    total = sum(exponentials)
    return [e / total for e in exponentials]


def attempt(function: Softmax, numbers: Sequence[float]) -> str:
    """The three results and the gradient of the last one, or the error in its own words."""
    zs = [Value(z, f"z{k}") for k, z in enumerate(numbers, start=1)]

    def results() -> str:
        shares = function(zs)
        shares[-1].backward()
        shown = " ".join(f"{share.data:.4f}" for share in shares)
        return f"{shown}   gradient of the last {' '.join(f'{z.grad:+.4f}' for z in zs)}"

    return outcome(results)


def outcome(compute: Callable[[], object]) -> str:
    """What comes out, or the error in its own words."""
    try:
        return str(compute())
    except OverflowError as error:
        return f"OverflowError: {error}"
