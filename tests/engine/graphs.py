"""Random graphs, built: their leaves have the names that they are printed with."""

from engine import Value
from engine.proof.random_graph import Graph


def leaves_of(graph: Graph) -> list[Value]:
    """x0, x1, … with the numbers of its point."""
    return [Value(x, f"x{k}") for k, x in enumerate(graph.point)]


def built(graph: Graph) -> Value:
    """The output of a graph that has one."""
    output: Value = graph(*leaves_of(graph))
    return output
