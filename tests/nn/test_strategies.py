"""Random nets: they stay within the limits asked for, print as Python, and have right gradients."""

import subprocess
import sys

import pytest
from hypothesis import Phase, find, given, reject, settings
from hypothesis import strategies as st

from engine import check_gradients
from engine.graph import topological_order
from engine.proof.report import Undecided
from nn import MLP
from nn.strategies import SMOOTH_OR_RELU, Regression, is_calm, models


def activations_of(case):
    return [layer.neurons[0].activation for layer in case.model.layers]


@given(st.data())
def test_a_net_stays_within_the_limits_asked_for(data):
    limits = [data.draw(st.integers(1, 4)) for _ in range(4)]
    n_inputs, n_layers, n_neurons, n_samples = limits
    names = data.draw(st.lists(st.sampled_from(SMOOTH_OR_RELU), min_size=1, unique=True))
    case = data.draw(
        models(
            names,
            max_inputs=n_inputs,
            max_layers=n_layers,
            max_neurons=n_neurons,
            max_samples=n_samples,
        )
    )
    layers = case.model.layers
    assert layers[0].n_inputs <= n_inputs
    assert len(layers) <= n_layers
    assert all(len(layer.neurons) <= n_neurons for layer in layers[:-1])
    assert len(layers[-1].neurons) == 1
    assert set(activations_of(case)[:-1]) <= set(names)
    assert 1 <= len(case.samples) == len(case.targets) <= n_samples
    assert all(len(sample) == layers[0].n_inputs for sample in case.samples)


@given(models())
def test_the_loss_is_the_mean_squared_error_and_depends_on_every_parameter(case):
    loss = case.loss()
    errors = [case.model(sample).data - t for sample, t in zip(case.samples, case.targets)]
    mean = sum(error * error for error in errors) / len(errors)
    assert loss.data == pytest.approx(mean, rel=1e-14)  # a dozen roundings at most, none cancels
    assert set(case.model.parameters()) <= set(topological_order([loss]))


@given(models(["relu"]))
def test_no_kink_is_next_to_a_random_net(case):
    kinks = [v for v in topological_order([case.loss()]) if v.rule and v.rule.name == "relu"]
    assert all(abs(v.inputs[0].data) > 1e-2 for v in kinks)


def test_a_net_on_a_kink_is_not_calm():
    model = MLP(1, [1, 1], "relu")
    assert is_calm(Regression(model, ((0.6,),), (1.0,)))
    assert not is_calm(Regression(model, ((0.0,),), (1.0,)))


@given(models())
def test_a_net_prints_as_the_python_that_builds_it(case):
    case.model.parameters()[0].data += 0.25  # what is done to it later is printed too
    names = {}
    exec(repr(case), names)
    rebuilt = names["case"]
    assert rebuilt.loss().data == case.loss().data
    assert rebuilt.model.state_dict() == case.model.state_dict()
    assert activations_of(rebuilt) == activations_of(case)
    assert repr(rebuilt) == repr(case)


def test_a_failing_example_is_printed_as_python():
    @settings(
        max_examples=20,
        database=None,
        derandomize=True,
        print_blob=False,
        phases=[Phase.generate],
    )
    @given(models())
    def fails(case):
        assert case.loss() < 0.0

    with pytest.raises(AssertionError) as caught:
        fails()
    assert any("model.load_state_dict({" in note for note in caught.value.__notes__)


@given(models())
def test_the_gradient_of_a_random_net_is_right(case):
    assert_not_wrong(case, order=1)


@given(models(max_neurons=2, max_layers=2))
def test_the_second_derivative_of_a_random_net_is_right(case):
    assert_not_wrong(case, order=2)


def test_a_net_whose_error_all_but_cancels_is_not_called_wrong():
    """Its gradient, 2 (output - target) x, has as few right digits as the difference has."""
    model = MLP(3, [1], "identity", "identity")
    model.load_state_dict(
        {
            "layers.0.neurons.0.weights.0": -0.1166457952244544,
            "layers.0.neurons.0.weights.1": 0.14641184660585083,
            "layers.0.neurons.0.weights.2": 1.0390994743461865,
            "layers.0.neurons.0.bias": -0.095,
        }
    )
    case = Regression(model, ((0.12, 1.26, 1.14),), (1.26,))
    for order in (1, 2):
        check_gradients(case, model, order=order)


@given(models(max_neurons=2, max_layers=2), st.integers(1, 12), st.integers(1, 2))
def test_a_net_that_is_all_but_right_is_not_called_wrong(case, places, order):
    """The targets are what the net gives, rounded to a few decimal places."""
    targets = tuple(round(case.model(sample).data, places) for sample in case.samples)
    assert_not_wrong(Regression(case.model, case.samples, targets), order=order)


def assert_not_wrong(case, *, order):
    """A wrong gradient raises; of a right one, a few in a thousand cannot be decided."""
    try:
        check_gradients(case, case.model, order=order)
    except Undecided:
        reject()


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_nets_shrink_to_one_neuron_one_input_and_one_sample(activation):
    case = find(
        models(),
        lambda case: activations_of(case)[0] == activation,
        settings=settings(max_examples=1000, database=None, derandomize=True),
    )
    assert [len(layer.neurons) for layer in case.model.layers] == [1, 1]
    assert len(case.model.layers[0].neurons[0].weights) == 1
    assert case.samples == ((0.6,),)


def test_a_deep_net_with_several_samples_occurs():
    settled = settings(max_examples=1000, database=None, derandomize=True, phases=[Phase.generate])
    find(models(), lambda c: len(c.model.layers) == len(c.samples) == 3, settings=settled)


# What is refused


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"activations": []}, "no activations were given"),
        ({"activations": ["tanh", "tahn"]}, "'tahn' is not known"),
        ({"max_inputs": 0}, "at least 1"),
        ({"max_layers": 0}, "at least 1"),
        ({"max_neurons": 0}, "at least 1"),
        ({"max_samples": -1}, "at least 1"),
    ],
)
def test_limits_that_allow_no_net_are_refused_at_once(arguments, message):
    with pytest.raises(ValueError, match=message):
        models(**arguments)


def test_a_case_can_not_be_changed():
    case = Regression(MLP(1, [1]), ((0.6,),), (1.0,))
    with pytest.raises(AttributeError):
        case.targets = ()


def test_without_hypothesis_the_error_says_what_to_install():
    code = "import sys; sys.modules['hypothesis'] = None; import nn.strategies"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 1
    expected = 'ModuleNotFoundError: nn.strategies needs hypothesis: pip install -e ".[test]"'
    assert run.stderr.strip().endswith(expected)
