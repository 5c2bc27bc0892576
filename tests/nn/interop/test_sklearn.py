"""Classifier and Regressor are estimators as scikit-learn means it."""

import pickle
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_moons
from sklearn.exceptions import DataConversionWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from nn import Classifier, Regressor
from nn.interop.sklearn import OPTIMIZERS


@parametrize_with_checks([Classifier(epochs=20), Regressor(epochs=20)])  # each check trains
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def test_a_pipeline_learns_iris() -> None:
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    pipeline = make_pipeline(StandardScaler(), Classifier(epochs=40, random_state=0))
    assert cross_val_score(pipeline, X, names, cv=3).mean() > 0.93


def test_a_grid_search_finds_that_moons_need_a_hidden_layer() -> None:
    X, y = make_moons(120, noise=0.1, random_state=0)
    grid = {"classifier__hidden": [(), (16,)], "classifier__activation": ["tanh", "relu"]}
    pipeline = make_pipeline(StandardScaler(), Classifier(epochs=150, random_state=0))
    search = GridSearchCV(pipeline, grid, cv=3).fit(X, y)
    assert search.best_params_["classifier__hidden"] == (16,)
    assert search.best_score_ > 0.95


@pytest.mark.parametrize("n_classes", [2, 3])
def test_probabilities_are_those_of_the_prediction(n_classes: int) -> None:
    X = np.random.default_rng(0).normal(size=(40, 2))
    y = np.arange(40) % n_classes + 5
    classifier = Classifier(epochs=3, random_state=0).fit(1000 * X, y)  # large logits
    probabilities = classifier.predict_proba(1000 * X)
    assert probabilities.shape == (40, n_classes)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1.0)
    assert (classifier.classes_[probabilities.argmax(axis=1)] == classifier.predict(1000 * X)).all()
    logits = classifier.decision_function(X)
    assert logits.shape == ((40,) if n_classes == 2 else (40, 3))
    if n_classes == 2:
        expected = 1 / (1 + np.exp(-logits))
        np.testing.assert_allclose(classifier.predict_proba(X)[:, 1], expected)


def test_a_single_column_of_targets_is_warned_of() -> None:
    X = np.linspace(-1, 1, 20)[:, None]
    flat = Regressor(epochs=3, random_state=0).fit(X, X[:, 0])
    with pytest.warns(DataConversionWarning, match="column-vector y was passed"):
        column = Regressor(epochs=3, random_state=0).fit(X, X)
    assert column.predict(X).shape == (20,)
    assert (column.predict(X) == flat.predict(X)).all()
    assert (column.mean_, column.scale_) == (flat.mean_, flat.scale_)


def test_several_targets_at_any_scale() -> None:
    X = np.linspace(-1, 1, 40)[:, None]
    y = np.concatenate([1e6 * X**2 + 5e6, -1e-6 * X], axis=1)
    regressor = Regressor((16,), activation="tanh", epochs=300, random_state=0).fit(X, y)
    assert regressor.predict(X).shape == (40, 2)
    assert regressor.score(X, y) > 0.97


@pytest.mark.parametrize("size", [2.0**-1000, 2.0**-700, 2.0**700, 2.0**1000])
def test_targets_whose_squares_are_no_numbers(size: float) -> None:
    X = np.linspace(-1, 1, 40)[:, None]
    expected = Regressor(epochs=20, random_state=0).fit(X, X[:, 0]).predict(X)
    found = Regressor(epochs=20, random_state=0).fit(X, size * X[:, 0]).predict(X)
    np.testing.assert_allclose(found / size, expected, rtol=1e-6)


def test_the_random_state_decides_everything_and_pickles() -> None:
    X, y = make_moons(50, random_state=0)
    first, second = [Classifier(epochs=3, random_state=7).fit(X, y) for _ in range(2)]
    again = pickle.loads(pickle.dumps(first))
    assert (first.predict_proba(X) == second.predict_proba(X)).all()
    assert (first.predict_proba(X) == again.predict_proba(X)).all()
    other = Classifier(epochs=3, random_state=8).fit(X, y)
    assert (first.predict_proba(X) != other.predict_proba(X)).any()


def test_the_penalty_makes_weights_smaller() -> None:
    X, y = make_moons(50, random_state=0)

    def size(alpha: float) -> float:
        model = Classifier(epochs=20, alpha=alpha, random_state=0).fit(X, y).model_
        return sum(x * x for x in model.state_dict().values())

    assert size(0.1) < size(0.0)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_has_a_name(optimizer: str) -> None:
    X, y = make_moons(50, random_state=0)
    classifier = Classifier(epochs=5, optimizer=optimizer, random_state=0).fit(X, y)
    assert classifier.history_.losses[-1] < classifier.history_.losses[0]


def test_what_is_refused() -> None:
    X, y = make_moons(50, random_state=0)
    with pytest.raises(ValueError, match="optimizer is 'adamm', but must be one of adam, adamw"):
        Classifier(optimizer="adamm").fit(X, y)
    with pytest.raises(ValueError, match="at least two classes are needed, but there is only"):
        Classifier().fit(X, np.zeros(50))
    for labels, only in ((np.ones(50, int), "1"), (np.array(["a"] * 50), "'a'")):
        with pytest.raises(ValueError, match=f"there is only one class: {only}$"):
            Classifier().fit(X, labels)


@pytest.mark.parametrize(
    "settings, said",
    [
        ({"optimizer": "adamm"}, "optimizer is 'adamm'"),
        ({"optimizer": "sgd", "learning_rate": 1e300}, "the loss diverged in epoch"),
        ({"hidden": 16}, "hidden: a list of numbers is needed, but 16 was given"),
    ],
)
def test_a_fit_that_fails_leaves_the_last_one(settings: dict[str, Any], said: str) -> None:
    X, y = make_moons(20, random_state=0)
    classifier = Classifier(epochs=3, random_state=0).fit(X, y)
    regressor = Regressor(epochs=3, random_state=0).fit(X, y)
    for estimator in (classifier, regressor):
        expected = estimator.predict(X)
        estimator.set_params(**settings)
        with pytest.raises((ValueError, TypeError, OverflowError), match=said):
            estimator.fit(np.column_stack([X, X]), y + np.arange(20) % 2 + 5)
        assert (estimator.predict(X) == expected).all()
    with pytest.raises(ValueError, match="at least two classes"):
        classifier.fit(X, np.zeros(20))
    assert classifier.classes_.tolist() == [0, 1]
