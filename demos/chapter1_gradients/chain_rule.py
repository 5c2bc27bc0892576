"""The chain rule at one node: incoming gradient times local derivative, and nothing else.

It shows     y = (w·x + b)² forward and backward, each step with its numbers; then one node alone:
             what it must know, and why it need not know its place in the graph
It takes     about a second
It writes    graph.svg, the drawn graph, and steps.html, a page that plays the steps
"""

from pathlib import Path

from engine import RULES, Value, backward_steps, explore, formula, forward_steps, svg
from engine.files import write_file
from engine.formula.partials import partial_formulas
from engine.names import digits
from engine.symbols import Symbol


def main(output: Path, *, quick: bool = False) -> None:
    """Print both passes of a small graph; it is as small as it gets: `quick` changes nothing."""
    w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-3.0, "b")
    y = (w * x + b) ** 2
    y.label = "y"

    print(f"y = {formula(y)}\n\nForward: every node computes its value.\n")
    print(forward_steps(y))
    print("\nBackward: every edge multiplies the gradient that comes in by its local derivative.\n")
    steps = backward_steps(y)
    print(steps)
    y.backward()
    write_file(output / "graph.svg", svg(y))
    explore(y).save(output / "steps.html")

    step = steps[-1]
    print(f"\nThe last step in full:\n  {step.words}")
    print(f"  ∂y/∂{step.name} = {digits(step.incoming)} came in. The node {step.name} knows")
    print(f"  its slope along {step.input_name}, which is {step.partial_formula}; it")
    print("  multiplies the two.")
    print("\nSo an operation needs to know only its own derivatives. Some of the table:\n")
    for name in ("multiply", "tanh", "exp", "log", "relu"):
        inputs = [Symbol(input) for input in RULES[name].inputs]
        partial, *_ = partial_formulas(RULES[name], inputs, "y")
        call = f"y = {name}({', '.join(RULES[name].inputs)})"
        print(f"  {call:22}∂y/∂{RULES[name].inputs[0]} = {partial}")

    print(f"\ngraph.svg and steps.html are in {output}")
