"""Proof of gradients: faults are planted in every rule and in backward, and all are found.

It shows     that check_gradients calls every wrong gradient wrong, how soon, and on how small a
             graph; and the message that leads to the fault
It takes     about eight seconds; three with --quick
It writes    smallest.svg, the smallest graph found that goes wrong in the wrong order
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from hypothesis import find, settings
from hypothesis.errors import NoSuchExample

from demos.helpers.faults import (
    AT_A_KINK,
    ENGINE_FAULTS,
    KINDS,
    SWAPPED,
    Fault,
    faults,
    grown,
    planted,
)
from engine import RULES, Rule, Value, apply, gradients, svg
from engine.files import write_file
from engine.proof.checking import check_gradients
from engine.proof.random_graph import Graph
from engine.proof.report import GradientError, Undecided
from engine.proof.rule_checking import check_rule
from engine.proof.strategies import graphs

HEADS = {
    "sign flipped": "-p",
    "doubled": "2p",
    "a millionth too large": "1.000001p",
    "left out": "0",
    "shifted by 0.001": "p+0.001",
    "doubled where x < 0": "x<0: 2p",
    SWAPPED: "swapped",
    AT_A_KINK: "kink",
}
HANDFUL = ("multiply", "divide", "log", "tanh", "maximum", "relu", "dot")
GRAPHS = 2000  # of up to three operations, tried for each wrong backward at the most
DRAWN = "order of discovery, not topological"


def main(output: Path, *, quick: bool = False) -> None:
    """Plant every fault, look for it with the checker, and print what came of it."""
    rules = [RULES[name] for name in HANDFUL] if quick else list(RULES.values())
    missed = prove_rules(rules)
    missed += prove_backward(output / "smallest.svg")
    print("\nOne failure in full: a neuron whose tanh has a slope that is a millionth too large.\n")
    print(failure())
    print(f"\nnot found: {', '.join(missed)}" if missed else "\nEvery planted fault was found.")
    print(f"smallest.svg is in {output}")


# Rules


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault, whether it was found, and how long that took."""

    fault: Fault
    found: bool
    seconds: float


def prove_rules(rules: Iterable[Rule]) -> list[str]:
    """Print the table of rules; the faults that were not found."""
    print("Wrong partials p, planted in every rule one by one: found / planted.\n")
    print(f"{'rule':10}{cells(HEADS)}  ms each  finest")
    every: list[Trial] = []
    for rule in rules:
        check_rule(rule)  # the right one passes
        trials = [tried(fault) for fault in faults(rule)]
        print(row(rule.name, trials) + f"{finest(rule):>8}")
        every += trials
    print(row("all", every))
    print(f"\n{len(every)} faults, {sum(trial.found for trial in every)} found. The last column:")
    print("by how small a part of itself any of the partials may grow, in powers of ten, and still")
    print("be called wrong.")
    return [f"{t.fault.rule.name} {t.fault.kind}" for t in every if not t.found]


def tried(fault: Fault) -> Trial:
    """Look for the fault with the checker as it comes."""
    start = perf_counter()
    found = is_called_wrong(fault.rule)
    return Trial(fault, found, perf_counter() - start)


def is_called_wrong(rule: Rule) -> bool:
    try:
        check_rule(rule)
    except GradientError:
        return True
    except Undecided:
        pass
    return False


def row(name: str, trials: list[Trial]) -> str:
    """One line of the table: found / planted for each kind, and the mean time."""
    said = {}
    for kind in KINDS:
        found = [trial.found for trial in trials if trial.fault.kind == kind]
        said[kind] = f"{sum(found)}/{len(found)}" if found else ""
    milliseconds = 1e3 * sum(trial.seconds for trial in trials) / len(trials)
    return f"{name:10}{cells(said)}{milliseconds:9.1f}"


def cells(texts: dict[str, str]) -> str:
    """One for each kind of fault, in columns."""
    return "".join(f"{texts[kind]:>{max(7, len(HEADS[kind]) + 2)}}" for kind in KINDS)


def finest(rule: Rule) -> str:
    """The smallest part of itself, a power of ten, by which no partial grows unnoticed."""
    found = ""
    for n in range(1, 17):
        wrong = grown(rule, 10.0**-n)
        if not wrong or not all(map(is_called_wrong, wrong)):
            break
        found = f"1e-{n:02}"
    return found


# Backward


def prove_backward(picture: Path) -> list[str]:
    """Print the table of faults of backward and draw the smallest graph for one of them."""
    print("\nWrong versions of backward, each tried on random graphs until a gradient is called")
    print("wrong; from there on, Hypothesis looks for a smaller graph that shows it too.\n")
    print(f"{'fault':46}{'graphs tried':>12}{'ms':>8}  smallest graph")
    missed = []
    for name, wrong in ENGINE_FAULTS.items():
        search = Search(wrong)
        graph = search.smallest()
        said = "not found" if graph is None else one_line(graph)
        print(f"{name:46}{search.tried:12}{search.milliseconds:8.1f}  {said}")
        if graph is None:
            missed.append(name)
        elif name == DRAWN:
            draw_gone_wrong(graph, wrong, picture)
    print(f"\n{len(ENGINE_FAULTS)} faults, {len(ENGINE_FAULTS) - len(missed)} found.")
    return missed


class Search:
    """Random graphs are tried with a wrong backward: how many, until one is called wrong."""

    def __init__(self, wrong: Callable[[Value], None]) -> None:
        self.wrong = wrong
        self.tried = 0
        self.milliseconds = 0.0
        self.found = False

    def smallest(self) -> Graph | None:
        """The smallest graph that shows the fault; None where none of them does."""
        same_every_time = settings(
            max_examples=GRAPHS, derandomize=True, database=None, deadline=None
        )
        try:
            return find(graphs(max_operations=3), self.is_called_wrong, settings=same_every_time)
        except NoSuchExample:
            return None

    def is_called_wrong(self, graph: Graph) -> bool:
        start = perf_counter()
        try:
            with planted(self.wrong):
                check_gradients(graph, *graph.point)
            called_wrong = False
        except Undecided:
            called_wrong = False
        except GradientError:
            called_wrong = True
        if not self.found:
            self.tried += 1
            self.milliseconds += 1e3 * (perf_counter() - start)
            self.found = called_wrong
        return called_wrong


def one_line(graph: Graph) -> str:
    """The operations of a graph, as Python.

    >>> from engine.proof.random_graph import Step
    >>> one_line(Graph((2.0,), (Step(RULES["add"], (0, 0)), Step(RULES["exp"], (1,))), (2,)))
    'v1 = x0 + x0; v2 = exp(v1)'
    """
    lines = repr(graph).splitlines()
    return "; ".join(line for line in lines if line.startswith("v"))


def draw_gone_wrong(graph: Graph, wrong: Callable[[Value], None], picture: Path) -> None:
    """The graph with the gradients that the wrong backward leaves in it, and what is right."""
    leaves = [Value(x, f"x{k}") for k, x in enumerate(graph.point)]
    output = graph(*leaves)
    wrong(output)
    write_file(picture, svg(output))
    print("    which is drawn as it is left behind. A node whose gradient was not yet complete")
    for leaf, right in zip(leaves, gradients(output, leaves)):
        print(f"    has passed it on: {leaf.label} has {leaf.grad:g}, and {right.data:g} is right.")


# A failure


def failure() -> str:
    """What a check says of a neuron with a faulty tanh."""
    (faulty_tanh,) = grown(RULES["tanh"], 1e-6)

    def neuron(w: Value, x: Value, b: Value) -> Value:
        return apply(faulty_tanh, w * x + b)

    try:
        check_gradients(neuron, 0.5, 2.0, -0.4)
    except GradientError as error:
        return str(error)
    return "not found"
