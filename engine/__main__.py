"""The command line: python -m engine "tanh(w*x + b)" w=0.5 x=2 b=-1"""

import argparse
import pydoc
import re
import shutil
import sys
import tempfile
import webbrowser
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import NoReturn
from unicodedata import normalize

from engine.errors import DomainError
from engine.expression import label_of, parse
from engine.files import write_file
from engine.formula.styles import find_style
from engine.graph import topological_order
from engine.messages import brief, first_ten, shown
from engine.names import align_columns, digits, name_nodes
from engine.rules import CONSTANT
from engine.steps import BackwardSteps, backward_steps, forward_steps, write_operation
from engine.terminal import run_command, say
from engine.value import Value


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the graph of an expression with its values and gradients; draw it where asked."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] == ["judge"]:
        from engine.proof.judge.command_line import main as judge  # loaded only when asked for

        return judge(arguments[1:])
    options = CommandLine().parse_intermixed_args(arguments)
    try:
        output, leaves = parse(options.expression, parse_assignments(options.numbers))
        output.backward()
        if options.steps or options.leaf is not None:
            show(both_passes(output, leaves, options.leaf))
        else:
            show(table(output))
        for format in ("svg", "png"):
            file = getattr(options, format)
            if file is not None:
                write_picture(output, file, format)
                say(f"wrote {brief(file)}")
        if options.html is not None or options.open:
            page = write_page(output, options.html)
            say(f"wrote {brief(page)}")
            if options.open and not webbrowser.open(page.resolve().as_uri()):
                raise OSError(f"no browser was found to show {brief(page)}")
    except (ValueError, OverflowError, OSError, ModuleNotFoundError) as error:
        print(f"python -m engine: {error}", file=sys.stderr)
        return 1
    return 0


class CommandLine(argparse.ArgumentParser):
    """What may be given; an error shows no more of it than is good for a terminal."""

    def __init__(self) -> None:
        super().__init__(
            prog="python -m engine",
            description="Compute an expression, run backpropagation through it, show every node.",
            epilog='Example: python -m engine "tanh(w*x + b)" w=0.5 x=2 b=-1 --svg neuron.svg. '
            'Parts may be named: "t = tanh(w*x); (t - 1)**2" w=1/2 x=pi. '
            "Put an expression that begins with a minus in parentheses. "
            "python -m engine judge --help: to judge an engine of your own.",
        )
        self.add_argument("expression", help='such as "tanh(w*x + b)"; parsed, never run as Python')
        self.add_argument(
            "numbers", nargs="*", default=[], metavar="name=number", help="a number for each name"
        )
        self.add_argument("--steps", action="store_true", help="print both passes, step by step")
        self.add_argument(
            "--for",
            dest="leaf",
            metavar="NAME",
            help="only the backward steps that reach this name",
        )
        self.add_argument("--svg", metavar="FILE", help="write the picture of the graph")
        self.add_argument("--png", metavar="FILE", help="write it as pixels")
        self.add_argument("--html", metavar="FILE", help="write a page to explore the graph on")
        self.add_argument("--open", action="store_true", help="show that page in the browser")

    def error(self, message: str) -> NoReturn:
        hint = ""
        if found := re.search("arguments: (-[^-].*)", message):
            hint = "; an expression that begins with a minus goes in parentheses"
            if f"-{found[1]}" in self._option_string_actions:
                hint = f"; write -{found[1]}"
        super().error(brief(message) + hint)


def parse_assignments(texts: Iterable[str]) -> dict[str, float]:
    """{"w": 0.5} from ["w=1/2"]. Raises ValueError for anything else, or a name given twice.

    >>> parse_assignments(["w=0.5", "w=1"])
    Traceback (most recent call last):
    ValueError: w is given twice: 0.5 and 1.0
    """
    numbers: dict[str, float] = {}
    for text in texts:
        name, equals, number = text.partition("=")
        name = name.strip()
        if not (equals and name.isidentifier()):
            raise ValueError(f"{shown(text)} is not of the form name=number, such as w=0.5")
        found = number_of(text, number)
        name = label_of(name)
        if name in numbers:
            raise ValueError(f"{brief(name)} is given twice: {numbers[name]} and {found}")
        numbers[name] = found
    return numbers


def number_of(text: str, number: str) -> float:
    """What stands for a number in "w=1/2", "x=-pi" and the like."""
    try:
        found = float(number)
    except ValueError:
        return computed_number(text, number)
    if not isfinite(found):
        raise ValueError(f"{shown(text)}: a finite number is needed")
    return found


def computed_number(text: str, expression: str) -> float:
    """The value of "1/2" or "-pi"."""
    try:
        return parse(expression, {})[0].data
    except (DomainError, OverflowError):
        raise ValueError(f"{shown(text)}: a finite number is needed") from None
    except ValueError:
        form = "is not of the form name=number, such as w=0.5, w=1/2 or w=-pi"
        raise ValueError(f"{shown(text)} {form}") from None


def table(output: Value) -> str:
    """One line for each node, in the order of computation, under the names that the steps use.

    >>> x = Value(3.0, "x")
    >>> y = x * x
    >>> y.backward()
    >>> print(table(y))
    name  operation  value  gradient
    x                    3         6
    v₁    x²             9         1
    """
    order = topological_order((output,))
    names = name_nodes(order)
    rows = [("name", "operation", "value", "gradient")]
    for node in order:
        if node.rule is CONSTANT and node is not output:
            continue
        operation = ""
        if node.inputs and node.rule is not None:
            operation, _, _ = write_operation(node, names, find_style("text"))
        data, grad = (digits(number, 6) for number in (node.data, node.grad))
        rows.append((names[node], operation, data, grad))
    return align_columns(rows, right={2, 3})


def both_passes(output: Value, leaves: Mapping[str, Value], leaf: str | None) -> str:
    """The forward and the backward pass as tables, the latter for one leaf where it is named.

    Raises ValueError for a name that no leaf has.
    """
    steps = backward_steps(output)
    title = f"Backward: what each gradient is made of, from {steps[0].name} back to the names"
    if leaf is not None:
        name = normalize("NFKC", leaf.strip())
        if name not in leaves:
            names = ", ".join(first_ten([x.label for x in leaves.values()])) or "none at all"
            raise ValueError(f"--for {brief(leaf)}: the names are {names}")
        steps = steps_towards(leaves[name], steps)
        title = f"Backward: the steps that reach {leaves[name].label}"
    tables = ["Forward: each value from those above it", f"{forward_steps(output)}"]
    return "\n\n".join([*tables, title, f"{steps}"])


def steps_towards(leaf: Value, steps: BackwardSteps) -> BackwardSteps:
    """The seed, and the steps on the paths from the output to the leaf.

    >>> x, y = Value(2.0, "x"), Value(3.0, "y")
    >>> [step.input_name for step in steps_towards(x, backward_steps(x.exp() * y))]
    ['v₂', 'v₁', 'x']
    """
    reaching = {leaf}
    for step in reversed(steps):  # inputs come before what is made of them
        if step.input in reaching:
            reaching.add(step.node)
    return BackwardSteps(step for step in steps if step.input in reaching)


def show(text: str) -> None:
    """Print the text, page by page where it is longer than the terminal."""
    on_screen = sys.stdout is not None and sys.stdout.isatty()
    if on_screen and text.count("\n") + 1 >= shutil.get_terminal_size().lines:
        pydoc.pager(text + "\n")
    else:
        say(text)


def write_page(output: Value, file: str | None) -> Path:
    """Write the page on which to explore the graph, to a temporary file where none is named."""
    from engine.explorer import explore  # loaded only when a page is asked for

    page = Path(tempfile.mkdtemp(), "graph.html") if file is None else Path(file)
    explore(output).save(page)
    return page


def write_picture(output: Value, file: str, format: str) -> None:
    """Write the drawn graph to a file; OSError where that cannot be done."""
    from engine.drawing.picture import draw  # loaded only when a picture is asked for

    write_file(file, draw(output).pipe(format=format))


if __name__ == "__main__":
    run_command(main)
