"""A right engine of few lines, and wrong ones: each is the right one with one method of its own."""

import math
import os
import random
import struct
import time
from numbers import Real


def recorded(function):
    """A method that gives a number and the slope of each input, as one that gives a node."""

    def method(self, *others):
        inputs = (self, *map(self.node, others))
        data, *slopes = function(*inputs)
        return self.made(function.__name__, data, inputs, slopes)

    return method


class Right:
    """A number with gradients: the whole of an engine, in parts of which each can be wrong."""

    def __init__(self, data, name="", inputs=(), slopes=()):
        self.data = self.number(data)
        self.grad = 0.0
        self.name, self.inputs, self.slopes = name, inputs, slopes

    @staticmethod
    def number(data):
        if not isinstance(data, Real):
            raise TypeError(f"{data!r} is no number")
        if not math.isfinite(data):
            raise ValueError(f"{data!r} is not finite")
        return float(data)

    def node(self, other):
        return other if isinstance(other, Right) else type(self)(other)

    def made(self, name, data, inputs, slopes):
        for slope in slopes:
            self.number(slope)
        return type(self)(data, name, inputs, slopes)

    # The backward pass

    def backward(self):
        order = self.order()
        self.start(order)
        self.seed()
        for node in reversed(order):
            for input, slope in self.edges(node):
                self.give(node, input, self.flow(node, slope))

    def order(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack += [(node, True), *((input, False) for input in node.inputs)]
        return order

    def start(self, order):
        for node in order:
            if node.inputs:
                node.grad = 0.0

    def seed(self):
        self.grad += 1.0

    def edges(self, node):
        return list(zip(node.inputs, node.slopes))

    def flow(self, node, slope):
        return slope * node.grad

    def give(self, node, input, gradient):
        input.grad += gradient

    # Operations

    @recorded
    def __add__(a, b):
        return a.data + b.data, 1.0, 1.0

    @recorded
    def __sub__(a, b):
        return a.data - b.data, 1.0, -1.0

    @recorded
    def __mul__(a, b):
        return a.data * b.data, b.data, a.data

    @recorded
    def __truediv__(a, b):
        return a.data / b.data, 1.0 / b.data, -a.data / b.data**2

    def __pow__(self, n):
        n, x = self.number(n), self.data
        slope = n * x ** (n - 1.0) if n else 0.0
        return self.made("__pow__", x**n, (self,), (slope,))

    def __radd__(self, other):
        return self.node(other) + self

    def __rsub__(self, other):
        return self.node(other) - self

    def __rmul__(self, other):
        return self.node(other) * self

    def __rtruediv__(self, other):
        return self.node(other) / self

    @recorded
    def __neg__(a):
        return -a.data, -1.0

    @recorded
    def __abs__(a):
        return abs(a.data), math.copysign(1.0, a.data)

    @recorded
    def exp(a):
        y = math.exp(a.data)
        return y, y

    @recorded
    def log(a):
        return math.log(a.data), 1.0 / a.data

    @recorded
    def tanh(a):
        y = math.tanh(a.data)
        return y, 1.0 - y * y

    @recorded
    def sigmoid(a):
        small = math.exp(-abs(a.data))
        y = (1.0 if a.data > 0.0 else small) / (1.0 + small)
        return y, y * (1.0 - y)

    @recorded
    def relu(a):
        return max(a.data, 0.0), float(a.data > 0.0)

    @recorded
    def inv(a):
        return 1.0 / a.data, -1.0 / a.data**2

    # A node among others

    def __lt__(self, other):
        return self.data < self.node(other).data

    def __gt__(self, other):
        return self.data > self.node(other).data

    def __deepcopy__(self, memo):
        for node in self.order():
            copy = type(self)(node.data, node.name)
            copy.inputs = tuple(memo[id(input)] for input in node.inputs)
            copy.grad, copy.slopes = node.grad, node.slopes
            memo[id(node)] = copy
        return memo[id(self)]


class Single(Right):
    """The same in float32."""

    @staticmethod
    def number(data):
        return struct.unpack("f", struct.pack("f", Right.number(data)))[0]

    def give(self, node, input, gradient):
        input.grad = self.number(input.grad + self.number(gradient))


# Faults of the backward pass


class InteriorAddsUp(Right):
    def start(self, order):
        pass


class LeavesStartAnew(Right):
    def start(self, order):
        for node in order:
            node.grad = 0.0


class Recursive(Right):
    def order(self):
        order, seen = [], set()

        def visit(node):
            if id(node) not in seen:
                seen.add(id(node))
                for input in node.inputs:
                    visit(input)
                order.append(node)

        visit(self)
        return order


class SetOfEdges(Right):
    def edges(self, node):
        return dict(zip(node.inputs, node.slopes)).items()


class Overwrites(Right):
    def give(self, node, input, gradient):
        input.grad = gradient


class OrderOfDiscovery(Right):
    def order(self):
        found = {self: None}
        queue = [self]
        for node in queue:
            queue += [input for input in dict.fromkeys(node.inputs) if input not in found]
            found.update(dict.fromkeys(node.inputs))
        return queue[::-1]


class NoOrder(Right):
    """Each node passes on what it has as soon as it is given something."""

    def backward(self):
        self.start(self.order())
        self.grad += 1.0
        stack = [self]
        while stack:
            node = stack.pop()
            for input, slope in self.edges(node):
                self.give(node, input, self.flow(node, slope))
                stack.append(input)


class LeafDoesNotAddUp(Right):
    def seed(self):
        self.grad = 1.0


class SeedOfTwo(Right):
    def seed(self):
        self.grad += 2.0


class ZeroesWhenUsed(Right):
    def made(self, name, data, inputs, slopes):
        for input in inputs:
            input.grad = 0.0
        return super().made(name, data, inputs, slopes)


class ForgetsBetween(Right):
    def backward(self):
        super().backward()
        for node in self.order():
            if node.inputs and node is not self:
                node.grad = 0.0


class FifthUseIsLost(Right):
    def backward(self):
        self.uses = {}
        super().backward()

    def give(self, node, input, gradient):
        uses = self.uses[id(input)] = self.uses.get(id(input), 0) + 1
        input.grad += gradient if uses < 5 else 0.0


class TwentiethLeafIsLost(Right):
    def start(self, order):
        super().start(order)
        self.lost = set([node for node in order if not node.inputs][19:])

    def give(self, node, input, gradient):
        input.grad += 0.0 if input in self.lost else gradient


class DepthOverFiftyIsLost(Right):
    def start(self, order):
        super().start(order)
        self.depth = {self: 0}

    def give(self, node, input, gradient):
        self.depth[input] = self.depth[node] + 1
        input.grad += gradient if self.depth[input] <= 50 else 0.0


class NodesOverAThousandAreLost(Right):
    def order(self):
        return super().order()[-1000:]


class NodeForEachPath(Right):
    """Right, and forgets where it has been."""

    def order(self):
        found = [self]
        for node in found:
            found += node.inputs
        return list(dict.fromkeys(found[::-1]))


class LooksThroughAList(Right):
    def start(self, order):
        leaves = []
        for node in order:
            if not node.inputs and node not in leaves:
                leaves.append(node)
        super().start(order)


class OrderOfHashes(Right):
    def order(self):
        order, seen, stack = [], set(), [(self, False)]
        while stack:
            node, finished = stack.pop()
            if finished:
                order.append(node)
            elif id(node) not in seen:
                seen.add(id(node))
                stack += [(node, True), *((input, False) for input in set(node.inputs))]
        return order


# Faults of an operation


class ComplexPowers(Right):
    number = staticmethod(lambda data: data)


class PowersOfZero(Right):
    def __pow__(self, n):
        return self.made("__pow__", self.data**n, (self,), (n * self.data ** (n - 1.0),))


class WrongExponent(Right):
    def __pow__(self, n):
        return self.made("__pow__", self.data**n, (self,), (n * self.data**n,))


class PowersOverwrite(Right):
    def give(self, node, input, gradient):
        input.grad = gradient + (0.0 if node.name == "__pow__" else input.grad)


class SwappedSubtract(Right):
    def __rsub__(self, other):
        return self - other


class SwappedDivide(Right):
    def __rtruediv__(self, other):
        return self / other


class NoReflectedSubtract(Right):
    def __rsub__(self, other):
        return NotImplemented


class WrongSignOfSubtract(Right):
    @recorded
    def __sub__(a, b):
        return a.data - b.data, 1.0, 1.0


class AddsInPlace(Right):
    def __iadd__(self, other):
        self.data += self.node(other).data
        return self


class MultipliesByGradient(Right):
    @recorded
    def __mul__(a, b):
        return a.data * b.data, b.grad, a.data


class LosesTheGraph(Right):
    def __truediv__(self, other):
        return type(self)(self.data / self.node(other).data)


class DividesWhole(Right):
    @staticmethod
    def number(data):
        return data if isinstance(data, int) else Right.number(data)

    def __truediv__(self, other):
        b = self.node(other)
        whole = isinstance(self.data, int) and isinstance(b.data, int)
        y = self.data // b.data if whole else self.data / b.data
        slopes = (1.0 / b.data, -self.data / b.data**2)
        return self.made("__truediv__", y, (self, b), slopes)


class DivisionGivesInf(Right):
    number = staticmethod(float)

    @recorded
    def __truediv__(a, b):
        if b.data == 0.0:
            return math.inf, math.inf, -math.inf
        return a.data / b.data, 1.0 / b.data, -a.data / b.data**2


class ExpIgnoresWhatArrives(Right):
    def flow(self, node, slope):
        return slope * (1.0 if node.name == "exp" else node.grad)


class SigmoidIgnoresWhatArrives(Right):
    def flow(self, node, slope):
        return slope * (1.0 if node.name == "sigmoid" else node.grad)


class InvIgnoresWhatArrives(Right):
    def flow(self, node, slope):
        return slope * (1.0 if node.name == "inv" else node.grad)


class InvWithEpsilon(Right):
    @recorded
    def inv(a):
        return 1.0 / a.data, -1.0 / (a.data**2 + 1e-6)


class LogWithEpsilon(Right):
    @recorded
    def log(a):
        return math.log(a.data + 1e-6), 1.0 / a.data


class LogGivesNan(Right):
    number = staticmethod(float)

    @recorded
    def log(a):
        if a.data <= 0.0:
            return math.nan, math.nan
        return math.log(a.data), 1.0 / a.data


class TanhWithRelusSlope(Right):
    @recorded
    def tanh(a):
        return math.tanh(a.data), float(a.data > 0.0)


class TanhByExp(Right):
    @recorded
    def tanh(a):
        large = math.exp(2.0 * a.data)
        y = (large - 1.0) / (large + 1.0)
        return y, 1.0 - y * y


class SigmoidOverflows(Right):
    @recorded
    def sigmoid(a):
        y = 1.0 / (1.0 + math.exp(-a.data))
        return y, y * (1.0 - y)


class ReluOfZero(Right):
    @recorded
    def relu(a):
        return max(a.data, 0.0), float(a.data >= 0.0)


class ReluLetsNegativesThrough(Right):
    @recorded
    def relu(a):
        return max(a.data, 0.0), 1.0


class AbsChangesItsInput(Right):
    def __abs__(self):
        slope = math.copysign(1.0, self.data)
        self.data = abs(self.data)
        return self.made("__abs__", self.data, (self,), (slope,))


# Faults of a node


class SharedConstants(Right):
    known = {}

    def __new__(cls, data, name="", inputs=(), slopes=()):
        if inputs:
            return super().__new__(cls)
        if data not in cls.known:
            cls.known[data] = super().__new__(cls)
        return cls.known[data]


class ReadsDataLate(Right):
    def edges(self, node):
        if node.name == "__mul__":
            a, b = node.inputs
            return [(a, b.data), (b, a.data)]
        return super().edges(node)


class StringsAreNumbers(Right):
    number = staticmethod(float)


class EqualByNumber(Right):
    def __eq__(self, other):
        return isinstance(other, Right) and self.data == other.data

    def __hash__(self):
        return hash(self.data)


class Backwards(Right):
    def __gt__(self, other):
        return self.data < self.node(other).data


class KeepsATape(Right):
    tape = []

    def made(self, name, data, inputs, slopes):
        self.tape.append(super().made(name, data, inputs, slopes))
        return self.tape[-1]


class HoldsItself(Right):
    def made(self, name, data, inputs, slopes):
        result = super().made(name, data, inputs, slopes)
        result.closure = lambda: result
        return result


class CopiesByRecursion(Right):
    def __deepcopy__(self, memo):
        if id(self) not in memo:
            copy = memo[id(self)] = type(self)(self.data, self.name)
            copy.inputs = tuple(input.__deepcopy__(memo) for input in self.inputs)
            copy.slopes = self.slopes
        return memo[id(self)]


class CopiesShareLeaves(Right):
    def __deepcopy__(self, memo):
        return type(self)(self.data, self.name, self.inputs, self.slopes)


# Engines that break down where relu is asked for


class Crashes(Right):
    def relu(self):
        os.abort()


class Exits(Right):
    def relu(self):
        os._exit(3)


class Hangs(Right):
    def relu(self):
        while True:
            pass


class Sleeps(Right):
    def relu(self):
        time.sleep(1e6)


class EatsMemory(Right):
    def relu(self):
        return bytearray(5 << 30)


class Recurses(Right):
    def relu(self):
        return self.relu()


class AsksAndTalks(Right):
    def relu(self):
        print("relu" * 1000)
        return super().relu() if input("slope? ") else None


class RaisesNonsense(Right):
    def relu(self):
        raise type("Nonsense", (BaseException,), {"__str__": lambda self: 1 / 0})


# Nets


class Neuron:
    def __init__(self, n_inputs, number=Right):
        self.weights = [number(random.uniform(-1.0, 1.0)) for _ in range(n_inputs)]
        self.bias = number(0.0)

    def __call__(self, inputs):
        if len(inputs) != len(self.weights):
            raise ValueError(f"{len(self.weights)} inputs are needed, and {len(inputs)} are given")
        return sum((w * x for w, x in zip(self.weights, inputs)), self.bias).tanh()

    def parameters(self):
        return [*self.weights, self.bias]


class Net:
    """A right net, of layers that are lists of neurons."""

    neuron = Neuron

    def __init__(self, n_inputs, sizes):
        self.layers = [self.layer(n, m) for n, m in zip([n_inputs, *sizes], sizes)]

    def layer(self, n, m):
        return [self.neuron(n) for _ in range(m)]

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = [neuron(inputs) for neuron in layer]
        return inputs

    def parameters(self):
        return [p for layer in self.layers for neuron in layer for p in neuron.parameters()]


class CutsShort(Net):
    class neuron(Neuron):
        def __call__(self, inputs):
            return sum((w * x for w, x in zip(self.weights, inputs)), self.bias).tanh()


class NoBiases(Net):
    class neuron(Neuron):
        def parameters(self):
            return self.weights


class SharesNeurons(Net):
    def layer(self, n, m):
        return [self.neuron(n)] * m


class OneIsNoList(Net):
    def __call__(self, inputs):
        for layer in self.layers:
            outputs = [neuron(inputs) for neuron in layer]
            inputs = outputs[0] if len(outputs) == 1 else outputs
        return inputs


class StartsAtZero(Net):
    class neuron(Neuron):
        def __init__(self, n_inputs):
            self.weights = [Right(0.0) for _ in range(n_inputs)]
            self.bias = Right(0.0)


class LosesGradients(Net):
    class neuron(Neuron):
        def __call__(self, inputs):
            return Right(super().__call__(inputs).data)
