"""Module: something with parameters that computes Values; all layers and nets are modules."""

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat
from typing import Any, ClassVar, Self, TypeAlias

from engine import Value
from engine.at_once import at_once
from engine.drawing.blocks import Block
from engine.elsewhere import mark_absent
from engine.keywords import explain_keywords, refused_call
from engine.living_programs import living_programs
from engine.messages import brief, counted, first_ten, shown
from engine.recording import enter_scope, leave_scope
from nn.blocks import make_block_of_parts
from nn.checks import is_finite_number
from nn.files import read_state, write_state

ELSEWHERE = {  # what other libraries have as a method
    "fit": "fit(model, loss, samples, targets)",
    "compile": "fit(model, loss, samples, targets, optimizer=…)",
    "predict": "predict(model, samples)",
    "evaluate": "loss(predict(model, samples), targets)",
    "apply": "a loop: for module in model.modules()",
    "children": "modules(), of which the first is the model itself",
    "named_modules": "modules(), of which the first is the model itself",
    "register_buffer": "an attribute, whose name is in not_parameters",
    "register_parameter": "an attribute: model.name = Value(1.0)",
    "requires_grad_": "SGD(parameters, …) of those that are to be learned",
    "summary": "print(model), or draw(model)",
    "add": "Sequential(*parts)",
    "append": "Sequential(*parts)",
    "backward": "loss.backward(), where loss is what a loss returned",
    "cpu": "not needed: all runs on the CPU",
    "cuda": "not needed: all runs on the CPU, and Program.to_jax() on a GPU",
    "to": "not needed: all runs on the CPU, and Program.to_jax() on a GPU",
}


# Where something is in a module: the place of what holds it, and its own name there
Place: TypeAlias = "tuple[Place, Any] | None"


class Module:
    """Anything with parameters. A subclass keeps them as attributes and defines `forward`.

    The parameters are the leaf Values among the attributes, and those of modules, lists, tuples,
    dicts and NumPy arrays of objects among them; attributes named in `not_parameters` are left out.
    Values in a set are refused: it has no order. A module remembers the scope it
    was made in and computes in it again when called, so that drawings gather its nodes in one box.
    `training` is True at first: `eval()` and `train()` switch it.

    >>> class Line(Module):
    ...     def __init__(self) -> None:
    ...         self.slope, self.height = Value(2.0), Value(1.0)
    ...     def forward(self, x: float) -> Value:
    ...         return self.slope * x + self.height
    >>> line = Line()
    >>> line(3.0), line.state_dict()
    (Value(7.0), {'slope': 2.0, 'height': 1.0})
    """

    not_parameters: ClassVar[frozenset[str]] = frozenset()

    scope: str
    training: bool

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        module = super().__new__(cls)
        module.scope = Value(0.0).scope  # that of a node made here
        module.training = True
        return module

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """`forward`, recorded in this module's scope."""
        token = enter_scope(self.scope)
        try:
            return self.forward(*args, **kwargs)
        except TypeError as error:
            if error.__traceback__ and error.__traceback__.tb_next is None:  # not from within it
                said = refused_call(self.forward, args, kwargs, name="model")
                raise TypeError(f"{self.place()}: {said}") from None
            raise
        finally:
            leave_scope(token)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes."""
        raise NotImplementedError(f"{type(self).__name__} does not define forward(...)")

    # Training or evaluation

    def train(self) -> Self:
        """Put the module, and every one inside it, into training mode; returns the module."""
        return self._set_training(training=True)

    def eval(self) -> Self:
        """Put the module, and every one inside it, into evaluation mode; returns the module."""
        return self._set_training(training=False)

    def _set_training(self, *, training: bool) -> Self:
        for module in self.modules():
            module.training = training
        return self

    def modules(self) -> Iterator["Module"]:
        """The module itself and every one inside it, each once, in order of definition."""
        yield self
        for _, _, item in self._walk(values=False):
            if isinstance(item, Module):
                yield item

    def as_block(self, inputs: Any = None) -> Block:
        """What `draw` shows of the model: a block for each module in it, unless it says other."""
        return make_block_of_parts(self, _children_of(self), inputs)

    # Parameters

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter once, as ("layers.0.neurons.1.bias", Value), in order of definition.

        One that is shared comes under its first name.
        """
        holder: Place = None
        prefix = ""
        for place, part, item in self._walk():
            if isinstance(item, Value) and item.rule is None:  # not a result that was kept
                if place is not holder:
                    holder, prefix = place, f"{_name_of(place)}." if place else ""
                yield f"{prefix}{part}", item

    def parameters_by_name(self) -> dict[str, Value]:
        """What `named_parameters` gives, as a dict.

        Raises ValueError where two that differ have one name, as {"a.b": p} and {"a": {"b": q}}, or
        the keys 1 and "1": a state would lose one.
        """
        found: dict[str, Value] = {}
        for name, parameter in self.named_parameters():
            if name in found:
                twice = f"two parameters have the name {brief(name)}"
                raise ValueError(f"{self.place()}: {twice}: take another key for one of them")
            found[name] = parameter
        return found

    def _walk(self, *, values: bool = True) -> Iterator[tuple[Place, Any, "Value | Module"]]:
        """Every Value (unless not wanted) and module inside once, with the place of what holds it
        and its own name there. Names are put together only where they are asked for."""
        modules, met = {id(self)}, set[Value]()
        stack: list[tuple[Place, Iterator[Any]]] = [(None, iter(_parts_of(self, self, None)))]
        while stack:
            place, parts = stack[-1]
            for part, item in parts:
                if isinstance(item, Value):
                    if values and item not in met:
                        met.add(item)
                        yield place, part, item
                elif id(item) not in modules:
                    modules.add(id(item))
                    if isinstance(item, Module):
                        yield place, part, item
                    inner = (place, part)
                    stack.append((inner, iter(_parts_of(item, self, inner))))
                    break
            else:
                stack.pop()

    def parameters(self) -> list[Value]:
        """Every parameter once, in order of definition."""
        return [item for _, _, item in self._walk() if isinstance(item, Value) and not item.rule]

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0."""
        for parameter in self.parameters():
            parameter.grad = 0.0

    # State

    def state_dict(self) -> dict[str, float]:
        """The number of every parameter by its name."""
        by_name = self.parameters_by_name()
        return {name: float(parameter.data) for name, parameter in by_name.items()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter to the state's number of its name.

        Raises as `check_state_dict` does; nothing is changed then.
        """
        parameters = self._fitting(state)
        numbers = [float(state[name]) for name in parameters]
        at_once(setattr, parameters.values(), repeat("data"), numbers)

    def check_state_dict(self, state: Mapping[str, float]) -> None:
        """Raises ValueError for a state with names that are missing or unexpected, or with entries
        that are not finite numbers, and lists the first ten of these; TypeError for what is not a
        mapping."""
        self._fitting(state)

    def _fitting(self, state: Mapping[str, float]) -> dict[str, Value]:
        """The parameters by name, where the state fits them; raises as `check_state_dict` does."""
        if not isinstance(state, Mapping):
            kind = type(state).__name__
            raise TypeError(f"a state is a dict of names and numbers, but a {kind} was given")
        parameters = self.parameters_by_name()
        problems = [f"missing: {name}" for name in parameters if name not in state]
        problems += [f"not in the model: {name}" for name in state if name not in parameters]
        problems += [
            f"not a finite number: {brief(name, 40)} = {shown(entry)}"
            for name, entry in state.items()
            if not is_finite_number(entry)
        ]
        if problems:
            listing = "\n  ".join(first_ten(problems))
            raise ValueError(f"the state does not fit {shown(self)}:\n  {listing}")
        return parameters

    @explain_keywords
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the state to a file, whole or not at all; `load` restores every bit of it.

        It is JSON, or NumPy's arrays where the name ends in ".npz": smaller, and faster for many.
        Raises ValueError that lists the parameters that are nan or inf, OSError for a folder that
        cannot be written to; a file that was there before is then as it was. Warns where a Program
        has moved parameters and not written them into the Values.
        """
        state = self.state_dict()
        broken = [f"{name} = {data}" for name, data in state.items() if not is_finite_number(data)]
        if broken:
            listing = ", ".join(first_ten(broken))
            raise ValueError(f"{brief(path)} was not saved, as these are not finite: {listing}")
        write_state(state, path)
        self.warn_of_unwritten(f"{brief(path)} has")

    @explain_keywords
    def load(self, path: str | os.PathLike[str]) -> None:
        """Set every parameter from a file that `save` wrote. Nothing in the file is executed.

        Raises OSError for a file that cannot be read, ValueError for one that `save` did not
        write, and what `load_state_dict` raises; nothing is changed then.
        """
        state = read_state(path)
        if isinstance(state, Mapping) and isinstance(state.get("parameters"), Mapping):
            raise ValueError(
                f"{brief(path)} is a checkpoint of a training, which fit goes on from with "
                "callbacks=[Checkpoint(path, resume=True)]; load takes what model.save wrote"
            )
        try:
            self.load_state_dict(state)
        except (TypeError, ValueError) as error:
            raise type(error)(f"{brief(path)}: {error}") from None

    def warn_of_unwritten(self, where: str) -> None:
        """Warn whoever called the caller, which has `explain_keywords` around it, where a Program
        holds newer numbers than the Values."""
        moved = {value for program in living_programs() for value in program.unwritten()}
        n = len(moved.intersection(self.parameters())) if moved else 0
        if n:
            old = f"old numbers of {counted(n, 'parameter')}, which a Program has moved"
            warnings.warn(f"{where} {old}: call program.write() first", stacklevel=4)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._describe_size()})"

    def place(self) -> str:
        """What errors call the module: its scope and its kind."""
        kind = type(self).__name__
        return self.scope if self.scope.endswith(kind) else f"{self.scope} {kind}".strip()

    def _describe_size(self) -> str:
        return counted(len(self.parameters()), "parameter")


mark_absent(Module, ELSEWHERE)


def _children_of(module: Module) -> list[tuple[str, Module]]:
    """The modules directly inside, each once, by name: none that is within another one."""
    found = [(*at, item) for *at, item in module._walk(values=False) if isinstance(item, Module)]
    inner = {id(each) for *_, child in found for each in child.modules() if each is not child}
    alone = [each for each in found if id(each[-1]) not in inner]
    return [(_name_of((place, part)), child) for place, part, child in alone]


def _name_of(place: Place) -> str:
    """The whole name, as "layers.0.neurons.1"."""
    parts = []
    while place:
        place, part = place
        parts.append(str(part))
    return ".".join(reversed(parts))


def _parts_of(item: Any, module: Module, place: Place) -> Iterable[tuple[Any, Any]]:
    """What may hold parameters in here, each with its name."""
    if isinstance(item, Module):
        return [(name, a) for name, a in vars(item).items() if name not in item.not_parameters]
    if isinstance(item, (list, tuple)):
        return enumerate(item)
    if isinstance(item, dict):
        return item.items()
    if getattr(getattr(item, "dtype", None), "kind", "") == "O":  # a NumPy array of objects
        return enumerate(item.flat)
    if isinstance(item, (set, frozenset)) and any(isinstance(x, (Value, Module)) for x in item):
        name = f"{type(module).__name__}.{_name_of(place)}"
        raise TypeError(f"{name} is a set, which has no order: keep parameters in a list or a dict")
    return ()
