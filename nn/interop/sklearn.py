"""Classifier and Regressor: nets with the face of scikit-learn, for pipelines and searches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d, validate_data

from engine import Value
from engine.keywords import explain_keywords
from engine.messages import shown
from nn.checks import as_list
from nn.layers.dense import MLP
from nn.losses.losses import Loss, binary_cross_entropy, mean_squared_error, softmax_cross_entropy
from nn.losses.penalties import L2
from nn.optim.optimizer import Optimizer
from nn.optim.update_rules import SGD, Adam, AdamW, RMSprop
from nn.training.fit import fit
from nn.training.prediction import predict

OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "adam": Adam,
    "adamw": AdamW,
    "rmsprop": RMSprop,
    "sgd": SGD,
}


class _Estimator(BaseEstimator):  # type: ignore[misc]
    """An MLP, its training, and the parameters of both estimators."""

    @explain_keywords
    def __init__(
        self,
        hidden: Sequence[int] = (16,),
        *,
        activation: str = "relu",
        optimizer: str = "adam",
        learning_rate: float = 0.01,
        epochs: int = 100,
        batch_size: int = 32,
        alpha: float = 1e-4,
        random_state: Any = None,
    ) -> None:
        self.hidden = hidden
        self.activation = activation
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.epochs = epochs
        self.batch_size = batch_size
        self.alpha = alpha
        self.random_state = random_state

    @contextmanager
    def _keep_on_error(self) -> Iterator[None]:
        """A fit that ends in an error leaves the estimator as it was, fitted or not."""
        before = dict(self.__dict__)
        try:
            yield
        except BaseException:
            self.__dict__ = before
            raise

    def _train(self, loss: Loss, samples: Any, targets: Any, n_outputs: int) -> Self:
        if self.optimizer not in OPTIMIZERS:
            known = ", ".join(OPTIMIZERS)
            raise ValueError(f"optimizer is {shown(self.optimizer)}, but must be one of {known}")
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        sizes = [*as_list(self.hidden, where="hidden"), n_outputs]
        self.model_ = MLP(samples.shape[1], sizes, self.activation, seed=seed)
        parameters = self.model_.parameters()
        optimizer = OPTIMIZERS[self.optimizer](parameters, learning_rate=self.learning_rate)
        if self.alpha:
            loss = loss + L2(self.alpha, self._weights())
        self.history_ = fit(
            self.model_,
            loss,
            samples,
            targets,
            optimizer=optimizer,
            epochs=self.epochs,
            batch_size=self.batch_size,
            seed=seed,
        )
        return self

    def _weights(self) -> list[Value]:
        """What the penalty is on: all parameters but the biases."""
        layers = self.model_.layers
        return [weight for layer in layers for neuron in layer.neurons for weight in neuron.weights]

    def _outputs(self, X: Any) -> Any:
        check_is_fitted(self)
        return predict(self.model_, validate_data(self, X, reset=False, dtype=np.float64))


class Classifier(ClassifierMixin, _Estimator):  # type: ignore[misc]
    """A net that tells classes apart, trained by `fit` on the cross-entropy of its logits.

    `hidden` are the sizes of the hidden layers, `optimizer` is "adam", "adamw", "rmsprop" or "sgd",
    `alpha` the strength of the L2 penalty on the weights, `random_state` decides starting weights
    and order. Inputs are best scaled to about -1 … 1 first. After `fit`: `model_`, the MLP;
    `history_`; `classes_`; `n_features_in_`. Raises ValueError as scikit-learn does.

    >>> X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], ["same", "other", "other", "same"]
    >>> classifier = Classifier((8,), epochs=300, random_state=0).fit(X, y)
    >>> classifier.predict([[0, 1], [1, 1]]).tolist()
    ['other', 'same']
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on samples X, shape (n, features), and their classes y, any labels.

        After an error the estimator is as it was before.
        """
        with self._keep_on_error():
            X, y = validate_data(self, X, y, dtype=np.float64)
            check_classification_targets(y)
            self.classes_, numbers = np.unique(y, return_inverse=True)
            n = len(self.classes_)
            if n < 2:
                (only,) = self.classes_.tolist()
                raise ValueError(
                    f"at least two classes are needed, but there is only one class: {shown(only)}"
                )
            if n == 2:
                return self._train(binary_cross_entropy, X, numbers, 1)
            return self._train(softmax_cross_entropy, X, numbers, n)

    def decision_function(self, X: Any) -> Any:
        """The logits: shape (n,) for two classes, where above 0 is the second, or (n, classes)."""
        return self._outputs(X)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class: shape (n, classes)."""
        logits = self._outputs(X)
        if logits.ndim == 1:
            logits = np.stack([np.zeros_like(logits), logits], axis=1)
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return exponentials / exponentials.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> Any:
        """The most probable class of each sample: shape (n,)."""
        best = self.predict_proba(X).argmax(axis=1)
        return self.classes_[best]


class Regressor(RegressorMixin, _Estimator):  # type: ignore[misc]
    """A net that predicts a number, or several, trained by `fit` on the mean squared error.

    The parameters are those of `Classifier`. Targets are scaled to mean 0 and deviation 1 for the
    training, and predictions scaled back.

    >>> X = [[x / 10] for x in range(-10, 11)]
    >>> regressor = Regressor((8,), activation="tanh", epochs=200, random_state=0)
    >>> regressor.fit(X, [x * x for x, in X]).score(X, [x * x for x, in X]) > 0.95
    True
    """

    def fit(self, X: Any, y: Any) -> Self:
        """Train on samples X, shape (n, features), and targets y, shape (n,) or (n, targets).

        A single column, shape (n, 1), counts as (n,), with scikit-learn's DataConversionWarning.
        After an error the estimator is as it was before.
        """
        with self._keep_on_error():
            X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
            y = y.astype(np.float64)
            if y.ndim == 2 and y.shape[1] == 1:  # as scikit-learn's own nets have it
                y = column_or_1d(y, warn=True)
            size = np.ldexp(1.0, np.frexp(np.abs(y).max(axis=0))[1] - 1)  # a power of 2: exact
            small = y / size  # whose squares are numbers
            mean, deviation = small.mean(axis=0), small.std(axis=0)
            differ = deviation > 0.0
            self.mean_, self.scale_ = mean * size, np.where(differ, deviation * size, 1.0)
            targets = (small - mean) / np.where(differ, deviation, 1.0)
            return self._train(mean_squared_error, X, targets, 1 if y.ndim == 1 else y.shape[1])

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

    def predict(self, X: Any) -> Any:
        """The targets of each sample: shape (n,), or (n, targets)."""
        return self._outputs(X) * self.scale_ + self.mean_
