"""One formula as NumPy calls that write into buffers: np.multiply(y, y, out=t1) and so on."""

import numpy as np

from engine.program.numpy.native import LACKED, UFUNCS
from engine.program.numpy.walks import Shape
from engine.program.numpy.writer import Writer
from engine.program.reductions import OVER
from engine.symbols import Symbol, Term

CHAINED = {"sum": "add", "prod": "multiply", "hypot": "hypot"}


class FormulaWriter:
    """Writes formulas over arrays, of which the smaller ones are broadcast; a part that comes again
    is computed once."""

    def __init__(
        self, env: dict[str, str], shapes: dict[str, Shape], writer: Writer, batched: bool
    ) -> None:
        self.env = env
        self.shapes = shapes  # of the arrays, by their names: the axes before the samples
        self.writer = writer
        self.batched = batched
        self.known: dict[Symbol, str] = {}
        self.slots = 0

    def write(self, term: Term, out: str, shape: Shape) -> None:
        """Compute a term into an array of this shape."""
        self.shapes[out] = shape
        self.computed(term, out)

    def computed(self, term: Term, out: str | None) -> str:
        """Compute a term, into `out` where that is given; the name of what holds it."""
        if not isinstance(term, Symbol):
            if out is None:
                return repr(term)
            self.writer.line(f"{out}[:] = {term!r}")
            return out
        if not term.terms or term in self.known:
            name = self.known.get(term) or self.env[term.head]
            if out is not None:
                self.writer.line(f"np.copyto({out}, {name})")
                return out
            return name
        meaning = None if term.head.startswith(OVER) else self.writer.meaning(term)
        if meaning is not None:
            self.known[term] = self.computed(meaning, out)
            return self.known[term]
        inputs = [self.computed(inner, None) for inner in term.terms]
        if term.head.startswith(OVER):
            self.known[term] = self.reduction(term.head.removeprefix(OVER), inputs[0], out)
            return self.known[term]
        out = out or self.scratch(np.broadcast_shapes(*[self.shapes.get(x, ()) for x in inputs]))
        self.operation(term.head, inputs, term.terms, out)
        self.known[term] = out
        return out

    def reduction(self, ufunc: str, stack: str, out: str | None) -> str:
        """Over the first axis."""
        shape = self.shapes[stack][1:]
        into = out if out and self.shapes[out] == shape else self.scratch(shape)
        self.writer.line(f"np.{ufunc}.reduce({stack}, axis=0, out={into})")
        if out and out != into:
            self.writer.line(f"np.copyto({out}, {into})")
        return out or into

    def scratch(self, shape: Shape) -> str:
        """A buffer of this shape."""
        self.slots += 1
        shape = shape or (1,)
        name = self.writer.scratch_of(9 + self.slots, shape, self.batched)
        self.shapes[name] = shape
        return name

    def operation(self, name: str, x: list[str], terms: tuple[Term, ...], out: str) -> None:
        line = self.writer.line
        if name == "power":
            for text in power(x[0], x[1], terms[1], out):
                line(text)
        elif name == "where":
            line(f"np.copyto({out}, {x[2]})")
            line(f"np.copyto({out}, {x[1]}, where=np.greater({x[0]}, 0.0))")
        elif name in LACKED:
            line(f"{out}[:] = {name}({', '.join(x)})")
        elif name in CHAINED:
            neutral = "1.0" if name == "prod" else "0.0"
            ufunc = CHAINED[name]
            first, second, *others = [*x, neutral, neutral][: max(2, len(x))]
            line(f"np.{ufunc}({first}, {second}, out={out})")
            for other in others:
                line(f"np.{ufunc}({out}, {other}, out={out})")
        else:
            ufunc = UFUNCS.get(name, name)
            line(f"np.{ufunc}({', '.join(x)}, out={out})")


def power(base: str, exponent: str, term: Term, out: str) -> list[str]:
    """Small powers as products, which are ten times faster than np.power."""
    if term == 2.0:
        return [f"np.multiply({base}, {base}, out={out})"]
    if term == 3.0 and base != out:
        return [f"np.multiply({base}, {base}, out={out})", f"np.multiply({out}, {base}, out={out})"]
    if term == 0.5:
        return [f"np.sqrt({base}, out={out})"]
    if term == -1.0:
        return [f"np.divide(1.0, {base}, out={out})"]
    return [f"np.power({base}, {exponent}, out={out})"]
