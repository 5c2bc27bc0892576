"""Topological order: of anything that has inputs, at any depth and with any sharing."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.graph import topological_order


@dataclass(frozen=True, eq=False)
class Node:
    """The least that has an order."""

    name: int
    inputs: tuple["Node", ...] = ()


@st.composite
def graphs(draw):
    """Nodes in the order they were made, each with up to three inputs, some of them the same."""
    nodes = []
    for name in range(draw(st.integers(1, 12))):
        places = st.lists(st.integers(0, name - 1), max_size=3) if name else st.just([])
        nodes.append(Node(name, tuple(nodes[place] for place in draw(places))))
    return nodes


def postorder(node, seen):
    """By recursion: what the order is meant to be."""
    if node in seen:
        return []
    seen.add(node)
    return [*(n for input in node.inputs for n in postorder(input, seen)), node]


@given(nodes=graphs())
def test_every_node_comes_once_and_after_its_inputs(nodes):
    order = topological_order(nodes)
    assert sorted(node.name for node in order) == list(range(len(nodes)))
    place = {node: index for index, node in enumerate(order)}
    assert all(place[input] < place[node] for node in order for input in node.inputs)


@given(nodes=graphs())
def test_only_what_the_output_depends_on_comes_and_the_output_last(nodes):
    order = topological_order([nodes[-1]])
    assert order[-1] is nodes[-1]
    used = {id(input) for node in order for input in node.inputs}
    assert all(id(node) in used for node in order[:-1])


@given(nodes=graphs(), data=st.data())
def test_inputs_come_from_left_to_right_as_by_recursion(nodes, data):
    outputs = data.draw(st.lists(st.sampled_from(nodes), max_size=3))
    seen = set()
    expected = [node for output in outputs for node in postorder(output, seen)]
    assert topological_order(iter(outputs)) == expected


def test_of_nothing_the_order_is_empty():
    assert topological_order([]) == []


@pytest.mark.parametrize("depth", [1, 2, 20_000])
def test_a_chain_of_any_depth_has_an_order(depth):
    chain = [Node(0)]
    for name in range(1, depth):
        chain.append(Node(name, (chain[-1],)))
    assert topological_order([chain[-1]]) == chain


def test_many_shared_levels_take_no_longer_than_few():
    """2⁶⁴ paths lead from the output to the leaf."""
    node = Node(0)
    for name in range(1, 65):
        node = Node(name, (node, node))
    assert [n.name for n in topological_order([node])] == list(range(65))


def test_one_node_of_many_inputs_is_no_trouble():
    leaves = tuple(map(Node, range(10_000)))
    top = Node(-1, leaves + leaves)
    assert topological_order([top]) == [*leaves, top]
