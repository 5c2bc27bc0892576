"""The command line: python -m engine "tanh(w*x + b)" w=0.5 x=2 b=-1"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.errors import written
from engine.expression import parse
from engine.graph import topological_order
from engine.rules import CONSTANT
from engine.value import Value


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the graph of an expression with its values and gradients; draw it where asked."""
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description="Compute an expression, run backpropagation through it, and show every node.",
        epilog='Example: python -m engine "tanh(w*x + b)" w=0.5 x=2 b=-1 --svg neuron.svg. '
        "An expression that begins with a minus goes into parentheses.",
    )
    parser.add_argument("expression", help='as "tanh(w*x + b)"; not run as Python')
    parser.add_argument("numbers", nargs="*", metavar="name=number", help="a number for each name")
    parser.add_argument("--svg", metavar="FILE", help="write the picture of the graph")
    parser.add_argument("--png", metavar="FILE", help="write it as pixels")
    options = parser.parse_intermixed_args(arguments)
    try:
        numbers = dict(assignment(text) for text in options.numbers)
        output, _ = parse(options.expression, numbers)
        output.backward()
        print("\n".join(table(output)))
        for format in ("svg", "png"):
            file = getattr(options, format)
            if file is not None:
                write_picture(output, file, format)
                print(f"wrote {file}")
    except (ValueError, OverflowError, OSError) as error:
        print(f"python -m engine: {error}", file=sys.stderr)
        return 1
    return 0


def assignment(text: str) -> tuple[str, float]:
    """("w", 0.5) from "w=0.5". Raises ValueError for anything else."""
    name, equals, number = text.partition("=")
    try:
        if equals and name.strip().isidentifier():
            return name.strip(), float(number)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is not name=number, as w=0.5")


def table(output: Value) -> list[str]:
    """One line a node, in the order of computation; results without a label are v1, v2, …

    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> y.backward()
    >>> print("\\n".join(table(y)))
    name  operation  value  gradient
    x                    3         6
    v1    x * x          9         1
    """
    names: dict[Value, str] = {}
    results = 0
    rows = [("name", "operation", "value", "gradient")]
    for node in topological_order((output,)):
        if node.rule is CONSTANT and node is not output:
            names[node] = f"{node.data:g}"
            continue
        operation = ""
        names[node] = node.label
        if node.inputs and node.rule is not None:
            results += 1
            names[node] = node.label or f"v{results}"
            operation = written(node.rule, [names[input] for input in node.inputs])
        rows.append((names[node], operation, f"{node.data:.6g}", f"{node.grad:.6g}"))
    wide = [max(map(len, column)) for column in zip(*rows)]
    return [
        f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:>{wide[2]}}  {d:>{wide[3]}}" for a, b, c, d in rows
    ]


def write_picture(output: Value, file: str, format: str) -> None:
    """Write the drawn graph to a file; OSError where that cannot be done."""
    from engine.drawing import draw  # loaded only when a picture is asked for

    Path(file).write_bytes(draw(output).pipe(format=format, quiet=True))


if __name__ == "__main__":
    sys.exit(main())
