"""What a model gives to be drawn: its block, and the shapes that a forward pass shows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from engine import no_grad
from engine.drawing.blocks import Block, Body, Grid, Grids, Parts
from engine.messages import counted
from nn.checks import items_of

if TYPE_CHECKING:
    from nn.module import Module


def make_block(
    model: "Module",
    inputs: Any,
    *,
    lines: Sequence[str] = (),
    bodies: Sequence[Body] = (),
    given: str = "",
    returned: str = "",
) -> Block:
    """The block of a model; its shapes are those of a forward pass if there are inputs."""
    if inputs is not None:
        given, returned = shape_of(inputs), shape_of(run(model, inputs))
    return Block(type(model).__name__, len(model.parameters()), lines, bodies, given, returned)


def make_block_of_parts(
    model: "Module", children: Sequence[tuple[str, "Module"]], inputs: Any
) -> Block:
    """The block of somebody's own model, with one for each module in it.

    With inputs, these stand in the order in which they are called, each with what it was given.
    """
    calls: dict[int, Any] = {}
    block = make_block(model, None)
    if inputs is not None:
        with observing([child for _, child in children], calls):
            outputs = run(model, inputs)
        block = replace(block, given=shape_of(inputs), returned=shape_of(outputs))
        by_call = {child: number for number, child in enumerate(calls)}
        children = sorted(children, key=lambda pair: by_call.get(id(pair[1]), len(by_call)))
    parts = []
    for name, child in children:
        endless = any(each is model for each in child.modules())
        part = make_block(child, None) if endless else child.as_block(calls.get(id(child)))
        parts.append(replace(part, title=f"{name}: {part.title}"))
    held = {parameter for _, child in children for parameter in child.parameters()}
    own = [parameter for parameter in model.parameters() if parameter not in held]
    lines = [f"{counted(len(own), 'parameter')} of its own"] if own and parts else []
    return replace(block, lines=lines, bodies=[Parts(parts)] if parts else [])


@contextmanager
def observing(modules: Sequence["Module"], calls: dict[int, Any]) -> Iterator[None]:
    """Keep what each module, by its id, is given when it is first called, if that is one thing."""
    before = [(module, dict(vars(module))) for module in modules]
    for module in modules:
        module.forward = _noting(module, calls)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for module, attributes in before:
            del module.forward
            if "forward" in attributes:
                module.forward = attributes["forward"]  # type: ignore[method-assign]


def _noting(module: "Module", calls: dict[int, Any]) -> Any:
    forward = module.forward

    def noting(*args: Any, **kwargs: Any) -> Any:
        calls.setdefault(id(module), args[0] if len(args) == 1 and not kwargs else None)
        return forward(*args, **kwargs)

    return noting


def run(model: "Module", inputs: Any) -> Any:
    """What a model returns, in evaluation mode and without a graph."""
    with evaluating(model), no_grad():
        return model(inputs)


@contextmanager
def evaluating(model: "Module") -> Iterator[None]:
    """Evaluation mode for the time of a with block; then every module's mode is as before."""
    before = [(module, module.training) for module in model.modules()]
    for module, _ in before:
        module.training = False
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def shape_of(tree: Any) -> str:
    """The lengths of nested lists: "3 × 28 × 28"; "" where neighbours differ.

    >>> shape_of([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), shape_of(1.0), shape_of([[1.0], []])
    ('2 × 3', '1', '')
    """
    lengths = _lengths(tree)
    return "" if lengths is None else " × ".join(map(str, lengths)) or "1"


def _lengths(tree: Any) -> tuple[int, ...] | None:
    branches = items_of(tree)
    if branches is None:
        return ()
    inner = {_lengths(branch) for branch in branches} or {()}
    first = inner.pop()
    return None if inner or first is None else (len(branches), *first)


def numbers_of(image: Any) -> list[list[float]]:
    """Rows of numbers or Values as plain numbers."""
    return [[float(getattr(x, "data", x)) for x in row] for row in image]


def stack_of(images: Sequence[Any], name: str) -> Grids:
    """Images as grids below one another: the channels of an image, or what kernels say to it."""
    several = len(images) > 1
    return Grids(
        [
            [Grid(numbers_of(image), f"{name} {k}" if several else name)]
            for k, image in enumerate(images, start=1)
        ]
    )
