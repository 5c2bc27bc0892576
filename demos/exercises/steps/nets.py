"""Steps 11 and 12: a net, and one that learns half-moons."""

from demos.exercises.step import Slip, Step

NETS = (
    Step(
        11,
        "A net.",
        "MLP(2, [3, 1]) has layers of 3 neurons and of 1. A neuron is tanh(w₁x₁ + w₂x₂ + … + "
        "b). It refuses a list of another length; weights begin at random, from −1 to 1. "
        "parameters() lists all weights and biases. Called with a list, a layer gives a list; "
        "the net gives the last layer's, or the one number where there is only one.",
        (
            "net: too few inputs",
            "net: too many inputs",
            "net: a bias for each neuron",
            "net: nothing shared",
            "net: neurons start apart",
            "net: one neuron in a row",
            "net: the tanh of each sum",
            "net: gradients",
        ),
        "A net is no more than an expression with many leaves; your engine differentiates it.",
        (
            "Begin with a neuron alone: weights, a bias, and the sum of the products.",
            "A layer is a list of neurons, each made by its own call of Neuron(n).",
            "The sizes of the layers are [n_inputs, *sizes], two neighbours for each.",
        ),
        (
            Slip(
                "        if len(inputs) != len(self.weights):\n"
                '            raise ValueError(f"{len(self.weights)} inputs, not {len(inputs)}")\n',
                "",
                "net: too few inputs",
                "zip stops at the shorter list: compare the lengths, and raise ValueError.",
            ),
            Slip(
                "[*self.weights, self.bias]",
                "self.weights",
                "net: a bias for each neuron",
                "parameters() has to list the biases as well.",
                "came out: 9; right: 13",
            ),
            Slip(
                "[Neuron(n_inputs) for _ in range(size)]",
                "[Neuron(n_inputs)] * size",
                "net: nothing shared",
                "[Neuron(n)] * m is one neuron m times: make each by its own call.",
            ),
            Slip(
                "Value(random.uniform(-1.0, 1.0))",
                "Value(0.5)",
                "net: neurons start apart",
                "Neurons that start the same stay the same: draw each weight with random.uniform.",
            ),
            Slip(
                "self.bias).tanh()",
                "self.bias)",
                "net: the tanh of each sum",
                "A neuron is the tanh of its sum, and not the sum alone.",
            ),
            Slip(
                "return inputs[0] if len(inputs) == 1 else inputs",
                "return inputs",
                "net: the tanh of each sum",
                "One neuron is in the last layer: give its number, not a list of one.",
                "'list' object has no attribute",
            ),
        ),
        stub_below="""\
class Neuron:
    def __init__(self, n_inputs):
        ...

    def __call__(self, inputs):
        ...

    def parameters(self):
        ...


class MLP:
    def __init__(self, n_inputs, sizes):
        ...

    def __call__(self, inputs):
        ...

    def parameters(self):
        ...""",
        below="""\
class Neuron:
    def __init__(self, n_inputs):
        self.weights = [Value(random.uniform(-1.0, 1.0)) for _ in range(n_inputs)]
        self.bias = Value(0.0)

    def __call__(self, inputs):
        if len(inputs) != len(self.weights):
            raise ValueError(f"{len(self.weights)} inputs, not {len(inputs)}")
        return sum((w * x for w, x in zip(self.weights, inputs)), self.bias).tanh()

    def parameters(self):
        return [*self.weights, self.bias]


class Layer:
    def __init__(self, n_inputs, size):
        self.neurons = [Neuron(n_inputs) for _ in range(size)]

    def __call__(self, inputs):
        return [neuron(inputs) for neuron in self.neurons]

    def parameters(self):
        return [p for neuron in self.neurons for p in neuron.parameters()]


class MLP:
    def __init__(self, n_inputs, sizes):
        self.layers = [Layer(n, m) for n, m in zip([n_inputs, *sizes], sizes)]

    def __call__(self, inputs):
        for layer in self.layers:
            inputs = layer(inputs)
        return inputs[0] if len(inputs) == 1 else inputs

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]""",
    ),
    Step(
        12,
        "A net that learns.",
        "Half-moons are two crescents that interlock; the target is −1 on one and 1 on the "
        "other. train(model, points, targets, steps, rate) does so many times: the loss, the "
        "mean of (model(point) − target)²; the gradients to 0; backward; each parameter a step "
        "downhill.",
        ("training: a step", "training: the next step", "training: half-moons"),
        "Loss, zero, backward, step: every net is trained so. This one you wrote yourself, "
        "from its first number.",
        (
            "The loss is one Value: add up the squares, divide by their number, go back.",
            "For each parameter p: p.grad = 0.0 before loss.backward(), p.data -= … after it.",
            "p.data -= rate * p.grad",
        ),
        (
            Slip(
                "loss = loss + (model",
                "loss = (model",
                "training: a step",
                "That is the loss of the last point: those of all add up.",
                "came out: -0.47442",
            ),
            Slip(
                "p.data -= rate * p.grad",
                "p.data += rate * p.grad",
                "training: a step",
                "The gradient points uphill; the loss is to fall.",
                "came out: -0.34",
            ),
            Slip(
                "            p.grad = 0.0\n",
                "            pass\n",
                "training: the next step",
                "The first step's gradients are still there: set each p.grad to 0.0.",
            ),
            Slip(
                "loss = loss / len(points)",
                "pass",
                "training: a step",
                "It is the mean that is asked for: divide the sum by how many points there are.",
                "came out: -0.518",
            ),
            Slip(
                "        loss.backward()\n",
                "",
                "training: a step",
                "The loss is one Value: add up the squares, divide by their number, go back.",
                "came out: -0.4;",
            ),
            Slip(
                "for _ in range(steps):",
                "for _ in range(min(steps, 2)):",
                "training: half-moons",
                "Is it done as many times as steps says?",
            ),
        ),
        stub_below="def train(model, points, targets, steps, rate):\n    ...",
        below="""\
def train(model, points, targets, steps, rate):
    for _ in range(steps):
        loss = Value(0.0)
        for point, target in zip(points, targets):
            loss = loss + (model(point) - target) ** 2
        loss = loss / len(points)
        for p in model.parameters():
            p.grad = 0.0
        loss.backward()
        for p in model.parameters():
            p.data -= rate * p.grad""",
    ),
)
