"""What the tests share: profiles, a browser, points to test a rule at, and the exact answers."""

import gc
import math
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import mpmath
import pytest
from hypothesis import HealthCheck, Phase, assume, register_random, settings
from hypothesis import strategies as st

from engine.graph import topological_order
from engine.rule import Domain
from engine.rules import CONSTANT, Rule
from engine.value import Value
from nn import randomness

# Nets as small as these are slower on several threads, and many times so where cores are busy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# In CI the examples are the same each time, so that a change answers for what it changes. No clock
# decides whether a test fails: the machine may be busy.
CI = os.environ.get("CI") == "true"
NO_CLOCK: dict[str, Any] = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("quick", max_examples=5, derandomize=CI, **NO_CLOCK)
settings.register_profile("thorough", max_examples=60, derandomize=CI, **NO_CLOCK)
settings.register_profile(  # for `python -m tests.mutations`: that a test fails is enough
    "mutants", max_examples=40, derandomize=True, phases=[Phase.generate], **NO_CLOCK
)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "thorough" if CI else "quick")
settings.load_profile(PROFILE)

# The default generator


register_random(randomness.DEFAULT)  # the same for each example


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Every test finds the default generator as a script does, in whatever order they run."""
    randomness.seed(0)


# Collection


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None]:
    """What is collected stays until the end: the collector of garbage never walks through it."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes seconds is left to the thorough profile, which CI runs."""
    if PROFILE != "thorough":
        for item in items:
            if item.get_closest_marker("slow"):
                item.add_marker(pytest.mark.skip(reason="HYPOTHESIS_PROFILE=thorough runs it"))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A test file that cannot be imported is an error; only doctests may lack what they need."""
    report = yield
    is_test = collector.path.is_relative_to(Path(__file__).parent)
    if is_test and report.skipped and "unable to import" in str(report.longrepr):
        report.outcome = "failed"
    return report


# A browser

CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")  # while it runs, asyncio serves nobody else
def browser() -> Iterator[Any]:
    """A real one, without a window."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET, headless=True)
        yield running
        running.close()


@pytest.fixture
def open_file(browser: Any) -> Iterator[Callable[..., Any]]:
    """`open_file(path, "#address")`: a page from disk. It must not complain, nor send requests."""
    complaints: list[str] = []
    requests: list[str] = []
    contexts = []

    def opened(path: Path, address: str = "", **options: Any) -> Any:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri() + address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in requests if not url.startswith(("file://", "data:"))] == []


# Points


plain = st.integers(0, 6).map(float) | st.integers(-96, 96).map(lambda n: n / 16)


@cache  # a strategy that is made anew for each number takes longer than the number
def inside(domain: Domain, reach: float, smallest: float) -> st.SearchStrategy[float]:
    """Numbers of a domain, each 0 or of a size from `smallest` to `reach`."""
    intervals = [(max(low, -reach), min(high, reach)) for low, high in domain.intervals]
    return st.one_of(
        [
            st.floats(low, high, exclude_min=True, exclude_max=True)
            for low, high in intervals
            if low < high
        ]
    ).filter(lambda x: x == 0.0 or abs(x) >= smallest)


@st.composite
def draw_point(
    draw: st.DrawFn, rule: Rule, reach: float = 12.0, smallest: float = 2.0**-20
) -> tuple[float, ...]:
    """Inputs at which the rule's partials hold, each 0 or of a size from `smallest` to `reach`.

    Fixed numbers are integers, and multiples of 1/16 so that n - 1 is exact.
    """
    named = rule.named_inputs(rule.arity(draw(st.integers(1, 6)) if rule.variadic else 1))
    point = tuple(
        draw(plain if index in rule.fixed else inside(domain, reach, smallest))
        for index, (_, domain) in enumerate(named)
    )
    assume(rule.holds_at(*point))
    return point


@pytest.fixture(scope="session")
def points() -> Callable[..., st.SearchStrategy[tuple[float, ...]]]:
    """The strategy for points inside a rule's domain: `points(rule, reach, smallest)`."""
    return cache(draw_point)


# Exact answers

MP = mpmath.MPContext()
MP.dps = 300  # many, because differences with a step of 1e-60 are taken up to three deep


def exact_logsumexp(*xs: Any) -> Any:
    """log Σ exp(xᵢ), where Σ near 1 would lose the small terms even at 300 digits."""
    *others, top = sorted(xs)
    return top + MP.log1p(MP.fsum(MP.exp(x - top) for x in others))


def exact_erfc(x: Any) -> Any:
    """erfc x, which at 1e9 has too many zeros for mpmath as for anyone."""
    return MP.erfc(x) if x < 1e9 else MP.zero


EXACT: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda x: -x,
    "power": MP.power,
    "pow": MP.power,
    "exp": MP.exp,
    "exp2": lambda x: MP.power(2, x),
    "expm1": MP.expm1,
    "log": MP.ln,
    "log2": lambda x: MP.log(x, 2),
    "log10": MP.log10,
    "log1p": MP.log1p,
    "sqrt": MP.sqrt,
    "cbrt": lambda x: MP.sign(x) * MP.cbrt(abs(x)),
    "sin": MP.sin,
    "cos": MP.cos,
    "tan": MP.tan,
    "asin": MP.asin,
    "acos": MP.acos,
    "atan": MP.atan,
    "atan2": MP.atan2,
    "sinh": MP.sinh,
    "cosh": MP.cosh,
    "tanh": MP.tanh,
    "asinh": MP.asinh,
    "acosh": MP.acosh,
    "atanh": MP.atanh,
    "degrees": MP.degrees,
    "radians": MP.radians,
    "erf": MP.erf,
    "erfc": exact_erfc,
    "gamma": MP.gamma,
    "lgamma": lambda x: MP.re(MP.loggamma(x)),
    "polygamma": lambda n, x: MP.psi(int(n), x),
    "abs": abs,
    "maximum": lambda *xs: max(xs),
    "minimum": lambda *xs: min(xs),
    "greater": lambda a, b: MP.mpf(a > b),
    "where": lambda condition, a, b: a if condition > 0 else b,
    "copysign": lambda x, y: abs(x) * MP.sign(y),
    "fmod": lambda x, y: x - y * MP.sign(x / y) * MP.floor(abs(x / y)),
    "remainder": lambda x, y: x - y * MP.nint(x / y),
    "sigmoid": lambda x: 1 / (1 + MP.exp(-x)),
    "softplus": lambda x: MP.log1p(MP.exp(x)),
    "relu": lambda x: max(x, MP.zero),
    "leaky_relu": lambda x, slope: x if x > 0 else slope * x,
    "gelu": lambda x: x * exact_erfc(-x / MP.sqrt(2)) / 2,
    "silu": lambda x: x / (1 + MP.exp(-x)),
    "hardtanh": lambda x: min(max(x, -MP.one), MP.one),
    "softsign": lambda x: x / (1 + abs(x)),
    "elu": lambda x: x if x > 0 else MP.expm1(x),
    "logsigmoid": lambda x: -MP.log1p(MP.exp(-x)),
    "mish": lambda x: x * MP.tanh(MP.log1p(MP.exp(x))),
    "sum": lambda *xs: MP.fsum(xs),
    "prod": lambda *xs: MP.fprod(xs),
    "dot": lambda *xs: MP.fdot(xs[: len(xs) // 2], xs[len(xs) // 2 :]),
    "hypot": lambda *xs: MP.sqrt(MP.fsum(x * x for x in xs)),
    "logsumexp": exact_logsumexp,
}


# The functions that a rule's formula is written with, at 300 digits
FORMULAS = SimpleNamespace(**EXACT)
FORMULAS.sum = lambda xs: EXACT["sum"](*xs)
FORMULAS.prod = lambda xs: EXACT["prod"](*xs)
FORMULAS.dot = lambda a, b: EXACT["dot"](*a, *b)
FORMULAS.logsumexp = lambda xs: EXACT["logsumexp"](*xs)


def exact_function(rule: Rule) -> Callable[..., Any]:
    """A rule's function at 300 digits: that of mpmath, or else the rule's own formula."""
    return EXACT.get(rule.name) or partial(rule.value, FORMULAS)


def exact_derivative(function: Callable[..., Any], at: Sequence[Any], along: Sequence[int]) -> Any:
    """∂function/∂input for the inputs in `along`, one after the other: central differences.

    The step is 1e-60 of the input, so what they leave out is about 1e-120. Numbers of 300 digits
    divided by three steps are good to 1e-105 for inputs from 1e-3 on; rounded to 100 places, the
    answer is exact where it is a short number.
    """
    steps = [(abs(x) or 1) * MP.mpf(10) ** -60 for x in at]

    def difference(at: Sequence[Any], along: Sequence[int]) -> Any:
        if not along:
            return function(*at)
        index, *rest = along
        ahead, behind = [
            difference([*at[:index], at[index] + move, *at[index + 1 :]], rest)
            for move in (steps[index], -steps[index])
        ]
        return (ahead - behind) / (2 * steps[index])

    return MP.nint(difference(at, along) * 10**100) / 10**100


@pytest.fixture(scope="session")
def exact() -> Callable[..., Any]:
    """`exact(rule, *numbers)` is the value, `exact(rule, *numbers, along=[i, j])` is ∂²/∂xᵢ∂xⱼ."""

    def answer(rule: Rule, *numbers: float, along: Sequence[int] = ()) -> Any:
        function, at = exact_function(rule), list(map(MP.mpf, numbers))
        return exact_derivative(function, at, along) if along else function(*at)

    return answer


# How far from the exact answer rounding alone may bring a float

# One rounding, or none. For every other rule the bound is 6 ulp: the C library's functions come
# within 5 (the GNU manual's worst, erfc) and the formulas here add few roundings that matter.
ROUNDED_ONCE = {
    "add",
    "subtract",
    "multiply",
    "divide",
    "negate",
    "sqrt",
    "sum",
    "abs",
    "maximum",
    "minimum",
    "greater",
    "where",
    "copysign",
    "fmod",
    "remainder",
    "relu",
    "leaky_relu",
}


def own_error(rule: Rule, y: float, xs: Sequence[float]) -> float:
    """The largest error of the float y = rule(xs), xs taken as exact.

    Subnormal intermediate results lose half of the smallest float, and an input may multiply it.
    """
    eps = sys.float_info.epsilon
    if rule.name in ROUNDED_ONCE:
        return 0.5 * math.ulp(y)
    underflow = math.ulp(0.0) * sum(map(abs, xs))
    extra = CANCELLATION[rule.name](y, *xs) if rule.name in CANCELLATION else 0.0
    return 6.0 * math.ulp(y) + eps * extra + underflow


def lgamma_terms(y: float, x: float) -> float:
    """CPython adds log(Lanczos sum), -6.02, (|x| - 1/2)(log(|x| + 5.52) - 1) and for x < 0 more.

    Each has an error of an ulp or two. Near the zeros of lgamma they cancel.
    """
    return 2.0 * (12.0 + abs(x) * math.log(abs(x) + 6.0) + abs(y))


def polygamma_terms(y: float, n: float, x: float) -> float:
    """The terms of recurrence, series and reflection, each good to about n + 2 ulp.

    Order 0 adds log x and sums -1/x: the sizes add up to at most 2 log(|x| + 13) + |y|. Reflection
    adds ψₙ(1 - x) and π dⁿ/dxⁿ cot(πx), whose πx is rounded: an error of x times its derivative.
    """
    terms = 2.0 * math.log(abs(x) + 13.0) if n == 0 else 0.0
    if x < 0.5:
        order, psi = int(n), mpmath.psi  # to 15 digits
        terms += 2.0 * float(abs(psi(order, 1.0 - x)))
        terms += abs(x) * float(abs(psi(order + 1, x)) + abs(psi(order + 1, 1.0 - x)))
    return 2.0 * (n + 2.0) * (terms + abs(y))


# In units of the machine epsilon, where a formula cancels or passes on the rounding of a factor.
CANCELLATION: dict[str, Callable[..., float]] = {
    "gamma": lambda y, x: 4.0 * abs(y),  # CPython states 10 ulp for its own
    "lgamma": lgamma_terms,
    "polygamma": polygamma_terms,
    # erfc(z) at z = -x/√2, rounded twice: for x < 0 an error of z² each
    "gelu": lambda y, x: 1.5 * abs(y) * x * x if x < 0.0 else 0.0,
    "dot": lambda y, *xs: sum(abs(a * b) for a, b in zip(xs, xs[len(xs) // 2 :])),  # the products
    # exp(xᵢ - max): the difference is rounded, and max + log Σ may cancel where all xᵢ < 0
    "logsumexp": lambda y, *xs: 4.0 * sum(math.exp(x - y) * abs(x) for x in xs),
}


def accumulated_error(output: Value) -> float:
    """The largest error of a computed graph's number, to first order, its leaves taken as exact.

    Running error analysis: Higham, Accuracy and Stability of Numerical Algorithms (2002), section
    3.3. Constants with few digits are exact; others (√π, log 2) are rounded about twice.
    """
    errors: dict[Value, float] = {}
    for node in topological_order([output]):
        if node.rule is CONSTANT:
            errors[node] = 0.0 if (1024.0 * node.data).is_integer() else 2.0 * math.ulp(node.data)
        elif node.rule is None:
            errors[node] = 0.0
        else:
            own = own_error(node.rule, node.data, [input.data for input in node.inputs])
            errors[node] = own + sum(
                abs(partial) * errors[input] for input, partial in zip(node.inputs, node.partials)
            )
    return errors[output]


@pytest.fixture(scope="session")
def rounding_error() -> Callable[..., float]:
    """Of a computed Value, or of one rule: `rounding_error(rule, y, xs)`."""

    def error(what: Value | Rule, *numbers: Any) -> float:
        return accumulated_error(what) if isinstance(what, Value) else own_error(what, *numbers)

    return error
