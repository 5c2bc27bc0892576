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


def check_kind(given: object, kind: type, *, where: str, hint: str = "") -> None:
    """Raises TypeError for what is of another kind; the hint says what to write.

    >>> check_kind("x", float, where="tanh")
    Traceback (most recent call last):
    TypeError: tanh: a float is needed, and 'x' was given
    """
    if not isinstance(given, kind):
        raise TypeError(f"{where}: a {kind.__name__} is needed, and {shown(given)} was given{hint}")


def brief(text: object, longest: int = LONGEST) -> str:
    """The text, without quotes: what is not printable is escaped, and the middle of much left out.

    >>> brief("p\\n"), brief("p" * 100_000, 9)
    ('p\\\\n', 'pppppp…pp')
    """
    whole = f"{text}"
    start, end = whole[:longest], whole[longest:][-longest:]
    line = _escaped(start) + _escaped(end)
    if len(whole) <= longest and len(line) <= longest:
        return line
    tail = longest // 4
    return f"{line[: longest - tail - 1]}…{line[-tail:]}"


def first_ten(items: Sequence[object]) -> list[str]:
    """The items in brief; of more than ten, ten of them and how many there are beside.

    >>> first_ten([f"x{k}" for k in range(1, 1234)])[-2:]
    ['x10', 'and 1,223 more']
    """
    more = [f"and {len(items) - 10:,} more"] if len(items) > 10 else []
    return [brief(item, 100) for item in items[:10]] + more


def counted(count: int, what: str, several: str = "") -> str:
    """So many things of a kind, of which the plural may be one of its own.

    >>> counted(1, "node"), counted(1200, "node"), counted(2, "leaf", "leaves")
    ('1 node', '1,200 nodes', '2 leaves')
    """
    return f"{count:,} {what if count == 1 else several or f'{what}s'}"


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
