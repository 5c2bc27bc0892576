"""The convolutions in a graph: kernels whose weights meet one window of an image after another."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from engine.explorer.layers import Neuron, activation_of, add_to_last, find_neurons
from engine.names import read_name
from engine.value import Value

Place = tuple[int, int]  # row and column of a map, counted from 0
Windows = dict[Place, tuple[tuple[Value, ...], Neuron]]


@dataclass(frozen=True, slots=True)
class Convolution:
    """Each kernel with its neuron at every window; all see the same windows, in steps of stride."""

    scope: str
    channels: int
    size: int
    stride: int
    columns: int  # of a map
    kernels: tuple[tuple[Neuron, ...], ...]  # row by row

    def contents(self, place: dict[Value, int]) -> dict[str, Any]:
        """What the page needs: the numbers of the sums and of what comes out of them."""
        return {
            "kind": "convolution",
            "channels": self.channels,
            "size": self.size,
            "stride": self.stride,
            "columns": self.columns,
            "activation": activation_of(self.kernels[0][0]),
            "z": [[place[neuron.z] for neuron in kernel] for kernel in self.kernels],
            "a": [[place[neuron.a] for neuron in kernel] for kernel in self.kernels],
        }


def find_convolutions(order: list[Value]) -> list[Convolution]:
    """In the order in which they are computed; of a batch, one for each sample."""
    layers: dict[str, dict[tuple[Value, ...], list[Windows]]] = {}
    for inputs, neuron in find_neurons(order, "kernel"):
        place = place_of(neuron.z)
        if place is None:
            continue
        scope = neuron.z.scope.rpartition("/")[0]
        samples = layers.setdefault(scope, {}).setdefault(neuron.weights, [{}])
        add_to_last(samples, place, (inputs, neuron))
    found = []
    for scope, kernels in layers.items():
        for sample in zip(*kernels.values()):
            convolution = make_convolution(scope, list(sample))
            if convolution is not None:
                found.append(convolution)
    return found


def make_convolution(scope: str, kernels: list[Windows]) -> Convolution | None:
    """None where kernels see different windows, or these are no rows and columns."""
    seen = {place: inputs for place, (inputs, _) in kernels[0].items()}
    others = [{place: inputs for place, (inputs, _) in kernel.items()} for kernel in kernels]
    rows, columns = (1 + max(place[axis] for place in seen) for axis in (0, 1))
    whole = set(seen) == set(product(range(rows), range(columns)))
    whole = whole and all(other == seen for other in others)
    channels = channels_of(next(iter(kernels[0].values()))[1].weights)
    size = round((len(seen[0, 0]) / channels) ** 0.5) if whole and channels else 0
    if not size or size * size * channels != len(seen[0, 0]):
        return None
    neurons = [[kernel[place][1] for place in sorted(kernel)] for kernel in kernels]
    stride = stride_of(seen, size)
    return Convolution(scope, channels, size, stride, columns, tuple(map(tuple, neurons)))


def stride_of(seen: dict[Place, tuple[Value, ...]], size: int) -> int:
    """By how much neighbouring windows are apart: the least that makes them overlap."""
    return next(
        stride
        for stride in range(1, size + 1)
        if all(a is b for a, b in shared_by_neighbours(seen, size, stride))
    )


def shared_by_neighbours(
    seen: dict[Place, tuple[Value, ...]], size: int, stride: int
) -> Iterator[tuple[Value, Value]]:
    """What would be one number in a window and in the next one to the right or below."""
    for (row, column), window in seen.items():
        for down, right in ((stride, 0), (0, stride)):
            next_one = seen.get((row + (down > 0), column + (right > 0)))
            for k, x in enumerate(window if next_one else ()):
                u, v = k // size % size, k % size
                if next_one and u >= down and v >= right:
                    yield x, next_one[k - down * size - right]


def place_of(z: Value) -> Place | None:
    """Row and column in the name of a window's sum: z⁽¹⁾₂,₃."""
    found = numbers_of(z)
    return (found[0] - 1, found[1] - 1) if len(found) == 2 else None


def channels_of(weights: tuple[Value, ...]) -> int:
    """How many a kernel sees, by the name of its last weight; 0 where it has no such name."""
    found = numbers_of(weights[-1])
    return {2: 1, 3: found[0]}.get(len(found), 0) if found else 0


def numbers_of(node: Value) -> list[int]:
    subscripts = read_name(node.label).subscripts
    return [int(each) for each in subscripts] if all(map(str.isdecimal, subscripts)) else []
