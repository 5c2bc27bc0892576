"""Names and numbers as they are shown: one way everywhere, in formulas, steps, tables and pages.

A name is written as a textbook has it: w⁽²⁾₃₁ is the weight of layer 2 to neuron 3 from input 1.
As text it can be read again, so it is passed on as text, and LaTeX and MathML are written from it.
"""

import re
from collections.abc import Collection, Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from itertools import count
from unicodedata import normalize

from engine.messages import LONGEST
from engine.rules import CONSTANT
from engine.value import Value

MOST_LEVELS = 20  # of boxes within boxes
JOINTS = re.compile("(?<=\\S)[\u200c\u200d](?=\\S)")  # between letters kept apart, or joined emoji
PRIMES = ("", "′", "″")  # x, x′, x″, then x[4]
SUPERSCRIPTS = dict(zip("0123456789−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"))
SUBSCRIPTS = dict(zip("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
RAISED = {
    **SUPERSCRIPTS,
    **dict(zip("+().abcdefghijklmnoprstuvwxyz", "⁺⁽⁾˙ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ")),
}
LOWERED = {**SUBSCRIPTS, **dict(zip("aehijklmnoprstuvx", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ"))}
GREEK = {
    **dict(
        zip(
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda".split(), "αβγδεζηθικλ"
        )
    ),
    **dict(zip("mu nu xi pi rho sigma tau upsilon phi chi psi omega".split(), "μνξπρστυφχψω")),
    **dict(zip("Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(), "ΓΔΘΛΞΠΣΦΨΩ")),
}

_RAISE, _LOWER = str.maketrans(RAISED), str.maketrans(LOWERED)
_EXPONENT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ON_THE_LINE = str.maketrans(
    {sign: letter for signs in (RAISED, LOWERED) for letter, sign in signs.items()}
)
_APART = str.maketrans(
    {
        sign: f"{mark}{letter}"
        for mark, signs in (("^", RAISED), ("_", LOWERED))
        for letter, sign in signs.items()
    }
)
UP, LOW = ("".join(signs.values()) for signs in (RAISED, LOWERED))
_PRIMES = r"|′|″|\[(?:[4-9]|[1-9][0-9]{1,8})\]"
_LABEL = re.compile(
    rf"([^\W\d_{UP}{LOW}]+?)"
    rf"(?:\^([A-Za-z]+(?:\([0-9.]+\))?|\([0-9.]+\)|[0-9]+(?=_|$))|([{UP}]+))?"
    rf"(?:_?([0-9]+(?:[_,][0-9]+)*)|_([0-9A-Za-z]+(?:,[0-9]+)*)|([{LOW}]+(?:,[{LOW}]+)*))?"
    rf"({_PRIMES})"
)
_MARKED = re.compile(rf"(.+?)([{UP}]*)([{LOW}]+(?:,[{LOW}]+)*|)({_PRIMES})", re.DOTALL)
_NUMBERED = re.compile(r"(\w+) ([0-9]{1,6})(?:: .+)?|([0-9]{1,6}): \w+")
UNITS = ("neuron", "kernel")  # whose number is the first index


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts: w⁽²⁾₃₁ is Name("w", "(2)", ("3", "1"))."""

    base: str
    superscript: str = ""
    subscripts: tuple[str, ...] = ()
    primes: int = 0  # before it, so many others have the same name

    @property
    def index(self) -> str:
        """The subscripts as one: 31, but 12,3 where one has several signs."""
        apart = "," if any(len(each) > 1 for each in self.subscripts) else ""
        return apart.join(self.subscripts)

    @property
    def above(self) -> str:
        """The superscript with its primes; beyond two, their number in brackets."""
        few = self.primes < len(PRIMES)
        return self.superscript + (PRIMES[self.primes] if few else f"[{self.primes + 1}]")

    def __str__(self) -> str:
        """In plain text, with the superscripts and subscripts that Unicode has.

        >>> print(Name("x", "", ("in",)), Name("x", "", ("out", "12")), Name("w", "q", ("d",)))
        xᵢₙ xₒᵤₜ,₁₂ w^q_d
        """
        up, low = self.superscript, self.index
        raised = up.translate(_RAISE) if RAISED.keys() >= set(up) else f"^{up}"
        lowered = low.translate(_LOWER) if LOWERED.keys() >= set(low) - {","} else f"_{low}"
        return self.base + raised + lowered + self.above[len(up) :]


def read_name(label: object) -> Name:
    """The parts of a label, or of a name as `str` writes it; what has none is its own base. A label
    that somebody has set to what is no text is the text of it.

    >>> [str(read_name(label)) for label in ("w_1", "x12", "theta", "w^(2)_31", "learning_rate")]
    ['w₁', 'x₁₂', 'θ', 'w⁽²⁾₃₁', 'learning_rate']
    """
    return read_text(f"{label}")


@lru_cache(maxsize=10_000)
def read_text(label: str) -> Name:
    """The parts of a label that is a text."""
    found = _LABEL.fullmatch(label)
    if found is None:
        return read_marked(label)
    base, caret, raised, digits, word, lowered, marks = (part or "" for part in found.groups())
    base = GREEK.get(base, base)
    if len(base) > 1 and (caret or word):
        return read_marked(label)
    low = digits.replace("_", ",") or word or lowered.translate(ON_THE_LINE)
    subscripts = tuple(low.split(",")) if low else ()
    return Name(base, caret or raised.translate(ON_THE_LINE), subscripts, primes_of(marks))


def read_marked(label: str) -> Name:
    """The parts of a name whose base is any text."""
    found = _MARKED.fullmatch(label)
    if found is None:  # an empty one
        return Name(label)
    base, raised, lowered, marks = found.groups()
    subscripts = tuple(lowered.translate(ON_THE_LINE).split(",")) if lowered else ()
    return Name(base, raised.translate(ON_THE_LINE), subscripts, primes_of(marks))


def primes_of(marks: str) -> int:
    """How many primes ″ or [4] stand for."""
    return int(marks[1:-1]) - 1 if marks.startswith("[") else PRIMES.index(marks)


def name_nodes(nodes: Iterable[Value], *, inside: str | None = None) -> dict[Value, str]:
    """A name for each node, and no name twice: its label in its scope, or v₁, v₂, …; x again is x′.

    "layer 2/neuron 3" and "w1" make w⁽²⁾₃₁; what stands in the scope `inside` is named without it.
    Labels that Python takes for one name, as µ and its look-alike (NFKC), are one; a name is short
    and on one line, whatever the label. A plain number that an operation met has its digits for a
    name.

    >>> x = Value(1.0, "x")
    >>> y = x * Value(2.0, "x")
    >>> list(name_nodes([*y.inputs, y]).values())
    ['x', 'x′', 'v₁']
    """
    nodes = list(nodes)
    labelled = {
        node: name_in_scope(node, inside)
        for node in nodes
        if node.label and node.rule is not CONSTANT
    }
    look_of = {node: looks(str(name)) for node, name in labelled.items()}
    taken = set(look_of.values())
    used: set[str] = set()
    primes: dict[str, int] = {}
    numbered = (f"v{str(k).translate(_LOWER)}" for k in count(1))
    free = ((text, look) for text in numbered if (look := looks(text)) not in taken)
    names: dict[Value, str] = {}
    for node in nodes:
        if node.rule is CONSTANT:
            names[node] = digits(node.data)
            continue
        if node in labelled:
            name, look = labelled[node], look_of[node]
            if look in used:
                name = next_name(name, primes.get(look, name.primes) + 1, taken)
                primes[look] = name.primes
                look = looks(str(name))
            text = str(name)
        else:
            text, look = next(free)
        taken.add(look)
        used.add(look)
        names[node] = text
    return names


def next_name(name: Name, first: int, taken: Container[str]) -> Name:
    """The same with as many more primes as no other has."""
    return next(n for k in count(first) if looks(str(n := replace(name, primes=k))) not in taken)


def looks(name: str) -> str:
    """The same for names that look alike."""
    return normalize("NFKC", name.translate(_APART))


def name_in_scope(node: Value, inside: str | None = None) -> Name:
    """The name that a labelled node's scope makes of its label.

    >>> node = Value(0.5, "w1")
    >>> node.scope = "layer 2/neuron 3"
    >>> print(name_in_scope(node), name_in_scope(node, "layer 2/neuron 3"))
    w⁽²⁾₃₁ w₁
    """
    name = read_name(printable(f"{node.label}").replace("\n", " "))
    if node.scope == inside or not node.scope:
        return name
    is_input = name.base == "x" and not node.inputs  # of a net: in no layer, but at a step of time
    above, first = places_of(node.scope, steps_only=is_input)
    if not (above or first):
        return name
    own = name.superscript.partition("(")
    return replace(
        name,
        superscript=own[0] + bracketed([*above, own[2].rstrip(")")]),
        subscripts=(*first, *name.subscripts),
    )


def is_unit(part: str) -> bool:
    """Whether a part of a scope is a neuron, inside which a weight needs no index but its own."""
    found = _NUMBERED.fullmatch(part)
    return found is not None and found[1] in UNITS


def bracketed(numbers: Collection[str]) -> str:
    inner = ".".join(number for number in numbers if number)
    return f"({inner})" if inner else ""


@lru_cache(maxsize=10_000)
def places_of(scope: str, *, steps_only: bool = False) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers of a scope's layers, steps and the like, and that of the neuron at its end.

    >>> places_of("layer 2/neuron 3: quality"), places_of("1: LSTM/step 4")
    ((('2',), ('3',)), (('1', '4'), ()))
    """
    above, first = [], ""
    for part in split_scope(scope):
        found = _NUMBERED.fullmatch(part)
        if found is None or (steps_only and found[1] != "step"):
            continue
        if found[1] in UNITS:
            first = found[2]
        else:
            above.append(found[2] or found[3])
    return tuple(above), (first,) if first else ()


def split_scope(scope: str) -> tuple[str, ...]:
    """The names on the way to a scope; beyond 20 levels, all others are one.

    >>> split_scope("layer 1/neuron 2")
    ('layer 1', 'neuron 2')
    """
    parts = tuple(part for part in scope.split("/") if part)
    return parts if len(parts) <= MOST_LEVELS else (*parts[: MOST_LEVELS - 1], "…")


def printable(text: str) -> str:
    """The text for a picture: without what no XML file may hold, and the middle of what is long."""
    short = text if len(text) <= LONGEST else f"{text[: LONGEST - 51]}…{text[-50:]}"
    if short.isprintable():
        return short
    replaced = "\N{REPLACEMENT CHARACTER}"
    joints = {found.start() for found in JOINTS.finditer(short)}
    return "".join(
        c if c == "\n" or c.isprintable() or k in joints else replaced for k, c in enumerate(short)
    )


def digits(number: float, count: int = 4, *, plain: bool = False) -> str:
    """The number to so many significant digits, without a minus before a zero.

    `plain` is as a program writes it.

    >>> digits(-1 / 3), digits(-0.0), digits(1e-9), digits(-1.25e12, 2)
    ('−0.3333', '0', '10⁻⁹', '−1.2·10¹²')
    >>> digits(-1 / 3, 6, plain=True), digits(1e-9, plain=True)
    ('-0.333333', '1e-09')
    """
    text = f"{number + 0.0:.{count}g}"
    if plain:
        return text
    mantissa, _, power = text.partition("e")
    if power:
        factor = mantissa[:-1] if mantissa in ("1", "-1") else f"{mantissa}·"
        mantissa = f"{factor}10{str(int(power)).translate(_EXPONENT)}"
    return mantissa.replace("-", "−")


def align_columns(rows: Sequence[Sequence[str]], *, right: Container[int] = ()) -> str:
    """Rows as text in columns two spaces apart; the columns in `right` are flush right.

    >>> print(align_columns([("name", "value"), ("x", "3"), ("bias", "0.5")], right={1}))
    name  value
    x         3
    bias    0.5
    """
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in rows
    )


def html_table(rows: Iterable[Iterable[str]]) -> str:
    """Rows as an HTML table, the first as its head.

    >>> html_table([("name",), ("a < b",)])
    '<table><thead><tr><th>name</th></tr></thead><tbody><tr><td>a &lt; b</td></tr></tbody></table>'
    """
    head, *body = rows
    titles = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in body]
    filled = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{filled}</tbody></table>"
