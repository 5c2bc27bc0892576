"""What `Program.report()` returns."""

from html import escape


class Report(str):
    """A text, a line for each thing it tells of; a prompt shows it as `print` does, a notebook as a
    table.

    >>> Report("lower       6 nodes\\nfuse        2 kernels")
    lower       6 nodes
    fuse        2 kernels
    """

    __slots__ = ()

    __repr__ = str.__str__

    def _repr_html_(self) -> str:
        cells = [escape(line).split(maxsplit=1) for line in self.splitlines()]
        rows = [f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in cells]
        return f"<table>{''.join(rows)}</table>"
