"""Sequential: modules and functions in a row; Flatten: nested lists as one list."""

from collections.abc import Callable
from dataclasses import replace
from textwrap import indent
from typing import Any

from engine import Value, no_grad, scope
from engine.drawing.blocks import Block, Row
from engine.elsewhere import mark_absent
from engine.messages import shown
from nn.blocks import evaluating, make_block, shape_of
from nn.module import Module
from nn.tree import as_value_tree, tree_leaves

Part = Module | Callable[[Any], Any]


class Sequential(Module):
    """Each part is given what the one before it returned: partₙ(… part₂(part₁(inputs))).

    A part is a module or a plain function. `model[0]` is the first one; `len(model)` says how many
    there are. The parts are named by place and kind, as "2: Layer"; errors and drawings say so,
    and for that the modules get scopes of these names. What is given and returned is up to the
    parts. Raises ValueError for no parts, TypeError for one that cannot be called.

    >>> from nn import Layer
    >>> model = Sequential(Layer(2, 4), Layer(4, 1, "identity"))
    >>> model
    Sequential(
      1: Layer(2 → 4 tanh, 12 parameters)
      2: Layer(4 → 1 identity, 5 parameters)
    )
    >>> len(model([0.5, -1.0]))
    1
    >>> model([0.5, -1.0, 2.0])
    Traceback (most recent call last):
    ValueError: 1: Layer: 3 inputs were given, but 2 are needed
    in part 1: Layer
    """

    def __init__(self, *parts: Part) -> None:
        if not parts:
            raise ValueError(f"{self.place()}: no parts were given, but at least one is needed")
        for number, part in enumerate(parts, start=1):
            if not callable(part):
                needed = "must be a module or a function"
                if isinstance(part, (list, tuple)):
                    needed += ", not a list of them: write Sequential(*parts)"
                raise TypeError(f"{self.place()}: part {number} is {shown(part)}, but {needed}")
        self.parts = list(parts)
        seen: set[int] = set()  # a part that comes twice keeps its first place
        for name, part in zip(self.names(), parts):
            if isinstance(part, Module):
                held = {id(item): item for item in [part, *[item for _, _, item in part._walk()]]}
                before, after = part.scope, f"{self.scope}/{name}" if self.scope else name
                for key in held.keys() - seen:
                    held[key].scope = move_scope(held[key].scope, before, after)
                seen |= held.keys()

    def names(self) -> list[str]:
        """The parts by place and kind, as "1: Conv2d"."""
        kinds = [getattr(part, "__name__", type(part).__name__) for part in self.parts]
        return [f"{number}: {kind}" for number, kind in enumerate(kinds, start=1)]

    def forward(self, inputs: Any) -> Any:
        """What the last part returns. An error of a part has a note that names it."""
        for name, part in zip(self.names(), self.parts):
            try:
                with scope(name):
                    inputs = part(inputs)
            except Exception as error:
                error.add_note(f"in part {name}")
                raise
        return inputs

    def as_block(self, inputs: Any = None) -> Block:
        """The blocks of the parts in a row, each for what the one before it returned."""
        blocks = []
        values = inputs
        for name, part in zip(self.names(), self.parts):
            block = part.as_block(values) if isinstance(part, Module) else Block("")
            if inputs is not None:
                given = shape_of(values)
                with evaluating(self), no_grad():
                    values = part(values)
                block = replace(block, given=given, returned=shape_of(values))
            blocks.append(replace(block, title=name))
        ends = blocks[0].given, blocks[-1].returned
        return make_block(self, None, bodies=[Row(blocks)], given=ends[0], returned=ends[1])

    def __getitem__(self, index: int) -> Part:
        return self.parts[index]

    def __len__(self) -> int:
        return len(self.parts)

    def __repr__(self) -> str:
        lines = [
            f"{number}: {part!r}" if isinstance(part, Module) else name
            for number, (name, part) in enumerate(zip(self.names(), self.parts), start=1)
        ]
        return "Sequential(\n" + indent("\n".join(lines), "  ") + "\n)"


mark_absent(Sequential, {"layers": "parts"})


def move_scope(path: str, before: str, after: str) -> str:
    """The scope that a path becomes where the scope `before` becomes `after`.

    >>> [move_scope(path, "net", "net/1: Layer") for path in ("net/neuron 1", "shared")]
    ['net/1: Layer/neuron 1', 'shared']
    """
    if path == before:
        return after
    if not before:
        return f"{after}/{path}"
    return after + path[len(before) :] if path.startswith(f"{before}/") else path


class Flatten(Module):
    """Lists nested in any way as one list of Values, from first to last.

    An image [channels][rows][columns] becomes the rows of its first channel, then those of its
    second, and so on: channels · rows · columns Values for a `Layer`. Raises TypeError for what is
    no number.

    >>> [x.data for x in Flatten()([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])]
    [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    """

    def forward(self, inputs: Any) -> list[Value]:
        """The Values in one list."""
        return tree_leaves(as_value_tree(inputs, where=self.place()))

    def as_block(self, inputs: Any = None) -> Block:
        return make_block(self, inputs, lines=["nested lists", "as one list"])

    def __repr__(self) -> str:
        return "Flatten()"
