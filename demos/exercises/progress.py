"""Progress: one JSON file in the learner's folder."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from engine.files import write_file

NAME = "progress.json"


@dataclass(frozen=True, slots=True)
class Record:
    """What a learner has done about one exercise."""

    tries: int = 0
    hints: int = 0  # so many were shown
    solved: bool = False
    shown: bool = False  # the solution, before it was solved

    @property
    def result(self) -> str:
        """In a word or two."""
        if self.solved:
            return "with the solution" if self.shown else "solved"
        return "open" if self.tries or self.hints else "not begun"

    @property
    def points(self) -> int:
        """1 for an exercise solved by oneself."""
        return int(self.solved and not self.shown)


@dataclass(slots=True)
class Progress:
    """The records of one folder, written whenever one changes."""

    folder: Path
    records: dict[str, Record] = field(default_factory=dict)

    def of(self, name: str) -> Record:
        return self.records.get(name, Record())

    def note(
        self,
        name: str,
        *,
        tried: bool = False,
        hints: int = 0,
        solved: bool = False,
        shown: bool = False,
    ) -> None:
        """Note a try, that so many hints were seen, the solution, or success; what was stays."""
        was = self.of(name)
        self.records[name] = replace(
            was,
            tries=was.tries + tried,
            hints=max(was.hints, hints),
            solved=was.solved or solved,
            shown=was.shown or (shown and not was.solved),
        )
        data = {each: asdict(record) for each, record in self.records.items()}
        write_file(self.folder / NAME, json.dumps(data, indent=2) + "\n")


def read_progress(folder: Path) -> Progress:
    """What the folder holds. Raises ValueError for a file that is none of ours."""
    file = folder / NAME
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        return Progress(folder, {name: Record(**record) for name, record in data.items()})
    except FileNotFoundError:
        return Progress(folder)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{file} holds no progress: mend it, or move it away to begin anew ({error})"
        ) from error


def score(progress: Progress, names: Iterable[str]) -> str:
    """The score as a table for a spreadsheet: comma-separated, a line for each exercise.

    >>> print(score(Progress(Path(), {"cube": Record(2, 1, True)}), ["cube", "product"]))
    exercise,result,tries,hints,points
    cube,solved,2,1,1
    product,not begun,0,0,0
    total,,,,1
    """
    lines, total = ["exercise,result,tries,hints,points"], 0
    for name in names:
        record = progress.of(name)
        total += record.points
        lines.append(f"{name},{record.result},{record.tries},{record.hints},{record.points}")
    return "\n".join([*lines, f"total,,,,{total}"])
