"""One formula as NumPy calls that write into buffers: np.multiply(y, y, out=t1) and so on."""

from engine.program.numpy.native import LACKED, UFUNCS
from engine.program.numpy.writer import Writer, width
from engine.program.reductions import OVER, STACK, is_stacked
from engine.symbols import Symbol, Term

CHAINED = {"sum": "add", "prod": "multiply", "hypot": "hypot"}


class FormulaWriter:
    """Writes formulas over arrays with the same rows; a part that comes again is computed once."""

    def __init__(
        self, env: dict[str, str], writer: Writer, rows: int, batched: bool, height: int = 1
    ) -> None:
        self.env = env
        self.writer = writer
        self.rows = rows
        self.batched = batched
        self.height = height  # of the stack
        self.known: dict[Symbol, str] = {}
        self.stacked: dict[Symbol, bool] = {}
        self.slots = 0

    def write(self, term: Term, out: str | None) -> str:
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
        if term.head.startswith(OVER):
            out = out or self.scratch(False)
            name = self.write(term.terms[0], None)
            ufunc = term.head.removeprefix(OVER)
            self.writer.line(f"np.{ufunc}.reduce({name}, axis=0, out={out})")
            self.known[term] = out
            return out
        meaning = self.writer.meaning(term)
        if meaning is not None:
            self.known[term] = self.write(meaning, out)
            return self.known[term]
        inputs = [self.write(inner, None) for inner in term.terms]
        out = out or self.scratch(self.is_stacked(term))
        self.operation(term.head, inputs, term.terms, out)
        self.known[term] = out
        return out

    def is_stacked(self, term: Term) -> bool:
        return STACK.head in self.env and is_stacked(term, self.stacked)

    def scratch(self, stacked: bool) -> str:
        """A buffer of the shape of the rows, or of the stack of them."""
        self.slots += 1
        if not stacked:
            return self.writer.scratch(9 + self.slots, self.rows, self.batched)
        flat = self.writer.scratch(9 + self.slots, self.height * self.rows, self.batched)
        return self.cube(flat)

    def cube(self, flat: str) -> str:
        """An array of all rows of the stack, with an axis for the stack."""
        return self.writer.shaped(flat, self.height, self.rows, width(self.batched))

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
