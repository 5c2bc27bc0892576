"""The usual first mistakes: what was given, where, what to write instead; what fits is taken."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import engine
import nn
from engine import Value
from nn import (
    GRU,
    L1,
    L2,
    LSTM,
    MLP,
    RNN,
    AvgPool2d,
    Conv2d,
    Dropout,
    Embedding,
    Flatten,
    Layer,
    LayerNorm,
    Neuron,
    RMSNorm,
    SelfAttention,
    Sequential,
    binary_cross_entropy,
    fit,
    hinge,
    huber,
    mean_squared_error,
    predict,
    softmax_cross_entropy,
)

X = [[0.0, 0.5], [1.0, -1.0], [0.25, 2.0], [1.0, 1.0]]
Y = [0.5, 1.0, -1.0, 0.0]
MODEL, CLASSIFIER = MLP(2, [3, 1], seed=0), MLP(2, [3, 3], seed=0)
LOGITS, OUTPUT = CLASSIFIER(X[1]), MODEL(X[1])
ONE_AT_A_TIME = "one sample at a time: write [model(x) for x in X], or predict(model, X)"


class Table:
    """As a table of pandas: a loop over it gives the names of its columns, not its rows."""

    def __init__(self, rows: Any) -> None:
        self.rows = np.array(rows)

    def to_numpy(self) -> Any:
        return self.rows

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.rows.shape[-1]))

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.rows, dtype)


def refused(error: Any, make: Callable[..., Any], *given: Any, **options: Any) -> str:
    """What is said, on one line that is no longer than a few of the screen."""
    with pytest.raises(error) as caught:
        make(*given, **options)
    said = str(caught.value)
    assert len(said) < 600 and said.isprintable()
    return said


# A batch where one sample is needed


@pytest.mark.parametrize("rows", [X, X[:2], X[:1], tuple(map(tuple, X))], ids=len)
@pytest.mark.parametrize("kind", [list, np.array, Table, np.float32])
def test_a_batch_is_no_sample(rows: Any, kind: Any) -> None:
    batch, n = kind(rows), len(rows)
    needed = "given, but 2 numbers are needed"
    for model, place in [
        (MODEL, "layer 1"),
        (Layer(2, 3), "layer"),
        (Sequential(Layer(2, 3)), "1: Layer"),
        (Neuron(2), "neuron"),
        (LayerNorm(2), "LayerNorm"),
        (RMSNorm(2), "RMSNorm"),
    ]:
        said = refused(ValueError, model, batch)
        assert said.startswith(f"{place}: {n} list") and needed in said and ONE_AT_A_TIME in said


@pytest.mark.parametrize("layer", [RNN(2, 3), GRU(2, 3), LSTM(2, 3), SelfAttention(2)], ids=repr)
def test_a_batch_is_no_sequence(layer: Any) -> None:
    said = refused(ValueError, layer, [X, X])
    assert " 1: 4 lists were given, but 2 numbers are needed" in said and ONE_AT_A_TIME in said


@pytest.mark.parametrize("layer", [Conv2d(1, 1, 2), AvgPool2d(2)], ids=repr)
def test_a_batch_is_no_image(layer: Any) -> None:
    said = refused(ValueError, layer, np.ones((5, 1, 4, 4)))
    assert "the image has shape (5, 1, 4, 4)" in said and said.endswith(ONE_AT_A_TIME)


def test_an_image_is_flattened_first() -> None:
    net = Sequential(Conv2d(1, 2, 2), Layer(18, 1))
    said = refused(ValueError, net, np.ones((4, 4)))
    assert said.startswith("2: Layer: 2 lists were given") and said.endswith(
        "nested lists, such as an image, go through Flatten() first"
    )
    assert len(Sequential(Conv2d(1, 2, 2), Flatten(), Layer(18, 1))(np.ones((4, 4)))) == 1


# What is no list


@pytest.mark.parametrize("given", ["ab", b"ab", {"a": 1.0, "b": 2.0}, {1.0, 2.0}, None, object])
def test_what_has_no_order_of_numbers_is_no_sample(given: Any) -> None:
    for model in (MODEL, Layer(2, 1), LayerNorm(2)):
        assert "a list of numbers is needed, but " in refused(TypeError, model, given)
    for tree in (Dropout(0.5), Flatten(), Conv2d(1, 1, 1)):
        assert "a real number is needed, and " in refused(TypeError, tree, given)


@pytest.mark.parametrize("given, write", [(0.5, "[0.5]"), (3, "[3]"), (Value(2.0), "[Value(2.0)]")])
def test_a_single_number_is_put_in_a_list(given: Any, write: str) -> None:
    said = refused(TypeError, MLP(1, [1]), given)
    assert said.endswith(f"a list of numbers is needed, but {write[1:-1]} was given: write {write}")


def test_a_token_is_written_one_hot_or_embedded() -> None:
    written = "write it one-hot, as np.eye(4)[tokens] does, or put an Embedding before"
    for layer in (RNN(4, 2), GRU(4, 2), LSTM(4, 2), SelfAttention(4)):
        for given in (layer, [3, 1, 2]), (predict, layer, [[3, 1, 2]]), (Layer(4, 1), 3):
            assert refused(TypeError, *given).endswith(f" was given; if it is a token, {written}")
        assert refused(TypeError, layer, [0.5, 1.0]).endswith("but 0.5 was given")
    assert len(RNN(4, 2)(np.eye(4)[[3, 1, 2]])) == 3
    assert len(Sequential(Embedding(4, 4), RNN(4, 2))([3, 1, 2])) == 3


def test_tokens_are_ints_in_fit_and_predict_too() -> None:
    net = Sequential(Embedding(4, 2), Flatten(), Layer(6, 1))
    tokens = np.array([[0, 1, 2], [3, 3, 1]])
    for make in (
        lambda: fit(net, mean_squared_error, tokens.astype(float), [1, 2]),
        lambda: predict(net, tokens.astype(float)),
    ):
        said = refused(ValueError, make)
        assert said.startswith("1: Embedding: 3 inputs were given, but 4 are needed; tokens are ")
        assert said.endswith("in fit and predict an array of ints, none of them below 0")
    expected = pytest.approx([net(t)[0].data for t in tokens])
    assert predict(net, np.eye(4)[tokens]) == expected
    assert predict(net, tokens) == expected
    assert predict(net, tokens.tolist()) == expected


@pytest.mark.parametrize("given", [1.0, "a", None, Value(1.0)])
def test_what_is_no_token_is_told_what_one_is(given: Any) -> None:
    said = refused(TypeError, Embedding(5, 2), given)
    assert said.startswith("Embedding: a token, an int from 0 to 4, or a list of them, is needed")


def test_texts_as_samples_are_told_how_they_become_tokens_of_one_length() -> None:
    net = Sequential(Embedding(26, 2), RNN(2, 3))
    for samples in (["anna", "elsa"], [list("anna"), list("elsa")]):
        for make in (
            lambda given=samples: predict(net, given),
            lambda given=samples: fit(net, softmax_cross_entropy, given, [0, 1]),
        ):
            assert "number the letters or words, for an Embedding" in refused(ValueError, make)
    said = refused(ValueError, predict, net, [[1, 2], [1]])
    assert said.endswith("sequences are filled up to one length")


def test_a_layer_for_each_step_of_a_sequence_is_written_in_a_module() -> None:
    said = refused(ValueError, Sequential(RNN(2, 3), Layer(3, 1)), X)
    assert said.startswith("2: Layer: 4 lists were given, but 3 numbers are needed, one sample at ")
    assert said.endswith("the steps of a sequence likewise, in the forward of a Module of your own")


# Targets


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy, hinge, huber()])
def test_one_sample_is_a_list_of_one(loss: Any) -> None:
    name = loss.__name__
    write = f"; for one sample write {name}([prediction], [target])"
    assert refused(TypeError, loss, OUTPUT, 1.0).endswith(write)
    assert refused(TypeError, loss, [OUTPUT], 1.0).endswith(write)
    assert refused(ValueError, loss, [OUTPUT, OUTPUT], [1.0]).endswith(write)
    assert loss([OUTPUT], [1.0]).inputs


@pytest.mark.parametrize(
    "predictions, target, said",
    [
        (LOGITS, 2, "targets: a list of numbers is needed, but 2 was given"),
        (LOGITS, [2], "3 predictions and 1 target were given"),
        (LOGITS, [0, 0, 1], "target 0: each class needs an output, but the model has only one"),
        ([LOGITS], 2, "targets: a list of numbers is needed, but 2 was given"),
    ],
)
def test_one_sample_of_a_class(predictions: Any, target: Any, said: str) -> None:
    message = refused((TypeError, ValueError), softmax_cross_entropy, predictions, target)
    assert message.startswith(f"softmax_cross_entropy: {said}")
    assert message.endswith("softmax_cross_entropy([prediction], [target])")


@pytest.mark.parametrize("hot", range(3))
@pytest.mark.parametrize("kind", [list, np.array, np.float32])
def test_a_one_hot_target_is_told_its_number(hot: int, kind: Any) -> None:
    target = kind([int(k == hot) for k in range(3)])
    hint = f"has 3 numbers, but must be one class number: {hot}, or Y.argmax(axis=1) for one-hot"
    assert hint in refused(ValueError, softmax_cross_entropy, [LOGITS], [target])
    targets = np.array([target] * 4)
    assert hint in refused(ValueError, fit, CLASSIFIER, softmax_cross_entropy, X, targets)


def test_one_class_for_several_positions_is_refused() -> None:
    rnn, samples = RNN(2, 3), np.zeros((4, 5, 2))
    for make in (
        lambda: softmax_cross_entropy([rnn(samples[0])], [0]),
        lambda: fit(rnn, softmax_cross_entropy, samples, [0, 1, 0, 1]),
    ):
        said = refused(ValueError, make)
        assert " 0 has 1 number, but must be one class number for each of 5 positions; " in said
        assert said.endswith("let the model return its outputs, as those of the last")
    said = refused(ValueError, fit, rnn, softmax_cross_entropy, samples, np.ones((4, 5, 3)))
    assert said.endswith("each of 5 positions: Y.argmax(axis=2) for one-hot rows Y")
    one_each = [[Value(z)] for z in (0.5, 2.0, 1.0)]
    assert softmax_cross_entropy([one_each], [1]).data < 1.0  # a logit of each is one choice


def test_a_position_that_does_not_count_has_a_weight_of_0() -> None:
    rnn, samples = RNN(2, 3), np.zeros((4, 5, 2))
    targets = np.zeros((4, 5), int)
    targets[2, 1] = -100  # as elsewhere
    said = refused(ValueError, fit, rnn, softmax_cross_entropy, samples, targets)
    assert " 2 is -100.0, but must be a class number from 0 to 2" in said
    assert said.endswith("a loss of your own takes weights beside the classes")
    assert not refused(ValueError, softmax_cross_entropy, [LOGITS], [-1]).endswith("the classes")


@pytest.mark.parametrize("target", [[0.2, 0.3, 0.5], [0, 0, 0], [1, 1, 0], [0, 0, 2], [1, 0.5, 0]])
def test_what_is_not_one_hot_is_not_told_a_number(target: Any) -> None:
    said = refused(ValueError, softmax_cross_entropy, [LOGITS], [target])
    assert said.endswith("has 3 numbers, but must be one class number")


def test_a_one_hot_target_in_a_loss_of_your_own_is_refused() -> None:
    def loss(output: Any, target: Any) -> Value:
        return softmax_cross_entropy([output], [target])

    said = refused(ValueError, fit, CLASSIFIER, loss, X, np.eye(3)[[0, 1, 2, 0]])
    assert said.endswith("target 0 has 3 numbers, but must be one class number")


@pytest.mark.parametrize("labels", [["b", "a"], np.array(["b", "a"]), np.array(["b", "a"], object)])
@pytest.mark.parametrize("loss", [softmax_cross_entropy, binary_cross_entropy, hinge])
def test_labels_in_words_are_numbered(loss: Any, labels: Any) -> None:
    output = LOGITS if loss is softmax_cross_entropy else OUTPUT
    said = refused(TypeError, loss, [output] * 2, labels)
    assert said == (
        f"{loss.__name__}: target 0: a real number is needed, and 'b' is a str; number the "
        "classes: names = sorted(set(labels)), then [names.index(label) for label in labels]"
    )
    names = sorted(set(labels))
    assert [names.index(label) for label in labels] == [1, 0]


def test_targets_of_another_loss() -> None:
    said = refused(ValueError, binary_cross_entropy, [OUTPUT], [2])
    assert said.endswith("must be from 0 to 1; for classes 0, 1, 2, … use softmax_cross_entropy")
    said = refused(ValueError, hinge, [OUTPUT], [0])
    assert said.endswith("must be -1 or 1; for targets t of 0 and 1 write 2 * t - 1")


# What is taken as it is


def kinds() -> dict[str, Callable[[Any], Any]]:
    """Ways to give numbers."""
    found: dict[str, Callable[[Any], Any]] = {
        "tuples": lambda rows: tuple(map(tuple, rows)) if np.ndim(rows) == 2 else tuple(rows),
        "array": np.array,
        "float32": np.float32,
        "objects": lambda rows: np.array(rows, dtype=object),
        "table": Table,
        "arrays": lambda rows: [np.array(row) for row in rows],
    }
    try:
        import pandas
    except ModuleNotFoundError:
        return found
    return found | {
        "pandas": lambda rows: (pandas.DataFrame if np.ndim(rows) == 2 else pandas.Series)(rows),
        "series": lambda rows: [pandas.Series(row) if np.ndim(row) else row for row in rows],
    }


every_kind = pytest.mark.parametrize("kind", kinds().values(), ids=kinds())


@every_kind
def test_a_sample_is_taken_as_it_is(kind: Any) -> None:
    for model in (MODEL, CLASSIFIER, Layer(2, 1), Sequential(Flatten(), Layer(2, 1))):
        assert repr(model(kind(X[1]))) == repr(model(X[1]))
    assert repr(RNN(2, 1, rng=Random(0))(kind(X))) == repr(RNN(2, 1, rng=Random(0))(X))
    assert repr(Dropout(0.5).eval()(kind(X))) == repr(Dropout(0.5).eval()(X))


@every_kind
def test_targets_and_predictions_are_taken_as_they_are(kind: Any) -> None:
    outputs = [MODEL(x) for x in X]
    expected = mean_squared_error(outputs, Y).data
    assert mean_squared_error(outputs, kind(Y)).data == expected
    column = kind([[y] for y in Y])
    assert mean_squared_error(outputs, column).data == expected
    assert mean_squared_error(kind(Y), outputs).data == expected
    logits = [CLASSIFIER(x) for x in X]
    expected = softmax_cross_entropy(logits, [0, 1, 2, 0]).data
    assert softmax_cross_entropy(logits, kind([0, 1, 2, 0])).data == expected


@every_kind
def test_fit_and_predict_take_them_as_they_are(kind: Any) -> None:
    plain, other = MLP(2, [3, 1], seed=1), MLP(2, [3, 1], seed=1)
    first = fit(plain, mean_squared_error, X, Y, epochs=2, validation=(X, Y))
    second = fit(
        other, mean_squared_error, kind(X), kind(Y), epochs=2, validation=(kind(X), kind(Y))
    )
    assert first.losses == second.losses
    assert first.validation_losses == second.validation_losses
    assert predict(other, kind(X)).tolist() == predict(plain, X).tolist()


def test_outputs_in_an_array_are_taken_as_they_are() -> None:
    outputs = [MODEL(x) for x in X]
    loss = mean_squared_error(np.array(outputs), Y)
    loss.backward()
    assert loss.data == mean_squared_error(outputs, Y).data and outputs[0].grad != 0.0


@pytest.mark.parametrize("number", [np.array(0.5), np.float32(0.5), np.float64(0.5)])
def test_numbers_of_numpy_are_numbers(number: Any) -> None:
    assert repr(MODEL([number, 1])) == repr(MODEL([0.5, 1.0]))
    assert mean_squared_error([OUTPUT], [number]).data == mean_squared_error([OUTPUT], [0.5]).data
    assert Neuron.from_weights([number]).weights[0].data == 0.5


# Roots at 0


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize(
    "distance, write",
    [
        (lambda d: engine.sqrt(d * d), "sqrt(x + 1e-12)"),
        (lambda d: (d * d) ** 0.5, "(x + 1e-12) ** n"),
        (lambda d: engine.hypot(d, d), "hypot(x, y, 1e-6)"),
    ],
)
def test_a_root_that_reaches_0_in_training(distance: Any, write: str, eager: bool) -> None:
    def loss(output: Value, target: Value) -> Value:
        return distance(output - output + 0.0 * target)  # type: ignore[no-any-return]

    said = refused(ValueError, fit, MLP(2, [1]), loss, X, Y, eager=eager)
    assert said.endswith(f"; where it may be 0, write {write}")


# Names of other libraries, and what is put in the wrong place


def test_weights_and_bias_have_names_of_their_own() -> None:
    neuron = Neuron(2)
    assert refused(AttributeError, lambda: neuron.w).endswith("here it is weights")
    assert refused(AttributeError, lambda: setattr(neuron, "b", 1.0)).endswith("here it is bias")
    assert refused(AttributeError, lambda: neuron.x) == "'Neuron' object has no attribute 'x'"
    assert "weights" in dir(neuron) and not {"w", "b"} & {*dir(neuron)}
    assert not hasattr(neuron, "w")
    assert refused(AttributeError, lambda: neuron.weight).endswith("here it is weights")
    for model, name, here in (
        (MODEL, "weight", "layers[0].neurons[0].weights"),
        (MODEL, "bias", "layers[0].neurons[0].bias"),
        (Sequential(MLP(2, [1])), "layers", "parts"),
    ):
        said = refused(AttributeError, getattr, model, name)
        assert said.endswith(here) and eval(f"model.{here}", {"model": model}) is not None


@pytest.mark.parametrize(
    "make, given, write",
    [
        (Neuron, {"nin": 2, "nonlin": True}, "n_inputs="),
        (Neuron, {"n_inputs": 2, "nonlin": True}, "activation="),
        (Layer, {"in_features": 2, "out_features": 3}, "n_inputs="),
        (Layer, {"n_inputs": 2, "out_features": 3}, "n_outputs="),
        (Layer, {"n_inputs": 2, "n_outputs": 3, "seed": 1}, "rng=random.Random(0)"),
        (Layer, {"n_inputs": 2, "units": 3}, "n_outputs="),
        (LSTM, {"n_inputs": 2, "units": 3}, "n_hidden="),
        (Conv2d, {"in_channels": 1, "filters": 3}, "out_channels="),
        (Conv2d, {"strides": 1}, "stride="),
        (huber, {"beta": 1.0}, "delta="),
        (MLP, {"n_inputs": 2, "sizes": [1], "rng": 1}, "seed="),
        (MLP, {"n_inputs": 2, "hidden_layer_sizes": [1]}, "sizes="),
        (Conv2d, {"in_channels": 1, "out_channels": 1, "kernel_size": 3}, "kernel="),
        (Dropout, {"p": 0.5}, "probability="),
        (RNN, {"input_size": 2, "hidden_size": 3}, "n_inputs="),
        (GRU, {"n_inputs": 2, "hidden_size": 3}, "n_hidden="),
        (
            LSTM,
            {"n_inputs": 2, "n_hidden": 3, "num_layers": 2},
            "one after the other into Sequential",
        ),
        (LSTM, {"batch_first": True}, "nothing: one sample is a list of steps"),
        (SelfAttention, {"embed_dim": 4}, "size="),
        (SelfAttention, {"size": 4, "num_heads": 2}, "heads="),
        (Embedding, {"num_embeddings": 4, "embedding_dim": 2}, "n_tokens="),
        (LayerNorm, {"size": 4, "eps": 1e-6}, "epsilon="),
        (RMSNorm, {"size": 4, "elementwise_affine": False}, "gain="),
    ],
)
def test_keywords_of_other_libraries(make: Any, given: dict[str, Any], write: str) -> None:
    assert refused(TypeError, make, **given).endswith(f", write {write}")


def test_a_keyword_like_none_is_not_taken_for_another() -> None:
    said = refused(TypeError, Conv2d, 1, 2, 3, dilation=2)
    assert said.startswith("Conv2d: there is no dilation=, but stride=, padding=, ")


def test_parts_are_given_one_by_one() -> None:
    said = refused(TypeError, Sequential, [Layer(2, 3), Layer(3, 1)])
    assert said.endswith("not a list of them: write Sequential(*parts)")
    assert refused(TypeError, Sequential, "relu").endswith(
        "part 1 is 'relu', but must be a module or a function"
    )


@pytest.mark.parametrize("rng", [0, 1, "a", np.random.default_rng(0)])
def test_a_generator_is_one_of_python(rng: Any) -> None:
    for make in (lambda: Layer(2, 1, "relu", rng=rng), lambda: Embedding(2, 1, rng=rng)):
        assert "but must be a generator, as random.Random(1) is" in refused(TypeError, make)


def test_a_seed_is_a_whole_number() -> None:
    assert MLP(2, [1], seed=np.int64(3)).state_dict() == MLP(2, [1], seed=3).state_dict()  # type: ignore[arg-type]
    for seed in (1.5, "a", [1]):
        refused(TypeError, MLP, 2, [1], seed=seed)
        refused(TypeError, Dropout, 0.5, seed=seed)


def test_an_activation_that_is_not_used_is_known_all_the_same() -> None:
    said = refused(ValueError, MLP, 2, [1], "ReLU")
    assert said.startswith("activation: 'ReLU' is not known: write 'relu'; allowed are ")
    assert said.endswith(", or a function")


def test_an_activation_that_takes_a_setting_is_given_as_a_function() -> None:
    said = refused(ValueError, Layer, 2, 1, "leaky_relu")
    way = ": write engine.leaky_relu, without quotes; allowed are identity, abs, "
    assert said.startswith(f"activation: 'leaky_relu' is not known{way}")
    assert Layer(2, 1, engine.leaky_relu)([1.0, 2.0])[0].rule is engine.RULES["leaky_relu"]


@pytest.mark.parametrize("given", [Value(0.5), "1", None, np.array(0.5), np.ones(2), 10**400])
def test_strength_and_delta_are_numbers(given: Any) -> None:
    assert refused(ValueError, huber, given).startswith("huber: delta is ")
    assert refused(ValueError, L2, given, [Value(1.0)]).startswith("L2: strength is ")


@pytest.mark.parametrize("given", [b"ab", {1.0, 2.0}, {"a": 1.0}, "ab", 3.0])
def test_weights_and_what_is_penalized_are_lists(given: Any) -> None:
    assert refused(TypeError, Neuron.from_weights, given).startswith("neuron: weights: a list of")
    said = refused(TypeError, L1, 0.1, given)
    assert said.startswith("L1: a list of parameters is needed, but ")
    assert said.endswith(" was given: write L1(strength, model.parameters())")


def test_what_is_penalized_are_values() -> None:
    said = refused(TypeError, L2, 0.1, [Value(1.0), 2.0])
    assert said == "L2: parameter 1 is 2.0, which is not a Value"


@pytest.mark.parametrize("given", [0.1, "L2", None], ids=repr)
def test_what_is_added_to_a_loss_is_a_penalty(given: Any) -> None:
    said = refused(TypeError, lambda: mean_squared_error + given)
    needed = "a penalty is needed, such as L2(0.01, model.parameters())"
    assert said == f"mean_squared_error + {given!r}: {needed}"


def test_the_sum_of_two_losses_is_a_loss_of_ones_own() -> None:
    said = refused(TypeError, lambda: mean_squared_error + nn.hinge)
    assert said.startswith("mean_squared_error + hinge: a penalty is needed: write a loss of your")
    namespace: dict[str, Any] = {"hinge": nn.hinge, "mean_squared_error": mean_squared_error}
    exec(said.partition("own, ")[2], namespace)
    assert namespace["loss"](Value(0.5), 1.0).data == 0.75


# A call that `forward` does not take


class Two(nn.Module):
    """A model of one's own, of two inputs; with `fault` it makes a mistake within."""

    def forward(self, image: Any, text: Any, *, fault: bool = False) -> Any:
        return len(image) if fault else image


def test_inputs_one_by_one_are_to_be_a_list() -> None:
    called = "model(0.5, 2) was called, but model(inputs) is needed: write model([0.5, 2])"
    for model, place in [(MODEL, "MLP"), (Layer(2, 3), "layer"), (Neuron(2), "neuron")]:
        assert refused(TypeError, model, 0.5, 2) == f"{place}: {called}"
    said = refused(TypeError, MODEL, np.float64(0.5), Value(1.0, "x"))
    assert said.endswith(": write model([np.float64(0.5), Value(1.0, label='x')])")


def test_any_other_call_is_said_beside_the_one_that_is_needed() -> None:
    needed = "but model(inputs) is needed"
    assert refused(TypeError, MODEL) == f"MLP: model() was called, {needed}"
    assert refused(TypeError, MODEL, x=1) == f"MLP: model(x=1) was called, {needed}"
    assert refused(TypeError, MODEL, 1.0, y=2) == f"MLP: model(1.0, y=2) was called, {needed}"
    assert refused(TypeError, MODEL, [1], [2]) == f"MLP: model([1], [2]) was called, {needed}"
    keyed = type("Keyed", (nn.Module,), {"forward": lambda self, x, *, key: x})()
    said = refused(TypeError, keyed, 1.0)
    assert said == "Keyed: model(1.0) was called, but model(x, key=…) is needed"
    said = refused(TypeError, Two(), 1.0, 2.0, 3.0)
    assert said == "Two: model(1.0, 2.0, 3.0) was called, but model(image, text) is needed"


def test_a_mistake_within_forward_is_told_as_it_is() -> None:
    for model in (Two(), Sequential(lambda x: len(x))):
        given = (1.0,) if isinstance(model, Sequential) else (1.0, 2.0)
        options = {} if isinstance(model, Sequential) else {"fault": True}
        said = refused(TypeError, model, *given, **options)
        assert said == "object of type 'float' has no len()"


# Functions that take no list of numbers


@pytest.mark.parametrize("given", ["x", [1.0], 1.5, None, np.ones(2)], ids=repr)
def test_a_seed_and_sizes_are_whole_numbers(given: Any) -> None:
    shown = engine.messages.shown(given)
    assert refused(TypeError, nn.seed, given) == (
        f"seed: a whole number is needed, and {shown} was given"
    )
    for make in (lambda: MLP(2, [1], seed=given), lambda: Dropout(0.5, seed=given)):
        if given is not None:
            assert refused(TypeError, make) == refused(TypeError, nn.seed, given)
    for draw, name in [
        (lambda: nn.glorot_uniform(given, 2), "glorot_uniform: n_inputs"),
        (lambda: nn.glorot_uniform(2, given), "glorot_uniform: n_outputs"),
        (lambda: nn.he_normal(given), "he_normal: n_inputs"),
    ]:
        assert refused(TypeError, draw) == f"{name} is {shown}, but must be a whole number"
    said = refused(ValueError, nn.he_normal, 0)
    assert said == "he_normal: n_inputs is 0, but must be at least 1"


# However long it is

LONG: list[Callable[[Any], Any]] = [
    lambda given: MODEL([given, 1.0]),
    lambda given: MODEL(given, 1.0),
    lambda given: MLP(2, [given]),
    lambda given: Layer(given, 1),
    lambda given: Layer(2, 1, given),
    lambda given: Layer(2, 1, rng=given),
    lambda given: Neuron.from_weights([given]),
    lambda given: Neuron(1, lambda z: given)([1.0]),
    lambda given: Dropout(given),
    lambda given: LayerNorm(1, epsilon=given),
    lambda given: Embedding(2, 1)([0, 1.0, given]),
    lambda given: LSTM(1, 1)([[1.0]], state=given),
    lambda given: Sequential(given),
    lambda given: mean_squared_error([OUTPUT], [given]),
    lambda given: softmax_cross_entropy([LOGITS], [given]),
    lambda given: mean_squared_error([given], [1.0]),
    lambda given: mean_squared_error(given, 1.0),
]


def test_repr_is_for_repr_alone() -> None:
    """What a message shows of what was given goes through `shown`, which is short."""
    found = []
    for path in Path(nn.__file__).parent.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
            for node in ast.walk(function):
                if isinstance(node, ast.FormattedValue) and chr(node.conversion % 128) == "r":
                    found.append(f"{path.name}: {function.name}")
    assert [place for place in found if not place.endswith(": __repr__")] == []


@pytest.mark.parametrize("make", LONG)
@pytest.mark.parametrize(
    "given", ["\x1b[31m" * 10_000, 10**5_000, -(10**4_000)], ids=["s", "n", "m"]
)
def test_what_is_shown_is_short_and_on_one_line(make: Any, given: Any) -> None:
    refused((TypeError, ValueError, OverflowError), make, given)
