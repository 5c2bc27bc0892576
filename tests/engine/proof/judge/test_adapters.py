"""Adapters: a few lines, and foreign classes are judged as our own."""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from engine.proof import PROPERTIES
from engine.proof.judge.adapters import Adapter, Minitorch, Tinygrad
from engine.proof.judge.bench import Bench, NotOffered
from engine.proof.judge.subject import Subject
from tests.engine.proof.judge import engines

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
SLOW = {"depth 1,000,000", "cost that grows with the nodes"}
if not THOROUGH:  # those over graphs, but for one
    SLOW |= {
        "topological order",
        "random graphs",
        "finite differences",
        "gradients in between",
        "backward twice",
        "two outputs that share nodes",
    }


class Scalar:
    """A number with minitorch's interface, over the right engine: no gradients in between."""

    def __init__(self, node):
        self.node = node if isinstance(node, engines.Right) else engines.Right(node)

    @property
    def derivative(self):
        return None if self.node.inputs else self.node.grad

    @derivative.setter
    def derivative(self, gradient):
        self.node.grad = gradient

    @property
    def data(self):
        return self.node.data

    @data.setter
    def data(self, number):
        self.node.data = number

    def backward(self):
        self.node.backward()

    def log(self):
        return type(self)(self.node.log())

    def __add__(self, other):
        return type(self)(self.node + of(other))

    def __mul__(self, other):
        return type(self)(self.node * of(other))

    def __lt__(self, other):
        return type(self)(float(self.node < of(other)))

    def __neg__(self):
        return type(self)(-self.node)

    def __bool__(self):
        return bool(self.data)

    __radd__, __rmul__ = __add__, __mul__


def of(other):
    return other.node if isinstance(other, Scalar) else other


class Tensor(Scalar):
    """The same with tinygrad's interface."""

    def __init__(self, node, requires_grad=False):
        super().__init__(node)

    def item(self):
        return self.node.data

    def assign(self, other):
        self.node.data = other.node.data

    @property
    def grad(self):
        return Tensor(self.node.grad)

    @grad.setter
    def grad(self, gradient):
        self.node.grad = gradient.node.data


class Number(Minitorch):
    foreign = Scalar


class OfTensors(Tinygrad):
    foreign = Tensor


@pytest.fixture(scope="module", params=[Number, OfTensors] if THOROUGH else [OfTensors])
def bench(request):
    with Bench(Subject(request.param)) as bench:
        yield bench


@pytest.mark.parametrize(
    "property", [each for each in PROPERTIES if each.name not in SLOW], ids=str
)
def test_a_right_engine_is_right_through_its_adapter(property, bench):
    try:
        finding = property.finding(bench)
    except NotOffered:
        return
    assert finding is None, f"{finding}"


def test_what_theirs_cannot_do_is_not_offered(bench):
    assert "a + b" in bench.right and "a * n" in bench.right and "a.log()" in bench.right
    assert not {"a / b", "a ** n", "a.exp()", "abs(a)"} & set(bench.offered)


def test_gradients_in_between_that_are_not_kept_are_not_offered():
    (property,) = [each for each in PROPERTIES if each.name == "gradients in between"]
    with pytest.raises(NotOffered, match="are not kept"):
        property.check(Number)


def test_an_adapter_says_how_a_number_is_made():
    with pytest.raises(NotImplementedError):
        Adapter(1.0)
    with pytest.raises(TypeError, match="a number is needed"):
        Number("1")


@pytest.mark.peer
@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_scalars_of_pytorch_lack_nothing():
    """In a process of its own, as torch does not go through fork after it has run backward."""
    done = subprocess.run(
        [sys.executable, "-m", "engine", "judge", "engine.proof.judge.adapters:TorchScalar"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ": 86 properties hold, 0 fail" in done.stdout


@pytest.mark.peer
@pytest.mark.skipif(find_spec("micrograd") is None, reason="micrograd is not installed")
def test_the_known_faults_of_micrograd_are_found():
    known = {
        "backward twice": "b.backward()\nprint(a.grad)  # came out: -1; right: 0.0",
        "two outputs that share nodes": "b.backward()\nc.backward()\nprint(a.grad)  # came out: 7",
        "a leaf as output": "came out: 1; right: 2.0",
        "depth 10,000": "for _ in range(99",
        "numbers changed before backward": "came out: 3.0; right: 2.0",
        "powers at 0": "b = a ** 0\nb.backward()  # ZeroDivisionError",
        "powers of negatives": "b = a ** 0.5",
        "no numbers": "a = Value(\"2\")\nb = a + a\nprint(b.data)  # came out: '22'",
        "freed without the collector": "came out: 3; right: 1",
        "one answer for any hashes": "right: 1",
        "copies of depth 10,000": "RecursionError",
        "net: one neuron in a row": "TypeError: 'Value' object is not iterable",
        "net: too few inputs": "y = model([0.5])",
        "net: too many inputs": "y = model([0.5, -1.0, 2.0])",
    }
    with Bench(Subject("micrograd.engine:Value", "micrograd.nn:MLP")) as bench:
        found = {each.name: each.finding(bench) for each in PROPERTIES if each.name in known}
        assert found.keys() == known.keys()
        for name, finding in found.items():
            assert known[name] in finding.program
