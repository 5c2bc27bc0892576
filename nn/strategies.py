"""Hypothesis strategy: small random nets, with samples and targets to fit.

It needs Hypothesis: pip install -e ".[test]".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from engine.optional import missing

try:
    from hypothesis import strategies as st
except ModuleNotFoundError as error:
    raise missing("nn.strategies", "hypothesis", "test") from error

from engine import Value
from engine.graph import topological_order
from engine.proof.graph_builder import Draw, comfortable
from engine.proof.smooth import is_calm_at
from engine.rule import REAL
from nn.layers.activations import activation_function
from nn.layers.dense import MLP
from nn.losses.losses import mean_squared_error

SMOOTH_OR_RELU = ("tanh", "sigmoid", "softplus", "gelu", "silu", "sin", "relu")


@dataclass(frozen=True, slots=True)
class Regression:
    """A net of one output, samples and their targets; it prints as the Python that builds it.

    Called with a net it returns the mean squared error: `check_gradients(case, case.model)`.
    """

    model: MLP
    samples: tuple[tuple[float, ...], ...]
    targets: tuple[float, ...]

    def __call__(self, model: MLP) -> Value:
        return mean_squared_error([model(sample) for sample in self.samples], self.targets)

    def loss(self) -> Value:
        """The mean squared error of the net itself."""
        return self(self.model)

    def __repr__(self) -> str:
        first, last = self.model.layers[0], self.model.layers[-1]
        sizes = [len(layer.neurons) for layer in self.model.layers]
        names = [layer.neurons[0].activation for layer in (first, last)]
        state = [f"    {name!r}: {x!r}," for name, x in self.model.state_dict().items()]
        return "\n".join(
            [
                "",
                "from nn import MLP",
                "from nn.strategies import Regression",
                f"model = MLP({first.n_inputs}, {sizes}, {names[0]!r}, {names[1]!r})",
                "model.load_state_dict({",
                *state,
                "})",
                f"case = Regression(model, {self.samples!r}, {self.targets!r})",
            ]
        )

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Hypothesis prints a failing example by this, where it exists."""
        printer.text(repr(self))


def models(
    activations: Sequence[str] = SMOOTH_OR_RELU,
    *,
    max_inputs: int = 3,
    max_layers: int = 3,
    max_neurons: int = 4,
    max_samples: int = 3,
) -> st.SearchStrategy[Regression]:
    """Random nets of one output with random biases, samples and targets: see `Regression`.

    Every operation of the loss is inside its domain and away from kinks. Examples shrink to one
    layer, one input and one sample. Raises ValueError for no or unknown activations and for a
    largest number < 1.

    >>> from hypothesis import given
    >>> from engine.proof.checking import check_gradients
    >>> @given(models(["tanh"], max_layers=2))
    ... def test(case):
    ...     check_gradients(case, case.model)
    """
    if not activations:
        raise ValueError("models: no activations were given")
    for activation in activations:
        activation_function(activation)
    if min(max_inputs, max_layers, max_neurons, max_samples) < 1:
        raise ValueError(
            "models: max_inputs, max_layers, max_neurons, max_samples must be at least 1"
        )
    shape = (max_inputs, max_layers, max_neurons, max_samples)
    return _regressions(list(activations), *shape).filter(is_calm)


@st.composite
def _regressions(
    draw: Draw,
    activations: list[str],
    max_inputs: int,
    max_layers: int,
    max_neurons: int,
    max_samples: int,
) -> Regression:
    n_inputs = draw(st.integers(1, max_inputs))
    hidden = draw(st.lists(st.integers(1, max_neurons), max_size=max_layers - 1))
    seed = draw(st.integers(0, 1000))
    model = MLP(n_inputs, [*hidden, 1], draw(st.sampled_from(activations)), seed=seed)
    rng = Random(seed)
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.bias.data = round(rng.uniform(-1.0, 1.0), 3)
    numbers = comfortable(REAL)
    sample = st.tuples(*[numbers] * n_inputs)
    samples = draw(st.lists(sample, min_size=1, max_size=max_samples))
    return Regression(model, tuple(samples), tuple(draw(numbers) for _ in samples))


def is_calm(case: Regression) -> bool:
    """Whether no operation of the loss is next to an edge or a kink, or steep, or huge."""
    return all(
        node.rule is None or is_calm_at(node.rule, [input.data for input in node.inputs])
        for node in topological_order([case.loss()])
        if node.inputs
    )
