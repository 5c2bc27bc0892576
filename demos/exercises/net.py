"""The property of a net of one's own that its step asks for: each neuron is the tanh of its sum."""

from math import tanh

from engine.proof.judge.bench import Bench
from engine.proof.judge.program import Near, Program, Question
from engine.proof.judge.properties.nets import of_a_net
from engine.proof.judge.property import Property

ALL = 0.5  # what every parameter is set to, so that their order does not matter
POINT = 0.5, -1.0


def of_tanh(bench: Bench) -> Program:
    lines = (
        f"model = {bench.subject.net_name}(2, [3, 1])",
        f"for p in model.parameters(): p.data = {ALL}",
        f"y = model({list(POINT)})",
    )
    hidden = tanh(ALL * sum(POINT) + ALL)
    right = tanh(ALL * 3 * hidden + ALL)
    return Program(lines, (Question("y.data", Near(right, 1e-12)),))


NET = Property(
    "net: the tanh of each sum",
    "Without something that bends, layers upon layers are one sum; the last neuron gives a number.",
    "no_activation",
    of_a_net(of_tanh),
)
