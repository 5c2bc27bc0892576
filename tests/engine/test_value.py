"""Value: operators, recording, backward, comparison, copies, scopes, and what it holds on to."""

import copy
import gc
import math
import pickle
import re
import threading
import weakref
from contextlib import nullcontext
from fractions import Fraction
from operator import add, ge, gt, le, lt, mul, pow, sub, truediv

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine import RULES, DomainError, Value, apply, choose, functions, no_grad, scope, tracing
from engine.collector import collector_paused
from engine.floats import FLOATS
from engine.functions import ELSEWHERE
from engine.graph import topological_order
from engine.proof.strategies import graphs
from engine.recording import enter_scope, leave_scope
from engine.rules import CONSTANT
from engine.value import set_to_zero

OPERATORS = {"add": add, "subtract": sub, "multiply": mul, "divide": truediv, "pow": pow}
COMPARISONS = (lt, le, gt, ge)
every_operator = pytest.mark.parametrize("name", OPERATORS)

numbers = st.floats(-50.0, 50.0).filter(lambda x: x == 0.0 or abs(x) > 1e-3)
bases = st.floats(1e-3, 1e2)
plain_numbers = st.one_of(
    st.integers(-50, 50),
    numbers,
    st.booleans(),
    st.fractions(-50, 50, max_denominator=64),
)


def same(value, rule, a, b):
    """The table's own numbers at a and b, and the rule itself."""
    data = rule.value(FLOATS, float(a), float(b))
    assert value.rule is rule
    assert value.data == data
    assert value.partials == tuple(rule.partials(FLOATS, data, float(a), float(b)))


# Operators


@pytest.mark.parametrize("operator", [add, sub, mul])
def test_sums_and_products_stand_in_the_scope_of_the_moment(operator):
    x, y = Value(2.0), Value(3.0)
    with scope("layer 1"):
        inside = operator(x, y)
    assert (inside.scope, operator(x, y).scope, inside.label) == ("layer 1", "", "")


@pytest.mark.parametrize(
    "operator, a, b", [(add, 1e308, 1e308), (sub, -1e308, 1e308), (mul, 1e200, 1e200)]
)
def test_sums_and_products_too_large_for_a_float_are_refused(operator, a, b):
    with pytest.raises(OverflowError, match="p = .*1e\\+.* gives a number too large for a float"):
        operator(Value(a, "p"), Value(b, "q"))
    with no_grad(), pytest.raises(OverflowError):
        operator(Value(a, "p"), Value(b, "q"))


@every_operator
@given(a=bases, b=numbers)
def test_an_operator_on_two_values_is_the_rule_of_the_table(name, a, b):
    assume(name != "divide" or b)
    x, y = Value(a), Value(b)
    result = OPERATORS[name](x, y)
    same(result, RULES[name], a, b)
    assert result.inputs[0] is x and result.inputs[1] is y


@every_operator
@given(a=bases, b=plain_numbers)
def test_an_operator_with_a_plain_number_on_the_right_is_the_rule(name, a, b):
    assume(name != "divide" or b)
    x = Value(a)
    result = OPERATORS[name](x, b)
    same(result, RULES["power" if name == "pow" else name], a, b)
    assert result.inputs[0] is x
    assert result.inputs[1].rule is CONSTANT and result.inputs[1].data == float(b)


@every_operator
@given(a=plain_numbers, b=st.floats(1e-3, 20.0))
def test_an_operator_with_a_plain_number_on_the_left_is_the_rule(name, a, b):
    assume(name != "pow" or a > 0)
    y = Value(b)
    result = OPERATORS[name](a, y)
    same(result, RULES[name], a, b)
    assert result.inputs[1] is y
    assert result.inputs[0].rule is CONSTANT and result.inputs[0].data == float(a)


@every_operator
@pytest.mark.parametrize("kind", ["float64", "float32", "int32"])
@given(a=st.integers(1, 9), b=st.integers(1, 9))
def test_an_operator_with_a_numpy_number_on_either_side_is_the_rule(name, kind, a, b):
    numpy = pytest.importorskip("numpy")
    operator, number = OPERATORS[name], getattr(numpy, kind)
    same(operator(Value(a), number(b)), RULES["power" if name == "pow" else name], a, b)
    same(operator(number(a), Value(b)), RULES[name], a, b)


@every_operator
@given(xs=st.lists(st.floats(0.5, 8.0), min_size=1, max_size=4), x=st.floats(0.5, 8.0))
def test_an_operator_with_a_numpy_array_works_on_each_element(name, xs, x):
    numpy = pytest.importorskip("numpy")
    operator, value = OPERATORS[name], Value(x)
    left, right = operator(numpy.array(xs), value), operator(value, numpy.array(xs))
    for a, result in zip(xs, left, strict=True):
        same(result, RULES[name], a, x)
    for b, result in zip(xs, right, strict=True):
        same(result, RULES["power" if name == "pow" else name], x, b)


@given(x=numbers)
def test_the_signs_and_abs_are_the_rules(x):
    value = Value(x)
    assert (-value).rule is RULES["negate"] and (-value).data == -x
    assert abs(value).rule is RULES["abs"] and abs(value).data == abs(x)
    assert +value is value
    assert (-value).partials == (-1.0,)


def test_two_to_a_value_is_a_power_of_a_changing_exponent():
    v = Value(3.0)
    y = 2**v
    y.backward()
    assert (y.data, y.rule.name) == (8.0, "pow")
    assert v.grad == 8.0 * math.log(2.0)


def test_a_plain_exponent_lets_the_base_be_negative_and_a_value_does_not():
    assert (Value(-2.0) ** 3).data == -8.0
    assert (Value(-2.0) ** -2).partials == (0.25, 0.0)
    assert [(Value(0.0) ** n).partials[0] for n in (0, 1, 2)] == [0.0, 1.0, 0.0]
    with pytest.raises(DomainError):
        Value(-2.0) ** Value(3.0)


@pytest.mark.parametrize("thing", ["a", None, 1j, [1.0], object()], ids=lambda x: type(x).__name__)
def test_an_operand_that_is_no_number_is_a_type_error_on_either_side(thing):
    for operator in (*OPERATORS.values(), *COMPARISONS):
        for operands in ((Value(2.0), thing), (thing, Value(2.0))):
            with pytest.raises(TypeError):
                operator(*operands)


def test_an_operand_that_knows_values_may_answer_for_itself():
    class Stranger:
        __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = lambda self, other: "mine"

    assert all(operator(Value(1.0), Stranger()) == "mine" for operator in OPERATORS.values())


def test_the_builtin_sum_adds_values():
    values = [Value(1.0), Value(2.0), Value(3.0)]
    total = sum(values)
    total.backward()
    assert total.data == 6.0 and [v.grad for v in values] == [1.0] * 3


@given(a=st.floats(-9.0, 9.0), b=plain_numbers)
def test_values_are_compared_by_number_with_values_and_plain_numbers(a, b):
    for compare in COMPARISONS:
        expected = compare(a, float(b))
        assert compare(Value(a), b) is expected
        assert compare(Value(a), Value(b)) is expected
        assert compare(b, Value(a)) is compare(float(b), a)


def test_equality_and_hash_go_by_identity():
    a, b = Value(1.0), Value(1.0)
    assert a != b and a != 1.0
    assert len({a, b, +a}) == 2


# Numbers, text


@given(x=numbers, label=st.text())
def test_repr_evaluates_to_the_same_number_and_label(x, label):
    again = eval(repr(Value(x, label)))
    assert (again.data, again.label) == (x, label)
    assert again.item() == x


def test_a_new_value_is_a_leaf_with_a_float():
    value = Value(3)
    assert type(value.data) is float and value.grad == 0.0 and value.label == ""
    assert (value.rule, value.inputs, value.partials, value.scope) == (None, (), (), "")
    with pytest.raises(AttributeError):
        value.other = 1.0


# Backward

# Random graphs of exact arithmetic: integers far below 2⁵³, so that there is no rounding to allow.
EXACT_RULES = [
    RULES[name]
    for name in (
        "add",
        "subtract",
        "multiply",
        "negate",
        "maximum",
        "minimum",
        "relu",
        "abs",
        "sum",
        "prod",
        "dot",
        "where",
        "leaky_relu",
        "copysign",
        "power",
    )
]


@st.composite
def recipes(draw):
    """Leaves, and operations as (rule, places of the inputs), each on any nodes before it."""
    leaves = draw(st.lists(st.integers(-4, 4).filter(bool).map(float), min_size=1, max_size=3))
    recipe = []
    for place in range(len(leaves), len(leaves) + draw(st.integers(1, 8))):
        rule = draw(st.sampled_from(EXACT_RULES))
        size = rule.arity(2 * draw(st.integers(1, 2)) if rule.variadic else 1)
        places = st.integers(0, place - 1)
        recipe.append((rule, draw(st.lists(places, min_size=size, max_size=size))))
    return leaves, recipe


def dual_product(a, b):
    return a[0] * b[0], [a[0] * y + b[0] * x for x, y in zip(a[1], b[1])]


def dual_sum(*terms):
    return sum(t[0] for t in terms), [sum(slopes) for slopes in zip(*(t[1] for t in terms))]


def scaled(factor, a):
    return factor * a[0], [factor * x for x in a[1]]


def dual_prod(*factors):
    result = factors[0]
    for factor in factors[1:]:
        result = dual_product(result, factor)
    return result


def dual_maximum(*xs):
    largest = max(number for number, _ in xs)
    tied = [x for x in xs if x[0] == largest]
    assume(len(tied) != 3)  # a third is no float
    return scaled(Fraction(1, len(tied)), dual_sum(*tied))


def sign(x):
    return (x > 0) - (x < 0)


# Forward mode on pairs (number, its derivatives along the leaves), written without the table.
DUAL = {
    "add": dual_sum,
    "subtract": lambda a, b: dual_sum(a, scaled(-1, b)),
    "multiply": dual_product,
    "negate": lambda a: scaled(-1, a),
    "maximum": dual_maximum,
    "minimum": lambda *xs: scaled(-1, dual_maximum(*[scaled(-1, x) for x in xs])),
    "relu": lambda a: scaled(a[0] > 0, a),
    "abs": lambda a: scaled(sign(a[0]), a),
    "sum": dual_sum,
    "prod": dual_prod,
    "dot": lambda *xs: dual_sum(*map(dual_product, xs[: len(xs) // 2], xs[len(xs) // 2 :])),
    "where": lambda c, a, b: a if c[0] > 0 else b,
    "leaky_relu": lambda x, slope: x if x[0] > 0 else dual_product(slope, x),
    "copysign": lambda x, y: scaled(sign(x[0]) * sign(y[0]), x),
    "power": lambda x, n: dual_product(x, x),  # squared, below
}


def built(leaves, recipe):
    """The nodes as Values, and as dual numbers; an exponent is always 2."""
    nodes = list(map(Value, leaves))
    unit = [[Fraction(i == k) for k in range(len(leaves))] for i in range(len(leaves))]
    duals = [(Fraction(x), slopes) for x, slopes in zip(leaves, unit)]
    for rule, places in recipe:
        inputs = [nodes[p] for p in places]
        if rule.name == "copysign":
            assume(inputs[1].data != 0.0)  # a float has the sign of -0.0, a fraction has not
        nodes.append(apply(rule, *([*inputs[:1], 2.0] if rule.name == "power" else inputs)))
        duals.append(DUAL[rule.name](*(duals[p] for p in places)))
        assume(all(abs(number) < 2**40 for number in (duals[-1][0], *duals[-1][1])))
    return nodes, duals


@given(recipe=recipes())
def test_backward_gives_what_forward_mode_gives_on_any_graph(recipe):
    nodes, duals = built(*recipe)
    number, slopes = duals[-1]
    nodes[-1].backward()
    assert nodes[-1].data == number
    assert [leaf.grad for leaf in nodes[: len(slopes)]] == slopes
    assert nodes[-1].grad == 1.0


@given(recipe=recipes(), times=st.integers(2, 4))
def test_backward_again_adds_the_same_to_leaves_and_nothing_inside(recipe, times):
    nodes, _ = built(*recipe)
    nodes[-1].backward()
    before = [node.grad for node in nodes]
    for _ in range(times - 1):
        nodes[-1].backward()
    for node, once in zip(nodes, before):
        assert node.grad == (once if node.inputs else times * once)


@given(recipe=recipes(), data=st.data())
def test_backward_from_two_outputs_adds_up_at_the_leaves(recipe, data):
    nodes, duals = built(*recipe)
    chosen = data.draw(st.lists(st.integers(0, len(nodes) - 1), min_size=2, max_size=2))
    for place in chosen:
        nodes[place].backward()
    leaves = nodes[: len(recipe[0])]
    assert [v.grad for v in leaves] == [sum(s) for s in zip(*(duals[p][1] for p in chosen))]


@pytest.mark.parametrize(
    "make, slope",
    [
        (lambda a: a + a, 2.0),
        (lambda a: a * a, 6.0),
        (lambda a: a - a, 0.0),
        (lambda a: a / a, 0.0),
        (lambda a: (a + 1) * (a * a), 33.0),  # a diamond: 3a² + 2a
        (lambda a: functions.sum([a, a, a]), 3.0),
        (lambda a: functions.dot([a, a], [a, 1.0]), 7.0),
        (lambda a: a, 1.0),
    ],
)
def test_a_value_used_again_gets_every_part_of_its_gradient(make, slope):
    a = Value(3.0)
    make(a).backward()
    assert a.grad == slope


def test_interior_nodes_start_again_whichever_output_comes_next():
    x = Value(2.0)
    inner = x * x
    first, second = inner * 3.0, inner * 5.0
    first.backward()
    second.backward()
    assert inner.grad == 5.0 and x.grad == 12.0 + 20.0
    assert first.grad == 1.0


def test_partials_may_be_too_large_in_sum():
    y = apply(RULES["dot"], Value(1e308), Value(1e308), 0.5, 0.5)
    assert (y.data, y.partials) == (1e308, (0.5, 0.5, 1e308, 1e308))


def test_a_gradient_that_overflows_raises_and_leaves_every_gradient_as_it_was():
    x, other = Value(1e-300, "x"), Value(1.0)
    y = x
    for _ in range(4):
        y = y * 1e90
    assert math.isfinite(y.data)
    (x * other).backward()
    nodes = topological_order([y])
    for index, node in enumerate(nodes):
        node.grad = float(index)
    with pytest.raises(OverflowError, match="backward.*label='x'.*too large"):
        y.backward()
    assert [node.grad for node in nodes] == [float(index) for index in range(len(nodes))]


def test_gradients_that_overflow_against_each_other_raise_too():
    x = Value(1e-300)
    with pytest.raises(OverflowError):
        (x * 1e200 * 1e200 - x * 1e200 * 1e200).backward()
    assert x.grad == 0.0


def test_a_leaf_that_overflows_by_adding_up_raises():
    x = Value(1.0)
    x.grad = 1.5e308
    with pytest.raises(OverflowError):
        (x * 1e308).backward()
    assert x.grad == 1.5e308


def test_sixty_four_shared_levels_run_at_once():
    x = leaf = Value(1.0)
    for _ in range(64):
        x = x + x
    x.backward()
    assert leaf.grad == x.data == 2.0**64


@pytest.mark.parametrize("length", [20_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_a_chain_of_a_million_nodes_builds_runs_backward_and_is_freed(length):
    x = leaf = Value(0.0)
    for _ in range(length):
        x = -x
    middle = weakref.ref(x.inputs[0])
    x.backward()
    assert leaf.grad == 1.0
    del x
    assert middle() is None


# What a graph holds


@given(recipe=recipes(), data=st.data())
def test_what_is_done_to_the_numbers_later_does_not_reach_the_gradients(recipe, data):
    nodes, duals = built(*recipe)
    for node in nodes:
        node.data = data.draw(st.floats(-9.0, 9.0))
    nodes[-1].backward()
    assert [leaf.grad for leaf in nodes[: len(recipe[0])]] == duals[-1][1]


@pytest.mark.parametrize(
    "use",
    [
        lambda y: None,
        lambda y: y.backward(),
        lambda y: copy.deepcopy(y),
        lambda y: repr(y),
    ],
    ids=["built", "backward", "copied", "shown"],
)
def test_a_dropped_graph_is_freed_at_once_without_the_collector(use):
    x = Value(0.5, "x")
    gc.disable()
    try:
        y = functions.logsumexp([x.tanh() * x, functions.dot([x, 2.0], [x, x**3]), 2**x])
        use(y)
        nodes = [weakref.ref(node) for node in topological_order([y]) if node is not x]
        assert all(node() is not None for node in nodes)
        del y
        assert [node() for node in nodes] == [None] * len(nodes)
    finally:
        gc.enable()


@given(recipe=recipes())
def test_backward_walks_in_the_topological_order(recipe):
    nodes, _ = built(*recipe)
    order = topological_order([nodes[-1]])
    interior, leaves = [], []
    set_to_zero(nodes[-1], interior, leaves, {})
    assert interior == [node for node in order if node.inputs]
    assert leaves == [node for node in order if not node.inputs]


def test_backward_walks_sums_and_products_from_left_to_right():
    x, y, z = Value(2.0), Value(3.0), Value(5.0)
    a, b = x * y, y - z
    c = b + a
    interior, leaves = [], []
    set_to_zero(c, interior, leaves, {})
    assert (interior, leaves) == ([b, a, c], [y, z, x])


class Interrupts(float):
    """As Ctrl-C does, where it is compared or multiplied."""

    def __ne__(self, other):
        raise KeyboardInterrupt

    def __mul__(self, other):
        raise KeyboardInterrupt


@pytest.mark.parametrize("when", ["before the first gradient", "between two gradients"])
def test_backward_that_is_interrupted_leaves_all_gradients_as_they_were(when):
    x, y, z = Value(2.0), Value(3.0), Value(5.0)
    product = x * y
    output = product * z + x
    output.backward()
    if when == "before the first gradient":
        y.grad = Interrupts(6.0)
    else:
        product.partials = 3.0, Interrupts(2.0)
    nodes = [x, y, z, product, output.inputs[0], output]
    before = [node.grad for node in nodes]
    with pytest.raises(KeyboardInterrupt):
        output.backward()
    assert list(map(float.hex, [node.grad for node in nodes])) == list(map(float.hex, before))


def test_inputs_and_partials_can_be_put_in_place_of_those_that_there_are():
    x, y = Value(2.0), Value(3.0)
    product = x * y
    product.partials = (5.0, 7.0)
    assert product.inputs == (x, y)
    product.inputs = (y, x)
    assert product.partials == (5.0, 7.0)
    product.backward()
    assert (x.grad, y.grad) == (7.0, 5.0)


def test_sums_and_products_are_one_object_each_for_the_collector():
    x, count = Value(0.5), 1000
    with collector_paused():
        before = len(gc.get_objects())
        y = x
        for _ in range(count):
            y = y * x + x - x
        added = len(gc.get_objects()) - before
    assert added < 3 * count + 100


# Copies


def described(output):
    """A graph as plain data: every field, and the inputs by their place in the order."""
    order = topological_order([output])
    place = {node: index for index, node in enumerate(order)}
    return [
        (n.data, n.grad, n.label, n.rule, n.partials, n.scope, [place[i] for i in n.inputs])
        for n in order
    ]


def pickled(value):
    return pickle.loads(pickle.dumps(value))


def labelled_graph():
    with scope("layer"):
        x = Value(3.0, "x")
        y = (x * x + 1.0) ** 2 + functions.dot([x, 2.0], [x, x])
    y.label = "y"
    y.backward()
    return y


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
@given(recipe=recipes())
def test_a_copy_is_the_same_graph_of_other_nodes(copied, recipe):
    nodes, _ = built(*recipe)
    nodes[-1].backward()
    other = copied(nodes[-1])
    assert described(other) == described(nodes[-1])
    assert not set(topological_order([other])) & set(topological_order([nodes[-1]]))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_keeps_labels_scopes_gradients_and_constants(copied):
    y = labelled_graph()
    other = copied(y)
    assert other is not y
    assert described(other) == described(y)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_every_protocol_of_pickle_works(protocol):
    y = labelled_graph()
    assert described(pickle.loads(pickle.dumps(y, protocol))) == described(y)


def test_a_shallow_copy_shares_its_inputs():
    y = labelled_graph()
    other = copy.copy(y)
    assert all(a is b for a, b in zip(other.inputs, y.inputs, strict=True))


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_leaves_shared_between_values_stay_shared_in_their_copies(copied):
    x = Value(2.0, "x")
    a, b, leaf = copied([x * x, x + 1.0, x])
    assert a.inputs[0] is a.inputs[1] is b.inputs[0] is leaf
    (a * b).backward()
    assert leaf.grad == 16.0 and x.grad == 0.0


class Weight(Value):
    """A leaf with an attribute of its own."""


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_of_a_subclass_keeps_its_attributes(copied):
    weight = Weight(2.0, "w")
    weight.notes = ["frozen"]
    other = copied(weight)
    assert (type(other), other.data, other.notes) == (Weight, 2.0, ["frozen"])
    assert (other.notes is weight.notes) == (copied is copy.copy)
    other.notes = []
    assert weight.notes == ["frozen"]
    product = copied(weight * 3.0)
    assert (type(product), product.inputs[0].notes) == (Value, ["frozen"])


@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_copy_of_a_subclass_may_know_what_it_belongs_to(copied):
    weight = Weight(2.0)
    weight.owner = {"output": weight * 3.0, "weight": weight}
    other = copied(weight)
    assert other.owner["weight"] is other.owner["output"].inputs[0] is other


@pytest.mark.slow
@pytest.mark.parametrize("copied", [copy.deepcopy, pickled])
def test_a_graph_two_hundred_thousand_deep_is_copied(copied):
    x = Value(1.0, "x")
    for _ in range(200_000):
        x = -x
    other = copied(x)
    other.backward()
    order = topological_order([other])
    assert len(order) == 200_001
    assert order[0].grad == 1.0 and order[0].label == "x"


@pytest.mark.parametrize("rule", [*RULES.values(), CONSTANT], ids=lambda rule: rule.name)
def test_a_rule_is_copied_and_pickled_as_itself(rule):
    assert copy.copy(rule) is copy.deepcopy(rule) is pickled(rule) is rule


# Recording: no_grad, detach, scope


def test_without_recording_results_are_leaves_with_the_same_numbers():
    x = Value(3.0, "x")
    make = [lambda: x * x, lambda: x + 1, lambda: 2**x, lambda: functions.sum([x, x]), x.tanh]
    for f in make:
        expected = f().data
        with no_grad():
            y = f()
        assert (y.data, y.rule, y.inputs, y.partials, y.scope) == (expected, None, (), (), "")


def test_without_recording_only_the_value_need_exist():
    with no_grad():
        assert Value(0.0).sqrt().data == 0.0
        with pytest.raises(DomainError):
            Value(-1.0).sqrt()
        with pytest.raises(OverflowError):
            Value(1e300) * Value(1e300)
    with pytest.raises(DomainError):
        Value(0.0).sqrt()


@pytest.mark.parametrize(
    "refused",
    [
        lambda x, y: (-x).sqrt(),
        lambda x, y: functions.log(y),
        lambda x, y: x / y,
        lambda x, y: functions.fmod(x, y),
        lambda x, y: x * 1e308,
    ],
)
def test_an_error_says_the_same_with_and_without_recording(refused):
    x, y = Value(9.0, "x"), Value(0.0, "y")
    with pytest.raises((DomainError, OverflowError)) as recorded:
        refused(x, y)
    with no_grad(), pytest.raises(type(recorded.value)) as alone:
        refused(x, y)
    assert str(alone.value) == str(recorded.value)


def test_detach_is_a_new_leaf_with_number_and_label():
    x = Value(3.0, "x")
    y = (x * x).detach()
    z = x.detach()
    assert (y.data, y.inputs, z.label, z is x) == (9.0, (), "x", False)
    (y * z * x).backward()
    assert x.grad == 27.0


def test_tracing_records_under_no_grad_and_refuses_what_cuts_off():
    x = Value(3.0, "x")
    with no_grad():
        with tracing():
            y = x * x
            with pytest.raises(TypeError, match="would be held constant for all samples"):
                y.detach()
            with pytest.raises(TypeError, match="while tracing"), no_grad():
                pass
        assert y.inputs == (x, x) and (x * x).inputs == ()
    assert (x * x).inputs == (x, x)


def test_scopes_nest_and_are_left_again():
    with scope("a"):
        outer = Value(1.0)
        with scope("b"), scope("c"):
            inner = -outer
        after = outer + 1.0
    assert [v.scope for v in (outer, inner, after, Value(1.0))] == ["a", "a/b/c", "a", ""]
    assert after.inputs[1].scope == "a"


def test_a_scope_is_entered_by_its_whole_path_and_leaves_no_grad_alone():
    with scope("a"):
        token = enter_scope("x/y")
        assert Value(1.0).scope == "x/y"
        leave_scope(token)
        assert Value(1.0).scope == "a"
    with no_grad():
        token = enter_scope("x/y")
        assert (-Value(1.0)).inputs == ()
        leave_scope(token)
    with no_grad(), scope("a"):
        assert (-Value(1.0)).inputs == ()


@pytest.mark.parametrize(
    "context",
    [no_grad, lambda: scope("s"), tracing],
    ids=["no_grad", "scope", "tracing"],
)
def test_after_an_exception_recording_is_as_before(context):
    with pytest.raises(DomainError), context():
        functions.log(Value(-1.0))
    with scope("outer"), pytest.raises(KeyError), context():
        raise KeyError
    y = -Value(1.0)
    assert y.scope == "" and len(y.inputs) == 1 and y < 0.0


BRANCHES = {
    "<": lambda x: x < 0.0,
    "<=": lambda x: x <= 0.0,
    ">": lambda x: x > Value(1.0),
    ">=": lambda x: Value(1.0) <= x,
    "max": lambda x: max(x, 0.0),
    "sorted": lambda x: sorted([x, Value(1.0)]),
    "==": lambda x: x == 1.0,
    "!=": lambda x: Value(1.0) != x,
    "in": lambda x: x in [Value(1.0)],
    "index": lambda x: [1.0].index(x) if x in [1.0] else None,
    "bool": bool,
    "if": lambda x: 1.0 if x else 2.0,
    "and": lambda x: x and 1.0,
    "int": int,
    "round": round,
    "format": lambda x: f"{x:.3f}",
    "item": lambda x: x.item(),
}
GRADIENT_LOST = {
    "float": float,
    "floor": math.floor,
    "exp": math.exp,
    "hypot": lambda x: math.hypot(x, 1.0),
}


@pytest.mark.parametrize("branch", BRANCHES.values(), ids=BRANCHES)
def test_while_tracing_no_number_may_decide_anything(branch):
    x = Value(0.5, "height")
    branch(x)
    with tracing():
        for value in (x, x * 2.0):
            with pytest.raises(TypeError, match=r"all samples alike: use where\("):
                branch(value)
    branch(x)


@pytest.mark.parametrize("number", GRADIENT_LOST.values(), ids=GRADIENT_LOST)
def test_what_would_lose_the_gradient_without_a_word_is_refused(number):
    x = Value(0.5, "height")
    message = "'height' would lose its gradient.* as engine.exp, or .data"
    for context in (nullcontext(), tracing()):
        with context, pytest.raises(TypeError, match=message):
            number(x)


@pytest.mark.parametrize("context", [nullcontext, tracing])
def test_an_index_is_refused_with_the_function_that_takes_one(context):
    x = Value(1.0, "token")
    said = "a whole number is needed, and 'token' is a Value: for its number write int(x), "
    said += "for values[x] choose(x, values), for values * x [y * x for y in values]"
    with context():
        for lookup in (lambda: [1, 2, 3][x], lambda: range(x), lambda: [1.0, 5.0] * x):
            with pytest.raises(TypeError, match=f"^{re.escape(said)}$"):
                lookup()
        assert choose(x, [1.0, 5.0]).data == 5.0


def test_what_other_libraries_call_it_is_said_in_words_of_this_one():
    x = Value(2.0)
    for name, here in (
        ("_prev", ": here it is inputs"),
        ("_op", ": here it is rule"),
        ("requires_grad", ": here it is always true, and an optimizer moves"),
        (
            "_backward",
            r": here it is backward\(\), for all nodes; engine.backward_steps\(y\) shows",
        ),
        ("view", ": here it is not needed: a Value is one number"),
        ("to", ": here it is not needed: all runs on the CPU"),
        ("pow", r": here it is \*\*"),
        ("square", r": here it is \*\* 2"),
        ("leaky_relu", r": here it is engine.leaky_relu\(x\)"),
        ("colour", r"( and no __dict__ for setting new attributes)?$"),  # since Python 3.13
    ):
        with pytest.raises(AttributeError, match=f"no attribute '{name}'{here}"):
            getattr(x, name)
        with pytest.raises(AttributeError, match=f"no attribute '{name}'{here}"):
            setattr(x, name, 1.0)
        assert not hasattr(x, name)
    assert not hasattr(Value, "__getattr__")  # it would slow down every attribute
    with pytest.raises(TypeError, match=r"a label is a text.*\(Value\(2.0\),\) was given"):
        Value(2.0, (x,))
    for wrong in (x, float, "2"):
        with pytest.raises(TypeError, match="a real number is needed"):
            Value(wrong)
    with pytest.raises(TypeError, match=r"Value: take its number by .item\(\)"):
        Value(x)
    for text in ("2", b"2"):
        with pytest.raises(TypeError, match="is a (str|bytes)$"):
            Value(text)
    for remainder in (lambda: x % 2.0, lambda: 5.0 % x):
        with pytest.raises(TypeError, match="fmod"):
            remainder()
    for quotient in (lambda: x // 2.0, lambda: 5.0 // x):
        with pytest.raises(TypeError, match=r"int\(x / y\)"):
            quotient()


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_a_subclass_calls_so_is_its_own(name):
    class Mine(Value):
        pass

    mine, other = Mine(2.0), Mine(3.0)
    setattr(mine, name, "mine")
    assert getattr(mine, name) == "mine" and not hasattr(other, name)
    delattr(mine, name)
    assert not hasattr(mine, name)
    with pytest.raises(AttributeError, match="here it is"):
        delattr(mine, name)

    class Slotted(Value):
        __slots__ = ()

    with pytest.raises(AttributeError, match="here it is"):
        setattr(Slotted(2.0), name, "mine")


def test_what_is_absent_is_not_offered_while_a_name_is_typed():
    assert not {*ELSEWHERE} & {*dir(Value(2.0))}
    assert {"data", "grad", "inputs", "backward", "tanh"} <= {*dir(Value(2.0))}

    class Mine(Value):
        shape = "mine"

    mine = Mine(2.0)
    mine.numpy = "mine"
    assert {"shape", "numpy"} <= {*dir(mine)} and "mean" not in dir(mine)


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_a_value_is_shown_and_decides_as_its_number(x, places):
    value = Value(x, "x")
    assert value.item() == x and int(value) == int(x) and bool(value) is bool(x)
    assert round(value) == round(x) and round(value, places) == round(x, places)
    assert f"{value:.{places}f}" == f"{x:.{places}f}" and f"{value}" == repr(value)
    assert value == value and value != Value(x, "x") and value != x and value in [x, value]


def test_while_tracing_the_value_is_named():
    x = Value(0.5, "height")
    with tracing(), pytest.raises(TypeError, match="^height is compared or made a plain number"):
        bool(x < 1.0)
    with tracing(), pytest.raises(TypeError, match=r"^Value\(1.0\) is compared"):
        bool(x * 2.0 < 1.0)
    with tracing(), pytest.raises(TypeError, match=r"choose\(k, values\) for values\[k\]"):
        [1.0, 2.0][int(x)]


@given(graph=graphs())
def test_tracing_changes_nothing_that_is_recorded(graph):
    leaves = [Value(x) for x in graph.point]
    expected = graph(*leaves)
    with tracing():
        traced = graph(*leaves)
        assert traced == traced and hash(traced) == hash(traced)
    records = [
        [(v.rule, v.data, v.partials) for v in topological_order([y])] for y in (expected, traced)
    ]
    assert records[0] == records[1]


def test_no_grad_ends_where_it_began_when_nested():
    with no_grad():
        with no_grad():
            pass
        assert (-Value(1.0)).inputs == ()
    assert len((-Value(1.0)).inputs) == 1


def test_scope_and_no_grad_of_one_thread_do_not_reach_another():
    found = []
    with scope("mine"), no_grad():
        thread = threading.Thread(target=lambda: found.append(-Value(1.0)))
        thread.start()
        thread.join()
    assert found[0].scope == "" and len(found[0].inputs) == 1


def test_backward_twice_is_twice_the_gradient_to_the_last_bit():
    x, count = Value(1.0), 3
    y = x * 0.1 + x * 0.7 + x * 0.3
    y.backward()
    once = x.grad
    for times in range(2, count + 2):
        y.backward()
        assert x.grad == sum([once] * times)
    assert y.grad == 1.0 and {node.grad for node in y.inputs} == {1.0}


def test_any_zero_can_be_the_gradient_before():
    x, y = Value(2.0), Value(3.0)
    product = x * y
    x.grad, y.grad, product.grad = 0, -0.0, False
    (product + product).backward()
    assert (x.grad, y.grad, product.grad) == (6.0, 4.0, 2.0)


def test_a_gradient_of_none_is_named_before_anything_is_added():
    a, b = Value(2.0, "a"), Value(3.0, "b")
    y = a * b + a
    b.grad = None
    with pytest.raises(TypeError, match=r"Value\(3.0, label='b'\) is None, but is added to: set"):
        y.backward()
    assert (a.grad, b.grad, y.grad) == (0.0, None, 0.0)
