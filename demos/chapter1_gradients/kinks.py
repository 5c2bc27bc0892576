"""Corners and edges: what happens at relu's corner, at 0⁰ and at log(0).

It shows     the slopes left and right of a corner and the one that is chosen between them; 0⁰,
             which is 1 where the exponent is fixed, and refused where it may change; log(0)
It takes     about two seconds
It writes    kinks.png, relu and |x| with the slopes left and right of their corners, and the fan
             of those between
"""

from collections.abc import Callable
from pathlib import Path

from demos.helpers.plots import BLUE, ORANGE, TEAL, panels, save
from demos.helpers.tables import print_table
from engine import Value, abs, log, pow, power, relu
from engine.names import digits

H = 1e-6
Function = Callable[[Value], Value]
ENDS = [-1, 1]  # of the lines through the corner
STYLES = {"left": "-", "right": "-."}
CORNERS: dict[str, Function] = {"relu(x)": relu, "|x|": abs}


def main(output: Path, *, quick: bool = False) -> None:
    """Try the special points one by one; it is small already: `quick` changes nothing."""
    print("At a corner there is a slope from the left and one from the right, and no derivative.")
    print("backward() has to use some number there, and the table of rules says which:\n")
    rows = [("at x = 0", "from the left", "from the right", "chosen")]
    for name, function in CORNERS.items():
        slopes = (*one_sided_slopes(function), slope(function, 0.0))
        rows.append((name, *map(digits, slopes)))
    print_table(rows)
    print("\nAny number between the two would do (a subgradient); 0 is what most engines choose.")
    print("A trained net hardly ever meets the corner itself: it is one number among a great many.")
    plot(output / "kinks.png")

    print("\n0⁰. Where the exponent is fixed, x⁰ is 1 for every x, and so it is at 0:\n")
    print(f"  power(x, 0) at x = 0    {attempt(lambda: power(Value(0.0, 'x'), 0))}")
    print(f"  its slope               {attempt(lambda: slope(lambda x: power(x, 0), 0.0))}")
    print("\nWhere the exponent may change too, 0ᵇ jumps from 1 at b = 0 to 0 for b > 0, and the")
    print("derivative by b, y·log(a), has log(0) in it. No number is right there:\n")
    print(f"  pow(a, b) at a = b = 0  {attempt(lambda: pow(Value(0.0, 'a'), Value(0.0, 'b')))}")

    print("\nlog(0). In many engines it is silently -inf, and nan a few operations later:\n")
    minus_infinity = -float("inf")
    print(f"  0 · log(0) with inf     {0.0 * minus_infinity}         (wrong, and it spreads)")
    print(f"  log(p) at p = 0         {attempt(lambda: log(Value(0.0, 'p')))}")
    print(f"\nkinks.png is in {output}")


def slope(function: Function, at: float) -> float:
    """What backward() says."""
    x = Value(at, "x")
    function(x).backward()
    return x.grad


def one_sided_slopes(function: Function) -> tuple[float, float]:
    """The finite differences to the left of 0 and to the right of it."""
    left, middle, right = (function(Value(x)).data for x in (-H, 0.0, H))
    return (middle - left) / H, (right - middle) / H


def attempt(compute: Callable[[], object]) -> str:
    """The result, or the error in its own words."""
    try:
        return str(compute())
    except (ValueError, OverflowError) as error:
        return f"{type(error).__name__}: {error}"


def plot(path: Path) -> None:
    """The two functions, and the slopes left and right of their corners, with all between."""
    figure, axes = panels(2, size=(3.75, 3.6))
    points = [k / 50 for k in range(-100, 101)]
    for (name, function), place in zip(CORNERS.items(), axes):
        place.plot(points, [function(Value(x)).data for x in points], color=BLUE, linewidth=2.5)
        left, right = (round(each, 6) for each in one_sided_slopes(function))
        place.fill_between(ENDS, [-left, left], [-right, right], color=ORANGE, alpha=0.15, lw=0)
        for each, side in ((left, "left"), (right, "right")):
            label = f"from the {side}: {digits(each)}"
            place.plot(ENDS, [-each, each], color=TEAL, lw=1, ls=STYLES[side], label=label)
        chosen = slope(function, 0.0)
        label = f"chosen: {digits(chosen)}"
        place.plot(ENDS, [-chosen, chosen], "--", color=ORANGE, label=label)
        place.plot([0], [0], "o", color=ORANGE)
        place.set(title=name, xlabel="x", xticks=range(-2, 3), yticks=range(-1, 3))
        place.legend(loc="upper center", frameon=False, title="slope at 0")
        place.grid(alpha=0.25)
    save(figure, path)
