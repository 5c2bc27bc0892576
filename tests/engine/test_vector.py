"""Vectors: dot products of them are those of lists, however many share them."""

import copy
import pickle
from operator import attrgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import DomainError, Program, Value, dot, no_grad, scope, tanh, tracing
from engine.graph import topological_order
from engine.rules import DOT
from engine.vector import Vector


@st.composite
def recipes(draw):
    """Three leaves, then for each step: the nodes of a new vector, and two vectors to multiply,
    of all that are there and as long."""
    steps = []
    for made in range(draw(st.integers(1, 6))):
        places = st.integers(0, 2 + made)
        length = draw(st.integers(1, 3))
        new = [draw(places) for _ in range(length)]
        alike = [k for k, (other, *_) in enumerate(steps) if len(other) == length] + [made]
        steps.append((new, draw(st.sampled_from(alike)), draw(st.sampled_from(alike))))
    return steps


def built(recipe, as_vector):
    """The nodes of a recipe, where each vector is made once."""
    nodes, vectors = [Value(0.5, "a"), Value(-1.5, "b"), Value(2.0, "c")], []
    for new, first, second in recipe:
        vectors.append(as_vector([nodes[place] for place in new]))
        nodes.append(tanh(dot(vectors[first], vectors[second])))
    return nodes


def shape(nodes):
    """Everything that can be asked of nodes, by place."""
    order = topological_order(nodes)
    place = {node: k for k, node in enumerate(order)}
    return [(n.data, n.grad, [place[x] for x in n.inputs], n.partials, n.scope) for n in order]


@given(recipe=recipes())
def test_a_graph_with_vectors_is_that_with_lists_to_the_last_bit(recipe):
    with_vectors, with_lists = built(recipe, Vector), built(recipe, list)
    for nodes in (with_vectors, with_lists):
        nodes[-1].backward()
        nodes[-1].backward()
    assert shape(with_vectors[-1:]) == shape(with_lists[-1:])


@given(recipe=recipes())
def test_a_walk_over_vectors_comes_to_every_node_after_all_that_it_needs(recipe):
    output = built(recipe, Vector)[-1]
    order = topological_order([output], attrgetter("operands"))
    nodes = [each for each in order if isinstance(each, Value)]
    assert nodes == topological_order([output])
    place = {each: k for k, each in enumerate(order)}
    assert all(place[x] < place[each] for each in order for x in each.operands)
    vectors = {x for node in nodes for x in node.operands if isinstance(x, Vector)}
    assert len(order) == len(nodes) + len(vectors)


@given(recipe=recipes())
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))])
def test_a_copy_is_the_same_graph(copied, recipe):
    output = built(recipe, Vector)[-1]
    twin = copied(output)
    for node in (output, twin):
        node.backward()
    assert shape([twin]) == shape([output])


@given(recipe=recipes(), x=st.floats(-2.0, 2.0))
def test_a_program_does_not_see_the_difference(recipe, x):
    programs = []
    for kind in (Vector, list):
        nodes = built(recipe, kind)
        programs.append(Program(nodes[-1], nodes[:1], nodes[1:3]))
    first, second = [program.value_and_gradient([[x], [0.25]]) for program in programs]
    assert first[0] == second[0] and (first[1] == second[1]).all()


def test_numbers_are_those_of_the_moment_when_it_is_made():
    x, y = Value(2.0), Value(3.0)
    vector = Vector([x, y])
    x.data = 7.0
    product = dot(vector, [1.0, Value(1.0)])
    assert (product.data, product.partials) == (5.0, (1.0, 1.0, 2.0, 3.0))


def test_it_is_of_the_same_values_with_the_same_numbers_and_of_no_others():
    x, y = Value(2.0), Value(3.0)
    vector = Vector([x, y])
    assert vector.is_of([x, y])
    others = ([x], [x, y, y], [y, x], [x, Value(3.0)], [x, 3.0])
    with tracing():
        assert not any(vector.is_of(each) for each in others)
    y.data = 4.0
    assert not vector.is_of([x, y])


def test_plain_numbers_become_constants():
    vector = Vector([1.0, Value(2.0)])
    assert [value.rule is None for value in vector] == [False, True]
    with pytest.raises(TypeError, match="a real number is needed, and 'three' is a str"):
        Vector(["three"])
    with pytest.raises(TypeError, match="a list of numbers is needed, and 3.0 is a float"):
        dot(vector, 3.0)


def test_vectors_of_different_lengths_and_numbers_too_large_are_refused_as_lists_are():
    x, large = Value(1e200, "x"), Value(1e200, "large")
    for kind in (Vector, list):
        with pytest.raises(ValueError, match="lengths 1 and 2, which must be equal"):
            dot(kind([x]), kind([x, x]))
        with pytest.raises(OverflowError, match=r"dot\(x, large\): x = 1e\+200"):
            dot(kind([x]), kind([large]))
        with no_grad(), pytest.raises(OverflowError, match=r"dot\(x, large\): x = 1e\+200"):
            dot(kind([x]), kind([large]))


def test_a_leaf_that_was_set_to_infinity_is_refused():
    x = Value(1.0, "x")
    x.data = float("inf")
    with pytest.raises((DomainError, OverflowError)):
        dot(Vector([x, Value(0.0)]), [0.0, 1.0])


def test_it_is_recorded_in_the_scope_of_the_moment_or_not_at_all():
    with scope("layer"):
        assert dot(Vector([1.0]), [Value(2.0)]).scope == "layer"
    with no_grad():
        assert dot(Vector([1.0]), [Value(2.0)]).inputs == ()


def test_the_inputs_of_a_product_can_be_set_as_those_of_any_node():
    x, y = Value(2.0), Value(3.0)
    product = dot(Vector([x, y]), Vector([y, y]))
    product.inputs = (x, x, y, y)
    assert product.partials == (3.0, 3.0, 2.0, 3.0) and product.rule is DOT
    product.backward()
    assert (x.grad, y.grad) == (6.0, 5.0)


def test_backward_that_overflows_leaves_gradients_as_they_were_and_can_be_run_again():
    x, k, w = Value(1e-200, "x"), Value(1e200, "k"), Vector([Value(1e200), Value(2.0)])
    output = dot(w, [dot(w, [x, 1e-160]), 1e-160]) * 1e-200 * k
    x.grad = 4.0
    for _ in range(2):
        with pytest.raises(OverflowError, match="gradient of .*x"):
            output.backward()
        assert x.grad == 4.0 and all(weight.grad == 0.0 for weight in w)
    x.data = 0.0
    assert gradient_of(dot(w, [dot(w, [x, 1e-160]), 1e-160]) * 1e-200, x) == 1e200


def gradient_of(output, leaf):
    leaf.grad = 0.0
    output.backward()
    return leaf.grad
