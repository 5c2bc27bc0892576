"""`draw` and `svg`: the picture of a graph of operations, or of a model's net."""

from collections.abc import Iterable, Sequence
from numbers import Integral
from typing import Any

from engine.drawing.blocks import HasBlock
from engine.drawing.dot import PORTS, write_dot
from engine.drawing.model import draw_model
from engine.drawing.rendering import Picture, render_svg
from engine.drawing.sketch import readable_sketch
from engine.graph import topological_order
from engine.keywords import explain_keywords
from engine.messages import shown
from engine.names import name_nodes
from engine.value import Value


@explain_keywords
def draw(
    output: Value | Sequence[Value] | HasBlock,
    *,
    inputs: Any = None,
    direction: str = "LR",
    depth: int | None = None,
    gradients: bool = True,
    partials: bool = True,
) -> Picture:
    """The computation graph that leads to the output, or to several; of a model, its net.

    Each node shows its label and rule, its value in blue and its gradient in orange: a dash until
    `backward()` has run. Each edge carries the local derivative; its width grows with the size of
    the gradient that flows there. The same graph gives the same text, byte by byte. A notebook
    shows the picture; `draw(output).save("graph.svg")`, or ".png", writes it.

    `direction` is "LR", "TB", "RL" or "BT". Scopes (the layers and neurons of a net) are boxes:
    `depth` says how many levels of them are open; by default, as many as stay readable. Of a graph
    that is too large even then, the part nearest the output is drawn. With `gradients` or
    `partials` False, those numbers are left out. Raises ValueError for another direction, for one
    of a model, and for a depth that is no whole number from 0 on; TypeError for what is neither
    Values nor such a model.

    A model of `nn` is drawn as in a textbook: dense layers as columns of circles, an edge for each
    weight, green where it is positive and dashed magenta where it is negative; kernels as grids of
    these colours; a recurrent layer as its cell, attention as what it computes from q, k and v. A
    model of one's own is a block for each model in it, with its number of parameters. With
    `inputs`, the numbers of one forward pass are shown, as in `draw(model, inputs=[2, 3])`, or the
    shapes at least; `depth` says how many levels of models within models are open.

    >>> x = Value(3.0, "x")
    >>> picture = draw(x * x)
    >>> picture.source.count("->")
    2
    """
    if depth is not None and not (isinstance(depth, Integral) and depth >= 0):
        raise ValueError(f"draw: depth is {shown(depth)}, but must be a whole number, 0 or more")
    if isinstance(output, HasBlock) and not isinstance(output, type):
        if direction != "LR":
            raise ValueError("direction is for a graph; a model is drawn from left to right")
        return draw_model(output.as_block(inputs), depth).picture()
    if inputs is not None:
        raise ValueError("inputs are for a model; a graph has its numbers already")
    if direction not in PORTS:
        raise ValueError(f"direction is {shown(direction)}; it must be one of {', '.join(PORTS)}")
    outputs = collect_outputs(output)
    order = topological_order(outputs)
    sketch = readable_sketch(order, outputs, depth)
    return write_dot(
        sketch,
        name_nodes(order),
        direction,
        gradients=gradients,
        backward_has_run=any(value.grad != 0.0 for value in outputs),
        partials=partials,
    )


def collect_outputs(output: Any) -> list[Value]:
    """The outputs as a list. Raises TypeError for what is neither a Value nor a list of them."""
    outputs = list(output) if isinstance(output, Iterable) else [output]
    if not all(isinstance(value, Value) for value in outputs):
        raise TypeError(f"draw: {shown(output)} is not a Value, a list of Values or a model")
    return outputs


@explain_keywords
def svg(
    output: Value | Sequence[Value] | HasBlock,
    *,
    inputs: Any = None,
    direction: str = "LR",
    depth: int | None = None,
    gradients: bool = True,
    partials: bool = True,
) -> str:
    """The picture that `draw` makes, with the same options, as an `<svg>` element.

    >>> svg(Value(1.0, "x") + 2)[:4]
    '<svg'
    """
    picture = draw(
        output,
        inputs=inputs,
        direction=direction,
        depth=depth,
        gradients=gradients,
        partials=partials,
    )
    return render_svg(picture)
