"""The command line: python -m engine judge my_engine.py:Value"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from engine.files import write_file
from engine.messages import brief
from engine.proof.judge.process import CannotJudge
from engine.proof.judge.scorecard import Scorecard, verdicts
from engine.proof.judge.subject import Subject
from engine.terminal import say


def main(arguments: Sequence[str]) -> int:
    """Print the scorecard of an engine: 0 where no property fails, 1 where one does, 2 where there
    is nothing to judge."""
    options = command_line().parse_args(arguments)
    return judge(Subject(options.engine, options.net), options)


def judge(subject: Subject, options: argparse.Namespace) -> int:
    """Judge it, and write what the options ask for; returns as `main` does."""
    try:
        check_folders(options.json, options.html)
        found = []
        for each in verdicts(subject):
            found.append(each)
            if sys.stderr.isatty():
                print(f"\r{each.property.name:<40}", end="\r", file=sys.stderr, flush=True)
        scorecard = Scorecard(subject, tuple(found))
        say(f"{scorecard}")
        for file, text in ((options.json, scorecard.to_json), (options.html, scorecard.page)):
            if file is not None:
                write_file(file, text())
                say(f"wrote {brief(file)}")
    except (CannotJudge, ValueError, OSError) as error:
        told = "\n".join([brief(error), *getattr(error, "__notes__", [])])
        print(f"python -m engine judge: {told}", file=sys.stderr)
        return 2
    return 0 if scorecard.ok else 1


def check_folders(*files: str | None) -> None:
    """Raises OSError, before the work and not after it, for a file in no folder, or a folder."""
    for file in files:
        if file is not None and Path(file).is_dir():
            raise IsADirectoryError(f"{file or repr(file)} cannot be written: it is a folder")
        if file is not None and not Path(file).parent.is_dir():
            raise FileNotFoundError(f"{file} cannot be written: there is no such folder")


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine judge",
        description="Judge a class of numbers with gradients: every property, and where one fails "
        "the smallest program that shows it.",
        epilog="It has micrograd's interface: Value(number), operators, data, grad, backward(). "
        "An engine.proof.judge.Adapter of a few lines gives it to others.",
    )
    parser.add_argument("engine", help="my_engine.py:Value or package.module:Value")
    parser.add_argument("--net", metavar="NAME", help="a net of these, as my_nets.py:MLP")
    parser.add_argument("--json", metavar="FILE", help="write the scorecard as JSON")
    parser.add_argument("--html", metavar="FILE", help="write it as a page, with pictures")
    return parser
