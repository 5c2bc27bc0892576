"""How operations are recorded: in which scope, for one sample or for any, or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token

from engine.messages import brief, check_kind

_scope: ContextVar[str | None] = ContextVar("scope", default="")
_tracing: ContextVar[bool] = ContextVar("tracing", default=False)

# The scope that new nodes are recorded in, as "layer 1/neuron 2"; None while nothing is recorded.
current_scope = _scope.get
is_tracing = _tracing.get


@contextmanager
def no_grad() -> Iterator[None]:
    """Compute without recording: results are plain Values without inputs.

    Raises TypeError while tracing.

    >>> from engine import Value
    >>> with no_grad():
    ...     y = Value(3.0) * 2
    >>> y.inputs
    ()
    """
    if is_tracing():
        raise TypeError(
            "no_grad() is entered while tracing, and what is computed in it would be held constant "
            "for all samples: leave it out, as nothing moves but what an optimizer is given"
        )
    token = _scope.set(None)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def tracing() -> Iterator[None]:
    """Build a graph that stands for any sample: the number of this one may decide nothing.

    Raises TypeError where a Value is compared (with == too), asked whether it is true, detached,
    made a plain number or formatted, because the branch taken, or the number, would be that of one
    sample for all; so does no_grad() inside, while outside it changes nothing. A number that was
    read as `.data` cannot be told from any other: `Program.report()` lists it among the plain
    numbers that are frozen.

    >>> from engine import Value
    >>> x = Value(3.0, "x")
    >>> with tracing():
    ...     y = x if x > 0 else -x
    Traceback (most recent call last):
    TypeError: x is compared or made a plain number, and this would hold for all samples alike: \
use where(x - 1, a, b) for "a if x > 1 else b", where(0.5 - abs(x - 1), a, b) for x == 1 of whole \
numbers, choose(k, values) for values[k], maximum, minimum, abs or relu
    """
    outer, token = _scope.set(_scope.get() or ""), _tracing.set(True)
    try:
        yield
    finally:
        _tracing.reset(token)
        _scope.reset(outer)


def refusal_while_tracing(name: str) -> TypeError:
    """The error where the number of one sample is about to decide for all."""
    return TypeError(
        f"{brief(name)} is compared or made a plain number, and this would hold for all samples "
        'alike: use where(x - 1, a, b) for "a if x > 1 else b", where(0.5 - abs(x - 1), a, b) for '
        "x == 1 of whole numbers, choose(k, values) for values[k], maximum, minimum, abs or relu"
    )


@contextmanager
def scope(name: str) -> Iterator[None]:
    """Gather the nodes made inside under a name, which is drawn as a box. Scopes nest.

    >>> from engine import Value
    >>> with scope("layer 1"), scope("neuron 2"):
    ...     y = Value(3.0) * 2
    >>> y.scope
    'layer 1/neuron 2'
    """
    check_kind(name, str, where="scope")
    outer = _scope.get()
    token = enter_scope(f"{outer}/{name}" if outer else name)
    try:
        yield
    finally:
        leave_scope(token)


def enter_scope(path: str) -> Token[str | None]:
    """Record in the scope that has this whole path, until `leave_scope` is given what this returns;
    in the one that is current where the path is empty, and still nothing while nothing is."""
    outer = _scope.get()
    return _scope.set(None if outer is None else path or outer)


leave_scope = _scope.reset
