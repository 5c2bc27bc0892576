"""What C computes natively, and the functions that `library/` adds to libm."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from engine.languages import ARITHMETIC
from engine.program.reductions import REDUCED

# C's name for a rule, where it is a function of one's own or of libm with another name
NAMES = {
    "abs": "fabs",
    "gamma": "tgamma",
    "polygamma": "polygamma",
    **{
        name: name
        for name in (
            "exp exp2 expm1 log log2 log10 log1p sqrt cbrt sin cos tan asin acos atan atan2 sinh "
            "cosh tanh asinh acosh atanh erf erfc lgamma copysign fmod remainder"
        ).split()
    },
}

# Those of `fast.c`, which loops over samples compute several at once
FAST = {
    name: f"fast_{name}" for name in ("exp", "expm1", "tanh", "erfc", "log", "log1p", "sin", "cos")
}
FAR = {"sin", "cos"}  # which are right up to FAR only; beyond it libm's are taken

# Written out, with {0}, {1}, … for the inputs
WRITTEN = ARITHMETIC | {
    "greater": "{0} > {1} ? 1.0 : 0.0",
    "where": "{0} > 0.0 ? {1} : {2}",
    "degrees": "{0} * 57.29577951308232",
    "radians": "{0} * 0.017453292519943295",
}
POWERS = {
    2.0: "{0} * {0}",
    3.0: "{0} * {0} * {0}",
    4.0: "{0} * {0} * ({0} * {0})",
    0.5: "sqrt({0})",
    -1.0: "1.0 / {0}",
    -2.0: "1.0 / ({0} * {0})",
}

# Rules of any number of inputs, one after the other: what joins two, and what changes nothing
JOINED = {
    "sum": ("{0} + {1}", "0.0"),
    "prod": ("{0} * {1}", "1.0"),
    "hypot": ("hypot({0}, {1})", "0.0"),
    "maximum": ("maximum({0}, {1})", "-INFINITY"),
    "minimum": ("minimum({0}, {1})", "INFINITY"),
}

OVER_STACK = {REDUCED[name]: joined for name, joined in JOINED.items()}

LIBRARY = Path(__file__).parent / "library"
PRODUCTS = LIBRARY / "products.c"  # compiled by itself


@cache
def pieces(file: str) -> list[tuple[str, set[str]]]:
    """The pieces of a file that begin with a comment or lie between empty lines, and the names that
    each of them defines."""
    text = (LIBRARY / file).read_text(encoding="utf-8")
    _, *found = re.split(r"\n\n(?=\S)", text.strip())
    defined = r"#define (\w+)|^typedef .*?(\w+)(?: __attribute__.*)?;$|^static .*?(\w+)\((?!\()"
    return [
        (piece, {name for names in re.findall(defined, piece, re.M) for name in names if name})
        for piece in found
    ]


def library(text: str, files: Iterable[str]) -> list[str]:
    """The pieces of these files that a text needs, and those that they need, in their order."""
    found = [piece for file in files for piece in pieces(file)]
    needed: list[str] = []
    words = words_in(text)
    for piece, names in reversed(found):  # what a piece needs stands before it
        if names & words:
            needed.append(piece)
            words |= words_in(piece)
    return needed[::-1]


def words_in(text: str) -> set[str]:
    """The words of a text in C, without those of comments, in which labels stand."""
    return set(re.findall(r"\w+", re.sub(r"/\*.*?\*/", "", text, flags=re.S)))


def declarations(text: str) -> list[str]:
    """What a text calls of the functions of `products.c`: what each does, and its declaration."""
    words = words_in(text)
    functions = re.findall(
        r"^(/\*(?:(?!\*/).)*\*/\n(?!static)\w+ (\w+)\([^)]*\))\n\{", products(), re.M | re.S
    )
    return [f"{head};" for head, name in functions if name in words]


@cache
def products() -> str:
    return PRODUCTS.read_text(encoding="utf-8")
