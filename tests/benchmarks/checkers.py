"""python -m tests.benchmarks.checkers: gradient checkers on the same functions, each as it comes.

What each says of a right gradient, of a wrong one, and how long that takes. Every function is
NumPy's, with a gradient by hand, and each library is given both in its own way. Then random graphs
as black boxes, with the gradients of `backward()`: how often these are called right, and, with one
entry off by 1e-6 of itself, wrong.
"""

import argparse
import time
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

from demos.helpers.tables import print_table
from engine import Value, check_gradients
from engine.proof.random_graph import Graph
from engine.proof.report import Undecided
from engine.proof.strategies import graphs

Array = np.ndarray[Any, Any]
Function = Callable[[Array], Any]


@dataclass(frozen=True)
class Case:
    """A function, a gradient of it, and whether that is right."""

    name: str
    function: Function
    gradient: Function
    point: Array
    is_right: bool


def net(count: int, dtype: Any = np.float64) -> tuple[Function, Function, Array]:
    """The mean squared error of one hidden layer over 8 samples, about so many parameters."""
    width = max(int(count**0.5) - 2, 2)
    rng = np.random.default_rng(0)
    x, target = (rng.normal(size=(k, 8)).astype(dtype) for k in (width, 4))

    def split(w: Array) -> tuple[Array, Array]:
        return w[: width * width].reshape(width, width), w[width * width :].reshape(4, width)

    def function(w: Array) -> Any:
        first, second = split(w)
        return ((second @ np.tanh(first @ x) - target) ** 2).mean()

    def gradient(w: Array) -> Array:
        first, second = split(w)
        h = np.tanh(first @ x)
        error = (second @ h - target) * dtype(2.0 / target.size)
        back = (second.T @ error) * (1 - h * h)
        return np.concatenate([(back @ x.T).ravel(), (error @ h.T).ravel()])

    point = (rng.normal(size=width * width + 4 * width) / width**0.5).astype(dtype)
    return function, gradient, point


def with_fault(gradient: Function, fault: Callable[[Array], Array]) -> Function:
    return lambda w: fault(gradient(w).copy())


def one_entry(factor: float) -> Callable[[Array], Array]:
    def fault(slopes: Array) -> Array:
        slopes[7] *= factor
        return slopes

    return fault


def cases() -> list[Case]:
    small, short, large = net(100), net(100, np.float32), net(10_000)
    bend = np.array([1e-7, 0.5])
    tiny = np.array([1e-9, 2e-9])
    huge = np.array([1e9, 2e9])
    return [
        Case("100 parameters", *small, True),
        Case("100 parameters, float32", *short, True),
        Case("10,000 parameters", *large, True),
        Case("log x at 1e-9", lambda x: np.log(x).sum(), lambda x: 1.0 / x, tiny, True),
        Case("sin(x / 1e9) at 1e9", lambda x: np.sin(x / 1e9).sum(), scaled_cos, huge, True),
        Case("|x| at 1e-7", lambda x: np.abs(x).sum(), np.sign, bend, True),
        Case("|x| at 0", lambda x: np.abs(x).sum(), np.sign, bend - bend[0], True),
        wrong("sign", small, lambda slopes: -slopes),
        wrong("factor 1.01, float32", short, lambda slopes: slopes * np.float32(1.01)),
        wrong("factor 1 + 1e-6", small, lambda slopes: slopes * (1.0 + 1e-6)),
        wrong("one entry of 100 times 1 + 1e-3", small, one_entry(1.0 + 1e-3)),
        wrong("one entry of 100 times 1 + 1e-6", small, one_entry(1.0 + 1e-6)),
        wrong("one entry of 10,000 times 1.01", large, one_entry(1.01)),
        wrong("one entry of 10,000 times 1 + 1e-6", large, one_entry(1.0 + 1e-6)),
        wrong("the digits of float32 only", small, lambda s: s.astype(np.float32).astype(float)),
    ]


def scaled_cos(x: Array) -> Array:
    return np.cos(x / 1e9) / 1e9


def wrong(name: str, right: tuple[Function, Function, Array], fault: Any) -> Case:
    function, gradient, point = right
    return Case(name, function, with_fault(gradient, fault), point, False)


# The checkers: True where the gradient is called right, False where wrong, None for neither


def ours(case: Case) -> bool | None:
    try:
        check_gradients(case.function, case.point, gradient=case.gradient)
    except AssertionError:
        return False
    except Undecided:
        return None
    return True


def scipys(case: Case) -> bool:
    """It returns the norm of the difference; 1e-6 of the gradient's is taken for agreement."""
    from scipy.optimize import check_grad

    def function(x: Array) -> Any:
        return float(case.function(x.astype(case.point.dtype)))

    size = max(np.linalg.norm(case.gradient(case.point)), 1.0)
    difference = check_grad(function, case.gradient, case.point)
    return bool(difference <= 1e-6 * size)


def torchs(case: Case) -> bool:
    import torch

    class Op(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.save_for_backward(x)
            return torch.tensor(case.function(x.detach().numpy()))

        @staticmethod
        def backward(ctx: Any, upstream: Any) -> Any:
            (x,) = ctx.saved_tensors
            return upstream * torch.tensor(case.gradient(x.detach().numpy()))

    x = torch.tensor(case.point, requires_grad=True)
    return bool(torch.autograd.gradcheck(Op.apply, (x,), raise_exception=False))


def jaxs(case: Case) -> bool:
    import jax
    from jax.test_util import check_grads

    jax.config.update("jax_enable_x64", True)

    @jax.custom_vjp
    def function(x: Any) -> Any:
        return jax.numpy.asarray(case.function(np.asarray(x)))

    function.defvjp(
        lambda x: (function(x), x),
        lambda x, upstream: (upstream * jax.numpy.asarray(case.gradient(np.asarray(x))),),
    )
    return holds(lambda: check_grads(function, (jax.numpy.asarray(case.point),), 1, ["rev"]))


def hips(case: Case) -> bool:
    from autograd.extend import defvjp, primitive
    from autograd.test_util import check_grads

    function = primitive(case.function)
    defvjp(function, lambda y, x: lambda upstream: upstream * case.gradient(x))
    return holds(lambda: check_grads(function, modes=["rev"], order=1)(case.point))


def holds(check: Callable[[], object]) -> bool:
    try:
        check()
    except AssertionError:
        return False
    return True


CHECKERS: dict[str, Callable[[Case], bool | None]] = {
    "check_gradients": ours,
    "torch gradcheck": torchs,
    "jax check_grads": jaxs,
    "scipy check_grad": scipys,
    "HIPS check_grads": hips,
}


def cell(checker: Callable[[Case], bool | None], case: Case) -> str:
    """What is said of a case, and in how many milliseconds."""
    np.random.seed(0)  # HIPS and JAX draw directions
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            checker(case)  # what is done once only
            start = time.perf_counter()
            said = checker(case)
        except ModuleNotFoundError as error:
            return f"{error.name} is missing"
        except Exception as error:
            return f"{type(error).__name__}"
    words = {True: "right", False: "wrong", None: "undecided"}[said]
    mark = "" if said in (None, case.is_right) else " ✗"
    return f"{words}{mark}, {1e3 * (time.perf_counter() - start):,.1f} ms"


def of_graphs(count: int, factor: float) -> Counter[str]:
    """What is said of the gradients of random graphs, one entry of each times a factor."""
    said: Counter[str] = Counter()

    @seed(0)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(graphs())
    def look_at(graph: Graph) -> None:
        leaves = [Value(x) for x in graph.point]
        graph(*leaves).backward()
        slopes = np.array([leaf.grad for leaf in leaves])
        if not slopes.any():
            return
        slopes[np.argmax(abs(slopes))] *= factor

        def function(x: Array) -> float:
            return graph(*map(Value, x)).data

        try:
            point = np.array(graph.point)
            check_gradients(function, point, gradient=lambda x: slopes, allow_unused=True)
            said["right"] += 1
        except AssertionError:
            said["wrong"] += 1
        except Undecided:
            said["undecided"] += 1

    look_at()
    return said


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.checkers")
    parser.add_argument("--graphs", type=int, default=5000)
    count = parser.parse_args().graphs
    rows = [("gradient", "", *CHECKERS)]
    for case in cases():
        found = [cell(checker, case) for checker in CHECKERS.values()]
        rows.append((case.name, "right" if case.is_right else "wrong", *found))
    print_table(rows)
    for what, factor in (("right gradients", 1.0), ("gradients, an entry off by 1e-6", 1 + 1e-6)):
        found_of = of_graphs(count, factor)
        print(f"{found_of.total():,} random graphs, {what}: {dict(found_of)}")
