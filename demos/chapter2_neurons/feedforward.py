"""A feedforward net with two inputs, two hidden neurons and one output, number by number.

It shows     the notation of textbooks: z⁽¹⁾₂ is the weighted sum of neuron 2 in layer 1, a⁽¹⁾₂
             its activation sigmoid(z⁽¹⁾₂); the output layer has z⁽²⁾₁ and a⁽²⁾₁. Every weight row
             is [0, 1], every bias 0, and the input is (2, 3)
It takes     about a second
It writes    feedforward.svg and feedforward.png, the net with every z and a in it
"""

from pathlib import Path

from engine import draw
from nn import MLP

INPUTS = (2.0, 3.0)


def main(output: Path, *, quick: bool = False) -> None:
    """Print the forward pass and draw the net; it is small already: `quick` changes nothing."""
    model = two_two_one()
    hidden, last = model.network(INPUTS).layers
    assert hidden.z and hidden.a and last.z and last.a
    (x1, x2), (z1, z2), (a1, a2) = INPUTS, hidden.z, hidden.a

    print(f"{model}\n")
    for name, formula, number in [
        ("x₁", "the first input", x1),
        ("x₂", "the second input", x2),
        ("z⁽¹⁾₁", f"w⁽¹⁾₁₁ x₁ + w⁽¹⁾₁₂ x₂ + b⁽¹⁾₁ = 0·{x1:g} + 1·{x2:g} + 0", z1),
        ("z⁽¹⁾₂", f"w⁽¹⁾₂₁ x₁ + w⁽¹⁾₂₂ x₂ + b⁽¹⁾₂ = 0·{x1:g} + 1·{x2:g} + 0", z2),
        ("a⁽¹⁾₁", f"sigmoid(z⁽¹⁾₁) = 1 / (1 + exp(-{z1:g}))", a1),
        ("a⁽¹⁾₂", f"sigmoid(z⁽¹⁾₂) = 1 / (1 + exp(-{z2:g}))", a2),
        ("z⁽²⁾₁", f"w⁽²⁾₁₁ a⁽¹⁾₁ + w⁽²⁾₁₂ a⁽¹⁾₂ + b⁽²⁾₁ = 0·{a1:.4f} + 1·{a2:.4f} + 0", last.z[0]),
        ("a⁽²⁾₁", f"sigmoid(z⁽²⁾₁) = 1 / (1 + exp(-{last.z[0]:.4f}))", last.a[0]),
    ]:
        print(f"  {name:6} = {formula:62} = {number:.4f}")

    print("\nThe raised number is the layer, the lowered one the neuron; in a weight like w⁽¹⁾₂₁")
    print("the last one is the input. What a layer puts out, its a, is all that the next one sees.")

    picture = draw(model, inputs=INPUTS)
    picture.save(output / "feedforward.svg")
    picture.attr(dpi="160")
    picture.save(output / "feedforward.png")
    print(f"\nfeedforward.svg and feedforward.png are in {output}")


def two_two_one() -> MLP:
    """Two inputs, two hidden neurons and one output, all sigmoid, with weights set by hand."""
    model = MLP(2, [2, 1], "sigmoid", "sigmoid")
    for layer in model.layers:
        for neuron in layer.neurons:
            neuron.weights[0].data, neuron.weights[1].data = 0.0, 1.0
            neuron.bias.data = 0.0
    return model
