"""The structure of a point: numbers in lists, dicts and arrays of any library, flat and rebuilt.

Arrays are known by what they can do, so that no library is imported for them.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

from engine.floats import NUMBERS
from engine.messages import brief, shown
from engine.proof.report import GradientError
from engine.value import Value

BITS = {"bfloat16": 8, "float16": 11, "float32": 24}


def is_array(item: object) -> bool:
    """Whether it is an array or a tensor: of NumPy, PyTorch, JAX or another library."""
    return hasattr(item, "shape") and hasattr(item, "dtype") and hasattr(item, "tolist")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A number or an array of the point, and where its numbers stand among all."""

    name: str
    item: Any
    shape: tuple[int, ...]
    start: int

    @property
    def size(self) -> int:
        return prod(self.shape)

    @property
    def bits(self) -> int:
        """Those of its floats."""
        kind = f"{self.item.dtype}" if is_array(self.item) else ""
        return BITS.get(kind.removeprefix("torch."), 53)

    def entry(self, k: int) -> str:
        """The name of its number k: w[3, 7]."""
        index: list[int] = []
        for length in reversed(self.shape):
            k, i = divmod(k, length)
            index.insert(0, i)
        return f"{self.name}[{', '.join(map(str, index))}]" if index else self.name

    def rebuilt(self, numbers: Sequence[float]) -> Any:
        """The same kind of number or array with other numbers in it, in memory of its own."""
        own = array("d", numbers[self.start : self.start + self.size])
        item = self.item
        if not is_array(item):
            return own[0]
        if hasattr(item, "new_tensor"):  # PyTorch
            return (
                item.new_tensor(own.tolist()).reshape(self.shape).requires_grad_(item.requires_grad)
            )
        if hasattr(item, "__array_interface__"):  # NumPy
            fresh = item.copy()
            if self.shape == ():
                return item.dtype.type(own[0])
            fresh.reshape(-1)[:] = own  # a buffer, which it copies fast
            return fresh
        namespace = item.__array_namespace__()  # JAX, and whoever else keeps to the standard
        return namespace.asarray(own.tolist(), dtype=item.dtype).reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Tree:
    """A point: its arguments, and every number in them in order.

    >>> tree = Tree.of(({"w": [1.0, 2.0], "b": 3.0},), ["model"])
    >>> tree.numbers.tolist(), [tree.entry(k) for k in range(3)]
    ([1.0, 2.0, 3.0], ["model['w'][0]", "model['w'][1]", "model['b']"])
    >>> tree.rebuilt([4.0, 5.0, 6.0])
    [{'w': [4.0, 5.0], 'b': 6.0}]
    """

    arguments: tuple[Any, ...]
    names: Sequence[str]
    leaves: list[Leaf]
    numbers: "array[float]"

    @classmethod
    def of(cls, arguments: tuple[Any, ...], names: Sequence[str]) -> "Tree":
        """Raises TypeError for what is neither a number, an array, nor a list or dict of these."""
        leaves: list[Leaf] = []
        numbers = array("d")
        for argument, name in zip(arguments, names):
            for path, item in leaves_of(argument, name):
                shape = tuple(item.shape) if is_array(item) else ()
                leaves.append(Leaf(path, item, shape, len(numbers)))
                numbers.extend(read(item))
        return cls(arguments, names, leaves, numbers)

    @property
    def bits(self) -> int:
        """Those of the shortest floats in it."""
        return min((leaf.bits for leaf in self.leaves), default=53)

    def rebuilt(self, numbers: Sequence[float]) -> list[Any]:
        """The arguments with these numbers."""
        fresh = iter([leaf.rebuilt(numbers) for leaf in self.leaves])
        return [filled(argument, fresh) for argument in self.arguments]

    def tangent(self, direction: Mapping[int, float]) -> Any:
        """A direction in the structure of the point; where that is one argument, of this."""
        tangents = self.rebuilt([direction.get(k, 0.0) for k in range(len(self.numbers))])
        return tangents[0] if len(tangents) == 1 else tuple(tangents)

    def leaf(self, k: int) -> Leaf:
        """The leaf that holds the number k."""
        low, high = 0, len(self.leaves)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.leaves[middle].start <= k else (low, middle)
        return self.leaves[low]

    def entry(self, k: int) -> str:
        """The name of the number k."""
        leaf = self.leaf(k)
        return leaf.entry(k - leaf.start)

    def flatten(self, given: Any, what: str) -> list[float]:
        """The numbers of something that has the structure of the point, as a gradient has.

        Where the point is one argument, it has the structure of that. None counts as zeros. Raises
        TypeError where the structure, GradientError where the shape of an array is another.
        """
        parts = self.unwrapped(given, what)
        numbers: list[float] = []
        for argument, part, name in zip(self.arguments, parts, self.names):
            numbers += matched(argument, part, what, name)
        return numbers

    def unwrapped(self, given: Any, what: str) -> Sequence[Any]:
        """What was given for each argument."""
        count = len(self.arguments)
        if count == 1:
            is_wrapped = isinstance(given, tuple) and len(given) == 1
            return given if is_wrapped and not is_list(self.arguments[0]) else (given,)
        if not (is_list(given) or is_array(given)) or len(given) != count:
            raise TypeError(
                f"{what}: the point has {count} arguments, so a tuple of {count} is needed, and "
                f"{shown(given)} came (JAX gives one with argnums=(0, 1, …))"
            )
        parts: Sequence[Any] = given
        return parts


def is_list(item: object) -> bool:
    return isinstance(item, (list, tuple))


def leaves_of(item: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Each number and array in it, by its path."""
    if isinstance(item, Mapping):
        for key, inner in item.items():
            yield from leaves_of(inner, f"{name}[{brief(repr(key), 40)}]")
    elif is_list(item):
        for k, inner in enumerate(item):
            yield from leaves_of(inner, f"{name}[{k}]")
    elif is_array(item):
        if "float" not in f"{item.dtype}":
            raise TypeError(
                f"{name} is an array of {item.dtype}, and only real numbers can be varied: make it "
                "one of floats, or keep it out of the point (lambda w: loss(w, labels))"
            )
        yield name, item
    elif isinstance(item, NUMBERS) and not isinstance(item, bool):
        yield name, item
    else:
        raise TypeError(
            f"{name}: numbers, arrays, or lists and dicts of them are a point, and {shown(item)} "
            "was given; what is fixed stays out of it (lambda w: loss(w, settings))"
        )


def read(item: Any) -> list[float]:
    """The numbers of a number or an array, in order."""
    if not is_array(item):
        return [float(item)]
    item = item.detach() if hasattr(item, "detach") else item
    numbers: list[float] = item.reshape(-1).tolist()
    return numbers


def filled(item: Any, fresh: Iterator[Any]) -> Any:
    """The same lists and dicts with the next leaves in them."""
    if isinstance(item, Mapping):
        return {key: filled(inner, fresh) for key, inner in item.items()}
    if is_list(item):
        items = [filled(inner, fresh) for inner in item]
        if hasattr(item, "_fields"):  # a named tuple
            return type(item)(*items)
        return items if isinstance(item, list) else tuple(items)
    return next(fresh)


def matched(item: Any, given: Any, what: str, name: str) -> list[float]:
    """The numbers of what was given for an item of the point, in the same order."""
    if isinstance(item, Mapping):
        if not isinstance(given, Mapping) or given.keys() != item.keys():
            raise TypeError(
                f"{what}: {name} is a dict with the keys {shown(list(item))}, so one with the same "
                f"keys is needed, and {shown(given)} came"
            )
        pairs = [(inner, given[key], f"{name}[{key!r}]") for key, inner in item.items()]
    elif is_list(item):
        if not (is_list(given) or is_array(given)) or len(given) != len(item):
            raise TypeError(
                f"{what}: {name} is a list of {len(item)}, so as many are needed, and "
                f"{shown(given)} came"
            )
        pairs = [(inner, given[k], f"{name}[{k}]") for k, inner in enumerate(item)]
    else:
        return matched_leaf(item, given, what, name)
    return [x for inner, part, path in pairs for x in matched(inner, part, what, path)]


def matched_leaf(item: Any, given: Any, what: str, name: str) -> list[float]:
    """The numbers of what was given for one number or array."""
    shape = tuple(item.shape) if is_array(item) else ()
    if given is None:
        return [0.0] * prod(shape)
    numbers, found = nested(given, what, name)
    if found != shape and not (shape == () and len(numbers) == 1):
        raise GradientError(
            f"{what}: {name} has the shape {shape}, and what came for it {found}"
            + ("; is it transposed?" if found == shape[::-1] else "")
        )
    return numbers


def nested(given: Any, what: str, name: str) -> tuple[list[float], tuple[int, ...]]:
    """The numbers of a number, an array or lists of them, and its shape."""
    if is_array(given):
        return read(given), tuple(given.shape)
    if is_list(given):
        parts = [nested(part, what, name) for part in given]
        shapes = {shape for _, shape in parts}
        if len(shapes) > 1:
            raise TypeError(f"{what}: {name}: the rows are of different lengths: {shown(given)}")
        inner = shapes.pop() if shapes else ()
        return [x for numbers, _ in parts for x in numbers], (len(given), *inner)
    if isinstance(given, NUMBERS):
        return [float(given)], ()
    if isinstance(given, Value):
        raise TypeError(
            f"{what}: {name}: a number is needed, and a Value came: return its data "
            "(a function that returns a Value needs no gradient=)"
        )
    raise TypeError(f"{what}: {name}: a number is needed, and {shown(given)} came")
