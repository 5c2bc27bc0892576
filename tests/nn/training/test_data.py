"""Data: what is taken as it is, and what the first mistakes with it are told."""

import math
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
from nn.losses.targets import CLASSES as CLASS_NUMBERS
from nn.losses.targets import NUMBERS as ANY_NUMBERS
from nn.losses.targets import PROBABILITIES, SIGNS
from nn.training.data import as_array

X = np.array([[0.0, 1.0], [1.0, 0.0], [0.5, 0.5], [1.0, 1.0]])
NUMBERS, CLASSES = np.array([0.0, 1.0, 2.0, 3.0]), np.array([0, 1, 2, 1])


class Table:
    """What pandas and Polars have."""

    def __init__(self, rows: Any) -> None:
        self.rows = np.array(rows, dtype=object)

    def to_numpy(self) -> Any:
        return self.rows


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


def test_tokens_in_fit_are_one_hot_rows() -> None:
    class Bag(Module):
        def __init__(self) -> None:
            self.embedding, self.head = Embedding(5, 3), Layer(3, 1)

        def forward(self, tokens: Any) -> Any:
            return self.head(self.embedding(tokens)[0])

    for do in (
        lambda: fit(Bag(), mean_squared_error, [[1, 2], [3, 4]], [0.0, 1.0]),
        lambda: predict(Bag(), [[1, 2], [3, 4]]),
    ):
        with pytest.raises(ValueError, match=r"one-hot rows: np.eye\(5\)\[tokens\]"):
            do()
    rows = np.eye(5)[[[1, 2], [3, 4]]]
    assert len(fit(Bag(), mean_squared_error, rows, [0.0, 1.0], epochs=1)) == 1


KINDS = st.sampled_from([ANY_NUMBERS, PROBABILITIES, SIGNS, CLASS_NUMBERS])
TARGET = st.sampled_from([-1.0, 0.0, 1.0, 2.0, 0.5, -0.5, 3.0, 1e300])


@given(KINDS, st.integers(1, 4), st.integers(1, 4), st.data())
def test_all_targets_at_once_are_what_each_is_alone(
    kind: Any, n_outputs: int, width: int, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(st.lists(TARGET, min_size=width, max_size=width), min_size=1))
    found = kind.encode_all(np.array(rows), n_outputs)
    try:
        expected = [kind.encode(row, n_outputs, "here") for row in rows]
    except ValueError:
        assert found is None
    else:
        assert found.tolist() == expected
