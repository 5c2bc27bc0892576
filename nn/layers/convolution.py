"""Conv2d, MaxPool2d, AvgPool2d: layers that look at an image window by window."""

from itertools import chain
from random import Random
from typing import Any, ClassVar

from engine import Value, maximum, scope, sum
from engine.drawing.blocks import Block, Body, Grid, Grids
from engine.keywords import explain_keywords
from engine.messages import counted
from engine.names import digits
from engine.value import constant
from engine.vector import Vector
from nn.blocks import make_block, numbers_of, run, stack_of
from nn.checks import ONE_AT_A_TIME, check_size
from nn.layers.activations import Activation
from nn.layers.dense import Neuron
from nn.layers.initializers import starting_weights
from nn.module import Module
from nn.tree import Channel, Image, as_value_tree, place_labels, tree_shape, tree_unflatten


class Conv2d(Module):
    """out_channels kernels that slide over an image: each is a neuron that sees one window.

    With w the weights of kernel o and b its bias, x the image and s the stride,
    a[o][r][c] = activation(Σ w[i][u][v] · x[i][s·r + u - padding][s·c + v - padding] + b), summed
    over the input channels i and 0 ≤ u, v < kernel; outside of the image x is 0.

    It takes [in_channels][rows][columns], or [rows][columns] where in_channels is 1, and returns
    [out_channels][rows'][columns'] with rows' = ⌊(rows + 2 · padding - kernel) / stride⌋ + 1, and
    columns' likewise. `kernels` are the neurons; the weights of each go through its channels, the
    rows of a channel, the columns of a row. They start as those of a `Layer` do, with
    kernel² · in_channels inputs and kernel² · out_channels outputs. Activation and rng are as for
    `Layer`.

    Raises ValueError for a size < 1, a padding < 0, and an image of another number of channels,
    with ragged rows, or smaller than the kernel. LeCun, Bottou, Bengio and Haffner, Gradient-based
    learning applied to document recognition (1998).

    >>> edge = Conv2d(1, 1, 2, "identity")
    >>> for weight, number in zip(edge.kernels[0].weights, [-1, 1, -1, 1]):
    ...     weight.data = number
    >>> [[a.data for a in row] for row in edge([[0, 0, 5], [0, 0, 5], [0, 0, 5]])[0]]
    [[0.0, 10.0], [0.0, 10.0]]
    """

    @explain_keywords
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel: int,
        activation: Activation = "relu",
        *,
        stride: int = 1,
        padding: int = 0,
        rng: Random | None = None,
    ) -> None:
        where = self.place()
        check_size(in_channels, "in_channels", where=where)
        check_size(out_channels, "out_channels", where=where)
        check_size(kernel, "kernel", where=where)
        check_size(stride, "stride", where=where)
        check_size(padding, "padding", where=where, least=0)
        self.in_channels, self.kernel = in_channels, kernel
        self.stride, self.padding = stride, padding
        self.kernels: list[Neuron] = []
        fan_in, fan_out = kernel**2 * in_channels, kernel**2 * out_channels
        shape = (in_channels, kernel, kernel) if in_channels > 1 else (kernel, kernel)
        labels = place_labels("w", shape)
        for number in range(1, out_channels + 1):
            weights = starting_weights(fan_in, fan_out, activation=activation, rng=rng)
            with scope(f"kernel {number}"):
                self.kernels.append(Neuron.from_weights(weights, activation=activation))
            for weight, label in zip(self.kernels[-1].weights, labels):
                weight.label = label

    def forward(self, image: Any) -> Image:
        """What every kernel says to every window of the image."""
        where = f"{self.place()}: with padding {self.padding}"
        seen = [
            cut_windows(pad(channel, self.padding), self.kernel, self.stride, where=where)
            for channel in as_image(image, self.in_channels, where=self.place())
        ]
        patches = [[Vector(chain(*at_one)) for at_one in zip(*rows)] for rows in zip(*seen)]
        shape = len(patches), len(patches[0])
        sums, results = place_labels("z", shape), place_labels("a", shape)
        labelled = list(zip(chain(*patches), sums, results))
        return [tree_unflatten(kernel.of_each(labelled), shape) for kernel in self.kernels]

    def as_block(self, inputs: Any = None) -> Block:
        """The kernels as grids; with an image, it and what every kernel says to it."""
        activation = self.kernels[0].activation
        window = f"window {self.kernel} × {self.kernel}, stride {self.stride}"
        lines = [f"a = {activation}(Σ w · x + b)", f"{window}, padding {self.padding}"]
        if self.in_channels > 1:
            lines.append(f"a row for each of {self.in_channels} channels")
        bodies: list[Body] = [self._kernels_as_grids()]
        if inputs is not None:
            maps = [Grid(numbers_of(said), "its map") for said in run(self, inputs)]
            kernels = Grids([*self._kernels_as_grids().rows, maps])
            image = as_image(inputs, self.in_channels, where=self.place())
            bodies = [stack_of(image, "image"), kernels]
        given = f"{self.in_channels} × rows × columns"
        returned = f"{len(self.kernels)} × rows × columns"
        return make_block(self, inputs, lines=lines, bodies=bodies, given=given, returned=returned)

    def _kernels_as_grids(self) -> Grids:
        """A column for each kernel, a row for each channel that it sees."""
        rows = []
        for channel in range(self.in_channels):
            row = []
            for number, kernel in enumerate(self.kernels, start=1):
                start = channel * self.kernel**2
                weights = [w.data for w in kernel.weights[start : start + self.kernel**2]]
                cells = tree_unflatten(weights, (self.kernel, self.kernel))
                title = f"kernel {number}" if channel == 0 else ""
                last = channel == self.in_channels - 1
                caption = f"b = {digits(kernel.bias.data)}" if last else ""
                row.append(Grid(cells, title, caption, weights=True))
            rows.append(row)
        return Grids(rows)

    def __repr__(self) -> str:
        channels = f"{self.in_channels} → {len(self.kernels)} {self.kernels[0].activation}"
        options = f"kernel {self.kernel}, stride {self.stride}, padding {self.padding}"
        return f"Conv2d({channels}, {options}, {self._describe_size()})"


class Pool2d(Module):
    """What the two pools share: each channel, window by window, becomes a smaller one, of numbers
    that are named by the pool's `label` and their place."""

    taken: ClassVar = "the number"
    label: ClassVar = "a"

    @explain_keywords
    def __init__(self, size: int, stride: int | None = None) -> None:
        stride = size if stride is None else stride
        check_size(size, "size", where=self.place())
        check_size(stride, "stride", where=self.place())
        self.size, self.stride = size, stride

    def forward(self, image: Any) -> Image:
        """One number for every window of every channel."""
        where = self.place()
        channels = as_image(image, None, where=where)
        seen = [cut_windows(c, self.size, self.stride, where=where) for c in channels]
        shape = len(seen), len(seen[0]), len(seen[0][0])
        windows = [window for rows in seen for row in rows for window in row]
        numbers = [self.pool_window(window) for window in windows]
        for window, number, label in zip(windows, numbers, place_labels(self.label, shape)):
            if not any([number is each for each in window]):  # which are the image's own
                number.label = label
        return tree_unflatten(numbers, shape)  # type: ignore[no-any-return]

    def pool_window(self, window: list[Value]) -> Value:
        """The one number that stands for a window."""
        raise NotImplementedError(f"{type(self).__name__} does not define pool_window(window)")

    def as_block(self, inputs: Any = None) -> Block:
        lines = [f"{self.taken} of each", f"{self.size} × {self.size} window, stride {self.stride}"]
        bodies: list[Body] = []
        if inputs is not None:
            image = as_value_tree(inputs, where=self.place())
            bodies = [stack_of(image, "map"), stack_of(run(self, inputs), "map")]
        return make_block(self, inputs, lines=lines, bodies=bodies)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size}, stride {self.stride})"


class MaxPool2d(Pool2d):
    """The largest number of each size × size window of each channel.

    It takes [channels][rows][columns] and returns [channels][rows'][columns'] with
    rows' = ⌊(rows - size) / stride⌋ + 1, and columns' likewise; the stride is the size unless one
    is given. Rows and columns left over are ignored. The gradient goes to the largest
    number; where several are equal, in equal parts to each, as the rule `maximum` has it.

    Raises ValueError for a size or stride < 1 and for an image that is ragged or smaller than a
    window. Ranzato, Huang, Boureau and LeCun, Unsupervised learning of invariant feature
    hierarchies (2007).

    >>> MaxPool2d(2)([[[1, 2, 5], [3, 4, 6]]])
    [[[Value(4.0, label='max1,1,1')]]]
    """

    taken, label = "the largest", "max"

    def pool_window(self, window: list[Value]) -> Value:
        return maximum(*window) if len(window) > 1 else window[0]


class AvgPool2d(Pool2d):
    """The mean of each size × size window of each channel: Σ x / size².

    Shapes and errors are as for `MaxPool2d`. LeCun, Bottou, Bengio and Haffner, Gradient-based
    learning applied to document recognition (1998), there with a weight and a bias.

    >>> AvgPool2d(2, stride=1)([[[1, 2, 5], [3, 4, 6]]])
    [[[Value(2.5, label='mean1,1,1'), Value(4.25, label='mean1,1,2')]]]
    """

    taken, label = "the mean", "mean"

    def pool_window(self, window: list[Value]) -> Value:
        return sum(window) / len(window)  # type: ignore[no-any-return]


def as_image(image: Any, n_channels: int | None, *, where: str) -> Image:
    """The channels of an image, so many, or any number for None; where it is one, it may be the
    image itself. Raises ValueError for another shape."""
    channels = as_value_tree(image, where=where)
    shape = tree_shape(channels, where=f"{where}: image")
    if len(shape) == 2 and n_channels == 1:
        return [channels]
    if len(shape) != 3 or n_channels not in (None, shape[0]):
        needed = f"({n_channels or 'channels'}, rows, columns)"
        raise ValueError(
            f"{where}: the image has shape {shape}, but shape {needed} is needed, {ONE_AT_A_TIME}"
        )
    return channels  # type: ignore[no-any-return]


def pad(channel: Channel, padding: int) -> Channel:
    """The channel with `padding` rows and columns of zeros on every side."""
    zeros = [constant(0.0)] * padding
    blank = [constant(0.0)] * (len(channel[0]) + 2 * padding)
    rows = [zeros + row + zeros for row in channel]
    return [blank] * padding + rows + [blank] * padding


def cut_windows(channel: Channel, size: int, stride: int, *, where: str) -> list[list[list[Value]]]:
    """The size × size numbers, row after row, at each place: [rows'][columns'][size²].

    Raises ValueError if not a single window fits.
    """
    n_rows, n_columns = len(channel), len(channel[0])
    if min(n_rows, n_columns) < size:
        given = f"{counted(n_rows, 'row')} and {counted(n_columns, 'column')}"
        raise ValueError(f"{where}: there are {given}, but at least {size} of each are needed")
    return [
        [
            [x for row in channel[top : top + size] for x in row[left : left + size]]
            for left in range(0, n_columns - size + 1, stride)
        ]
        for top in range(0, n_rows - size + 1, stride)
    ]
