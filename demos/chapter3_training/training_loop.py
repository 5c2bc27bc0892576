"""The training loop: its six steps, each with its numbers.

It shows     initialise, forward, loss, backward, update, repeat: for the nine parameters of a 2-2-1
             net of sigmoids and four people of known weight, height and class
It takes     about a second
It writes    nothing
"""

from collections.abc import Iterable
from pathlib import Path

from demos.helpers.tables import print_table
from engine import Value
from nn import MLP, mean_squared_error

# Weight and height, as pounds above 135 and inches above 66; and the class of each
PEOPLE = {"Ann": (-2, -1), "Ben": (25, 6), "Carl": (17, 4), "Dora": (-15, -6)}
CLASSES = [1, 0, 0, 1]
RATE = 0.1
# (layer), neuron, input
NAMES = "w⁽¹⁾₁₁ w⁽¹⁾₁₂ b⁽¹⁾₁ w⁽¹⁾₂₁ w⁽¹⁾₂₂ b⁽¹⁾₂ w⁽²⁾₁₁ w⁽²⁾₁₂ b⁽²⁾₁".split()


def main(output: Path, *, quick: bool = False) -> None:
    """Go once through the loop slowly, and then many times."""
    epochs = 100 if quick else 1000

    print("1. Initialise: random weights, and biases of 0.\n")
    model = MLP(2, [2, 1], "sigmoid", "sigmoid", seed=0)
    parameters = model.parameters()
    before = [parameter.data for parameter in parameters]
    print_numbers(("parameter", NAMES), ("value", before))

    print("\n2. Forward: what the net says about each of the four.\n")
    outputs = [model(person) for person in PEOPLE.values()]
    said = [output.data for output in outputs]
    print_numbers(("person", PEOPLE), ("output", said), ("target", CLASSES))

    print("\n3. Loss: one number for how far off that is, the mean of (output − target)².\n")
    loss = mean_squared_error(outputs, CLASSES)
    squares = [(o.data - c) ** 2 for o, c in zip(outputs, CLASSES)]
    terms = " + ".join(f"{square:.4f}" for square in squares)
    print(f"  ({terms}) / 4 = {loss.data:.4f}")

    print("\n4. Backward: how the loss changes with each parameter, by the chain rule.\n")
    model.zero_grad()
    loss.backward()
    print_numbers(("parameter", NAMES), ("gradient", [p.grad for p in parameters]))

    print(f"\n5. Update: every parameter takes a small step downhill, minus {RATE} · gradient.\n")
    for parameter in parameters:
        parameter.data -= RATE * parameter.grad
    after = [parameter.data for parameter in parameters]
    print_numbers(("parameter", NAMES), ("before", before), ("after", after))
    print(f"\n  The loss is now {loss_of(model).data:.4f}; it was {loss.data:.4f}.")

    print("\n6. Repeat: steps 2 to 5 again and again.\n")
    losses = [loss.data, *repeat(model, epochs)]
    for epoch in (1, 2, 10, 100, 1000):
        if epoch <= len(losses):
            print(f"  epoch {epoch:5}   loss {losses[epoch - 1]:.4f}")
    print("\nThese are the steps that fit takes, in random batches, with a compiled graph.")


def repeat(model: MLP, epochs: int) -> list[float]:
    """Steps 2 to 5, without the words, for all epochs after the first; the loss in each."""
    losses = []
    for _ in range(1, epochs):
        loss = loss_of(model)
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter.data -= RATE * parameter.grad
        losses.append(loss.data)
    return losses


def loss_of(model: MLP) -> Value:
    """Steps 2 and 3."""
    return mean_squared_error([model(person) for person in PEOPLE.values()], CLASSES)


def print_numbers(*rows: tuple[str, Iterable[object]]) -> None:
    """A table: words as they are, numbers with four digits after the point."""
    cells = [[f"{x:.4f}" if isinstance(x, float) else x for x in numbers] for _, numbers in rows]
    print_table([(name, *row) for (name, _), row in zip(rows, cells)])
