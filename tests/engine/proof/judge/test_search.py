"""Searching: the smallest size, all small graphs, simple numbers."""

import pytest
from hypothesis.configuration import storage_directory

from engine import RULES
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.graphs import all_graphs, numbers_in, with_simple_numbers
from engine.proof.judge.program import Number, Program, Question
from engine.proof.judge.search import Limits, shrunk, smallest_graph, smallest_size
from engine.proof.judge.subject import Subject
from engine.proof.random_graph import Graph, Step
from tests.engine.proof.judge import engines

ADD, POWER = RULES["add"], RULES["power"]


@pytest.fixture
def bench():
    with Bench(Subject(engines.Right)) as bench:
        yield bench


@pytest.mark.parametrize("smallest", [1, 2, 9, 10, 11, 99, 100, 737, 999, 1000])
def test_the_smallest_size_is_found(bench, smallest):
    def program(size):
        return Program((f"n = {size}",), (Question(f"n < {smallest}", Number(True)),))

    assert smallest_size(bench, program, 1000).program.lines == (f"n = {smallest}",)


def test_no_size_fails(bench):
    right = (Question("1", Number(1)),)
    assert smallest_size(bench, lambda size: Program((f"n = {size}",), right), 1000) is None


def test_all_small_graphs_come_by_size_and_each_of_their_nodes_leads_somewhere():
    graphs = list(all_graphs([ADD, POWER], leaves=2, operations=2, outputs=1))
    sizes = [(len(graph.steps), len(graph.point)) for graph in graphs]
    assert sizes == sorted(sizes) and len(set(graphs)) == len(graphs)
    assert graphs[0] == Graph((2.0,), (Step(ADD, (0, 0)),), (1,))
    for graph in graphs:
        used = {k for step in graph.steps for k in step.inputs if isinstance(k, int)}
        assert used | set(graph.outputs) == set(range(len(graph.point) + len(graph.steps)))


def test_numbers_become_simple_where_it_fails_all_the_same():
    graph = Graph((0.6, 1.35), (Step(ADD, (0, 1)), Step(ADD, (2, 0.6))), (3,))
    simple = with_simple_numbers(graph, lambda graph: graph.point[1] != 2.0)
    assert simple.point == (2.0, 3.0) and numbers_in(simple) == [2.0, 3.0, 2.0]


def test_where_no_operation_is_right_no_graph_is_drawn():
    class Wrong(engines.Right):
        def seed(self):
            self.grad += 2.0

    with Bench(Subject(Wrong)) as bench, pytest.raises(NotOffered, match="no operation is right"):
        smallest_graph(bench, lambda graph: None, Limits(operations=2))


def test_where_hypothesis_writes_is_as_before():
    before = storage_directory().path
    assert shrunk(lambda graph: False, [ADD], Limits(1, 1, 1, drawn=2)) is None
    assert storage_directory().path == before
