"""What a message shows of what was given: short, on one line, with nothing that steers a screen."""

from collections.abc import Sequence
from reprlib import Repr

LONGEST = 200  # characters

_REPR = Repr()  # cuts what is long before it is written out
_REPR.maxstring = _REPR.maxother = _REPR.maxlong = LONGEST


def shown(given: object) -> str:
    """The object as Python writes it, in at most 200 characters.

    >>> shown("w\\x1b[31m"), shown([1.0] * 1000)
    ("'w\\\\x1b[31m'", '[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, ...]')
    """
    try:
        return brief(_REPR.repr(given))
    except ValueError:  # a whole number of more digits than Python writes
        return f"a very long {type(given).__name__}"


def brief(text: object) -> str:
    """The text, without quotes: what is not printable is escaped, and the middle of much left out.

    >>> brief("p\\n"), len(brief("p" * 100_000))
    ('p\\\\n', 200)
    """
    whole = f"{text}"
    start, end = whole[:LONGEST], whole[LONGEST:][-LONGEST:]
    line = _escaped(start) + _escaped(end)
    if len(whole) <= LONGEST and len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST - 51]}…{line[-50:]}"


def first_ten(items: Sequence[str]) -> list[str]:
    """The items; of more than ten, ten of them and how many there are beside.

    >>> first_ten([f"x{k}" for k in range(1, 1234)])[-2:]
    ['x10', 'and 1,223 more']
    """
    return [*items[:10], f"and {len(items) - 10:,} more"] if len(items) > 10 else list(items)


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
