"""Every function of one number is an activation, and nothing else by name."""

import pytest

import engine
from engine import RULES, Value
from nn.layers.activations import ACTIVATIONS, activation_function, activation_name, identity

SOFTMAX = (
    "a softmax is of all outputs together; train without one, on softmax_cross_entropy, and take "
    "engine.softmax of the outputs for probabilities"
)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"identity"}))
def test_an_activation_is_the_function_of_the_engine(name: str) -> None:
    assert activation_function(name) is getattr(engine, name)
    rule = RULES[name]
    assert activation_function(name)(Value(1.5 if rule.holds_at(1.5) else 0.5)).rule is rule


def test_the_names_are_those_of_the_unary_rules() -> None:
    assert {"tanh", "relu", "sigmoid", "identity", "gelu", "softplus"} <= set(ACTIVATIONS)
    assert not {"add", "sum", "leaky_relu", "where", "maximum"} & set(ACTIVATIONS)


def test_identity_makes_no_node() -> None:
    z = Value(1.0)
    assert activation_function("identity")(z) is z


def test_a_function_is_its_own_activation() -> None:
    def cube(z: Value) -> Value:
        return z**3

    assert activation_function(cube) is cube
    assert activation_name(cube) == "cube"
    assert activation_name(identity) == "identity"


def test_an_unknown_name_lists_the_allowed_ones() -> None:
    with pytest.raises(ValueError) as caught:
        activation_function("tanhh")
    assert "'tanhh' is not known" in str(caught.value)
    assert all(name in str(caught.value) for name in ACTIVATIONS)


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("linear", ": write 'identity'"),
        ("Swish", ": write 'silu'"),
        ("logistic", ": write 'sigmoid'"),
        ("leaky_relu", ": write engine.leaky_relu, without quotes"),
        ("LeakyReLU", ": write engine.leaky_relu, without quotes"),
        ("softmax", f": {SOFTMAX}"),
        ("LogSoftmax", f": {SOFTMAX}"),
        ("qqq", ""),
    ],
)
def test_what_other_libraries_call_so_is_told(name: str, way: str) -> None:
    with pytest.raises(
        ValueError, match=f"{name!r} is not known{way}; allowed are .*, or a function$"
    ):
        activation_function(name)


def test_no_activation_is_called_identity() -> None:
    with pytest.raises(TypeError, match="but None was given: write 'identity' for none"):
        activation_function(None)  # type: ignore[arg-type]


def test_what_is_neither_name_nor_function_is_refused() -> None:
    with pytest.raises(TypeError, match="a name or a function is needed, but 3 was given"):
        activation_function(3)  # type: ignore[arg-type]
