"""Data: what is taken as it is, and what the first mistakes with it are told."""

import math
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from engine import Value
from nn import (
    MLP,
    Module,
    binary_cross_entropy,
    fit,
    hinge,
    huber,
    mean_squared_error,
    predict,
    softmax_cross_entropy,
)
from nn.layers.attention import Embedding
from nn.layers.dense import Layer
from nn.layers.sequential import Flatten, Sequential
from nn.losses.targets import CLASSES as CLASS_NUMBERS
from nn.losses.targets import NUMBERS as ANY_NUMBERS
from nn.losses.targets import PROBABILITIES, SIGNS
from nn.training.data import are_indices, as_array

X = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [1.0, 1.0]])
NUMBERS, CLASSES = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0, 1, 2, 1])


class Table:
    """What pandas and Polars have."""

    def __init__(self, rows: Any) -> None:
        self.rows = np.array(rows, dtype=object)

    def to_numpy(self) -> Any:
        return self.rows


def test_a_table_of_whole_numbers_has_tokens_whatever_the_types_of_its_columns() -> None:
    tokens = [[0, 2], [1, 0]]
    assert are_indices(Table(tokens)) and are_indices(np.array(tokens, dtype=object))
    for others in ([[0, 2.0]], [[0, -1]], [["0", "1"]], [[0, None]]):
        assert not are_indices(Table(others))
    model = Sequential(Embedding(3, 2), Flatten(), Layer(4, 1))
    np.testing.assert_array_equal(predict(model, Table(tokens)), predict(model, tokens))


# Taken as they are


@pytest.mark.parametrize(
    "convert",
    [
        Table,
        list,
        lambda array: array.astype(np.float32),
        lambda array: array.astype(np.float16),
        lambda array: array.astype(object),
        lambda array: np.asfortranarray(array),
        lambda array: [list(row) if array.ndim > 1 else row for row in array],
        lambda array: tuple(array),
        lambda array: array.astype(str),  # as a file has them
        lambda array: np.ma.masked_array(array, mask=False),
    ],
)
def test_whatever_holds_numbers_is_taken(convert: Any) -> None:
    found = []
    for samples, targets in [(X, NUMBERS), (convert(X), convert(NUMBERS))]:
        model = MLP(2, [2, 1], seed=1)
        validation = samples, targets
        history = fit(model, mean_squared_error, samples, targets, epochs=3, validation=validation)
        found.append((history.validation_losses, predict(model, samples).tolist()))
    assert found[0] == found[1]


def test_tables_of_pandas() -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"height": [0.0, 1.0], "old": [True, False]}, index=[7, 3])
    assert as_array(frame, "samples").tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert as_array(frame["height"], "targets").tolist() == [0.0, 1.0]
    frame["color"] = ["red", "blue"]
    with pytest.raises(ValueError, match="samples: row 0: column 2 is the text 'red', but must be"):
        as_array(frame, "samples")
    frame["color"] = [1.0, None]
    with pytest.raises(ValueError, match="samples: row 1, column 2 is nan"):
        as_array(frame, "samples")
    whole = pandas.Series([1, None], dtype="Int64")
    with pytest.raises((TypeError, ValueError), match="targets: row 1"):
        as_array(whole, "targets")
    with pytest.raises(TypeError, match=r"targets: real numbers are needed, but datetime64"):
        as_array(pandas.Series(pandas.to_datetime(["2020-01-01"])), "targets")


# Refused


MASKED = np.ma.masked_array(np.ones((2, 2), dtype=int), mask=[[0, 0], [0, 1]])


@pytest.mark.parametrize(
    ("items", "error", "said"),
    [
        (X + 1j, TypeError, "samples: real numbers are needed, but complex128 was given"),
        ([[1j]], TypeError, "samples: row 0: column 0: a number is needed, but 1j was given"),
        (np.array([["2020-01-01"]], "M8[D]"), TypeError, r"needed, but datetime64\[D\] was given"),
        (np.array([[3]], "m8[s]"), TypeError, r"needed, but timedelta64\[s\] was given"),
        (MASKED, ValueError, "samples: row 1, column 1 is nan"),
        (Table([[1.0, "red"]]), ValueError, "samples: row 0: column 1 is the text 'red', but must"),
        ([[1.0, None]], ValueError, "samples: row 0, column 1 is nan"),
        ([[1.0], [math.inf]], ValueError, "samples: row 1, column 0 is inf, but must be finite"),
        (
            {"a": [1, 2]},
            TypeError,
            r"samples: a list or an array is needed, but {'a': \[1, 2\]} was",
        ),
        ((x for x in X), TypeError, "a list or an array is needed, but <generator object"),
        (zip([1], [2]), TypeError, "a list or an array is needed, but <zip object"),
        (csr_matrix(X), TypeError, "a list or an array is needed, but <Compressed"),
        ([[1.0, {}]], TypeError, "samples: row 0: column 1: a number is needed, but {} was given"),
        ([["x" * 10_000]], ValueError, "is the text 'xxxx"),
        (
            [[b"x"]],
            (TypeError, ValueError),
            "samples: row 0: column 0: a number is needed, but b'x'",
        ),
        (
            [[Value(1.0)]],
            TypeError,
            r"row 0: column 0: a number is needed, but Value\(1.0\) was given",
        ),
    ],
)
def test_what_is_no_table_of_numbers(items: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        as_array(items, "samples")
    assert len(str(caught.value)) < 500 and str(caught.value).isprintable()


LABELS = ["cat", "dog", "cow", "dog"]


@pytest.mark.parametrize(
    "labels", [LABELS, np.array(LABELS), np.array(LABELS, object), Table(LABELS)]
)
def test_labels_that_are_texts(labels: Any) -> None:
    said = (
        r"^targets: row 0 is the text 'cat', but must be a number; number the classes: names = "
        r"sorted\(set\(labels\)\), then \[names.index\(label\) for label in labels\]$"
    )
    with pytest.raises(ValueError, match=said):
        fit(MLP(2, [3]), softmax_cross_entropy, X, labels)


@pytest.mark.parametrize("samples", [NUMBERS, NUMBERS.tolist(), Table(NUMBERS)])
def test_samples_of_one_number(samples: Any) -> None:
    said = r"samples: the shape is \(4,\), but .*: for samples of one number each write "
    said += r"\[\[x\] for x in X\], or X.reshape\(-1, 1\); for a single sample \[x\]$"
    for do in (
        lambda: fit(MLP(1, [1]), mean_squared_error, samples, NUMBERS),
        lambda: predict(MLP(1, [1]), samples),
    ):
        with pytest.raises(ValueError, match=said):
            do()


def test_one_hot_rows_where_class_numbers_are_wanted() -> None:
    said = (
        r"softmax_cross_entropy: targets: row 0 has 3 numbers.*: 0, or Y.argmax\(axis=1\) for one"
    )
    with pytest.raises(ValueError, match=said):
        fit(MLP(2, [3]), softmax_cross_entropy, X, np.eye(3)[CLASSES])


@pytest.mark.parametrize("loss", [mean_squared_error, binary_cross_entropy, hinge, huber()])
@pytest.mark.parametrize("targets", [CLASSES, CLASSES[:, None]])
def test_class_numbers_where_a_number_for_each_output_is_wanted(loss: Any, targets: Any) -> None:
    said = r": there is one number for each sample, but the model has 3 outputs: for class numbers "
    said += r"use softmax_cross_entropy, or one-hot rows, np.eye\(3\)\[targets\]; else give the mod"
    with pytest.raises(ValueError, match=f"{loss.__name__}: targets{said}"):
        fit(MLP(2, [3]), loss, X, targets)
    rows = np.eye(3)[CLASSES] if loss is not hinge else 2 * np.eye(3)[CLASSES] - 1
    with pytest.raises(ValueError, match=f"validation targets{said}"):
        fit(MLP(2, [3]), loss, X, rows, validation=(X, targets))


def test_samples_that_lie_on_their_side() -> None:
    said = (
        r"2 samples and 4 targets were given, but .* one target: write X.T for the shape \(4, 2\)"
    )
    with pytest.raises(ValueError, match=said):
        fit(MLP(2, [1]), mean_squared_error, X.T, NUMBERS)
    with pytest.raises(ValueError, match="4 samples and 3 targets were given, but each .* target$"):
        fit(MLP(2, [1]), mean_squared_error, X, NUMBERS[:3])


class Bag(Module):
    """Tokens to as many vectors of logits."""

    def __init__(self, n_tokens: int = 5) -> None:
        rng = Random(0)
        self.embedding, self.head = Embedding(n_tokens, 3, rng=rng), Layer(3, 4, rng=rng)

    def forward(self, tokens: Any) -> Any:
        return [self.head(vector) for vector in self.embedding(tokens)]


TOKENS = np.array([[1, 2, 0], [3, 4, 4], [0, 0, 1]])
FOLLOWING = np.array([[0, 3, 1], [2, 1, 0], [3, 3, 2]])


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("convert", [np.array, np.ndarray.tolist, lambda x: np.eye(5)[x]])
def test_tokens_are_ints_and_so_are_sequences_of_targets(convert: Any, eager: bool) -> None:
    histories = []
    for samples, kind in ((convert(TOKENS), eager), (TOKENS.astype(np.uint8), False)):
        model = Bag()
        expected = softmax_cross_entropy([model(t) for t in TOKENS.tolist()], FOLLOWING.tolist())
        history = fit(
            model,
            softmax_cross_entropy,
            samples,
            FOLLOWING,
            epochs=3,
            batch_size=3,
            eager=kind,
            validation=(samples, FOLLOWING),
        )
        assert history.losses[0] == pytest.approx(expected.data, rel=1e-12)
        histories.append(history)
    for name in ("losses", "validation_losses", "accuracies", "gradient_norms"):
        np.testing.assert_allclose(
            getattr(histories[0], name), getattr(histories[1], name), rtol=1e-9
        )
    found = predict(model, TOKENS).reshape(3, 3, 4).argmax(axis=2)
    assert history.accuracies[-1] == (found == FOLLOWING).mean()


def test_ints_are_numbers_for_other_layers_and_floats_are_measured_too() -> None:
    samples = np.array([[0, 1], [2, 3]])
    losses = []
    for data, eager in ((samples, False), (samples, True), (samples * 1.0, False)):
        validation = (samples + 0.5, [1.0, 0.0])
        history = fit(
            MLP(2, [3, 1], seed=0),
            mean_squared_error,
            data,
            [0.5, 1.0],
            epochs=2,
            validation=validation,
            eager=eager,
        )
        losses.append(history.validation_losses)
    assert losses[0] == losses[2] == pytest.approx(losses[1], rel=1e-9)


@pytest.mark.parametrize("convert", [np.array, np.float64])
def test_validation_does_not_change_what_tokens_are(convert: Any) -> None:
    model = Bag(3)  # as many tokens as steps: of floats each sample would be one mixture
    tokens, following = TOKENS[2:], FOLLOWING[2:]
    validation = (convert(tokens), following)
    history = fit(model, softmax_cross_entropy, tokens, following, epochs=1, validation=validation)
    expected = softmax_cross_entropy([model(tokens[0].tolist())], following.tolist())
    assert history.validation_losses == pytest.approx([expected.data], rel=1e-12)


def test_a_negative_token_is_told_what_tokens_are() -> None:
    with pytest.raises(ValueError, match="Embedding: .* tokens are ints from 0 on"):
        predict(Bag(), TOKENS - 1)


def test_a_token_out_of_range_is_found_wherever_it_is() -> None:
    with pytest.raises(ValueError, match="the token is 5, but must be from 0 to 4"):
        fit(Bag(), softmax_cross_entropy, TOKENS + 3, FOLLOWING)
    with pytest.raises(ValueError, match="sample 1: choose: the index x2 is 5.0, but must be"):
        predict(Bag(), TOKENS + np.array([[0], [1], [0]]))


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        (FOLLOWING[:, :2], "has 2 numbers, but must be one class number for each of 3"),
        (FOLLOWING + 1, "is 4.0, but must be a class number from 0 to 3"),
        (FOLLOWING * 0.5, "is 1.5, but must be a class number from 0 to 3"),
        (np.tile(FOLLOWING, 4), "has 12 numbers, but must be one class number"),
    ],
)
def test_sequences_of_targets_that_do_not_fit(targets: Any, said: str) -> None:
    model = Bag()
    with pytest.raises(ValueError, match=f"softmax_cross_entropy: targets: row [02] {said}"):
        fit(model, softmax_cross_entropy, TOKENS, targets)


KINDS = st.sampled_from([ANY_NUMBERS, PROBABILITIES, SIGNS, CLASS_NUMBERS])
TARGET = st.sampled_from([-1.0, 0.0, 1.0, 2.0, 0.5, -0.5, 3.0, 1e300])


@given(KINDS, st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 4), st.data())
def test_all_targets_at_once_are_what_each_is_alone(
    kind: Any, sizes: list[int], width: int, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.lists(TARGET, min_size=width, max_size=width), min_size=1))
    found = kind.encode_all(np.array(rows), tuple(sizes))
    try:
        expected = [kind.encode(row, tuple(sizes), "here") for row in rows]
    except ValueError:
        assert found is None
    else:
        assert found.tolist() == expected
