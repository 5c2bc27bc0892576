"""Optimizer: what all optimizers share, and how one formula moves Values and flat arrays."""

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any

from engine import Value
from engine.at_once import at_once
from engine.elsewhere import mark_absent
from engine.floats import NUMBERS
from engine.keywords import explain_keywords
from engine.living_programs import living_programs
from engine.messages import brief, counted, shown
from nn.checks import check_keys, check_numbers
from nn.optim.schedules import Schedule, check_rate, check_schedule


class Optimizer:
    """What all optimizers share: the parameters, the learning rate, clipping, and their state.

    A subclass says how many running averages it keeps for each parameter (`n_averages`, each 0 at
    the start) and how one step moves a parameter (`update_rule`). `learning_rate` is a number or a
    schedule: a function of the number of steps taken. With `clip_norm`, a gradient whose Euclidean
    length over all parameters is greater is made that long, as PyTorch's clip_grad_norm_ does:
    Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013).

    Raises ValueError for a learning rate or clip_norm that is not positive, no parameters, or one
    that was computed; TypeError for one that is not a Value, or a class in place of a schedule.
    """

    n_averages = 0

    @explain_keywords
    def __init__(
        self,
        parameters: Iterable[Value],
        *,
        learning_rate: float | Schedule,
        clip_norm: float | None = None,
    ) -> None:
        self._name = type(self).__name__
        if callable(learning_rate):
            check_schedule(learning_rate, "learning_rate", where=self._name)
        else:
            learning_rate = check_rate(learning_rate, "learning_rate", where=self._name)
        if clip_norm is not None:
            clip_norm = check_rate(clip_norm, "clip_norm", where=self._name)
        self.parameters = _check_parameters(parameters, self._name)
        self.learning_rate, self.clip_norm = learning_rate, clip_norm
        self.n_steps = 0
        self._averages: list[Any] = [[0.0] * len(self.parameters) for _ in range(self.n_averages)]

    def update_rule(
        self, number: Any, gradient: Any, rate: float, *averages: Any
    ) -> tuple[Any, ...]:
        """The parameter after a step, and its running averages: of floats, or of arrays."""
        raise NotImplementedError(f"{self._name} does not define update_rule(...)")

    def rate(self) -> float:
        """The learning rate of the next step.

        Raises ValueError for what a schedule must not return, or nobody may assign: a rate that is
        not a number, negative or not finite.
        """
        rate: Any = self.learning_rate
        if callable(rate):
            rate = rate(self.n_steps)
        if not (isinstance(rate, NUMBERS) and 0.0 <= float(rate) < math.inf):
            given = f"learning_rate is {shown(rate)} at step {self.n_steps}"
            raise ValueError(f"{self._name}: {given}, but must be a number from 0 on")
        return float(rate)

    def step(self) -> None:
        """Move every parameter once, by its `grad`, which `loss.backward()` fills.

        Warns where every `grad` is 0 and a Program has the gradient. Raises TypeError for a `data`
        or `grad` that is not a number, and OverflowError where a parameter would not be finite;
        nothing is changed then. Nor is anything half changed by Ctrl-C.
        """
        numbers, gradients = self._read("data"), self._read("grad")
        if not any(gradients) and _is_in_a_program(self.parameters):
            warnings.warn(f"{self._name}.step: {IN_A_PROGRAM}", stacklevel=2)
        scale = self._clip_factor(gradients)
        rate = self.rate()
        kept = [[float(number) for number in average] for average in self._averages]  # or arrays
        results = [
            self.update_rule(number, gradient * scale, rate, *averages)
            for number, gradient, *averages in zip(numbers, gradients, *kept)
        ]
        for index, result in enumerate(results):
            if not all(map(math.isfinite, result)):
                raise self._refusal(index, numbers[index], gradients[index], result)
        moved, *averages = [list(map(float, column)) for column in zip(*results)]
        owners = [*self.parameters, self, self]
        names = [*["data"] * len(moved), "_averages", "n_steps"]
        at_once(setattr, owners, names, [*moved, averages, self.n_steps + 1])

    def update(self, numbers: Any, gradient: Any) -> None:
        """Move the numbers of all parameters, a flat float64 array, in place: the same step.

        Raises OverflowError as `step` does, and TypeError for what is not a flat array of a float
        for each parameter; nothing is changed then.

        >>> import numpy as np
        >>> from nn import SGD
        >>> numbers = np.array([3.0, 4.0])
        >>> SGD([Value(3.0), Value(4.0)], learning_rate=0.5).update(numbers, np.array([2.0, 0.0]))
        >>> numbers
        array([2., 4.])
        """
        shapes = getattr(numbers, "shape", None), getattr(gradient, "shape", None)
        n = len(self.parameters)
        if shapes != ((n,), (n,)) or numbers.dtype.char != "d":
            raise self._misfit(numbers, gradient)
        if self.clip_norm is not None:
            gradient = gradient * self._clip_factor(gradient)
        averages = [_as_array(numbers, average) for average in self._averages]
        results = self.update_rule(numbers, gradient, self.rate(), *averages)
        for result in results:
            if not math.isfinite(result @ result):  # the squares may overflow before the numbers
                for index, parts in enumerate(zip(*[result.tolist() for result in results])):
                    if not all(map(math.isfinite, parts)):
                        before, slope = numbers.tolist()[index], gradient.tolist()[index]
                        raise self._refusal(index, before, slope, parts)
        moved, *averages = results  # one assignment, in which Python looks for no signal
        numbers[:], self._averages, self.n_steps = moved, averages, self.n_steps + 1

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0

    def state_dict(self) -> dict[str, Any]:
        """The number of steps and the running averages, as plain numbers."""
        averages = [
            [float(number) for number in average] if isinstance(average, list) else average.tolist()
            for average in self._averages
        ]
        return {"n_steps": self.n_steps, "averages": averages}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continue from a state that `state_dict` returned.

        Raises ValueError for one that does not fit, and changes nothing then.

        >>> from nn import SGD
        >>> first, second = [SGD([Value(1.0)], learning_rate=0.1, momentum=0.9) for _ in range(2)]
        >>> second.load_state_dict(first.state_dict())
        """
        self.check_state_dict(state)
        averages = [list(map(float, average)) for average in state["averages"]]
        at_once(setattr, [self, self], ["n_steps", "_averages"], [state["n_steps"], averages])

    def check_state_dict(self, state: Mapping[str, Any]) -> None:
        """Raises ValueError for a state from which no step can be taken."""
        check_keys(state, ["n_steps", "averages"], where="the state of an optimizer")
        n_steps, averages = state["n_steps"], state["averages"]
        if type(n_steps) is not int or not 0 <= n_steps < 2**53:  # as many as floats can count
            raise ValueError(f"n_steps is {shown(n_steps)}, but must be a whole number from 0 on")
        lists = isinstance(averages, list) and all(isinstance(each, list) for each in averages)
        sizes = [len(average) for average in averages] if lists else shown(averages)
        if sizes != [len(self.parameters)] * self.n_averages:
            needed = f"{self.n_averages} for each of {counted(len(self.parameters), 'parameter')}"
            given = f"the state has running averages of sizes {brief(sizes)}"
            raise ValueError(f"{given}, but {shown(self)} needs {needed}")
        for number, average in enumerate(averages, start=1):
            check_numbers(average, len(average), where=f"running average {number}")
        self._try_step(n_steps, averages)

    def _try_step(self, n_steps: int, averages: list[list[float]]) -> None:
        """Raises ValueError unless a step gives numbers: means of squares, for one, are not < 0."""
        trial = copy(self)
        trial.n_steps = n_steps
        for index, row in enumerate(zip(*averages)):
            try:
                results = trial.update_rule(0.0, 0.0, trial.rate(), *map(float, row))
                possible = all(isinstance(x, float) and math.isfinite(x) for x in results)
            except (ArithmeticError, TypeError, ValueError):
                possible = False
            if not possible:
                raise ValueError(
                    f"no step can be taken at n_steps = {n_steps} from the running averages "
                    f"{shown(row)} of parameter {index}"
                )

    def _clip_factor(self, gradient: Any) -> float:
        """What the gradient is multiplied by; 1e-6 is PyTorch's."""
        if self.clip_norm is None:
            return 1.0
        return min(1.0, self.clip_norm / (norm(gradient) + 1e-6))

    def _read(self, name: str) -> list[float]:
        """The `data` or `grad` of every parameter, as plain floats."""
        found = [getattr(parameter, name) for parameter in self.parameters]
        if set(map(type, found)) == {float}:
            return found
        for index, number in enumerate(found):
            if not isinstance(number, NUMBERS):
                write = "p.data = 0.5" if name == "data" else "optimizer.zero_grad()"
                raise TypeError(
                    f"{self._name}: {name} of {self._describe(index)} is {shown(number)}, which is "
                    f"not a number: write {write} instead"
                )
        return list(map(float, found))

    def _misfit(self, *arrays: Any) -> Exception:
        """What is said of numbers or a gradient of another kind."""
        kinds = [
            f"{each.dtype} of shape {each.shape}" if hasattr(each, "shape") else shown(each)
            for each in arrays
        ]
        return TypeError(
            f"{self._name}.update: numbers are {kinds[0]} and the gradient is {kinds[1]}, but both "
            f"must be flat float64 arrays of {counted(len(self.parameters), 'number')}, as in "
            "optimizer.update(program.parameters, gradient)"
        )

    def _describe(self, index: int) -> str:
        parameter = self.parameters[index]
        place = f" in {brief(parameter.scope)}" if parameter.scope else ""
        return f"parameter {index} ({shown(parameter)}{place})"

    def _refusal(
        self, index: int, before: float, gradient: float, result: Sequence[float]
    ) -> OverflowError:
        """What is said of a parameter that would not stay finite."""
        parameter = self._describe(index)
        for name, number in (("data", before), ("grad", gradient)):
            if not math.isfinite(number):
                said = f"{name} of {parameter} is {number} before the step: give it a finite number"
                return OverflowError(f"{self._name}: {said}")
        number, *averages = result
        becomes = f"{number}" if not math.isfinite(number) else f"{number}, with {averages}"
        return OverflowError(
            f"{self._name}: the step would make {parameter} {becomes}: its gradient is "
            f"{gradient} and the learning rate {self.rate()}; use a smaller learning rate, or "
            "scale the loss down"
        )

    def __repr__(self) -> str:
        hidden = {"parameters", "n_steps", "_name", "_averages"}
        settings = [
            f"{name}={setting!r}"
            for name, setting in vars(self).items()
            if name not in hidden and setting is not None and setting is not False
        ]
        return f"{self._name}({', '.join([counted(len(self.parameters), 'parameter'), *settings])})"


ELSEWHERE = {"lr": "learning_rate", "param_groups": "parameters, learning_rate and so on"}
mark_absent(Optimizer, ELSEWHERE)


def norm(gradient: Any) -> float:
    """√Σ gᵢ² of a list or an array, where a square is too large for a float too.

    >>> norm([3.0, 4.0])
    5.0
    """
    if isinstance(gradient, list):
        return math.hypot(*gradient)
    norm = math.sqrt(gradient @ gradient)
    return norm if math.isfinite(norm) else math.hypot(*gradient.tolist())


def _as_array(numbers: Any, average: Any) -> Any:
    """The average as an array, which it is after the first update; NumPy adds it to one."""
    return numbers * 0.0 + average if isinstance(average, list) else average


def _is_in_a_program(parameters: Iterable[Value]) -> bool:
    """Whether a Program computed a gradient by some of the parameters that is not 0."""
    wanted = set(parameters)
    return any(not wanted.isdisjoint(each.with_gradient()) for each in living_programs())


def _check_parameters(parameters: Iterable[Value], where: str) -> list[Value]:
    """The parameters, each once."""
    write = f"write {where}(model.parameters(), …)"
    if not isinstance(parameters, Iterable):
        given = f"{shown(parameters)} was given"
        raise TypeError(f"{where}: a list of parameters is needed, but {given}: {write}")
    checked = list(parameters)
    if not checked:
        used = ": this generator was used up before, so give a list"
        hint = used if isinstance(parameters, Iterator) else ""
        raise ValueError(f"{where}: no parameters were given, but at least one is needed{hint}")
    for index, parameter in enumerate(checked):
        if not isinstance(parameter, Value):
            given = f"parameter {index} is {shown(parameter)}, which is not a Value"
            raise TypeError(f"{where}: {given}: {write}")
        if parameter.inputs:
            raise ValueError(
                f"{where}: parameter {index} ({shown(parameter)}) was computed, but must be a leaf"
            )
    return list(dict.fromkeys(checked))


IN_A_PROGRAM = (
    "every grad is 0, as value_and_gradient of a Program puts the gradient into no Value: write "
    "optimizer.update(program.parameters, gradient) in place of step()"
)
