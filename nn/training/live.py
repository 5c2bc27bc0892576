"""The live page: a small net that is trained in the browser, by the rules of the table."""

from typing import Any, Final

from engine import Value, dot
from engine.explorer import Page
from engine.explorer.contents import rules_script
from nn.layers.activations import activation_function
from nn.layers.initializers import RELU_FAMILY
from nn.losses.losses import binary_cross_entropy, mean_squared_error
from nn.training.pages import fill_page, shown_outputs, slope_of
from nn.training.tape import make_tape

ACTIVATIONS: Final = (
    "tanh relu sigmoid identity elu gelu silu softplus mish softsign hardtanh sin"
).split()
LOSSES: Final = [binary_cross_entropy, mean_squared_error]
FEATURES: Final = ("x₁", "x₂", "x₁²", "x₂²", "x₁x₂", "sin x₁", "sin x₂")
MOST_INPUTS: Final = 8  # of a neuron


class LivePage(Page):
    """One file: it asks for nothing, and needs no Python."""

    title = "A net, trained live"


def live_page() -> LivePage:
    """A page on which to choose data and a net, train it, and step through any neuron's pass.

    What the page knows of mathematics is generated here: features, activations and losses as tapes
    of the table's rules. With a seed it starts from the weights of `MLP(…, seed=seed)`, and its
    steps are those of `SGD` on the same batches, to rounding.

    >>> live_page().html.count("<html")
    1
    """
    parts, rules = make_parts()
    contents = {"parts": parts, "halving": sorted(RELU_FAMILY & set(ACTIVATIONS))}
    return LivePage(fill_page("live", LivePage.title, contents, rules))


def make_parts() -> tuple[dict[str, Any], str]:
    """What nets are built from, each as a tape, and the rules of all of them."""
    x1, x2, z, target = Value(0.6, "x1"), Value(0.7, "x2"), Value(0.5, "z"), Value(1.0, "t")
    squares = [x1**2, x2**2, x1 * x2, x1.sin(), x2.sin()]
    features = dict(zip(FEATURES, [x1, x2, *squares], strict=True))
    activations = {name: activation_function(name)(z) for name in ACTIVATIONS}
    losses = {loss.__name__: loss.term([z], [target]) for loss in LOSSES}
    answers = {loss.__name__: shown_outputs(loss, [z])[0] for loss in LOSSES}
    dots = [dot([x1] * n, [x2] * n) for n in range(1, MOST_INPUTS + 1)]
    total = x1 + x2
    groups = [features, activations, losses, answers]
    results = [result for group in groups for result in group.values()]
    rules, rule_of, missing = rules_script(*results, *dots, total)
    assert not missing
    leaves = [[x1, x2], [z], [z, target], [z]]
    tapes = [
        {name: make_tape([result], own, rule_of).contents for name, result in group.items()}
        for group, own in zip(groups, leaves)
    ]
    named = dict(zip(["features", "activations", "losses", "answers"], tapes))
    slopes = {name: slope_of(name) for name in ACTIVATIONS}
    numbers = {"dots": [-1, *(rule_of[node] for node in dots)], "add": rule_of[total]}
    return named | numbers | {"slopes": slopes}, rules
