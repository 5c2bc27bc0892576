"""Program: a scalar graph, built once for one sample, as NumPy code for any number of samples.

A small compiler in passes, the list `PASSES` of `pipeline.py`. Each is a function in a file of its
own, from one representation to the next: of single numbers (`graph.py`), then of kernels over rows
of them (`kernels.py`), which a backend prints or runs (`numpy/`, `c/`, `jax/`). One example,
through all:

    >>> from engine.graph import topological_order
    >>> from engine.names import name_nodes
    >>> from engine.program.pipeline import PASSES, Traced
    >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(-1.0, "b")
    >>> z = w * x + b
    >>> t = z.tanh()
    >>> z.label, t.label = "z", "t"
    >>> results = compiled(Traced(outputs=[t], inputs=[x], parameters=[w, b]))
    >>> names = name_nodes(topological_order([t]))
    >>> for each in PASSES:
    ...     print(f"{each.name}: {each.summary(results[each.name])}")
    ...     for line in each.show(results[each.name], names):
    ...         print(f"    {line.text}")
    lower: 6 nodes
        inputs x
        parameters w, b
        v₁ = w·x
        z = v₁ + b
        t = tanh(z)
    simplify: 2 operations and sums
        inputs x
        parameters w, b
        z = b + w·x
        t = tanh(z)
    fuse: 2 kernels
        z = sums of products
        t = tanh(z)
    matrices: 1 matrix product
        z = w·x
        z += b
        t = tanh(z)
    chains: 0 chains
        z = w·x
        z += b
        t = tanh(z)
    biases: 0 matrices with their biases
        z = w·x
        z += b
        t = tanh(z)
    adjoint: 3 kernels backward
        dz = (1 − t²)·dt
        dw = dz·xᵀ
        db = Σ dz
    layout: 3 rows for each sample, 3 for all; 0 gathers
        S[0]  x
        S[1]  z
        S[2]  t
        K[0]  w
        K[1]  b
        K[2]  1
    loops: 0 loops; 6 kernels to write
        S[1:2] = K[0:1]·S[0:1]
        S[1:2] += K[1:2]
        S[2:3] = tanh(S[1:2])
        dS[1:2] = (1 − S[2:3]²)·dS[2:3]
        dK[0:1] = dS[1:2]·S[0:1]ᵀ
        dK[1:2] = Σ dS[1:2]

In v₁ = w·x the weight w meets a number of the sample: a matrix of one row and one column. Each line
of the source that the NumPy backend prints is one of these kernels (outer is matmul, or multiply
where there is one sample):

    >>> program = Program(t, inputs=[x], parameters=[w, b])
    >>> print(program.source[program.source.index("def forward"):].rstrip())
    def forward(X):
        # z: 1 x 1 matrix
        np.multiply(w1, X[0:1], out=s1)
        np.add(s1, k1, out=s1)
        # t: 1 x tanh
        np.tanh(s1, out=s2)
    <BLANKLINE>
    <BLANKLINE>
    def backward(X):
        # t: 1 x tanh
        np.multiply(s2, s2, out=ds1)
        np.subtract(1.0, ds1, out=ds1)
        np.multiply(ds1, ds2, out=ds1)
        # z: 1 x 1 matrix
        outer(ds1, X[0:1].T, out=dw1)
        np.matmul(ds1, ones1, out=dk1)

It needs NumPy: pip install -e ".[fast]".
"""

import os
from collections.abc import Callable, Sequence
from functools import partial
from itertools import repeat
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, NoReturn, get_args

from engine.optional import missing

try:
    import numpy  # noqa: F401 - all below needs it
except ModuleNotFoundError as error:
    raise missing("engine.program", "numpy", "fast") from error

from engine.at_once import at_once
from engine.collector import collector_paused
from engine.copying import Together
from engine.elsewhere import mark_absent
from engine.files import write_file
from engine.keywords import explain_keywords
from engine.living_programs import register
from engine.messages import brief, counted, shown
from engine.program.chains import chains
from engine.program.checks import (
    Array,
    as_values,
    check_leaves,
    check_outputs,
    checked_batch,
    checked_numbers,
    checked_row,
    checked_weights,
)
from engine.program.explanation import explain
from engine.program.kernels import PlacedKernels
from engine.program.lower import Traced, lower
from engine.program.numpy.running import Running
from engine.program.numpy.source import Source, source_of, standalone
from engine.program.parts import Part, Titles, parts_of
from engine.program.pipeline import compiled, run_passes
from engine.program.report import Report, report_of
from engine.value import Value

if TYPE_CHECKING:
    from engine.program.c.running import Running as CRunning
    from engine.program.c.source import Source as CSource

Backend = Literal["numpy", "c"]


class Program:
    """The outputs of a graph, and the gradient of one of them, for a batch of samples at once.

    `inputs` are the leaves that change from sample to sample, `parameters` those that are learned;
    all other leaves keep the numbers they have. A batch has the shape (n, len(inputs)).

    The graph is that of one sample and stands for all: what Python decides by a number, as in
    `x if x > 0 else -x`, is decided for all. Build it in `with tracing():`, which refuses that, and
    see `report()` for the numbers that are frozen.

    >>> w, b, x, y = Value(0.5), Value(0.0), Value(0.0, "x"), Value(0.0, "y")
    >>> program = Program((w * x + b - y) ** 2, inputs=[x, y], parameters=[w, b])
    >>> program
    Program(2 inputs, 2 parameters → 1 output, numpy)
    >>> loss, gradient = program.value_and_gradient([[1.0, 2.0], [2.0, 1.0]])
    >>> loss, gradient.tolist()
    (1.125, [-1.5, -1.5])
    >>> program.parameters -= 0.1 * gradient
    >>> program.write()
    >>> w.data
    0.65

    With backend="c" the program is compiled C. That needs a C compiler: `cc`, or what the
    environment variable CC says. What was compiled is kept in the user's cache folder, which is
    $XDG_CACHE_HOME/glassgrad or ~/.cache/glassgrad, and is not compiled again.

    The parameters' numbers live in the program's own array: until `write()` the Values hold the old
    ones, and so does whatever is computed or saved from them. Calls from several threads wait for
    one another. A program is copied and pickled by its graph and the numbers of its parameters.

    Raises ValueError for no outputs, an input or parameter that is not a leaf or comes twice, a
    leaf whose number is nan or infinite, and another backend; RuntimeError where a C compiler is
    needed, and there is none or it fails.
    """

    @explain_keywords
    def __init__(
        self,
        outputs: Value | Sequence[Value],
        inputs: Sequence[Value],
        parameters: Sequence[Value] = (),
        *,
        backend: Backend = "numpy",
    ) -> None:
        if backend not in get_args(Backend):
            raise ValueError(f"Program: backend is {shown(backend)}, and 'numpy' or 'c' is needed")
        self._lock, self._is_computing = RLock(), False
        self._single = isinstance(outputs, Value)
        whole = [outputs] if isinstance(outputs, Value) else as_values(outputs, "outputs")
        if not whole:
            raise ValueError("Program: there are no outputs: give a Value, or a list of them")
        leaves = as_values(inputs, "inputs"), as_values(parameters, "parameters")
        self.traced = Traced(whole, *leaves)
        check_leaves(self.traced.inputs, self.traced.parameters)
        check_outputs(self.traced.outputs)
        self._summaries: dict[str, str] = {}
        without = ["biases"] if backend == "c" else []  # there to add them costs no call
        with collector_paused():
            for each, result in run_passes(self.traced, without):
                self._summaries[each.name] = each.summary(result)
                if each.run is lower:
                    self._frozen = [(leaf, leaf.data) for leaf in result.frozen]
                if each.run is chains:
                    self._titles = Titles(result)
            self.backend: Backend = backend
            self._kernels: PlacedKernels = result
            self._source, self._running = self._built()
        self.read()
        register(self)

    def _built(self) -> "tuple[Source | CSource, Running | CRunning]":
        """The source, and what runs it."""
        if self.backend == "numpy":
            source = source_of(self._kernels, self._titles)
            return source, Running(self._kernels, source)
        from engine.program.c import running  # loaded only when it is asked for
        from engine.program.c import source as c

        text = c.source_of(self._kernels, self._titles)
        return text, running.Running(self._kernels, text)

    def __repr__(self) -> str:
        outputs, inputs, parameters = map(len, self.traced)
        sizes = f"{counted(inputs, 'input')}, {counted(parameters, 'parameter')}"
        return f"Program({sizes} → {counted(outputs, 'output')}, {self.backend})"

    def __reduce__(self) -> tuple[Any, ...]:
        outputs, inputs, parameters = self.traced
        whole = outputs[0] if self._single else Together(outputs)
        return restored, (whole, inputs, parameters, self.parameters.copy(), self.backend)

    @property
    def source(self) -> str:
        """The text of both passes, in the language of the backend."""
        return self._source.text

    @property
    def parameters(self) -> Array:
        """The numbers of the parameters: a flat array, to be changed in place or assigned to.

        Raises TypeError or ValueError for what is not as many real numbers.
        """
        return self._running.parameters

    @parameters.setter
    def parameters(self, numbers: Any) -> None:
        parameters = self._running.parameters
        if numbers is not parameters:  # which `-=` has changed in place
            parameters[:] = checked_row(numbers, len(parameters), "program.parameters")

    def read(self) -> None:
        """Take the parameters' numbers from the Values.

        Raises TypeError or ValueError, and takes none, where one is not a finite number.
        """
        leaves = self.traced.parameters
        self.parameters[:] = checked_numbers(leaves, [leaf.data for leaf in leaves])
        self._shared = self.parameters.copy()

    def write(self) -> None:
        """Put the parameters' numbers into the Values: all of them, whenever Ctrl-C is pressed."""
        self._shared = self.parameters.copy()
        at_once(setattr, self.traced.parameters, repeat("data"), self._shared.tolist())

    def unwritten(self) -> list[Value]:
        """The parameters that moved since `read` or `write`, while their Values did not."""
        moved = (self.parameters != self._shared).nonzero()[0].tolist()
        rows = [(self.traced.parameters[k], self._shared[k]) for k in moved]
        return [leaf for leaf, shared in rows if leaf.data == shared]

    def with_gradient(self) -> list[Value]:
        """The parameters by which the last gradient that was computed is not 0."""
        rows = zip(self.traced.parameters, self._running.slopes.tolist())
        return [leaf for leaf, gradient in rows if gradient]

    def __call__(self, batch: Any) -> Array:
        """The outputs of n samples: shape (n,), or (n, outputs) where several were given.

        Raises as `value_and_gradient` does. Only what comes out must be finite: 1/x in tanh(1/x),
        at 0, is no error here. Sums are taken in an order of their own, as w*(x + y) for
        w*x + w*y: near 1.8e308, one may overflow, to infinity, where that of the Values does not.
        """
        samples = self._checked(batch)
        try:
            result: Array = self._alone(self._running.evaluate, samples)
        except (ArithmeticError, ValueError) as error:
            self._explain(samples, self._running.evaluate, error)
        return result[:, 0] if self._single else result

    def value_and_gradient(self, batch: Any, weights: Any = None) -> tuple[float, Array]:
        """The mean of the output over n samples, and its gradient by the parameters.

        With weights, shape (n,), the mean is Σ weightᵢ outputᵢ / Σ weightᵢ. Raises TypeError for
        what are no real numbers, ValueError for no samples, several outputs, shapes that do not fit
        and what is nan, infinite or masked; DomainError or OverflowError, from the scalar engine,
        where a sample gives no finite number.
        """
        if len(self.traced.outputs) != 1:
            n_outputs = len(self.traced.outputs)
            raise ValueError(f"a gradient is of one output, and there are {n_outputs}")
        samples = self._checked(batch)
        n = len(samples)
        if n == 0:
            raise ValueError("the mean of no samples: the batch is empty")
        share = 1.0 / n if weights is None else checked_weights(weights, n)
        try:
            found: tuple[float, Array] = self._alone(self._running.differentiate, samples, share)
        except (ArithmeticError, ValueError) as error:
            self._explain(samples, partial(self._running.differentiate, share=1.0), error)
        return found

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a module with the parameters and `outputs`, and for one output also
        `value_and_gradient`, that needs NumPy only.

        To a path that ends in ".c", write C99 that has no heap and needs libm only: a function
        `predict` for one sample, as a microcontroller runs it, with the parameters of now. Its
        first lines say how it is called.

        Raises ValueError for another ending than ".py" and ".c" and for a parameter that is nan or
        infinite, OSError where the path cannot be written, and for C DomainError or OverflowError
        where the parameters give no finite number.
        """
        ending = os.path.splitext(os.fspath(path))[1]
        if ending not in ("", ".py", ".c"):
            raise ValueError(
                f"Program.save: the ending of {brief(path)} is {ending}, and .py for a module that "
                "needs NumPy, or .c for a function in C99, is needed"
            )
        numbers = checked_numbers(self.traced.parameters, self.parameters.tolist())
        if ending == ".c":
            from engine.program.c.saved import c_file  # loaded only when it is asked for

            labels = [x.label for x in self.traced.inputs]
            write_file(path, c_file(self._kernels, self._titles, numbers, labels))
            return
        source = source_of(self._kernels, self._titles)
        write_file(path, standalone(source, self._kernels, numbers))

    def to_jax(self) -> Callable[[Any, Any], Any]:
        """The same function over jax.numpy: f(parameters, batch) -> outputs, as a call gives them.

        It is pure, so that `jax.jit`, `jax.grad` and `jax.vmap` take it, a GPU runs it and JAX
        shards it; its derivatives, of any order, are those of the rules, at kinks too. It computes
        in the type of what it is given: for float64, first
        `jax.config.update("jax_enable_x64", True)`. A result that is not finite is no error here.

            f = program.to_jax()
            step = jax.jit(jax.value_and_grad(lambda p, batch: f(p, batch).mean()))
            loss, gradient = step(program.parameters, batch)

        Raises ModuleNotFoundError without JAX.
        """
        from engine.program.jax.kernels import jax_function  # loaded only when it is asked for

        return jax_function(self._kernels, single=self._single)

    def report(self) -> Report:
        """What each pass did, memory, arithmetic, and what is frozen in the program: leaves that
        are neither inputs nor parameters, and plain numbers.

        >>> x, w = Value(2.0), Value(3.0)
        >>> Program((w * x + 0.5).tanh(), inputs=[x], parameters=[w]).report()
        lower       6 nodes
        simplify    2 operations and sums
        fuse        2 kernels
        matrices    1 matrix product
        chains      0 chains
        biases      0 matrices with their biases
        adjoint     2 kernels backward
        layout      3 rows for each sample, 2 for all; 0 gathers
        loops       0 loops; 5 kernels to write
        memory      56 bytes for each sample
        arithmetic  5 floating-point operations for each sample, forward
        frozen      1 plain number: 0.5
        """
        memory, outputs = self._running.memory_text(), self.traced.outputs
        return report_of(self._summaries, memory, self._kernels, outputs, self.frozen())

    def frozen(self) -> list[Value]:
        """The leaves that are neither inputs nor parameters: the source holds the numbers that they
        had when it was written, and a call is refused once they hold others."""
        return [leaf for leaf, _ in self._frozen]

    def outdated(self) -> list[tuple[Value, float]]:
        """Those of `frozen()` that hold other numbers now, each with the one it had."""
        return [(leaf, number) for leaf, number in self._frozen if leaf.data != number]

    def parts(self) -> list[Part]:
        """The groups in the order in which they are computed: title, values, lines of `source`.

        >>> x, w = Value(2.0), Value(3.0)
        >>> (part,) = Program(w * x, inputs=[x], parameters=[w]).parts()
        >>> part.title, part.values
        ('1 x multiply', (Value(6.0),))
        """
        results = compiled(self.traced)
        lowered, simplified = results["lower"], results["simplify"]
        return parts_of(lowered, simplified, results["chains"], self._source.lines)

    def _alone(self, compute: Callable[..., Any], *given: Any) -> Any:
        """Compute while nobody else does: the arrays are the same for all calls."""
        with self._lock:
            if self._is_computing:  # in this thread, as the lock lets nobody else in
                raise RuntimeError(
                    "a Program was called while it computes, as by a signal handler: give that a "
                    "copy of its own, copy.deepcopy(program)"
                )
            try:
                self._is_computing = True
                return compute(*given)
            finally:
                self._is_computing = False

    def _checked(self, batch: Any) -> Array:
        samples = checked_batch(batch, len(self.traced.inputs))
        for leaf, number in self._frozen and self.outdated():
            raise ValueError(
                f"Program: {shown(leaf)} is neither an input nor a parameter, so the number that "
                f"it had, {number!r}, is frozen: make it a parameter, or build the Program again"
            )
        return samples

    def _explain(
        self, samples: Array, compute: Callable[[Array], Any], error: Exception
    ) -> NoReturn:
        """Raise an error for the first sample of which no finite number is computed."""

        def fails(sample: Array) -> bool:
            try:
                self._alone(compute, sample)
            except (ArithmeticError, ValueError):
                return True
            return False

        explain(self.traced, self.parameters.tolist(), samples, fails, error)


ELSEWHERE = {
    **dict.fromkeys(
        ["backward", "grad", "gradient", "value_and_grad"], "value_and_gradient(batch)"
    ),
    **dict.fromkeys(["forward", "predict", "run"], "a call: program(batch)"),
}
mark_absent(Program, ELSEWHERE)


def restored(
    outputs: Any, inputs: Any, parameters: Any, numbers: Array, backend: Backend = "numpy"
) -> Program:
    """A program that was pickled."""
    program = Program(outputs, inputs, parameters, backend=backend)
    program.parameters = numbers
    return program
