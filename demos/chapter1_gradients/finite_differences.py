"""Finite differences: why the error against the step size has the shape of a V.

It shows     the derivative of exp(x) / (sin³x + cos³x) at 1.5 by forward, central, extrapolated
             and complex-step differences, each at steps from 1 down to 1e-16, next to the exact
             one of backward(); the function is that of Squire and Trapp, Using complex variables
             to estimate derivatives of real functions, SIAM Review 40 (1998)
It takes     about two seconds
It writes    finite_differences.png, error against step size
"""

import cmath
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import engine
from demos.helpers.plots import GREY, INK, panels, save
from demos.helpers.tables import print_table
from engine import Value
from engine.proof.differences import EPSILON, Numeric, numeric_derivative

X = 1.5


def main(output: Path, *, quick: bool = False) -> None:
    """Measure the four methods, print their best steps, and plot all steps."""
    per_decade = 5 if quick else 20
    steps = [10.0 ** (-k / per_decade) for k in range(per_decade // 2, 16 * per_decade + 1)]
    exact = exact_derivative(X)
    errors = {
        name: [typical_error(method, h, exact) for h in steps] for name, method in METHODS.items()
    }
    answer = numeric_derivative(g, X)

    print(f"f(x) = exp(x) / (sin³x + cos³x); backward() gives f'({X}) = {exact!r}\n")
    rows = [("method", "formula", "best step", "relative error")]
    for name in METHODS:
        step, error = min(zip(steps, errors[name]), key=lambda pair: pair[1])
        rows.append((name, FORMULAS[name], f"{step:.0e}", f"{error:.0e}"))
    print_table(rows, right={2, 3})
    print(EXPLANATION)
    print("numeric_derivative, which the checks use, extrapolates and bounds its own error:")
    print(f"{answer.value!r} ± {answer.error:.1e}; it is {abs(answer.value - exact):.1e} off.\n")

    plot(steps, errors, answer, exact, output / "finite_differences.png")
    print(f"finite_differences.png is in {output}")


EXPLANATION = """
From right to left, every curve first falls: the formula is exact only in the limit h = 0, and what
it leaves out (the truncation error) shrinks like h for forward, h² for central and h⁶ for
extrapolated differences. Then it rises: f(x + h) and f(x) are rounded to 16 digits, agree in ever
more of them, and dividing what is left by h magnifies the rounding error like 1/h. The best step is
where the two meet, near √ε = 1e-8 for forward and ³√ε = 6e-6 for central differences, so that half
or a third of the digits are lost. The complex step subtracts nothing: it has no left branch, but
needs an f that takes complex numbers. backward() has no step at all.
"""


# The function, and its derivative in five ways


def f(m: Any, x: Any) -> Any:
    """exp(x) / (sin³x + cos³x), where m has the functions: of floats, complex numbers or Values."""
    return m.exp(x) / (m.sin(x) ** 3 + m.cos(x) ** 3)


def g(x: float) -> float:
    """f of a float."""
    return float(f(math, x))


def exact_derivative(x: float) -> float:
    """By backward(): exact but for the rounding of a few operations."""
    leaf = Value(x, "x")
    f(engine, leaf).backward()
    return leaf.grad


def forward(x: float, h: float) -> float:
    return (g(x + h) - g(x)) / h


def central(x: float, h: float) -> float:
    return (g(x + h) - g(x - h)) / (2.0 * h)


def extrapolated(x: float, h: float) -> float:
    """Central differences with h, h/2 and h/4, put together so that h² and h⁴ drop out."""
    whole, half, quarter = central(x, h), central(x, h / 2.0), central(x, h / 4.0)
    first, second = (4.0 * half - whole) / 3.0, (4.0 * quarter - half) / 3.0
    return (16.0 * second - first) / 15.0


def complex_step(x: float, h: float) -> float:
    return float(f(cmath, complex(x, h)).imag) / h


METHODS: dict[str, Callable[[float, float], float]] = {
    "forward": forward,
    "central": central,
    "extrapolated": extrapolated,
    "complex step": complex_step,
}
FORMULAS = {
    "forward": "(f(x + h) - f(x)) / h",
    "central": "(f(x + h) - f(x - h)) / 2h",
    "extrapolated": "central with h, h/2, h/4 (Richardson)",
    "complex step": "Im f(x + ih) / h",
}


def typical_error(method: Callable[[float, float], float], h: float, exact: float) -> float:
    """The root mean square, over steps near h, of the relative error: a single one has its luck.

    It is counted as ε at the least: the exact derivative is rounded, too.
    """
    errors = [method(X, h * (1.0 + k / 200.0)) / exact - 1.0 for k in range(-10, 11)]
    return max(math.sqrt(sum(error * error for error in errors) / len(errors)), EPSILON)


# The plot

COLORS = {  # after Okabe and Ito: told apart by the colour-blind too
    "forward": "#d55e00",
    "central": "#0072b2",
    "extrapolated": "#009e73",
    "complex step": "#a3457b",
}
LABELS = {  # what stands to the left of a line, or above it, and where
    "forward": (8e-7, 5e-6, "forward ∝ h"),
    "central": (3e-4, 1e-6, "central ∝ h²"),
    "extrapolated": (2.8e-2, 2.5e-10, "extrapolated ∝ h⁶"),
    "complex step": (2e-9, 1.2e-15, "complex step: nothing is subtracted"),
}


def plot(
    steps: Sequence[float],
    errors: dict[str, list[float]],
    answer: Numeric,
    exact: float,
    path: Path,
) -> None:
    """The error of each method against the step size, with the two branches of the V named."""
    figure, (axes,) = panels(size=(8.4, 5.6))
    for name, color in COLORS.items():
        if name == "complex step":  # it runs beneath central where steps are large
            axes.loglog(steps, errors[name], color=color, linewidth=5, alpha=0.4, zorder=1)
        else:
            axes.loglog(steps, errors[name], color=color, linewidth=2)
        x, y, text = LABELS[name]
        axes.text(x, y, text, color=color, ha="right", va="center", weight="bold")
    along: dict[str, Any] = {"color": INK, "rotation_mode": "anchor", "style": "italic"}
    axes.text(1.5e-13, 2e-2, "rounding error ∝ 1/h", rotation=-30, **along)
    axes.text(2e-5, 1.2e-4, "truncation error", rotation=30, **along)
    mark(axes, answer, exact)
    axes.set(xlim=(1e-16, 1), ylim=(3e-17, 10), xlabel="step size h", ylabel="relative error")
    title = "A smaller step helps until rounding takes over"
    axes.set_title(title, loc="left", weight="bold", pad=26)
    axes.text(
        0,
        1.02,
        f"the derivative of exp(x) / (sin³x + cos³x) at x = {X}",
        transform=axes.transAxes,
        color=GREY,
        va="bottom",
    )
    axes.grid(alpha=0.2)
    save(figure, path)


def mark(axes: Any, answer: Numeric, exact: float) -> None:
    """What numeric_derivative answers: a dot for its error, a bar up to the bound it states."""
    error, bound = max(abs(answer.value / exact - 1.0), EPSILON), answer.error / exact
    axes.plot([answer.step] * 2, [error, bound], "-", color=INK, linewidth=1.5, zorder=4)
    axes.plot(answer.step, bound, "_", color=INK, markersize=11, markeredgewidth=1.5, zorder=4)
    axes.plot(answer.step, error, "o", color=INK, markersize=6, zorder=4)
    axes.text(
        answer.step / 2.0,
        error / 4.0,
        "numeric_derivative:\nits error, and the bound it states",
        color=INK,
        ha="center",
        va="top",
    )
