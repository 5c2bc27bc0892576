"""Value: a number that remembers how it was computed, and can send gradients back along the way."""

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, Union

from engine import rules
from engine.by_number import ByNumber
from engine.copying import copy_value, deepcopy_value, reduce_value
from engine.errors import refusal
from engine.floats import FLOATS, NUMBERS, finite
from engine.messages import check_kind, shown
from engine.recording import current_scope, is_tracing, refusal_while_tracing
from engine.rules import CONSTANT, DOT, Rule

if TYPE_CHECKING:
    from engine.table import Methods  # exp, tanh, …: every rule of one input
else:
    Methods = object

Number = Union["Value", float]


class Value(ByNumber, Methods):
    """A number in a computation graph.

    `data` is the number, `grad` the derivative of the output on which `backward()` was last called
    with respect to it, `label` a name for people. A result also has the `rule` that made it, its
    `inputs`, and `partials`: the local derivative along each input, computed with the number
    itself, so that nothing done to the inputs later can change them.

    >>> x = Value(3.0, "x")
    >>> y = x * x + 1
    >>> y.backward()
    >>> y.data, x.grad
    (10.0, 6.0)

    `data` may be set at a leaf, as an optimizer does. A graph built before keeps the numbers it was
    built with: `backward` sends gradients of those, and what would mix old numbers and new ones, as
    `gradients` or the steps, refuses: build the graph again. What is set is not converted: write
    `w.data = float(x)` for NumPy's float32, or all that is computed from it has 7 digits of 16.

    Raises TypeError for what is not a number, ValueError for nan and inf. Values are compared by
    number with < <= > >= and are true unless 0; == and hash() go by identity, as for any node of a
    graph. int, round, format and item() give the number. float() is refused, because math.exp(x)
    and a NumPy array of floats call it too, and would lose the gradient without a word.
    """

    __slots__ = ("data", "grad", "label", "rule", "scope", "_a", "_b", "_da", "_db", "__weakref__")

    data: float
    grad: float
    label: str
    rule: Rule | None
    scope: str
    # A sum or product of two keeps its inputs, a and b, and the partials da and db; so does a dot
    # product, of which all four are vectors. All others have no b: a holds their inputs and da the
    # partials, as tuples, which cost more.
    _a: Any
    _b: Any
    _da: Any
    _db: Any

    def __init__(self, data: float, label: str = "") -> None:
        if not isinstance(label, str):
            problem = "a label is a text; what a Value is computed from comes from its arithmetic"
            raise TypeError(f"{problem}, and {shown(label)} was given")
        self.data = data if type(data) is float and isfinite(data) else finite(data)
        self.grad = 0.0
        self.label = label
        self.rule = None
        self.scope = current_scope() or ""
        self._a = self._da = ()
        self._b = self._db = None

    @property
    def operands(self) -> tuple[Any, ...]:
        """The inputs, but of a dot product its two vectors, which others may share."""
        return self._a if self._b is None else (self._a, self._b)

    @property
    def inputs(self) -> tuple["Value", ...]:
        """The Values that it was computed from; a leaf has none."""
        if self._b is None:
            return self._a  # type: ignore[no-any-return]
        return (self._a, self._b) if self.rule is not DOT else self._a._a + self._b._a

    @inputs.setter
    def inputs(self, inputs: tuple["Value", ...]) -> None:
        self._a, self._da, self._b, self._db = inputs, self.partials, None, None

    @property
    def partials(self) -> tuple[float, ...]:
        """∂self/∂input for each input."""
        if self._b is None:
            return self._da  # type: ignore[no-any-return]
        return (self._da, self._db) if self.rule is not DOT else self._da + self._db

    @partials.setter
    def partials(self, partials: tuple[float, ...]) -> None:
        self._a, self._da, self._b, self._db = self.inputs, partials, None, None

    def backward(self) -> None:
        """Set grad to ∂self/∂node on every node of the graph: reverse-mode differentiation.

        Interior nodes start at 0; leaves (values without inputs) add to what they hold, so calling
        this twice gives twice the gradient at the leaves. Raises TypeError for a gradient that was
        set to None, OverflowError when one is too large for a float; all are then as before, and
        so they are after Ctrl-C. Threads must not run it at once where graphs share a node, such as
        a parameter: the gradients would come out wrong.
        """
        interior: list[Value] = []
        leaves: list[Value] = []
        before: dict[Value, float] = {}
        try:
            set_to_zero(self, interior, leaves, before)
            self.grad += 1.0
            for node in reversed(interior):
                gradient = node.grad
                if node._b is None:
                    for input, partial in zip(node._a, node._da):
                        input.grad += partial * gradient
                elif node.rule is not DOT:
                    node._a.grad += node._da * gradient
                    node._b.grad += node._db * gradient
                else:
                    for input, partial in zip(node._a._a, node._da):
                        input.grad += partial * gradient
                    for input, partial in zip(node._b._a, node._db):
                        input.grad += partial * gradient
            for leaf in leaves:
                held = before.get(leaf, 0.0)
                if held is None:  # as PyTorch has it before the first backward
                    what = f"grad of {shown(leaf)} is None, but is added to"
                    raise TypeError(f"backward: {what}: set it to 0.0")
                leaf.grad += held
                if not isfinite(leaf.grad):
                    what = f"the gradient of {shown(leaf)}"
                    raise OverflowError(f"backward: {what} is too large for a float")
        except BaseException:  # Ctrl-C is one
            for node in interior + leaves:
                node.grad = 0.0
            for node, grad in before.items():
                node.grad = grad
            raise

    def detach(self) -> "Value":
        """A new leaf with the same number and label, cut off from the graph.

        Raises TypeError while tracing.
        """
        if is_tracing():
            raise TypeError(
                f"{shown(self)} is detached while tracing, and its number would be held constant "
                "for all samples: compute Value by Value, as fit does with eager=True"
            )
        return Value(self.data, self.label)

    # Arithmetic. Sums and products are written out for speed, and in + and * even what `node` does;
    # tests hold them equal to the table.

    def __add__(self, other: Number) -> "Value":
        if not isinstance(other, Value):
            return self + constant(other) if isinstance(other, NUMBERS) else NotImplemented
        data, scope = self.data + other.data, current_scope()
        if scope is None or not isfinite(data):
            return number_alone(rules.ADD, data, self, other)
        value = _new(Value)
        value.data, value.grad, value.label = data, 0.0, ""
        value.rule, value.scope = rules.ADD, scope
        value._a, value._b = self, other
        value._da = value._db = 1.0
        return value

    def __sub__(self, other: Number) -> "Value":
        if not isinstance(other, Value):
            return self - constant(other) if isinstance(other, NUMBERS) else NotImplemented
        data, scope = self.data - other.data, current_scope()
        if scope is None or not isfinite(data):
            return number_alone(rules.SUBTRACT, data, self, other)
        return node(rules.SUBTRACT, scope, data, self, 1.0, other, -1.0)

    def __mul__(self, other: Number) -> "Value":
        if not isinstance(other, Value):
            return self * constant(other) if isinstance(other, NUMBERS) else NotImplemented
        a, b, scope = self.data, other.data, current_scope()
        data = a * b
        if scope is None or not isfinite(data):
            return number_alone(rules.MULTIPLY, data, self, other)
        value = _new(Value)
        value.data, value.grad, value.label = data, 0.0, ""
        value.rule, value.scope = rules.MULTIPLY, scope
        value._a, value._b = self, other
        value._da, value._db = b, a
        return value

    def __truediv__(self, other: Number) -> "Value":
        return _operate(rules.DIVIDE, self, other)

    def __pow__(self, other: Number) -> "Value":
        rule = rules.POW if isinstance(other, Value) else rules.POWER
        return _operate(rule, self, other)

    def __radd__(self, other: float) -> "Value":
        return constant(other) + self if isinstance(other, NUMBERS) else NotImplemented

    def __rsub__(self, other: float) -> "Value":
        return constant(other) - self if isinstance(other, NUMBERS) else NotImplemented

    def __rmul__(self, other: float) -> "Value":
        return constant(other) * self if isinstance(other, NUMBERS) else NotImplemented

    def __rtruediv__(self, other: float) -> "Value":
        return _operate(rules.DIVIDE, other, self)

    def __rpow__(self, other: float) -> "Value":
        return _operate(rules.POW, other, self)

    def __mod__(self, other: object) -> "Value":
        raise TypeError("% of a Value: use fmod(x, y) or remainder(x, y), which have derivatives")

    def __floordiv__(self, other: object) -> "Value":
        raise TypeError("// of a Value has the derivative 0: use int(x / y), or .data // y")

    __rmod__, __rfloordiv__ = __mod__, __floordiv__

    def __neg__(self) -> "Value":
        return record(rules.NEGATE, (self,), (self.data,))

    def __pos__(self) -> "Value":
        return self

    def __abs__(self) -> "Value":
        return record(rules.ABS, (self,), (self.data,))

    def item(self) -> float:
        """The number, as `data`; refused in `tracing()`."""
        if is_tracing():
            raise refusal_while_tracing(self.label or repr(self))
        return self.data

    # Shown, copied, pickled

    def __repr__(self) -> str:
        data = self.data
        number = float.__repr__(data) if isinstance(data, float) else repr(data)  # as np.float64 is
        label = f", label={self.label!r}" if self.label else ""
        return f"Value({number}{label})"

    def _repr_svg_(self) -> str:
        """The picture of the graph, which Jupyter asks for."""
        from engine.drawing.picture import svg  # loaded only when a notebook asks

        return svg(self)

    __copy__ = copy_value
    __deepcopy__ = deepcopy_value
    __reduce__ = reduce_value


_new = Value.__new__
OPERANDS = (Value, *NUMBERS)


def set_to_zero(
    output: Value, interior: list[Value], leaves: list[Value], before: dict[Value, float]
) -> None:
    """Fill in the interior nodes, each after its inputs, the leaves, and each grad that was not 0.

    The order is that of `topological_order`, which takes any kind of node, and is slower: here a
    node that was met is known by its grad, which is from then on one and the same zero.
    """
    zero = float("0")  # an object of its own
    stack: list[Any] = [output]
    while stack:
        node = stack.pop()
        if node is None:  # everything below the next node has been met
            interior.append(stack.pop())
            continue
        while (grad := node.grad) is not zero:
            if grad != 0.0:
                before[node] = grad
            node.grad = zero
            if node._b is not None:
                stack.append(node)
                stack.append(None)
                stack.append(node._b)
                node = node._a
            elif node._da:
                stack += node, None, *node._a[:0:-1]
                node = node._a[0]
            elif node._a:  # a vector
                stack += node._a[:0:-1]
                node = node._a[0]
            else:
                leaves.append(node)


def node(
    rule: Rule, scope: str, data: float, a: Any, da: Any, b: Any = None, db: Any = None
) -> Value:
    """A result with its rule and scope: a, da, b, db of two inputs, or a tuple of all inputs and
    one of all partials."""
    value = _new(Value)
    value.data = data
    value.grad = 0.0
    value.label = ""
    value.rule = rule
    value.scope = scope
    value._a = a
    value._b = b
    value._da = da
    value._db = db
    return value


def number_alone(rule: Rule, data: float, *inputs: Value) -> Value:
    """A result of which nothing is recorded. Raises OverflowError where it is too large."""
    if not isfinite(data):
        raise refusal(rule, [i.data for i in inputs], [i.label for i in inputs])
    return Value(data)


def apply(rule: Rule, *inputs: Number) -> Value:
    """Compute a rule of the table, or one of your own, on Values and plain numbers, and record it.

    Raises DomainError outside the rule's domain and OverflowError when the number or a local
    derivative is too large for a float; TypeError when a Value is given for a fixed number.

    >>> from engine.rules import RULES
    >>> apply(RULES["maximum"], Value(2.0), 5.0)
    Value(5.0)
    """
    check_kind(rule, Rule, where="apply")
    count = len(rule.inputs)
    if not rule.variadic and len(inputs) != count:
        needed = f"{rule.name}({', '.join(rule.inputs)}) takes {count}"
        raise TypeError(f"apply: {needed}, and {len(inputs)} were given")
    return apply_to(rule, inputs)


def apply_to(rule: Rule, inputs: tuple[Number, ...]) -> Value:
    """`apply` to a tuple of as many inputs as are needed, which `*inputs` would copy."""
    for index in rule.fixed:
        if isinstance(inputs[index], Value):
            name = rule.inputs[index]
            raise TypeError(f"{rule.name}: {name} must be a plain number, and is a Value")
    values: Any = inputs  # with constants in place of plain numbers
    numbers: list[float] = []
    for input in inputs:
        if not isinstance(input, Value):
            if values is inputs:
                values = list(inputs)
            input = values[len(numbers)] = constant(input)
        numbers.append(input.data)
    return record(rule, tuple(values), numbers)


def record(rule: Rule, inputs: tuple[Value, ...], numbers: Sequence[float]) -> Value:
    """Compute a rule on Values, whose numbers are given, and record it unless under `no_grad`;
    raises as `apply` does."""
    scope = current_scope()
    try:
        data = rule.value(FLOATS, *numbers)
        partials = () if scope is None else tuple(rule.partials(FLOATS, data, *numbers))
    except (ArithmeticError, ValueError) as error:
        raise refusal(rule, numbers, [i.label for i in inputs], error) from error
    # Mostly the sum tells that all of them are finite, and it is quicker
    if not (isfinite(data) and (isfinite(sum(partials)) or all(map(isfinite, partials)))):
        raise refusal(rule, numbers, [i.label for i in inputs])
    if scope is None:
        return Value(data)
    return node(rule, scope, data, inputs, partials)


def constant(data: float) -> Value:
    """The node of a plain number: drawn small, not a leaf that anyone asks the gradient of."""
    value = Value(data)
    value.rule = CONSTANT
    return value


def _operate(rule: Rule, a: Number, b: Number) -> Value:
    """An operator on operands of which one may be no number at all."""
    if not (isinstance(a, OPERANDS) and isinstance(b, OPERANDS)):
        return NotImplemented
    if not isinstance(a, Value):
        a = constant(a)
    if not isinstance(b, Value):
        b = constant(b)
    return record(rule, (a, b), (a.data, b.data))
